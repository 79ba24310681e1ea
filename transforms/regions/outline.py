"""Draw an object in to where it changed: without the halo that the blur of the coarser scales leaves around it."""

import cv2
import numpy as np

BIAS = 2.1
BY_MIDDLE, BY_COARSE = 1.1, -0.72
"""What the middle scale sees and the coarsest does more strongly is halo."""
BY_STRENGTH, BY_NEAR, BY_OBJECT = 0.25, 1.9, 1.15
"""Weights of the logarithms of the strength, of its share of the largest near by, and of its share of the object's own
(90 % quantile). All from a logistic regression on pixels in and around objects of composites with exact truth."""
NEAR_PX = 4
"""How far the strength near by is looked for, pixels."""
SPILL_PX = 2
"""How far the outline may lie outside the fragments, pixels."""

CLEAR, PEAK = 0.5, 3.0
"""A piece belongs to its object if it is this strong somewhere: a share of its own strength, or so many floors,"""
LARGE = 0.6
"""or this large, as a share of the largest piece."""
CLOSE = 0.08
"""Gaps up to twice this share of an object's size (root of its area) belong to it."""
RANGE = (0.03, 30.0)
"""Ratios beyond say no more than these."""


def outline(seed: np.ndarray, strength: np.ndarray, middle: np.ndarray, coarse: np.ndarray) -> np.ndarray:
    """Return where an object changed, bool [h, w]; may be empty.

    Args:
        seed: bool [h, w], its fragments.
        strength: float32 [h, w], difference over noise floor, 1 = floor.
        middle, coarse: float32 [h, w], the ratios that went into it at the middle and the coarsest scale.
    """
    own = max(float(np.quantile(strength[seed], 0.9)), RANGE[0])
    size = 2 * NEAR_PX + 1
    near = cv2.dilate(strength, np.ones((size, size), np.uint8))
    score = (
        BIAS
        + BY_MIDDLE * _log(middle)
        + BY_COARSE * _log(coarse)
        + BY_STRENGTH * _log(strength)
        + BY_NEAR * (_log(strength) - _log(near))
        + BY_OBJECT * (_log(strength) - np.log(own))
    )
    return _without_crumbs(filled((score > 0) & _grown(seed, SPILL_PX)), strength, own)


def _without_crumbs(mask: np.ndarray, strength: np.ndarray, own: float) -> np.ndarray:
    """Return the mask without small pieces that are weak for the object."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count <= 2:
        return mask
    keep = stats[:, cv2.CC_STAT_AREA] >= LARGE * stats[1:, cv2.CC_STAT_AREA].max()
    keep[labels[mask & (strength >= min(CLEAR * own, PEAK))]] = True
    keep[0] = False
    return keep[labels]


def _log(ratio: np.ndarray) -> np.ndarray:
    return cv2.log(np.clip(ratio, *RANGE))


def _grown(mask: np.ndarray, radius: int) -> np.ndarray:
    return cv2.dilate(mask.astype(np.uint8), _disc(radius)) > 0


def filled(mask: np.ndarray) -> np.ndarray:
    """Close small gaps of a bool mask [h, w] and fill its holes."""
    radius = max(1, round(CLOSE * np.sqrt(mask.sum())))
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, _disc(radius))
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(np.zeros_like(closed), outlines, -1, 1, cv2.FILLED) > 0


def _disc(radius: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
