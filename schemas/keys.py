"""Identifiers and seeds: everything random is seeded from the key it belongs to."""

import hashlib
import re

import numpy as np

KEY_PATTERN = re.compile(r"[a-z0-9_-]+")
"""A sample's key: webdataset ends a key at the first dot."""


def digest(*parts: object) -> str:
    """Return the sha256 of `parts` joined by NUL, as 64 hex digits."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def rng_for(*parts: object) -> np.random.Generator:
    """Return a generator seeded by `parts`, equal on every machine and in every worker."""
    return np.random.Generator(np.random.PCG64(int(digest(*parts)[:32], 16)))


def cv_seed(*parts: object) -> int:
    """Return a seed in 0..2**31-1 for `cv2.setRNGSeed`, whose generator is global."""
    return int(digest(*parts)[:8], 16) & 0x7FFFFFFF
