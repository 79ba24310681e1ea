"""Weigh the maps against each other: how strongly a pixel speaks for an edit."""

from collections.abc import Sequence

import cv2
import numpy as np

WEIGHTS = (0.12, 0.27, 0.31, 0.30)
"""Of the logarithms of the ratios: three scales of colour, finest first, and structure."""
OFFSET = 0.33
"""Logistic regression on pixels of composites with exact truth under editor noise gave both; see docs/regions.md."""
RANGE = (0.03, 30.0)
"""Ratios beyond say no more than these."""


def combine(ratios: Sequence[np.ndarray]) -> np.ndarray:
    """Return the strength, float32 [h, w]: a weighted geometric mean of the ratios; 1 = as likely edited as not.

    An editor's noise shows in one map or another, an edit in most: the mean of the logarithms tells them apart better
    than the largest ratio does.

    Args:
        ratios: float32 [h, w] each, difference over noise floor, in the order of `WEIGHTS`.
    """
    total = np.full(ratios[0].shape, OFFSET, np.float32)
    for ratio, weight in zip(ratios, WEIGHTS, strict=True):
        total += weight * cv2.log(np.clip(ratio, *RANGE))
    return cv2.exp(total)
