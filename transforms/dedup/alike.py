"""Decide from their details if two pictures with near hashes show the same content."""

import numpy as np

from transforms.sources.detail import Details

AT_ONCE = 1 << 14
"""Pairs that are compared at a time: what bounds memory."""
ALIKE = 0.9
"""Correlation of two pictures of the content from which on they are copies."""


def alike(one: Details, other: Details, flipped: np.ndarray) -> np.ndarray:
    """Return for each row if the two pictures show the same content, bool [P].

    A picture without a detail is like all others: its difference hash alone decides.

    Args:
        one, other: P pictures each.
        flipped: bool [P], compare with the mirrored picture of `other`.
    """
    unknown = ~one.known | ~other.known
    plain = one.plain & other.plain
    a = np.where(plain[:, None, None], one.window, one.frame)
    b = np.where(plain[:, None, None], other.window, other.frame)
    b = np.where(flipped[:, None, None], b[:, :, ::-1], b)
    return unknown | (correlation(a, b) >= ALIKE)


def correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the correlation of pictures (int8 [P, S, S] each), float32 [P]; 1 where both are flat."""
    a, b = (values.reshape(-1, values[0].size).astype(np.float32) for values in (a, b))
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    energy = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    found: np.ndarray = np.where(energy > 0, (a * b).sum(axis=1) / np.maximum(energy, 1e-6), (a == b).all(axis=1))
    return found
