"""English for the names of things: articles, number, pronouns; sentences and lists."""

import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from transforms.edits.language.grammar import expand
from transforms.edits.language.nouns import indefinite
from transforms.edits.language.people import PERSONS
from transforms.judgements.amounts import COUNTS

UNNAMED = frozenset({"-", "changed area", "added bar", "added area"})
"""Labels that name nothing."""
_PLURAL = frozenset({"people", "men", "women", "children", "feet", "teeth", "geese", "mice", "hands"})
_SINGULAR_IN_S = frozenset({"lens", "canvas", "gas", "atlas", "christmas", "tennis", "series", "pancreas"})
_MASS = frozenset({"water", "grass", "snow", "sand", "smoke", "steam", "text", "hair", "fog", "rain", "sky", "foam"})
_PREPOSITIONS = frozenset(
    {"of", "on", "in", "with", "at", "near", "under", "behind", "by", "from", "beside", "above", "that", "through"}
)
_DETERMINERS = ("the ", "a ", "an ")


_SYNONYMS = (
    (r"\bthe source\b(?! picture| image)", "the (source|original|source (picture|image))"),
    (r"\bthe picture\b", "the (picture|image|photo)"),
    (r"\((change\|difference|difference\|change)\)", "(change|difference|alteration|modification)"),
    (r"\bthe change\b", "the (change|alteration|modification)"),
    (r"\(is\|looks\)", "(is|looks|appears|seems)"),
    (r"\(covers\|", "(covers|occupies|"),
    (r"\((about|some)\|", "(about|around|approximately|"),
    (r"\(frame\|picture\|image\)|\(picture\|frame\|image\)", "(frame|picture|image|photo)"),
    (r"\bnothing else\b", "nothing (else|more|further)"),
    (r"\(instruction\|request\)|\(request\|instruction\)", "(instruction|request|prompt|wish)"),
    (r"\(has changed\|", "(has changed|differs|"),
    (r"\bnobody\b", "(nobody|no one)"),
    (r"\bcan be seen\b", "(can be seen|is to be seen|is visible|shows)"),
    (r"\bonly in part\b", "(only in part|only partly|just partly|in part only)"),
    (r"\bwas asked for\b", "was (asked for|requested|wanted)"),
)
"""Words that may always stand for each other, wherever a template has them."""


def pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    """Return one of `options`, templates of the grammar: `(so|thus) it is` is two of them. Fields are filled after."""
    return expand(_varied(options[int(rng.integers(len(options)))]), rng)


@cache
def _varied(template: str) -> str:
    for pattern, group in _SYNONYMS:
        template = re.sub(pattern, group, template)
    return template


def bare(noun: str) -> str:
    """Return a noun phrase without its article.

    >>> bare("the red cup")
    'red cup'
    """
    noun = noun.strip()
    for article in _DETERMINERS:
        if noun.lower().startswith(article):
            return noun[len(article) :]
    return noun


def head(noun: str) -> str:
    """Return the word of a noun phrase that carries its number.

    >>> head("pair of scissors"), head("green leaves under the cup")
    ('pair', 'leaves')
    """
    words = bare(noun).lower().split()
    end = next((i for i, word in enumerate(words) if i and word in _PREPOSITIONS), len(words))
    return words[end - 1] if words else ""


def is_plural(noun: str) -> bool:
    """Return whether a noun phrase takes a plural verb.

    >>> is_plural("two red flowers"), is_plural("glass of water"), is_plural("coffee cup")
    (True, False, False)
    """
    word = head(noun)
    if " and " in f" {bare(noun).lower()} " and " with " not in noun:
        return word != "white"  # "black and white" is one look
    return word in _PLURAL or (
        word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in _SINGULAR_IN_S
    )


def the(noun: str) -> str:
    """Return a noun phrase with its definite article."""
    return f"the {bare(noun)}"


def a(noun: str) -> str:
    """Return a noun phrase with its indefinite article, none for plurals and mass nouns.

    >>> a("orange bowl"), a("uniform"), a("flowers"), a("the cup")
    ('an orange bowl', 'a uniform', 'flowers', 'a cup')
    """
    noun = bare(noun)
    if is_plural(noun) or head(noun) in _MASS or noun.split(" ")[0].lower() in COUNTS:
        return noun
    return f"{indefinite(noun)} {noun}"


def pronoun(noun: str) -> str:
    """Return what stands for a noun phrase that was just named: it or they; persons are named again."""
    if head(noun) in PERSONS:
        return the(noun)
    return "they" if is_plural(noun) else "it"


def sentence(text: str) -> str:
    """Return `text` with a capital letter and a full stop."""
    text = re.sub(r" +([,.;:])", r"\1", " ".join(text.split()))
    closed = text.endswith((".", "!", "?"))
    return text[:1].upper() + text[1:] + ("" if closed else ".")


def listing(items: Sequence[str]) -> str:
    """Join clauses.

    >>> listing(["a cup", "a bowl", "a spoon"])
    'a cup, a bowl and a spoon'
    """
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
