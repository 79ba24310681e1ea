"""Slips of the finger, as people leave them in what they type; never in what carries the meaning."""

import re
from collections.abc import Sequence

import numpy as np

NEIGHBOURS = {
    "a": "s", "b": "v", "c": "x", "d": "f", "e": "r", "f": "g", "g": "h", "h": "j", "i": "o", "j": "k", "k": "l",
    "l": "k", "m": "n", "n": "m", "o": "p", "p": "o", "q": "w", "r": "t", "s": "d", "t": "r", "u": "y", "v": "b",
    "w": "e", "x": "c", "y": "t", "z": "x",
}  # fmt: skip
"""A key beside each."""
LEAST_LETTERS = 4
"""Shorter words stay as they are."""


def slip(text: str, names: Sequence[str], rng: np.random.Generator) -> str:
    """Return `text` with one wrong, doubled, missing or exchanged letter.

    Args:
        text: an instruction.
        names: words that stay as they are, with all in quotes.
        rng: decides which letter, and how.
    """
    kept = {word.lower() for name in names for word in name.split()}
    quoted = [match.span() for match in re.finditer("“[^”]*”", text)]
    words = [
        match
        for match in re.finditer(r"[a-z]+", text)
        if len(match[0]) >= LEAST_LETTERS
        and match[0] not in kept
        and not any(start <= match.start() < end for start, end in quoted)
    ]
    if not words:
        return text
    word = words[int(rng.integers(len(words)))]
    at = word.start() + int(rng.integers(1, len(word[0]) - 1))
    wrong = {
        0: NEIGHBOURS[text[at]],
        1: text[at] * 2,
        2: "",
        3: text[at + 1] + text[at],
    }
    kind = int(rng.integers(4))
    return text[:at] + wrong[kind] + text[at + (2 if kind == 3 else 1) :]
