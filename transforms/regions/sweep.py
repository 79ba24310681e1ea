"""Find a picture in another by trying scales: correlation of local contrast at every shift. For pictures without things
to hold on to."""

from collections.abc import Sequence

import cv2
import numpy as np
from scipy import fft

from transforms.regions.features import Axis
from transforms.regions.frame import resize_to
from transforms.regions.register import local_contrast

COARSE_PX, FINE_PX = 64, 160
"""Longer sides of the edited picture that scales are tried at, and that the best are tried again at."""
STEP = 1.07
"""From one scale to the next."""
SMALLEST, LARGEST = 0.45, 2.2
"""Scales that are tried, from those that stretch the source over the frame."""
FINER = (0.97, 0.985, 1.0, 1.015, 1.03)
OVERLAP = 0.35
"""Share of the smaller picture that a shift keeps inside the other."""
TRIED = 2
"""Scales that are tried again."""


def find_by_sweep(source: np.ndarray, edited: np.ndarray) -> list[tuple[Axis, Axis]]:
    """Return the maps of the axes (columns, rows), of one scale, under which the pictures are most alike; best first.

    Args:
        source: uint8 [H', W', 3].
        edited: uint8 [H, W, 3].
    """
    grey = [cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (source, edited)]
    fitting = [a / b for a, b in zip(source.shape[:2], edited.shape[:2], strict=True)]
    low, high = SMALLEST * min(fitting), LARGEST * max(fitting)
    count = int(np.ceil(np.log(high / low) / np.log(STEP)))
    scales = sorted({1.0, *fitting, *(low * STEP**number for number in range(count + 1))})
    found = _tried(grey[0], grey[1], scales, COARSE_PX)
    best: list[tuple[float, float, float, float]] = []
    for candidate in sorted(found, reverse=True):
        if all(abs(np.log(candidate[1] / other[1])) > np.log(STEP) * 1.5 for other in best):
            best.append(candidate)
        if len(best) == TRIED:
            break
    maps = []
    for _, scale, _, _ in best:
        fine = _tried(grey[0], grey[1], [scale * factor for factor in FINER], FINE_PX)
        if fine:
            _, scale, x, y = max(fine)
            maps.append(((scale, x), (scale, y)))
    return maps


def _tried(
    source: np.ndarray, edited: np.ndarray, scales: Sequence[float], longest: int
) -> list[tuple[float, float, float, float]]:
    """Return likeness, scale and the shifts along x and y (source pixel = scale * edited pixel + shift), best shift."""
    height, width = edited.shape
    reduction = max(1.0, max(height, width) / longest)
    target = _contrast(edited, round(width / reduction), round(height / reduction))
    found = []
    for scale in scales:
        size = round(source.shape[1] / scale / reduction), round(source.shape[0] / scale / reduction)
        if min(size) < 8 or max(size) > 4 * longest:
            continue
        likeness, x, y = _best_shift(_contrast(source, *size), target)
        found.append((likeness, scale, -x * reduction * scale, -y * reduction * scale))
    return found


def _contrast(grey: np.ndarray, width: int, height: int) -> np.ndarray:
    return local_contrast(resize_to(grey, max(1, width), max(1, height)).astype(np.float32))


def _best_shift(source: np.ndarray, edited: np.ndarray) -> tuple[float, int, int]:
    """Return the best likeness, and the left and top of the source in the edited frame, pixels; may be below 0."""
    (h, w), (height, width) = source.shape, edited.shape
    shape = [fft.next_fast_len(n, real=True) for n in (h + height - 1, w + width - 1)]

    def spectrum(values: np.ndarray) -> np.ndarray:
        return fft.rfft2(values, shape)

    ones = [spectrum(np.ones_like(image)) for image in (source, edited)]
    squares = [spectrum(image * image) for image in (source, edited)]
    pairs = (spectrum(source), spectrum(edited)), (ones[0], squares[1]), (squares[0], ones[1]), (ones[0], ones[1])
    shared, energy_edited, energy_source, area = (
        fft.irfft2(np.conj(a) * b, shape).astype(np.float32) for a, b in pairs
    )
    least = OVERLAP * min(h * w, height * width)
    energy = np.sqrt(np.maximum(energy_edited * energy_source, 1e-6))
    score = np.where(area >= least, shared / (energy + 0.02 * area) * np.sqrt(np.maximum(area, 1)), -np.inf)
    y, x = (int(v) for v in np.unravel_index(int(score.argmax()), score.shape))
    value = float(score[y, x]) / np.sqrt(height * width)
    return value, x - shape[1] if x >= width else x, y - shape[0] if y >= height else y
