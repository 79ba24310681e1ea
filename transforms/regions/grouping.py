"""Join fragments of one object."""

from dataclasses import dataclass

import cv2
import numpy as np

from schemas.geometry import BoxXYXY
from transforms.regions.fragments import Fragments

GAP = 0.1
"""A crumb or letter closer than this share of the larger fragment's longer side belongs to it,"""
GAP_LEAST, GAP_MOST = 0.008, 0.035
"""within these shares of the frame's longer side; two objects of like size must be closer than the least."""
CRUMB = 0.2
"""A fragment below this share of the other's area is a crumb."""


@dataclass(frozen=True)
class Neighbours:
    """Two fragments with none between them. Attributes: their numbers (1..n), and the pixels between them."""

    first: int
    second: int
    gap: float


def group(fragments: Fragments) -> np.ndarray:
    """Return the object that each fragment belongs to: int [n], the number - 1 of the object's first fragment.

    Fragments that lie close for their size are joined: a large object takes up crumbs, letters make a line.
    """
    parent = list(range(len(fragments)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    side = max(fragments.labels.shape)
    for pair in neighbours(fragments.labels):
        if pair.gap <= _allowed_gap(fragments, pair.first - 1, pair.second - 1, side):
            low, high = sorted((root(pair.first - 1), root(pair.second - 1)))
            parent[high] = low
    return np.array([root(i) for i in range(len(fragments))], int)


def neighbours(labels: np.ndarray) -> list[Neighbours]:
    """Return the pairs of fragments whose zones touch, and how far apart they are; nearest first.

    A fragment's zone is all that is nearer to it than to any other.

    Args:
        labels: int32 [h, w], 0 = none.
    """
    if labels.max() < 2:
        return []
    distance, zone = cv2.distanceTransformWithLabels((labels == 0).astype(np.uint8), cv2.DIST_L2, 5)
    owner = np.zeros(int(zone.max()) + 1, np.int64)
    inside = labels > 0
    owner[zone[inside]] = labels[inside]
    owner_map = owner[zone]
    count = int(labels.max()) + 1
    codes, gaps = [], []
    for a, b in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        differs = owner_map[a] != owner_map[b]
        one, two = owner_map[a][differs], owner_map[b][differs]
        codes.append(np.minimum(one, two) * count + np.maximum(one, two))
        gaps.append(distance[a][differs] + distance[b][differs])
    code, gap = np.concatenate(codes), np.concatenate(gaps)
    order = np.lexsort((gap, code))
    found, first = np.unique(code[order], return_index=True)
    pairs = [
        Neighbours(int(c) // count, int(c) % count, float(g)) for c, g in zip(found, gap[order][first], strict=True)
    ]
    return sorted(pairs, key=lambda pair: (pair.gap, pair.first, pair.second))


def _allowed_gap(fragments: Fragments, i: int, j: int, side: int) -> float:
    """Return the distance in pixels up to which two fragments belong together."""
    a, b = fragments.boxes_xyxy[i], fragments.boxes_xyxy[j]
    sizes = fragments.sizes[[i, j]]
    larger = max(max(box[2] - box[0], box[3] - box[1]) for box in (a, b))
    if sizes.min() < CRUMB * sizes.max() or _in_line(a, b):
        return float(np.clip(GAP * larger, GAP_LEAST * side, GAP_MOST * side))
    return GAP_LEAST * side


def _in_line(a_xyxy: BoxXYXY, b_xyxy: BoxXYXY) -> bool:
    """Return whether two boxes could be letters of a line: of one height, side by side, no wider than a word."""
    heights = a_xyxy[3] - a_xyxy[1], b_xyxy[3] - b_xyxy[1]
    shared = min(a_xyxy[3], b_xyxy[3]) - max(a_xyxy[1], b_xyxy[1])
    gap = max(a_xyxy[0], b_xyxy[0]) - min(a_xyxy[2], b_xyxy[2])
    return shared >= 0.6 * max(heights) and gap <= 0.6 * max(heights)
