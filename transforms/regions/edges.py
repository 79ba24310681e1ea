"""Draw a small object's outline at the full resolution of the edited image."""

import cv2
import numpy as np

from schemas.geometry import BoxXYXY
from transforms.regions.difference import norm
from transforms.regions.frame import WorkFrame, box_of, to_lab

COARSER, SMALL_PX = 1.5, 60
"""From so many full pixels per working pixel on, objects up to this long, in working pixels, are drawn anew."""
TINY_PX = 20
"""Below it, only those up to this: a pixel matters to them, and the blur of the scales is of their size."""
PAD_PX = 3.0
"""How far the outline may move, working pixels."""
LEVEL = 0.4
"""The outline runs where the difference has risen by this share from that of the surroundings to the object's."""
AGREEMENT = 0.45
"""IoU with the coarse mask below which the fine one has lost the object."""


def sharpen(mask: np.ndarray, frame: WorkFrame, pair: tuple[np.ndarray, np.ndarray], matrix: np.ndarray) -> np.ndarray:
    """Return a bool mask [H, W] of the edited image for one of the working frame.

    Args:
        mask: bool [h, w] of the working frame, not empty.
        frame: the working frame.
        pair: source uint8 [H', W', 3] and edited uint8 [H, W, 3], full size.
        matrix: float64 [2, 3], edited pixel -> source pixel, full size (`WorkFrame.full_matrix`).
    """
    coarse = frame.full_mask(mask)
    if not coarse.any():
        return coarse
    x1, y1, x2, y2 = box_of(coarse)
    scale = max(frame.edited_size) / max(frame.size)
    if max(x2 - x1, y2 - y1) > (SMALL_PX * scale if scale >= COARSER else TINY_PX):
        return coarse
    reach = max(2, round(PAD_PX * scale))
    height, width = coarse.shape
    pad = 3 * reach
    crop: BoxXYXY = max(0, x1 - pad), max(0, y1 - pad), min(width, x2 + pad), min(height, y2 + pad)
    window = np.s_[crop[1] : crop[3], crop[0] : crop[2]]
    fine = _outline(coarse[window], _difference(*pair, matrix, crop, coarse[window], reach), reach)
    seed = coarse[window]
    if (fine & seed).sum() < AGREEMENT * (fine | seed).sum():
        return coarse
    sharp = np.zeros_like(coarse)
    sharp[window] = fine
    return sharp


def _difference(
    source: np.ndarray, edited: np.ndarray, matrix: np.ndarray, crop: BoxXYXY, seed: np.ndarray, reach: int
) -> np.ndarray:
    """Return Delta E (Euclidean) in the crop, after the mean difference of the object's surroundings is taken away."""
    x1, y1, x2, y2 = crop
    shift = matrix.copy()
    shift[:, 2] += matrix[:, :2] @ (x1, y1)
    moved = cv2.warpAffine(
        source,
        shift,
        (x2 - x1, y2 - y1),
        flags=cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    change = cv2.GaussianBlur(to_lab(edited[y1:y2, x1:x2]) - to_lab(moved), (3, 3), 0.7)
    outside = ~_grown(seed, reach)
    return norm(change - np.median(change[outside], axis=0).astype(np.float32)) if outside.any() else norm(change)


def _outline(seed: np.ndarray, difference: np.ndarray, reach: int) -> np.ndarray:
    around = _grown(seed, reach)
    outside = difference[~around]
    low = float(np.median(outside)) if outside.size else 0.0
    high = float(np.quantile(difference[seed], 0.75))
    marked = (difference > low + LEVEL * (high - low)) & around
    closed = cv2.morphologyEx(marked.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels = cv2.connectedComponents(closed, connectivity=8)
    sizes = np.bincount(labels.ravel(), minlength=count)
    largest = int(sizes[1:].max()) if count > 1 else 0
    keep = np.flatnonzero(sizes >= 0.05 * largest)
    kept = np.isin(labels, keep[keep > 0]).astype(np.uint8)
    outlines, _ = cv2.findContours(kept, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(np.zeros_like(kept), outlines, -1, 1, cv2.FILLED) > 0


def _grown(mask: np.ndarray, radius: int) -> np.ndarray:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return cv2.dilate(mask.astype(np.uint8), kernel) > 0
