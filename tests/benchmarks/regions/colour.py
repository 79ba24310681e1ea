"""Colour differences, and colours pushed until they differ as much as was asked."""

from collections.abc import Callable

import cv2
import numpy as np
from skimage.color import deltaE_ciede2000


def lab_of(rgb: np.ndarray) -> np.ndarray:
    """Return CIELAB (float32 [H, W, 3], L 0..100) of sRGB 0..255 of any dtype."""
    scaled = np.clip(np.asarray(rgb, np.float32) / 255, 0, 1)
    return cv2.cvtColor(scaled, cv2.COLOR_RGB2Lab)


def rgb_of(lab: np.ndarray) -> np.ndarray:
    """Return sRGB (float32 [H, W, 3], 0..255) of CIELAB float32 [H, W, 3]."""
    return np.clip(cv2.cvtColor(np.ascontiguousarray(lab, np.float32), cv2.COLOR_Lab2RGB), 0, 1) * 255


def delta_76(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the Euclidean distance in CIELAB of two RGB pictures: float32 [H, W]; quick, for masks."""
    gap = lab_of(first) - lab_of(second)
    return np.sqrt(np.einsum("hwc,hwc->hw", gap, gap))


def mean_delta(first: np.ndarray, second: np.ndarray) -> float:
    """Return the mean CIEDE2000 of two lists of pixels or pictures, RGB 0..255, equal shapes [..., 3]."""
    one, two = (np.asarray(side, np.float32).reshape(1, -1, 3) for side in (first, second))
    return float(deltaE_ciede2000(lab_of(one), lab_of(two)).mean())


def sampled(mask: np.ndarray, most: int = 1200) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns of at most about `most` pixels of a bool mask [H, W], evenly strewn."""
    flat = np.flatnonzero(mask)
    flat = flat[:: max(1, flat.size // most)]
    return np.unravel_index(flat, mask.shape)  # type: ignore[return-value]


def strength_for(change: Callable[[float], float], target: float, most: float = 1.0, steps: int = 9) -> float:
    """Return the strength 0..`most` at which `change(strength)`, a growing function, comes near `target`."""
    low, high = 0.0, most
    for _ in range(steps):
        middle = (low + high) / 2
        if change(middle) < target:
            low = middle
        else:
            high = middle
    return high
