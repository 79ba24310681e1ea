"""Connected areas where the difference stands over the noise floor."""

from dataclasses import dataclass

import cv2
import numpy as np

from schemas.geometry import BoxXYXY

LOW, HIGH = 1.0, 1.4
"""Strengths (1 = noise floor) that a fragment reaches everywhere, and somewhere."""
HALO, HALO_PX = 0.4, 4
"""What is weaker than this share of the strongest within so many pixels is the halo of its blur, and parts what it
surrounds."""
MAX_FRAGMENTS = 80


@dataclass(frozen=True, eq=False)
class Fragments:
    """Disjoint connected areas, strongest first.

    Attributes:
        labels: int32 [h, w]; 0 = none, else the fragment's number, 1..n.
        boxes_xyxy: n half open boxes.
        sizes: int [n], pixels.
    """

    labels: np.ndarray
    boxes_xyxy: tuple[BoxXYXY, ...]
    sizes: np.ndarray

    def __len__(self) -> int:
        return len(self.boxes_xyxy)


def find_fragments(strength: np.ndarray, hysteresis: bool = True) -> Fragments:
    """Return the connected areas above the low threshold that reach the high one.

    Args:
        strength: float32 [h, w], difference over noise floor.
        hysteresis: False for one threshold, the high one.
    """
    size = 2 * HALO_PX + 1
    near = cv2.dilate(strength, np.ones((size, size), np.uint8))
    marked = ((strength > (LOW if hysteresis else HIGH)) & (strength >= HALO * near)).astype(np.uint8)
    return fragments_of(marked, strength, strength > HIGH)


def fragments_of(marked: np.ndarray, weight: np.ndarray, sure: np.ndarray) -> Fragments:
    """Return the connected areas of a mask, without its specks, that are sure somewhere.

    Args:
        marked: uint8 [h, w], 0 or 1.
        weight: float32 [h, w]; the areas stand in the order of its sums, largest first.
        sure: bool [h, w].
    """
    pair = np.ones((2, 2), np.uint8)  # the anchors undo each other: one would shift the mask by a pixel
    marked = cv2.dilate(cv2.erode(marked, pair, anchor=(0, 0)), pair, anchor=(1, 1))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(marked, connectivity=8)
    if count == 1:
        return Fragments(labels, (), np.zeros(0, int))
    mass = np.bincount(labels.ravel(), weight.ravel(), count)
    reaches = np.zeros(count, bool)
    reaches[labels[sure]] = True
    reaches[0] = False
    order = sorted(np.flatnonzero(reaches).tolist(), key=lambda i: (-mass[i], i))[:MAX_FRAGMENTS]
    number = np.zeros(count, np.int32)
    number[order] = np.arange(1, len(order) + 1)
    boxes = [tuple(int(v) for v in (x, y, x + w, y + h)) for x, y, w, h, _ in stats[order]]
    return Fragments(number[labels], tuple(boxes), stats[order, cv2.CC_STAT_AREA].astype(int))  # type: ignore[arg-type]
