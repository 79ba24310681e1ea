"""What makes two images the same image: their decoded pixels and size, never their file."""

import hashlib

import numpy as np


def pixels_sha256(rgb: np.ndarray) -> str:
    """Return the sha256 of width, height and pixels (uint8 [H, W, 3]) as 64 hex digits."""
    height, width = rgb.shape[:2]
    result = hashlib.sha256(f"{width} {height}\0".encode())
    result.update(np.ascontiguousarray(rgb).data)
    return result.hexdigest()


def source_id(rgb: np.ndarray) -> str:
    """Return the identity of a source image (uint8 [H, W, 3]): the first 16 hex digits of `pixels_sha256`."""
    return pixels_sha256(rgb)[:16]
