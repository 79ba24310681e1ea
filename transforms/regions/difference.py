"""How far two registered, colour-matched images differ, pixel by pixel, at three scales."""

import cv2
import numpy as np
from skimage.color import deltaE_ciede2000

SCALES = 3
"""Each scale has half the pixels of the one before along each side."""
DELTA_E_SIZE = 192
"""Longer side that CIEDE2000 is computed at, pixels: the formula costs a microsecond a pixel."""


def pyramid(lab: np.ndarray) -> list[np.ndarray]:
    """Return `SCALES` images, each half the size of the one before, of a LAB image (float32 [h, w, 3]).

    Standard deviations of the blur, in pixels of the first: 0.8, 2 and 4.
    """
    levels = [cv2.GaussianBlur(lab, (5, 5), 0.8)]
    for _ in range(SCALES - 1):
        blurred = cv2.GaussianBlur(levels[-1], (7, 7), 1.3)
        height, width = blurred.shape[:2]
        # pyrDown would put a level's pixels on every second one of the last, half a pixel off where resize looks
        levels.append(cv2.resize(blurred, ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_LINEAR))
    return levels


def difference_maps(source: list[np.ndarray], edited: list[np.ndarray], tolerance: bool = True) -> list[np.ndarray]:
    """Return one map of Delta E (Euclidean in LAB, float32 [h, w]) for each scale, finest first.

    Args:
        source, edited: of `pyramid`.
        tolerance: on the finest scale, count only what no pixel of the 3 x 3 neighbourhood explains. Both
            directions are looked at, so that a thin line which appears or vanishes counts in full.
    """
    maps = [norm(a - b) for a, b in zip(source[1:], edited[1:], strict=True)]
    a, b = source[0], edited[0]
    return [np.maximum(_beyond(a, b), _beyond(b, a)) if tolerance else norm(a - b), *maps]


def norm(values: np.ndarray) -> np.ndarray:
    """Return the Euclidean norm (float32 [h, w]) over the channels of float32 [h, w, 3]."""
    squares = values * values
    return np.sqrt(cv2.transform(squares, np.ones((1, 3), np.float32)))


def _beyond(reference: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Return how far `image` leaves the range of `reference` in the 3 x 3 neighbourhood."""
    kernel = np.ones((3, 3), np.uint8)
    over = image - cv2.dilate(reference, kernel)
    under = cv2.erode(reference, kernel) - image
    return norm(np.maximum(np.maximum(over, under), 0))


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
