"""Medians of a coarse map inside and outside masks of the full size, without the map at that size."""

from collections.abc import Sequence

import cv2
import numpy as np

from schemas.geometry import BoxXYXY
from transforms.regions.frame import pixel_scale

GRID = 512
"""A mask is looked at in every pixel, or in this many along a side of its box at least."""


def median_inside(values: np.ndarray, mask: np.ndarray, box_xyxy: BoxXYXY) -> float:
    """Return the median inside a mask.

    Args:
        values: float32 [h, w], of any size, over the frame of the mask.
        mask: bool [H, W], not empty.
        box_xyxy: its box.
    """
    x1, y1, x2, y2 = box_xyxy
    step_x, step_y = max(1, (x2 - x1) // GRID), max(1, (y2 - y1) // GRID)
    inside = mask[y1:y2:step_y, x1:x2:step_x]
    if not inside.any():  # all of it lies between the rows or columns
        step_x = step_y = 1
        inside = mask[y1:y2, x1:x2]
    grid = np.array([[step_x, 0, x1], [0, step_y, y1], [0, 0, 1]])
    at = (pixel_scale(mask.shape[::-1], values.shape[::-1]) @ grid)[:2]
    size = inside.shape[1], inside.shape[0]
    flags = cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    return float(np.median(cv2.warpAffine(values, at, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)[inside]))


def median_outside(values: np.ndarray, masks: Sequence[np.ndarray]) -> float:
    """Return the median outside all masks, of the whole frame where nothing is outside.

    Args:
        values: float32 [h, w], of any size, over the frame of the masks.
        masks: bool [H, W] each.
    """
    size = values.shape[1], values.shape[0]
    outside = np.ones(values.shape, bool)
    for mask in masks:
        outside &= cv2.resize(mask.view(np.uint8), size, interpolation=cv2.INTER_NEAREST) == 0
    return float(np.median(values[outside] if outside.any() else values))
