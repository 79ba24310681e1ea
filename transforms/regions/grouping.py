"""Join fragments of one object."""

from dataclasses import dataclass

import cv2
import numpy as np

from schemas.geometry import BoxXYXY
from transforms.regions.fragments import Fragments

GAP = 0.1
"""A crumb or letter closer than this share of the larger part's longer side belongs to it,"""
GAP_LEAST, GAP_MOST = 0.022, 0.035
"""within these shares of the frame's longer side; two objects of like size must be closer than the least."""
CRUMB = 0.2
"""A part below this share of the other's area is a crumb."""
LINE_ASPECT = 2.0
"""Parts this many times as wide as high may be lines of text,"""
LETTER = 0.1
"""and lower than this share of the frame's longer side;"""
SPACING = 1.2
"""two that are no further apart than this many of their heights are one line."""
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
    """What an object is made of so far. Attributes: half open box, pixels."""

    box_xyxy: BoxXYXY
    size: int

    @property
    def width(self) -> int:
        return self.box_xyxy[2] - self.box_xyxy[0]

    @property
    def height(self) -> int:
        return self.box_xyxy[3] - self.box_xyxy[1]

    @property
    def aspect(self) -> float:
        return self.width / self.height

    def joined(self, other: "_Part") -> "_Part":
        a, b = self.box_xyxy, other.box_xyxy
        box = min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
        return _Part(box, self.size + other.size)


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
    if max(a.height, b.height) <= LETTER * side and (_in_text_line(a, b) or _in_block(a, b)):
        return np.inf
    small, large = sorted((a, b), key=lambda part: part.size)
    if small.size < CRUMB * large.size or _in_line(a, b):
        longer = max(a.width, a.height, b.width, b.height)
        return float(np.clip(GAP * longer, GAP_LEAST * side, GAP_MOST * side))
    return GAP_LEAST * side


def _in_line(a: _Part, b: _Part) -> bool:
    """Return whether two parts could be letters of a line: of one height, side by side, near each other."""
    high = max(a.height, b.height)
    return _shared_height(a, b) >= 0.6 * high and _across(a, b) <= 0.6 * high


def _in_text_line(a: _Part, b: _Part) -> bool:
    """Return whether two parts could be words of a line of text."""
    low, high = sorted((a.height, b.height))
    like_text = max(a.aspect, b.aspect) >= LINE_ASPECT and low >= 0.4 * high
    return like_text and _shared_height(a, b) >= 0.6 * low and _across(a, b) <= SPACING * high


def _in_block(a: _Part, b: _Part) -> bool:
    """Return whether two parts could be lines of one block: of like height, one above the other."""
    low, high = sorted((a.height, b.height))
    like_lines = min(a.aspect, b.aspect) >= LINE_ASPECT and low >= 0.5 * high
    return like_lines and -_across(a, b) >= 0.5 * min(a.width, b.width) and -_shared_height(a, b) <= LEADING * low


def _shared_height(a: _Part, b: _Part) -> int:
    """Return how many rows two parts share; less than 0 for how many lie between them."""
    return min(a.box_xyxy[3], b.box_xyxy[3]) - max(a.box_xyxy[1], b.box_xyxy[1])


def _across(a: _Part, b: _Part) -> int:
    """Return how many columns lie between two parts; less than 0 for how many they share."""
    return max(a.box_xyxy[0], b.box_xyxy[0]) - min(a.box_xyxy[2], b.box_xyxy[2])
