"""Slips of the finger, as people leave them in what they type; never in what carries the meaning."""

import re
from collections.abc import Sequence

import numpy as np

from transforms.texts.words import word_spans, words_of

NEIGHBOURS = {
    "a": "s", "b": "v", "c": "x", "d": "f", "e": "r", "f": "g", "g": "h", "h": "j", "i": "o", "j": "k", "k": "l",
    "l": "k", "m": "n", "n": "m", "o": "p", "p": "o", "q": "w", "r": "t", "s": "d", "t": "r", "u": "y", "v": "b",
    "w": "e", "x": "c", "y": "t", "z": "x",
}  # fmt: skip
"""A key beside each."""
PLAIN = re.compile("[a-z]+")
LEAST_LETTERS = 4
"""Shorter words stay as they are."""


def slip(text: str, names: Sequence[str], rng: np.random.Generator) -> str:
    """Return `text` with one wrong, doubled, missing or exchanged letter; words of other letters than a to z stay.

    Args:
        text: an instruction.
        names: words that stay as they are, with all in quotes.
        rng: decides which letter, and how.
    """
    kept = {word.lower() for name in names for word in words_of(name)}
    quoted = [match.span() for match in re.finditer("“[^”]*”", text)]
    words = [
        (start, end)
        for start, end in word_spans(text)
        if end - start >= LEAST_LETTERS
        and PLAIN.fullmatch(text, start, end)
        and text[start:end] not in kept
        and not any(first <= start < last for first, last in quoted)
    ]
    if not words:
        return text
    start, end = words[int(rng.integers(len(words)))]
    at = start + int(rng.integers(1, end - start - 1))
    wrong = {
        0: NEIGHBOURS[text[at]],
        1: text[at] * 2,
        2: "",
        3: text[at + 1] + text[at],
    }
    kind = int(rng.integers(4))
    return text[:at] + wrong[kind] + text[at + (2 if kind == 3 else 1) :]
