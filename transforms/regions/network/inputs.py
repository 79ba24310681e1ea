"""What the network sees of a pair: the maps of the classical chain as bytes, equal on every machine."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from transforms.regions.compare import Maps
from transforms.regions.difference import norm
from transforms.regions.frame import resize_to, to_lab
from transforms.regions.register import Aligned
from transforms.regions.verdict import Verdict

MULTIPLE = 32
"""Sides of the inputs are whole multiples: the network halves them five times."""
FINE = ("ratio_0", "difference_0", "edited_light", "source_light")
"""Maps of the working frame's size."""
COARSE = (
    "ratio_1",
    "ratio_2",
    "ratio_structure",
    "difference_1",
    "difference_2",
    "structure",
    "texture",
    "change_light",
    "change_a",
    "change_b",
    "unmatched",
    "edited_a",
    "edited_b",
    "inside",
    "tone",
    "style",
    "agreement",
    "residual",
)
"""Maps of half its size; the last four are one value each, the same everywhere."""
RATIOS = (0.03, 30.0)
"""Ratios beyond say no more than these."""
DIFFERENCE = 80.0
"""Delta E beyond which a difference says no more."""
CHANGE = 40.0
"""Units of each channel, the same."""
COLOUR = 100.0
TEXTURE = 60.0
"""Mean gradient of L that is the richest texture."""
STRUCTURE = 1.5


@dataclass(frozen=True, eq=False)
class NetworkInputs:
    """Maps in 0..255, padded with 0 at the right and the bottom.

    Attributes:
        fine: uint8 [4, H, W], in the order of `FINE`.
        coarse: uint8 [18, H/2, W/2], in the order of `COARSE`.
        size: (w, h) of the working frame, before padding.
    """

    fine: np.ndarray
    coarse: np.ndarray
    size: tuple[int, int]


def network_inputs(aligned: Aligned, edited: np.ndarray, maps: Maps, verdict: Verdict) -> NetworkInputs:
    """Return what the network sees.

    Args:
        aligned: the registered source.
        edited: uint8 [h, w, 3], the working frame.
        maps: of `compare`.
        verdict: on the whole frame.
    """
    height, width = edited.shape[:2]
    half = -(-width // 2), -(-height // 2)
    light = maps.edited_levels[0][..., 0], maps.source_levels[0][..., 0]
    fine = [_ratio(maps.ratios[0]), _logarithm(maps.differences[0], DIFFERENCE), *(v * (1 / COLOUR) for v in light)]
    change = maps.edited_levels[1] - maps.source_levels[1]
    coarse = [
        *(_ratio(_at(cv2.blur(ratio, (2, 2), anchor=(0, 0)), half)) for ratio in maps.ratios[1:]),
        *(_logarithm(_at(difference, half), DIFFERENCE) for difference in maps.differences[1:]),
        _at(maps.structure, half) * (1 / STRUCTURE),
        _logarithm(_at(maps.texture, half), TEXTURE),
        *(channel * (0.5 / CHANGE) + 0.5 for channel in cv2.split(_at(change, half))),
        _logarithm(_unmatched(aligned.source, edited, half), DIFFERENCE),
        *(channel * (0.5 / COLOUR) + 0.5 for channel in cv2.split(_at(maps.edited_levels[1], half))[1:]),
        _at(aligned.valid.astype(np.float32), half),
        *(np.full(half[::-1], value, np.float32) for value in _facts(aligned, maps, verdict)),
    ]
    return NetworkInputs(_packed(fine, (width, height), 1), _packed(coarse, (width, height), 2), (width, height))


def _facts(aligned: Aligned, maps: Maps, verdict: Verdict) -> tuple[float, float, float, float]:
    residual = float(np.log1p(maps.residual) / np.log1p(DIFFERENCE))
    return float(verdict.whole.tone), float(verdict.whole.style), aligned.agreement, residual


def _ratio(values: np.ndarray) -> np.ndarray:
    low, high = np.log(RATIOS)
    return (cv2.log(np.clip(values, *RATIOS)) - np.float32(low)) * np.float32(1 / (high - low))


def _logarithm(values: np.ndarray, most: float) -> np.ndarray:
    return cv2.log(np.maximum(values, 0) + 1) * np.float32(1 / np.log1p(most))


def _at(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return values if values.shape[1::-1] == size else cv2.resize(values, size, interpolation=cv2.INTER_LINEAR)


def _unmatched(source: np.ndarray, edited: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return how far the colours differ before they are matched, Delta E (Euclidean), float32 [h/2, w/2]."""
    a, b = (cv2.GaussianBlur(to_lab(resize_to(image, *size)), (5, 5), 0.8) for image in (source, edited))
    return norm(a - b)


def _packed(maps: Sequence[np.ndarray], size: tuple[int, int], divisor: int) -> np.ndarray:
    """Return maps of 0..1 as uint8 [n, h, w], padded to whole multiples."""
    width, height = (-(-side // MULTIPLE) * MULTIPLE // divisor for side in size)
    packed = np.zeros((len(maps), height, width), np.uint8)
    for into, values in zip(packed, maps, strict=True):
        h, w = values.shape
        into[:h, :w] = np.clip(np.rint(values * 255), 0, 255)
    return packed
