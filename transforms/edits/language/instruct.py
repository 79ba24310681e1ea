"""Instructions in English: clauses from the grammar, references, manners of asking, a slip of the finger."""

from collections.abc import Sequence

import numpy as np

from transforms.edits.change import Request
from transforms.edits.colours import PAINTS
from transforms.edits.language.clauses import CLAUSES
from transforms.edits.language.grammar import expand
from transforms.edits.language.manners import FRAMED, JOINTS, PLAIN
from transforms.edits.language.nouns import article, is_plural
from transforms.edits.language.typos import slip

PLAIN_SHARE, NUMBERED_SHARE = 0.3, 0.12
"""Share of instructions without a frame, and of several requests that are a numbered list."""
PLACE_SHARE, REFERENCE_SHARE = 0.3, 0.45
"""How often a place, and a relation to something else, is named though the noun alone would do."""
TO_NOWHERE = "(to|somewhere in|into) the (picture|scene|photo|image)"


def instruction_for(requests: Sequence[Request], rng: np.random.Generator, typos: float = 0.0) -> str:
    """Put requests into one instruction.

    Args:
        requests: in the order they are asked, at least one.
        rng: decides the wording.
        typos: chance of one slip of the finger, 0..1.
    """
    clauses = [clause_for(request, rng) for request in requests]
    names = [word for request in requests for word in (request.target, request.value)]
    text = _framed(_joined(clauses, rng), rng)
    return slip(text, names, rng) if typos and rng.random() < typos else text


def clause_for(request: Request, rng: np.random.Generator) -> str:
    """Return one request as a clause without a full stop."""
    options = CLAUSES[request.operation]
    place = "" if request.place == "-" else request.place
    template = expand(options[int(rng.integers(len(options)))], rng)
    the = f"the {request.target}"
    if request.references and rng.random() < REFERENCE_SHARE:
        the = request.references[int(rng.integers(len(request.references)))]
    elif place and (request.mentions_place or rng.random() < PLACE_SHARE):
        the = f"{the} {place}"
    return template.format(
        the=the,
        a=article(request.target),
        value=request.value,
        a_value=article(request.value),
        place=place or expand(TO_NOWHERE, rng),
        destination=request.destination,
        is_now="are" if is_plural(request.target) else "is",
    )


def _joined(clauses: list[str], rng: np.random.Generator) -> str:
    if len(clauses) == 1:
        return clauses[0]
    if rng.random() < NUMBERED_SHARE:
        return "; ".join(f"{number}) {clause}" for number, clause in enumerate(clauses, start=1))
    joint = expand(JOINTS[int(rng.integers(len(JOINTS)))], rng)
    return joint.format(first=", ".join(clauses[:-1]), last=clauses[-1])


def _framed(clause: str, rng: np.random.Generator) -> str:
    options: tuple[str, ...] = PLAIN if rng.random() < PLAIN_SHARE else FRAMED
    if not _is_imperative(clause):
        options = tuple(option for option in options if "{imperative}" not in option)
    frame = expand(options[int(rng.integers(len(options)))], rng)
    return frame.format(clause=clause, imperative=clause, Clause=clause[0].upper() + clause[1:])


def _is_imperative(clause: str) -> bool:
    """Return whether a clause begins with its verb, so that "could you" may stand before it."""
    first = clause.split()[0]
    return first.isalpha() and first not in NO_VERBS and ". " not in clause


NO_VERBS = frozenset(
    {"the", "a", "an", "another", "instead", "in", "rather", "behind", "around", "on", "somewhere", "to", "into"}
    | {"first", "there", "next", "at", "left", "right", "above", "below"}
    | {name.split()[0] for name in PAINTS}
)
"""First words of clauses that are no verb phrases."""
