"""Join fragments of one object."""

from dataclasses import dataclass

import cv2
import numpy as np

from schemas.geometry import BoxXYXY
from transforms.regions.fragments import Fragments

GAP = 0.1
"""A crumb or letter closer than this share of the larger part's longer side belongs to it,"""
GAP_LEAST, GAP_MOST = 0.008, 0.035
"""within these shares of the frame's longer side; two objects of like size must be closer than the least."""
CRUMB = 0.2
"""A part below this share of the other's area is a crumb."""
LINE_ASPECT = 2.0
"""Parts this many times as wide as high may be lines of text."""
LEADING = 1.0
"""Lines closer than this many of their heights, one above the other, are one block."""


@dataclass(frozen=True)
class Neighbours:
    """Two fragments with none between them. Attributes: their numbers (1..n), and the pixels between them."""

    first: int
    second: int
    gap: float


@dataclass(frozen=True)
class _Part:
    """What an object is made of so far. Attributes: half open box, pixels, number of fragments."""

    box_xyxy: BoxXYXY
    size: int
    count: int = 1

    @property
    def width(self) -> int:
        return self.box_xyxy[2] - self.box_xyxy[0]

    @property
    def height(self) -> int:
        return self.box_xyxy[3] - self.box_xyxy[1]

    def joined(self, other: "_Part") -> "_Part":
        a, b = self.box_xyxy, other.box_xyxy
        box = min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
        return _Part(box, self.size + other.size, self.count + other.count)


def group(fragments: Fragments) -> np.ndarray:
    """Return the object that each fragment belongs to: int [n], the number - 1 of the object's first fragment.

    What lies close for its size is joined, nearest first: a large object takes up crumbs, letters make a line, lines
    make a block. What was joined counts as one from then on, so that a crumb between two objects does not join them.
    """
    parent = list(range(len(fragments)))
    parts = [_Part(box, int(size)) for box, size in zip(fragments.boxes_xyxy, fragments.sizes, strict=True)]

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    side = max(fragments.labels.shape)
    waiting = neighbours(fragments.labels)
    while True:
        left = []
        for pair in waiting:
            low, high = sorted((root(pair.first - 1), root(pair.second - 1)))
            if low == high:
                continue
            if pair.gap <= _allowed_gap(parts[low], parts[high], side):
                parent[high] = low
                parts[low] = parts[low].joined(parts[high])
            else:
                left.append(pair)
        if len(left) == len(waiting):
            return np.array([root(i) for i in range(len(fragments))], int)
        waiting = left


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


def _allowed_gap(a: _Part, b: _Part, side: int) -> float:
    """Return the distance in pixels up to which two parts belong together."""
    if _in_block(a, b):
        return np.inf
    small, large = sorted((a, b), key=lambda part: part.size)
    if small.size < CRUMB * large.size or _in_line(a, b):
        longer = max(a.width, a.height, b.width, b.height)
        return float(np.clip(GAP * longer, GAP_LEAST * side, GAP_MOST * side))
    return GAP_LEAST * side


def _in_line(a: _Part, b: _Part) -> bool:
    """Return whether two parts could be letters or words of a line: of one height, side by side, near each other."""
    heights = a.height, b.height
    shared = min(a.box_xyxy[3], b.box_xyxy[3]) - max(a.box_xyxy[1], b.box_xyxy[1])
    gap = max(a.box_xyxy[0], b.box_xyxy[0]) - min(a.box_xyxy[2], b.box_xyxy[2])
    return shared >= 0.6 * max(heights) and gap <= 0.6 * max(heights)


def _in_block(a: _Part, b: _Part) -> bool:
    """Return whether two parts could be lines of one block: of like height, one above the other."""
    if min(a.width / a.height, b.width / b.height) < LINE_ASPECT:
        return False
    low, high = sorted((a.height, b.height))
    shared = min(a.box_xyxy[2], b.box_xyxy[2]) - max(a.box_xyxy[0], b.box_xyxy[0])
    gap = max(a.box_xyxy[1], b.box_xyxy[1]) - min(a.box_xyxy[3], b.box_xyxy[3])
    return low >= 0.5 * high and shared >= 0.5 * min(a.width, b.width) and gap <= LEADING * low
