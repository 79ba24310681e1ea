"""English for amounts: shares of the frame, how strong a difference looks, how far an edit went."""

import numpy as np

from transforms.edits.language.grammar import expand

_FRACTIONS = {
    0.2: "a fifth",
    0.25: "a quarter",
    0.33: "a third",
    0.5: "half",
    0.67: "two thirds",
    0.75: "three quarters",
}
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
"""Numbers in words."""
_FRAME = "of the (frame|picture|image|photo)"
_STRENGTHS = (
    (3.0, "(faint|barely visible|very weak)"),
    (7.0, "(slight|mild|modest|weak)"),
    (14.0, "(clear|distinct|plain|evident)"),
    (28.0, "(strong|marked|pronounced|striking)"),
    (np.inf, "(very strong|drastic|extreme|massive)"),
)
"""Words for a CIEDE2000, each up to a limit; 2.3 is about the least that one notices."""


def count(number: int) -> str:
    """Return a number in words up to twelve."""
    return COUNTS[number] if 0 <= number < len(COUNTS) else str(number)


def points(number: int) -> str:
    """Return a number of points in words.

    >>> points(1), points(3)
    ('one point', 'three points')
    """
    return f"{count(number)} {'point' if number == 1 else 'points'}"


def extent(area: float, rng: np.random.Generator) -> str:
    """Return a share of the frame (0..1) in words or per cent, one decimal below ten."""
    if area >= 0.995:
        return expand("the (whole|entire) (frame|picture|image|photo)", rng)
    if area >= 0.9:
        return expand("(nearly|almost) the (whole|entire) (frame|picture|image|photo)", rng)
    if area < 0.001:
        return expand(f"(less than|under) 0.1% {_FRAME}", rng)
    near = min(_FRACTIONS, key=lambda fraction: abs(fraction - area))
    if abs(near - area) < 0.02:
        return expand(f"(about|roughly|around|close to) {_FRACTIONS[near]} {_FRAME}", rng)
    return expand(f"(about |some |roughly |around |){percent(area)} {_FRAME}", rng)


def percent(share: float) -> str:
    """Return a share (0..1) in per cent, one decimal below ten.

    >>> percent(0.0312), percent(0.42)
    ('3.1%', '42%')
    """
    return f"{share:.1%}" if share < 0.0995 else f"{share:.0%}"


def strength(delta_e: float, rng: np.random.Generator) -> str:
    """Return how strong a difference looks, from its CIEDE2000: an adjective."""
    return expand(next(words for limit, words in _STRENGTHS if delta_e < limit), rng)
