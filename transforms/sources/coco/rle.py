"""Run lengths as COCO writes them: down the columns, beginning with background."""

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np

from transforms.sources.coco.values import whole

SHIFT, MORE, SIGN = 48, 0x20, 0x10
"""Characters stand for six bits: five of the number, the lowest first, and one that says whether more follow."""


def run_lengths(counts: Any) -> list[int]:
    """Return the run lengths that `counts` of a segmentation holds.

    Args:
        counts: whole numbers, a compressed string, or one that was written as Python shows bytes ("b'...'").

    Raises:
        ValueError: it is none of these.
    """
    if isinstance(counts, str):
        if counts[:2] in ("b'", 'b"'):
            try:
                counts = ast.literal_eval(counts).decode("latin-1")
            except (SyntaxError, ValueError, AttributeError):
                raise ValueError("segmentation.counts: bytes written as text, cut off") from None
        return counts_of(counts)
    numbers = [whole(count) for count in counts] if isinstance(counts, list) else [None]
    if None in numbers:
        raise ValueError("segmentation.counts: must be whole numbers or a compressed string")
    return [number for number in numbers if number is not None]


def counts_of(text: str) -> list[int]:
    """Return the run lengths that a compressed string stands for: from the third on, differences to two before.

    Raises:
        ValueError: a character that stands for nothing, or the string ends within a number.
    """
    counts: list[int] = []
    value = shift = 0
    for character in text:
        bits = ord(character) - SHIFT
        if not 0 <= bits < 64:
            raise ValueError(f"counts: character {character!r} is none of a compressed run length")
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits & MORE:
            continue
        if bits & SIGN:
            value -= 1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
        value = shift = 0
    if shift:
        raise ValueError("counts: the string ends within a number")
    return counts


def mask_of(counts: Sequence[int], height: int, width: int) -> np.ndarray:
    """Return the mask of run lengths, bool [height, width].

    Raises:
        ValueError: the runs do not add up to the picture.
    """
    if sum(counts) != height * width or min(counts, default=0) < 0:
        raise ValueError(f"counts: runs of {sum(counts)} pixels for a picture of {width} x {height}")
    values = np.arange(len(counts)) % 2 == 1
    return np.repeat(values, np.array(counts)).reshape(width, height).T
