"""64-bit difference hash: equal for copies that were scaled or recompressed, far apart for different pictures."""

import cv2
import numpy as np

from schemas.picture_hash import PictureHash
from transforms.sources.detail import detail

SIDE = 8
"""Rows of the hash, and comparisons per row."""
FLAT = 1 / 32
"""Levels up to which two cells are equal: sums of equal pixels differ in their last bits."""


def dhash(rgb: np.ndarray) -> int:
    """Return the difference hash of a picture, 0..2**64-1.

    The luma is averaged over a grid of 8 rows and 9 columns; bit `8 * row + column` (counted from the highest bit)
    says that a cell is brighter than its right neighbour. Cells of a flat ground are equal, whatever rounding says.

    Args:
        rgb: uint8 [H, W, 3], of any size from 1 x 1.
    """
    luma = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY).astype(np.float32)
    grid = cv2.resize(luma, (SIDE + 1, SIDE), interpolation=cv2.INTER_AREA)
    brighter = grid[:, :-1] - grid[:, 1:] > FLAT
    return int.from_bytes(np.packbits(brighter).tobytes(), "big")


def dhash_hex(rgb: np.ndarray) -> str:
    """Return `dhash` as 16 hex digits."""
    return f"{dhash(rgb):016x}"


def dhash_mirrored_hex(rgb: np.ndarray) -> str:
    """Return the difference hash of the mirrored picture (left and right exchanged) as 16 hex digits."""
    return dhash_hex(rgb[:, ::-1])


def picture_hash(rgb: np.ndarray) -> PictureHash:
    """Return the hash of a picture (uint8 [H, W, 3], of any size from 1 x 1) by which copies of it are found."""
    return PictureHash(dhash=dhash_hex(rgb), dhash_mirrored=dhash_mirrored_hex(rgb), detail=detail(rgb))


def hamming(a: int, b: int) -> int:
    """Return the number of bits, 0..64, in which two hashes differ.

    >>> hamming(0b1011, 0b0001)
    2
    """
    return (a ^ b).bit_count()
