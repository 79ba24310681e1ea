"""Smooth random fields, and what is built of them: uneven colour, displaced texture."""

import cv2
import numpy as np


def smooth_field(rng: np.random.Generator, height: int, width: int, cell: float) -> np.ndarray:
    """Return smooth noise of about unit deviation: float32 [height, width], blotches of some `cell` pixels."""
    rows, columns = int(height / cell) + 4, int(width / cell) + 4
    coarse = rng.standard_normal((rows, columns)).astype(np.float32)
    size = max(width, round(columns * cell)), max(height, round(rows * cell))
    return np.ascontiguousarray(cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)[:height, :width])


def smooth_fields(rng: np.random.Generator, height: int, width: int, cell: float, count: int) -> np.ndarray:
    """Return `count` independent smooth fields, stacked: float32 [height, width, count]."""
    return np.dstack([smooth_field(rng, height, width, cell) for _ in range(count)])


def displaced(rgb: np.ndarray, dx: np.ndarray, dy: np.ndarray) -> np.ndarray:
    """Return `rgb` (float32 [H, W, C]) read at `x + dx, y + dy` (float32 [H, W], pixels), borders mirrored."""
    height, width = rgb.shape[:2]
    x = np.arange(width, dtype=np.float32)[None, :] + dx.astype(np.float32)
    y = np.arange(height, dtype=np.float32)[:, None] + dy.astype(np.float32)
    return cv2.remap(rgb, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)


def jittered(rng: np.random.Generator, rgb: np.ndarray, cell: float, most: float) -> np.ndarray:
    """Return `rgb` (float32 [H, W, 3]) displaced by a smooth field of at most `most` pixels."""
    height, width = rgb.shape[:2]
    field = np.tanh(smooth_fields(rng, height, width, cell, 2) * 0.7) * most
    return displaced(rgb, field[..., 0], field[..., 1])


def feathered(mask: np.ndarray, margin: int, sigma: float) -> np.ndarray:
    """Return a bool mask [H, W] grown by `margin` pixels and softened: float32 [H, W], 0..1."""
    grown = mask.astype(np.uint8)
    if margin > 0:
        grown = cv2.dilate(grown, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1, 2 * margin + 1)))
    return cv2.GaussianBlur(grown.astype(np.float32), (0, 0), sigma) if sigma > 0 else grown.astype(np.float32)
