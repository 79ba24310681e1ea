"""The oracle's semantic consistency reasoning: each region after its marker, then the whole picture."""

from math import inf

import numpy as np

from schemas.aggregation import MAX_SCORE
from schemas.example import Edit
from transforms.candidate import Candidate
from transforms.judgements.requests import clauses_for, fill
from transforms.judgements.sc_regions import FULLY, HARDLY, on_region
from transforms.judgements.scores import (
    NOTHING_DONE,
    Preservation,
    asks_for_whole_frame,
    derived_regions,
    preservation,
    share_done,
)
from transforms.judgements.wording import count, extent, listing, pick, sentence

_MET = (
    "The request to {ask} has been met.",
    "The instruction is to {ask}, and that has been done.",
    "The editor was asked to {ask} and has done so.",
)
_MET_IN_PART = (
    "The request to {ask} has been met only in part.",
    "The instruction is to {ask}, and the edit stops short of that.",
)
_NOT_MET = (
    "The instruction is to {ask}, but {undone}.",
    "The request was to {ask}, yet {undone}.",
    "The editor was asked to {ask}, but {undone}.",
)
_BACKWARDS = (
    "The instruction is to {ask}, and the edited image does the reverse.",
    "The edit does the opposite of the request to {ask}.",
)
_ALL_MET = (
    "{All} requested changes have been made.",
    "The instruction is to {ask}, and all of it has been done.",
    "The instruction names {n} changes, and every one of them is there.",
)
_NONE_MET = (
    "{None_} requested changes has been made: {missing}.",
    "The instruction is to {ask}, and none of it has been done.",
)
_SOME_MET = (
    "Of the {n} requested changes, {k} {has} been made in full, but {missing}.",
    "The instruction names {n} changes. The edit makes {k} of them in full, but {missing}.",
)
_UNRELATED = (
    "With another picture in its place, the request to {ask} cannot have been met, and nothing of the source is left.",
    "The edited image has nothing to do with the source, so the request to {ask} is unmet and nothing is preserved.",
)
_IDENTITY = (
    "However, {the} no longer {looks} like the one in the source.",
    "In the process {the} {has} become hard to recognise.",
)
_SAME_PICTURE = (
    "Source and edited image match throughout.",
    "No change can be seen anywhere in the picture.",
)
_REST_KEPT = (
    "The rest of the picture is as it was.",
    "Nothing else has changed.",
    "Everything outside the edit has been left alone.",
)
_OUTLINES = (
    (0.95, ("Shapes and outlines are all where they were.", "What the picture shows has been kept.")),
    (0.6, ("Some outlines have been lost or have shifted.", "A part of the fine structure has suffered.")),
    (0.0, ("Many outlines of the source have been lost.", "Much of what the source shows has not survived.")),
)
_DAMAGE = (
    (
        0.1,
        ("Apart from that there are only small traces of change.", "Outside the request one finds hardly any change."),
    ),
    (0.7, ("Unrequested changes take up {extent}, a clear fault.", "Changes that nobody wanted cover {extent}.")),
    (2.0, ("Unrequested changes take up {extent}, a serious fault.", "Unwanted changes to {extent} weigh heavily.")),
    (
        inf,
        (
            "Unrequested changes take up {extent} and cannot be overlooked.",
            "With {extent} changed unasked, little was spared.",
        ),
    ),
)
_GRADES = (
    (MAX_SCORE, "full marks"),
    (20, "a good score"),
    (13, "a middling score"),
    (6, "a poor score"),
    (1, "a very poor score"),
    (0, "nothing"),
)
_NUMBERS = (
    "That makes {following} of 25 for following the instruction and {over} of 25 for leaving the rest alone.",
    "So the edit gets {following} out of 25 for the instruction and {over} out of 25 for preservation.",
)
_GRADED = (
    "It earns {following_grade} for following the instruction and {over_grade} for leaving the rest alone.",
    "On the instruction that means {following_grade}, on preservation {over_grade}.",
)
_EQUAL = (
    "That is {over} of 25 on both counts, following the instruction and leaving the rest alone.",
    "Instruction following and preservation both get {over} out of 25.",
)


def sc_reasoning(candidate: Candidate, score: list[int], rng: np.random.Generator) -> str:
    """Return the reasoning of the semantic consistency branch.

    Every region is cited once, in id order, as `<|bbox_k|> ...`; `<|global|> ...` stands last, alone without regions.

    Args:
        candidate: a candidate with known outcome and derived regions.
        score: `[instruction_following, over_editing]`, integers 0..25, which the last sentences account for.
        rng: chooses among phrasings, never among facts.
    """
    regions = derived_regions(candidate).edit_region
    parts = [f"<|bbox_{region.id}|> {on_region(candidate, region, rng)}" for region in regions]
    whole = [*_on_request(candidate, rng), *_on_the_rest(candidate, rng), _verdict(score, rng)]
    return " ".join([*parts, f"<|global|> {' '.join(whole)}"])


def _on_request(candidate: Candidate, rng: np.random.Generator) -> list[str]:
    ask = listing([_ask(edit, rng) for edit in candidate.edits])
    if candidate.outcome == "unrelated":
        return [pick(rng, _UNRELATED).format(ask=ask)]
    if candidate.outcome == "reversed":
        return [pick(rng, _BACKWARDS).format(ask=ask)]
    if candidate.outcome == "already_true" and share_done(candidate) >= FULLY:
        already = [fill(clauses_for(edit).already, edit, rng) for edit in candidate.edits]
        return [sentence(f"{listing(already)}, so there was nothing left to do")]
    if len(candidate.edits) == 1:
        return [_on_single_request(candidate, ask, rng), *_on_identity(candidate, rng)]
    return [_on_several_requests(candidate, ask, rng), *_on_identity(candidate, rng)]


def _on_single_request(candidate: Candidate, ask: str, rng: np.random.Generator) -> str:
    edit = candidate.edits[0]
    done = _done(candidate, edit)
    if done < HARDLY:
        return pick(rng, _NOT_MET).format(ask=ask, undone=fill(clauses_for(edit).undone, edit, rng, again=True))
    return pick(rng, _MET if done >= FULLY else _MET_IN_PART).format(ask=ask)


def _on_several_requests(candidate: Candidate, ask: str, rng: np.random.Generator) -> str:
    missing = []
    for edit in candidate.edits:
        done = _done(candidate, edit)
        if done < HARDLY:
            missing.append(fill(clauses_for(edit).undone, edit, rng))
        elif done < FULLY:
            missing.append(f"the request to {_ask(edit, rng)} is met only in part")
    n, k = len(candidate.edits), len(candidate.edits) - len(missing)
    nothing = all(_done(candidate, edit) < HARDLY for edit in candidate.edits)
    return pick(rng, _NONE_MET if nothing else _SOME_MET if missing else _ALL_MET).format(
        ask=ask,
        n=count(n),
        k=count(k) if k else "none",
        has="has" if k <= 1 else "have",
        missing=listing(missing) if missing else "",
        All="Both" if n == 2 else f"All {count(n)}",
        None_="Neither of the two" if n == 2 else f"None of the {count(n)}",
    )


def _on_identity(candidate: Candidate, rng: np.random.Generator) -> list[str]:
    if candidate.outcome != "identity_shift":
        return []
    return [sentence(fill(_IDENTITY, candidate.edits[0], rng))]


def _on_the_rest(candidate: Candidate, rng: np.random.Generator) -> list[str]:
    if candidate.outcome == "unrelated":
        return []
    if not derived_regions(candidate).edit_region:
        return [pick(rng, _SAME_PICTURE)]
    kept = preservation(candidate)
    sentences = [_on_outlines(kept, rng)] if asks_for_whole_frame(candidate) else []
    if kept.damage > 0:
        phrasings = next(options for limit, options in _DAMAGE if kept.damage < limit)
        sentences.append(pick(rng, phrasings).format(extent=extent(kept.changed)))
    return sentences or [pick(rng, _REST_KEPT)]


def _on_outlines(kept: Preservation, rng: np.random.Generator) -> str:
    return pick(rng, next(options for limit, options in _OUTLINES if kept.structure >= limit))


def _verdict(score: list[int], rng: np.random.Generator) -> str:
    following, over = score
    grades = [next(word for limit, word in _GRADES if value >= limit) for value in score]
    options = _EQUAL if following == over else _NUMBERS if grades[0] == grades[1] else _NUMBERS + _GRADED
    return pick(rng, options).format(following=following, over=over, following_grade=grades[0], over_grade=grades[1])


def _done(candidate: Candidate, edit: Edit) -> float:
    return 0.0 if candidate.outcome in NOTHING_DONE else edit.done


def _ask(edit: Edit, rng: np.random.Generator) -> str:
    return fill(clauses_for(edit).ask, edit, rng)
