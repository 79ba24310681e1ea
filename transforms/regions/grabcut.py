"""Outlines without a model: GrabCut on a reduced crop of the difference."""

from collections.abc import Sequence

import cv2
import numpy as np

from schemas.keys import cv_seed
from transforms.regions.frame import box_of
from transforms.regions.guided import guided_filter
from transforms.regions.result import Outline

CROP_PX = 96
"""Longer side of the crop that is cut, pixels."""
MARGIN = 0.2
ITERATIONS = 1
BAND = 0.009
"""How far, as a share of the frame's longer side, the blur of the coarsest scale can have carried an outline."""
WINDOW = 1.5
"""Radius of the guided filter's window, bands."""
FLAT = 3.5
"""Standard deviation of the difference in a window, sRGB values, below which there is no edge to follow."""
SURE = 0.3
"""Within the band, the guided filter's values up to this are surely outside, from 1 minus this on surely inside."""
AGREEMENT = 0.6
"""A cut whose IoU with its seed is lower than this has lost the object; the seed is kept."""


class GrabCutRefiner:
    """Refine with cv2.grabCut (Rother, Kolmogorov and Blake 2004), seeded by the difference itself.

    The colours that are modelled are those of the difference: what changed stands out there from what did not,
    whether an object appeared, vanished or took another colour. A guided filter says first what is sure, so that
    little is left to cut, and has a say of one half in the outline: it errs less where noise is strong.
    """

    name = "grabcut"

    def refine(
        self, source: np.ndarray, edited: np.ndarray, strength: np.ndarray, seeds: Sequence[np.ndarray]
    ) -> list[Outline]:
        """See `MaskRefiner`; some 4 ms a seed, one outline for each."""
        return [_outline(source, edited, seed, index) for index, seed in enumerate(seeds)]


def _outline(source: np.ndarray, edited: np.ndarray, seed: np.ndarray, index: int) -> Outline:
    cut = _cut(source, edited, seed)
    return Outline(cut, (index,), "difference" if cut is seed else "grabcut")


def _cut(source: np.ndarray, edited: np.ndarray, seed: np.ndarray) -> np.ndarray:
    x1, y1, x2, y2 = box_of(seed)
    pad = 4 + round(MARGIN * max(x2 - x1, y2 - y1))
    crop = np.s_[max(0, y1 - pad) : y2 + pad, max(0, x1 - pad) : x2 + pad]
    inner = seed[crop]
    height, width = inner.shape
    scale = min(1.0, CROP_PX / max(height, width))
    size = max(8, round(width * scale)), max(8, round(height * scale))
    change = cv2.resize(edited[crop].astype(np.float32) - source[crop], size, interpolation=cv2.INTER_AREA)
    rough = cv2.resize(inner.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    band = max(1.5, BAND * max(seed.shape) * scale)
    guided = _within(band, rough > 0.5, guided_filter(rough, change, max(2, round(WINDOW * band)), FLAT**2))
    hints = _hints(guided)
    if not (hints & 1).any() or not (hints == cv2.GC_BGD).any():
        return seed
    cv2.setRNGSeed(cv_seed("grabcut", height, width))
    colours = np.clip(128 + 2 * change, 0, 255).astype(np.uint8)
    cv2.grabCut(colours, hints, None, np.zeros((1, 65)), np.zeros((1, 65)), ITERATIONS, cv2.GC_INIT_WITH_MASK)
    soft = (guided + (hints & 1)) / 2
    cut = cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR) > 0.5
    if (cut & inner).sum() < AGREEMENT * (cut | inner).sum():
        return seed
    refined = np.zeros_like(seed)
    refined[crop] = cut
    return refined


def _within(band: float, seed: np.ndarray, guided: np.ndarray) -> np.ndarray:
    """Return the guided mask (float32, 0..1) where the outline can be, within `band` of the seed's; else the seed."""
    small = seed.astype(np.uint8)
    padded = cv2.copyMakeBorder(small, 1, 1, 1, 1, cv2.BORDER_REPLICATE)  # the frame's edge is no outline
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1]
    distance = cv2.distanceTransform(1 - padded, cv2.DIST_L2, 3)[1:-1, 1:-1]
    return np.where(np.maximum(depth, distance) > band, small, np.clip(guided, 0, 1)).astype(np.float32)


def _hints(guided: np.ndarray) -> np.ndarray:
    """Return GrabCut's uint8 map, whose odd values are foreground: only what is unclear is left to cut."""
    hints = np.where(guided > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    hints[guided >= 1 - SURE] = cv2.GC_FGD
    hints[guided <= SURE] = cv2.GC_BGD
    return hints
