"""From the strength of the difference to objects: fragments, grouping, tightening, confidence."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from schemas.example import MAX_REGIONS
from transforms.regions.config import RegionsConfig
from transforms.regions.fragments import Fragments, find_fragments
from transforms.regions.frame import box_of
from transforms.regions.grouping import group
from transforms.regions.outline import CLOSE, SPILL_PX, filled, outline

MIN_AREA = 0.0004
"""Smallest object as a share of the frame."""
MIN_PIXELS = 12
MINOR = 0.02
"""An object whose summed strength is below this share of the strongest one's is dropped."""
LEAST_CONFIDENCE = 0.5
WEIGHTS = (-6.0, 2.2, 3.3, 0.64)
"""Logistic model of `_confidence`, fitted on components of composites with exact truth under editor noise."""
MAX_STANDOUT = 10.0


@dataclass(frozen=True, eq=False)
class Component:
    """One object that differs.

    Attributes:
        mask: bool [h, w].
        strength: mean strength inside, 1 = noise floor.
        confidence: 0..1, the probability that it was edited.
    """

    mask: np.ndarray
    strength: float
    confidence: float


def find_components(strength: np.ndarray, ratios: Sequence[np.ndarray], config: RegionsConfig) -> list[Component]:
    """Return the objects that differ, at most `MAX_REGIONS`, by summed strength, largest first.

    Args:
        strength: float32 [h, w], difference over noise floor.
        ratios: float32 [h, w] each, what it was combined from, see `Maps`.
        config: switches of the steps.
    """
    fragments = find_fragments(strength, config.hysteresis)
    objects = group(fragments) if config.group else np.arange(len(fragments))
    least = max(MIN_PIXELS, MIN_AREA * strength.size)
    found = []
    for number in np.unique(objects):
        members = np.flatnonzero(objects == number)
        if fragments.sizes[members].sum() < least / 4:  # filling does not make four of one
            continue
        crop = _crop(fragments, members)
        belongs = np.concatenate([[False], objects == number])
        inner = belongs[fragments.labels[crop]]
        inner = outline(inner, strength[crop], ratios[1][crop], ratios[2][crop]) if config.tighten else filled(inner)
        if inner.sum() < least:
            continue
        mask = np.zeros(strength.shape, bool)
        mask[crop] = inner
        part = Component(mask, float(strength[mask].mean()), _confidence(mask, strength))
        if part.confidence >= LEAST_CONFIDENCE:
            found.append(part)
    found.sort(key=_mass, reverse=True)
    return [part for part in found if _mass(part) >= MINOR * _mass(found[0])][:MAX_REGIONS]


def _crop(fragments: Fragments, members: np.ndarray) -> tuple[slice, slice]:
    """Return the part of the frame that holds the given fragments, and as much around as filling may reach."""
    boxes = np.array([fragments.boxes_xyxy[i] for i in members])
    pad = 2 * SPILL_PX + round(CLOSE * float(np.sqrt(fragments.sizes[members].sum())))
    (x1, y1), (x2, y2) = boxes[:, :2].min(axis=0) - pad, boxes[:, 2:].max(axis=0) + pad
    return np.s_[max(0, y1) : y2, max(0, x1) : x2]


def _mass(component: Component) -> float:
    return component.strength * float(component.mask.sum())


def _confidence(mask: np.ndarray, strength: np.ndarray) -> float:
    """Return the probability that an object was edited, from its strength, its edge and its size.

    An edit ends at an edge, slow drift has none; noise is weak, and strong at the most in a few pixels.
    """
    bias, by_strength, by_standout, by_area = WEIGHTS
    score = (
        bias
        + by_strength * np.log(max(float(strength[mask].mean()), 1e-3))
        + by_standout * np.log(np.clip(_standout(mask, strength), 0.1, MAX_STANDOUT))
        + by_area * np.log(100 * np.count_nonzero(mask) / mask.size)
    )
    return float(1 / (1 + np.exp(-score)))


def _standout(mask: np.ndarray, strength: np.ndarray) -> float:
    """Return the median strength inside over that of a ring outside."""
    side = max(mask.shape)
    near, far = max(2, round(0.012 * side)), max(4, round(0.04 * side))
    x1, y1, x2, y2 = box_of(mask)
    crop = np.s_[max(0, y1 - far) : y2 + far, max(0, x1 - far) : x2 + far]
    distance = cv2.distanceTransform((~mask[crop]).astype(np.uint8), cv2.DIST_L2, 3)
    ring = strength[crop][(distance > near) & (distance <= far)]
    return float(np.median(strength[mask]) / max(float(np.median(ring)), 1e-3)) if ring.size else np.inf
