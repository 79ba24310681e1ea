"""Bars at the sides of a picture: rows and columns of one colour."""

import cv2
import numpy as np

from schemas.geometry import BoxXYXY

EVEN = 6.0
"""Grey levels, of any channel, that a row or column of a bar may deviate by (standard deviation)."""
SAME = 14.0
"""Grey levels between the mean colours of a bar's outermost row or column and another of its."""
LEAST = 0.015
"""Share of a side that a bar has at least."""
LONGEST_PX = 1024
"""Longer side that bars are looked for at."""
SAMPLED = 200
"""Pixels of a row or column that are looked at, about."""


def without_bars(image: np.ndarray) -> BoxXYXY:
    """Return the box of a picture (uint8 [H, W, 3]) within its bars; the whole frame where there are none.

    A ground of one colour looks the same: the box is only a candidate.
    """
    height, width = image.shape[:2]
    step = max(1, max(height, width) // LONGEST_PX)
    small = image[::step, ::step]
    top, bottom = _ends(small)
    left, right = _ends(small[top:bottom].swapaxes(0, 1)) if top < bottom else (0, 0)
    if left >= right or top >= bottom:
        return 0, 0, width, height
    x1, y1, x2, y2 = left * step, top * step, min(width, right * step), min(height, bottom * step)
    if step > 1:
        x1, y1, x2, y2 = _exact(image, (x1, y1, x2, y2), step)
    least_x, least_y = LEAST * width, LEAST * height
    return (
        x1 if x1 >= least_x else 0,
        y1 if y1 >= least_y else 0,
        x2 if width - x2 >= least_x else width,
        y2 if height - y2 >= least_y else height,
    )


def _ends(image: np.ndarray) -> tuple[int, int]:
    """Return the first row that is no bar's, and the one after the last; (0, 0) if all are."""
    first = _thickness(image)
    return (0, 0) if first == len(image) else (first, len(image) - _thickness(image[::-1]))


def _thickness(image: np.ndarray) -> int:
    """Return how many rows from the first on are a bar's; some pixels of each speak for it."""
    colour = image[0].mean(axis=0)
    for count, row in enumerate(image[:, :: max(1, image.shape[1] // SAMPLED)]):
        mean, deviation = cv2.meanStdDev(np.ascontiguousarray(row)[None])
        if deviation.max() > EVEN or np.abs(mean[:, 0] - colour).max() > SAME:
            return count
    return len(image)


def _exact(image: np.ndarray, box: BoxXYXY, step: int) -> BoxXYXY:
    """Return a box that was found on every `step`th pixel, its sides moved out to the last pixel that is no bar's."""
    x1, y1, x2, y2 = box
    height, width = image.shape[:2]

    def even(strip: np.ndarray) -> bool:
        return bool(strip.reshape(-1, 3).std(axis=0).max() <= EVEN)

    while y1 > 0 and y1 > box[1] - step and not even(image[y1 - 1, x1:x2]):
        y1 -= 1
    while y2 < height and y2 < box[3] + step and not even(image[y2, x1:x2]):
        y2 += 1
    while x1 > 0 and x1 > box[0] - step and not even(image[y1:y2, x1 - 1]):
        x1 -= 1
    while x2 < width and x2 < box[2] + step and not even(image[y1:y2, x2]):
        x2 += 1
    return x1, y1, x2, y2


def is_bar(image: np.ndarray, margin: BoxXYXY, shared: BoxXYXY) -> bool:
    """Return whether a margin shows nothing of its own: one colour, a blur, or the shared part mirrored or smeared out.

    Args:
        image: uint8 [H, W, 3], the edited picture.
        margin: half open box, at a side of `shared`.
        shared: half open box of what the source has.
    """
    x1, y1, x2, y2 = margin
    part = _small(image[y1:y2, x1:x2])
    detail = _detail(part)
    if detail < 1.0 or detail < BLURRED * _detail(_small(image[shared[1] : shared[3], shared[0] : shared[2]])):
        return True
    mirrored = _mirrored(image, margin, shared)
    return mirrored is not None and _alike(part, _small(mirrored))


BLURRED = 0.3
"""Share of the shared part's detail below which a margin is a blur."""
ALIKE = 0.8
"""Correlation of a margin with the mirrored picture from which on it is that."""
SMALL_PX = 160


def _small(image: np.ndarray) -> np.ndarray:
    scale = min(1.0, SMALL_PX / max(image.shape[:2]))
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    return cv2.cvtColor(cv2.resize(image, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY).astype(np.float32)


def _detail(grey: np.ndarray) -> float:
    """Return the mean deviation from the neighbourhood's mean, grey levels."""
    return float(np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 2)).mean())


def _mirrored(image: np.ndarray, margin: BoxXYXY, shared: BoxXYXY) -> np.ndarray | None:
    """Return what a margin would show if the shared part were mirrored into it; None where that is not large enough."""
    x1, y1, x2, y2 = margin
    left, top, right, bottom = shared
    high, wide = y2 - y1, x2 - x1
    if wide > high:
        if high > bottom - top:
            return None
        return image[top : top + high, x1:x2][::-1] if y2 <= top else image[bottom - high : bottom, x1:x2][::-1]
    if wide > right - left:
        return None
    return image[y1:y2, left : left + wide][:, ::-1] if x2 <= left else image[y1:y2, right - wide : right][:, ::-1]


def _alike(a: np.ndarray, b: np.ndarray) -> bool:
    a, b = a - a.mean(), b - b.mean()
    return a.shape == b.shape and float((a * b).sum()) >= ALIKE * float(np.sqrt((a * a).sum() * (b * b).sum()))
