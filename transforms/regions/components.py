"""From the strength of the difference to objects: hysteresis, components, grouping, tightening."""

from dataclasses import dataclass

import cv2
import numpy as np
from skimage.filters import apply_hysteresis_threshold

from schemas.example import MAX_REGIONS
from schemas.geometry import BoxXYXY
from transforms.regions.frame import box_of

LOW, HIGH = 1.0, 1.4
"""Strengths (1 = noise floor) that a component reaches everywhere, and somewhere."""
MIN_AREA = 0.0004
"""Smallest object as a share of the frame."""
MIN_PIXELS = 12
MINOR = 0.02
"""An object whose summed strength is below this share of the strongest one's is dropped."""
GAP = 0.1
"""A crumb or letter closer than this share of the larger fragment's longer side belongs to it,"""
GAP_LEAST, GAP_MOST = 0.008, 0.035
"""within these shares of the frame's longer side; two objects of like size must be closer than the least."""
CRUMB = 0.2
"""A fragment below this share of the other's area is a crumb."""
TIGHT = 0.35
"""An object ends where its strength falls below this share of its 90 % quantile."""
MAX_FRAGMENTS = 80
CLOSE = 0.08
"""Gaps up to twice this share of an object's size (root of its area) belong to it."""
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
        if mask.sum() < max(MIN_PIXELS, MIN_AREA * mask.size):
            continue
        part = Component(mask, float(strength[mask].mean()), _confidence(mask, strength))
        if part.confidence >= LEAST_CONFIDENCE:
            found.append(part)
    found.sort(key=_mass, reverse=True)
    return [part for part in found if _mass(part) >= MINOR * _mass(found[0])][:MAX_REGIONS]


def _mass(component: Component) -> float:
    return component.strength * float(component.mask.sum())


def _fragments(strength: np.ndarray) -> list[np.ndarray]:
    """Return the connected areas above the low threshold that reach the high one, strongest first."""
    marked = apply_hysteresis_threshold(strength, LOW, HIGH).astype(np.uint8)
    pair = np.ones((2, 2), np.uint8)  # the anchors undo each other: one would shift the mask by a pixel
    marked = cv2.dilate(cv2.erode(marked, pair, anchor=(0, 0)), pair, anchor=(1, 1))
    count, labels = cv2.connectedComponents(marked, connectivity=8)
    mass = np.bincount(labels.ravel(), strength.ravel(), count)
    strongest = sorted(range(1, count), key=lambda i: (-mass[i], i))[:MAX_FRAGMENTS]
    return [labels == i for i in strongest]


def _group(fragments: list[np.ndarray], side: int) -> list[list[np.ndarray]]:
    """Join fragments that lie close for their size; a large object takes up crumbs, letters make a line."""
    parent = list(range(len(fragments)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    sizes = [int(fragment.sum()) for fragment in fragments]
    boxes = [box_of(fragment) for fragment in fragments]
    for i, first in enumerate(fragments):
        near = [j for j in range(i) if box_gap(boxes[i], boxes[j]) <= GAP_MOST * side]
        if not near:
            continue
        distance = cv2.distanceTransform((~first).astype(np.uint8), cv2.DIST_L2, 3)
        for j in near:
            if distance[fragments[j]].min() <= _allowed_gap(boxes[i], boxes[j], sizes[i], sizes[j], side):
                low, high = sorted((root(i), root(j)))
                parent[high] = low
    clusters: dict[int, list[np.ndarray]] = {}
    for i, fragment in enumerate(fragments):
        clusters.setdefault(root(i), []).append(fragment)
    return list(clusters.values())


def _allowed_gap(a_xyxy: BoxXYXY, b_xyxy: BoxXYXY, a_size: int, b_size: int, side: int) -> float:
    """Return the distance in pixels up to which two fragments belong together."""
    larger = max(max(box[2] - box[0], box[3] - box[1]) for box in (a_xyxy, b_xyxy))
    crumb = min(a_size, b_size) < CRUMB * max(a_size, b_size)
    if crumb or _in_line(a_xyxy, b_xyxy):
        return float(np.clip(GAP * larger, GAP_LEAST * side, GAP_MOST * side))
    return GAP_LEAST * side


def _in_line(a_xyxy: BoxXYXY, b_xyxy: BoxXYXY) -> bool:
    """Return whether two boxes could be letters of a line: of one height, side by side, no wider than a word."""
    heights = a_xyxy[3] - a_xyxy[1], b_xyxy[3] - b_xyxy[1]
    shared = min(a_xyxy[3], b_xyxy[3]) - max(a_xyxy[1], b_xyxy[1])
    gap = max(a_xyxy[0], b_xyxy[0]) - min(a_xyxy[2], b_xyxy[2])
    return shared >= 0.6 * max(heights) and gap <= 0.6 * max(heights)


def box_gap(a_xyxy: BoxXYXY, b_xyxy: BoxXYXY) -> float:
    """Return the distance of two half open boxes in pixels, 0 where they touch or overlap."""
    dx = max(a_xyxy[0] - b_xyxy[2], b_xyxy[0] - a_xyxy[2], 0)
    dy = max(a_xyxy[1] - b_xyxy[3], b_xyxy[1] - a_xyxy[3], 0)
    return float(np.hypot(dx, dy))


def _confidence(mask: np.ndarray, strength: np.ndarray) -> float:
    """Return the probability that an object was edited, from its strength, its edge and its size.

    An edit ends at an edge, slow drift has none; noise is weak, and strong at the most in a few pixels.
    """
    bias, by_strength, by_standout, by_area = WEIGHTS
    score = (
        bias
        + by_strength * np.log(max(float(strength[mask].mean()), 1e-3))
        + by_standout * np.log(np.clip(_standout(mask, strength), 0.1, MAX_STANDOUT))
        + by_area * np.log(100 * mask.mean())
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
