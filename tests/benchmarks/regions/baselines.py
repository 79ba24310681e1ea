"""Naive baselines: short functions that compare two images the way simple tools do.

Each takes uint8 [H, W, 3] sRGB images of one size and returns bool [H, W], what it thinks has changed. Its regions are
the connected components of that; see `components`.
"""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from skimage.metrics import structural_similarity

from schemas.example import MAX_REGIONS

MIN_AREA = 0.0005
"""Components below this share of the frame are specks, which every simple tool drops."""


def same_size(source: np.ndarray, edited: np.ndarray) -> np.ndarray:
    """Resize the source to the edited image's size: all the registration that a simple tool does."""
    height, width = edited.shape[:2]
    if source.shape[:2] == (height, width):
        return source
    shrinks = height * width < source.shape[0] * source.shape[1]
    return cv2.resize(source, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def components(changed: np.ndarray) -> list[np.ndarray]:
    """Return the largest connected components as bool [H, W] each; at most as many as a record may hold."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(changed.astype(np.uint8), connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA]
    largest = np.argsort(-areas, kind="stable")[:MAX_REGIONS]
    return [labels == i + 1 for i in largest if areas[i] >= MIN_AREA * changed.size]


def absdiff(source: np.ndarray, edited: np.ndarray) -> np.ndarray:
    """Mark where any channel differs by more than 25 of 255."""
    return cv2.absdiff(source, edited).max(axis=2) > 25


def blurred_otsu(source: np.ndarray, edited: np.ndarray) -> np.ndarray:
    """Blur, subtract, take Otsu's threshold, clean up."""
    a, b = (cv2.GaussianBlur(image, (0, 0), 2) for image in (source, edited))
    grey = cv2.absdiff(a, b).max(axis=2)
    threshold, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_OTSU)
    return _clean(grey > max(threshold, 5))


def low_ssim(source: np.ndarray, edited: np.ndarray) -> np.ndarray:
    """Mark where the structural similarity of the grey images is below 0.5, clean up."""
    grey = [cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (source, edited)]
    window = min(7, (min(grey[0].shape) - 1) // 2 * 2 + 1)
    return _clean(structural_similarity(*grey, win_size=window, data_range=255, full=True)[1] < 0.5)


def pixelmatch(source: np.ndarray, edited: np.ndarray) -> np.ndarray:
    """Apply the rule of antialias-aware diff tools: a distance in YIQ above 0.1, unless antialiasing; clean up."""
    difference = _to_yiq(source) - _to_yiq(edited)
    distance = difference**2 @ np.array([0.5053, 0.299, 0.1957])
    most = 35215.0  # the distance of black and white
    changed = distance > most * 0.1**2
    return _clean(changed & ~antialiased(source, edited) & ~antialiased(edited, source))


def antialiased(image: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Mark pixels that look like a softened edge.

    Such a pixel has at most two neighbours as bright as itself, darker ones and brighter ones, and its darkest or its
    brightest neighbour lies in a flat area of both images.

    Args:
        image: uint8 [H, W, 3], the one that is judged.
        other: uint8 [H, W, 3].

    Returns:
        bool [H, W].
    """
    luma = _to_yiq(image)[..., 0]
    flat = _is_flat(image) & _is_flat(other)
    equal = np.zeros(luma.shape, np.int8)
    low, high = np.zeros_like(luma), np.zeros_like(luma)
    low_flat, high_flat = np.zeros(luma.shape, bool), np.zeros(luma.shape, bool)
    for neighbour, its_flat in zip(_neighbours(luma), _neighbours(flat), strict=True):
        step = neighbour - luma
        equal += step == 0
        low_flat = np.where(step < low, its_flat, low_flat)
        high_flat = np.where(step > high, its_flat, high_flat)
        low, high = np.minimum(low, step), np.maximum(high, step)
    return (equal <= 2) & (low < 0) & (high > 0) & (low_flat | high_flat)


BASELINES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "absdiff": absdiff,
    "otsu": blurred_otsu,
    "ssim": low_ssim,
    "pixelmatch": pixelmatch,
}


def _clean(changed: np.ndarray) -> np.ndarray:
    """Drop specks, then close gaps of about one per cent of the frame."""
    reach = max(3, round(max(changed.shape) * 0.01) | 1)
    opened = cv2.morphologyEx(changed.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    gaps = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    return cv2.morphologyEx(opened, cv2.MORPH_CLOSE, gaps) > 0


def _to_yiq(image: np.ndarray) -> np.ndarray:
    weights = np.array([[0.299, 0.596, 0.211], [0.587, -0.274, -0.523], [0.114, -0.322, 0.312]])
    return image.astype(np.float64) @ weights


def _neighbours(plane: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the eight shifted copies of [H, W]; the border repeats itself."""
    height, width = plane.shape
    padded = np.pad(plane, 1, mode="edge")
    for dy, dx in ((y, x) for y in range(3) for x in range(3) if (y, x) != (1, 1)):
        yield padded[dy : dy + height, dx : dx + width]


def _is_flat(image: np.ndarray) -> np.ndarray:
    """Mark pixels that share their exact colour with more than two neighbours."""
    colour = image.astype(np.int32) @ np.array([65536, 256, 1], np.int32)
    same = np.zeros(colour.shape, np.int8)
    for neighbour in _neighbours(colour):
        same += neighbour == colour
    return same > 2
