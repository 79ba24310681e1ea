"""How far two registered, colour-matched images differ, pixel by pixel."""

import cv2
import numpy as np
from skimage.color import deltaE_ciede2000

SCALES_PX = (1.0, 2.5, 5.0)
"""Standard deviations of the blur, for a working frame of 512 pixels on its longer side."""
DELTA_E_SIZE = 320
"""Longer side that CIEDE2000 is computed at, pixels: the formula costs a microsecond a pixel."""


def difference_maps(source_lab: np.ndarray, edited_lab: np.ndarray, tolerance: bool = True) -> list[np.ndarray]:
    """Return one map of Delta E (Euclidean in LAB, float32 [h, w]) for each scale, finest first.

    Args:
        source_lab: float32 [h, w, 3].
        edited_lab: float32 [h, w, 3].
        tolerance: on the finest scale, count only what no pixel of the 3 x 3 neighbourhood explains. Both
            directions are looked at, so that a thin line which appears or vanishes counts in full.
    """
    unit = max(1.0, max(source_lab.shape[:2]) / 512)
    maps = []
    for index, sigma in enumerate(SCALES_PX):
        a, b = (cv2.GaussianBlur(image, (0, 0), sigma * unit) for image in (source_lab, edited_lab))
        if index == 0 and tolerance:
            maps.append(np.maximum(_beyond(a, b), _beyond(b, a)))
        else:
            maps.append(_norm(a - b))
    return maps


def _norm(values: np.ndarray) -> np.ndarray:
    first, second, third = cv2.split(values)
    return np.sqrt(first * first + second * second + third * third)


def _beyond(reference: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Return how far `image` leaves the range of `reference` in the 3 x 3 neighbourhood."""
    kernel = np.ones((3, 3), np.uint8)
    over = image - cv2.dilate(reference, kernel)
    under = cv2.erode(reference, kernel) - image
    return _norm(np.maximum(np.maximum(over, under), 0))


def ciede2000_map(source_lab: np.ndarray, edited_lab: np.ndarray) -> np.ndarray:
    """Return CIEDE2000 (float32) on a frame of at most `DELTA_E_SIZE` pixels; see skimage.color.deltaE_ciede2000.

    Colours are averaged over a pixel or two first, as an eye at reading distance does: grain is not a change.
    """
    height, width = edited_lab.shape[:2]
    scale = min(1.0, DELTA_E_SIZE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = (cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in (source_lab, edited_lab))
    small = (cv2.GaussianBlur(image, (0, 0), 1) for image in small)
    return deltaE_ciede2000(*small).astype(np.float32)
