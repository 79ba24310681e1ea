"""English for measured facts: articles, number, place in the frame, size and strength."""

from collections.abc import Sequence

import numpy as np

from transforms.edits.language.grammar import expand

UNNAMED = frozenset({"-", "changed area"})
"""Labels that name nothing."""
_PLURAL = frozenset({"people", "men", "women", "children", "feet", "teeth", "geese", "mice", "hands"})
_SINGULAR_IN_S = frozenset({"lens", "canvas", "gas", "atlas", "christmas", "tennis", "series", "pancreas"})
_MASS = frozenset({"water", "grass", "snow", "sand", "smoke", "steam", "text", "hair", "fog", "rain", "sky", "foam"})
_PREPOSITIONS = frozenset({"of", "on", "in", "with", "at", "near", "under", "behind", "by", "from", "beside", "above"})
_PLACE_WORDS = frozenset(
    {"left", "right", "top", "bottom", "middle", "on", "at", "in", "next", "near", "under", "behind"}
)
_PERSONS = frozenset({"woman", "man", "girl", "boy", "person", "child", "baby", "astronaut"})
_DETERMINERS = ("the ", "a ", "an ")
_VOWEL_SOUND = ("a", "e", "i", "o", "u", "hour", "honest")
_CONSONANT_SOUND = ("uni", "use", "eu", "one", "ukulele")
_FRACTIONS = {
    0.2: "a fifth",
    0.25: "a quarter",
    0.33: "a third",
    0.5: "half",
    0.67: "two thirds",
    0.75: "three quarters",
}
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    """Return one of `options`, templates of the grammar: `(so|thus) it is` is two of them. Fields are filled after."""
    return expand(options[int(rng.integers(len(options)))], rng)


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
    if is_plural(noun) or head(noun) in _MASS or noun.split(" ")[0].lower() in _COUNTS:
        return noun
    low = noun.lower()
    vowel = low.startswith(_VOWEL_SOUND) and not low.startswith(_CONSONANT_SOUND)
    return f"{'an' if vowel else 'a'} {noun}"


def pronoun(noun: str) -> str:
    """Return what stands for a noun phrase that was just named: it or they; persons are named again."""
    if head(noun) in _PERSONS:
        return the(noun)
    return "they" if is_plural(noun) else "it"


def sentence(text: str) -> str:
    """Return `text` with a capital letter and a full stop."""
    text = " ".join(text.split()).replace(" ,", ",")
    closed = text.endswith((".", "!", "?"))
    return text[:1].upper() + text[1:] + ("" if closed else ".")


def listing(items: Sequence[str]) -> str:
    """Join clauses.

    >>> listing(["a cup", "a bowl", "a spoon"])
    'a cup, a bowl and a spoon'
    """
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def count(number: int) -> str:
    """Return a number in words up to twelve."""
    return _COUNTS[number] if 0 <= number < len(_COUNTS) else str(number)


def place(bbox_2d: Sequence[int]) -> str:
    """Return where a box lies in the frame, from its centre and extent.

    >>> place([0, 0, 200, 200]), place([0, 700, 1000, 1000]), place([400, 400, 600, 600])
    ('in the upper left', 'along the bottom', 'in the middle')
    """
    x1, y1, x2, y2 = bbox_2d
    wide, high = x2 - x1 > 800, y2 - y1 > 800
    column = min((x1 + x2) * 3 // 2000, 2)
    row = min((y1 + y2) * 3 // 2000, 2)
    if wide and high:
        return "across most of the picture"
    if wide:
        return ("along the top", "across the middle", "along the bottom")[row]
    if high:
        return ("down the left side", "down the middle", "down the right side")[column]
    names = ("in the upper left", "at the top", "in the upper right"), ("on the left", "in the middle", "on the right")
    return (*names, ("in the lower left", "at the bottom", "in the lower right"))[row][column]


def place_of(noun: str, bbox_2d: Sequence[int]) -> str:
    """Return `place` for use right after a noun, "" after a noun that names its place itself.

    >>> place_of("cup", [0, 0, 200, 200]), place_of("star next to the hat", [0, 0, 200, 200])
    ('in the upper left', '')
    """
    return "" if _PLACE_WORDS & set(noun.lower().split()) else place(bbox_2d)


def extent(area: float) -> str:
    """Return a share of the frame (0..1) in words.

    >>> extent(0.004), extent(0.042), extent(0.34), extent(0.98)
    ('less than 1% of the frame', 'about 4% of the frame', 'about a third of the frame', 'nearly the whole frame')
    """
    if area >= 0.995:
        return "the whole frame"
    if area >= 0.9:
        return "nearly the whole frame"
    if area < 0.01:
        return "less than 1% of the frame"
    near = min(_FRACTIONS, key=lambda fraction: abs(fraction - area))
    return f"about {_FRACTIONS[near] if abs(near - area) < 0.02 else f'{area:.0%}'} of the frame"


def strength(delta_e: float) -> str:
    """Return how strong a difference looks, from its CIEDE2000 (2.3 is about the least that one notices)."""
    steps = ((3.0, "faint"), (7.0, "slight"), (14.0, "clear"), (28.0, "strong"))
    return next((word for limit, word in steps if delta_e < limit), "very strong")
