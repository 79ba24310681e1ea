"""Whether two images show the same local structure, whatever their colours and light."""

import cv2
import numpy as np

SIGMA = 3.0
"""Standard deviation of the neighbourhood, pixels."""
FLAT = 1.5
"""Contrast, units of L, that counts as no structure: nothing can be said below it."""


def structure_change(source_light: np.ndarray, edited_light: np.ndarray) -> np.ndarray:
    """Return how much of the local structure is not shared, float32 [h, w], 0 (all shared, or none there) .. 2.

    One less the normalised cross-correlation of L in a Gaussian neighbourhood; the denominator is the larger
    contrast of the two, so that structure which fades counts as well.

    Args:
        source_light, edited_light: float32 [h, w], CIELAB L.
    """
    a, b = source_light - _mean(source_light), edited_light - _mean(edited_light)
    energy_a, energy_b, shared = _mean(a * a), _mean(b * b), _mean(a * b)
    return 1 - (shared + FLAT**2) / (np.maximum(energy_a, energy_b) + FLAT**2)


def _mean(values: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(values, (0, 0), SIGMA)
