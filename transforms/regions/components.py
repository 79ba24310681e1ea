"""From the strength of the difference to objects: hysteresis, components, grouping, tightening."""

from dataclasses import dataclass

import cv2
import numpy as np
from skimage.filters import apply_hysteresis_threshold

from schemas.example import MAX_REGIONS
from schemas.geometry import BoxXYXY
from transforms.regions.frame import box_of

LOW, HIGH = 1.0, 1.7
"""Strengths (1 = noise floor) that a component reaches everywhere, and somewhere."""
MIN_AREA = 0.0006
"""Smallest object as a share of the frame."""
MIN_PIXELS = 12
MINOR = 0.02
"""An object whose summed strength is below this share of the strongest one's is dropped."""
GAP = 0.1
"""Fragments closer than this share of the larger one's longer side are one object,"""
GAP_LEAST, GAP_MOST = 0.008, 0.035
"""within these shares of the frame's longer side."""
TIGHT = 0.35
"""An object ends where its strength falls below this share of its 90 % quantile."""
MAX_FRAGMENTS = 80
CLOSE = 0.08
"""Gaps up to twice this share of an object's size (root of its area) belong to it."""
STANDOUT = 1.6
"""An edit ends at an edge: its strength is this many times that of its surroundings. Slow drift has no edge."""


@dataclass(frozen=True, eq=False)
class Component:
    """One object that differs.

    Attributes:
        mask: bool [h, w].
        strength: mean strength inside, 1 = noise floor.
    """

    mask: np.ndarray
    strength: float

    @property
    def confidence(self) -> float:
        """0..1, from the strength above the noise floor."""
        return max(0.0, 1.0 - 1.0 / max(self.strength, 1.0) ** 2)


def find_components(strength: np.ndarray, group: bool = True, tighten: bool = True) -> list[Component]:
    """Return the objects that differ, at most `MAX_REGIONS`, by summed strength, largest first.

    Args:
        strength: float32 [h, w], difference over noise floor.
        group: join fragments of one object.
        tighten: draw each object in to where it is clearly strong.
    """
    fragments = _fragments(strength)
    clusters = _group(fragments, max(strength.shape)) if group else [[fragment] for fragment in fragments]
    found = []
    for cluster in clusters:
        mask = np.logical_or.reduce(cluster)
        mask = _fill(_tighten(mask, strength) if tighten else mask)
        if mask.sum() >= max(MIN_PIXELS, MIN_AREA * mask.size) and _standout(mask, strength) >= STANDOUT:
            found.append(Component(mask, float(strength[mask].mean())))
    found.sort(key=_mass, reverse=True)
    return [part for part in found if _mass(part) >= MINOR * _mass(found[0])][:MAX_REGIONS]


def _mass(component: Component) -> float:
    return component.strength * float(component.mask.sum())


def _fragments(strength: np.ndarray) -> list[np.ndarray]:
    """Return the connected areas above the low threshold that reach the high one, strongest first."""
    marked = apply_hysteresis_threshold(strength, LOW, HIGH).astype(np.uint8)
    marked = cv2.morphologyEx(marked, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    count, labels = cv2.connectedComponents(marked, connectivity=8)
    mass = np.bincount(labels.ravel(), strength.ravel(), count)
    strongest = sorted(range(1, count), key=lambda i: (-mass[i], i))[:MAX_FRAGMENTS]
    return [labels == i for i in strongest]


def _group(fragments: list[np.ndarray], side: int) -> list[list[np.ndarray]]:
    """Join fragments whose boxes lie close for their size."""
    boxes = [box_of(fragment) for fragment in fragments]
    parent = list(range(len(fragments)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for i, first in enumerate(boxes):
        for j in range(i):
            if box_gap(first, boxes[j]) <= _allowed_gap(first, boxes[j], side):
                low, high = sorted((root(i), root(j)))
                parent[high] = low
    clusters: dict[int, list[np.ndarray]] = {}
    for i, fragment in enumerate(fragments):
        clusters.setdefault(root(i), []).append(fragment)
    return list(clusters.values())


def _allowed_gap(a_xyxy: BoxXYXY, b_xyxy: BoxXYXY, side: int) -> float:
    larger = max(max(box[2] - box[0], box[3] - box[1]) for box in (a_xyxy, b_xyxy))
    return float(np.clip(GAP * larger, GAP_LEAST * side, GAP_MOST * side))


def box_gap(a_xyxy: BoxXYXY, b_xyxy: BoxXYXY) -> float:
    """Return the distance of two half open boxes in pixels, 0 where they touch or overlap."""
    dx = max(a_xyxy[0] - b_xyxy[2], b_xyxy[0] - a_xyxy[2], 0)
    dy = max(a_xyxy[1] - b_xyxy[3], b_xyxy[1] - a_xyxy[3], 0)
    return float(np.hypot(dx, dy))


def _standout(mask: np.ndarray, strength: np.ndarray) -> float:
    """Return the median strength inside over that of a ring outside."""
    side = max(mask.shape)
    near, far = max(2, round(0.012 * side)), max(4, round(0.04 * side))
    x1, y1, x2, y2 = box_of(mask)
    crop = np.s_[max(0, y1 - far) : y2 + far, max(0, x1 - far) : x2 + far]
    distance = cv2.distanceTransform((~mask[crop]).astype(np.uint8), cv2.DIST_L2, 3)
    ring = strength[crop][(distance > near) & (distance <= far)]
    return float(np.median(strength[mask]) / max(float(np.median(ring)), 1e-3)) if ring.size else np.inf


def _tighten(mask: np.ndarray, strength: np.ndarray) -> np.ndarray:
    level = TIGHT * float(np.quantile(strength[mask], 0.9))
    tight = mask & (strength >= level)
    return tight if tight.any() else mask


def _fill(mask: np.ndarray) -> np.ndarray:
    """Close small gaps and fill holes."""
    radius = max(1, round(CLOSE * np.sqrt(mask.sum())))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(np.zeros_like(closed), outlines, -1, 1, cv2.FILLED) > 0
