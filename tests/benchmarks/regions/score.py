"""Scores of one pair: predicted boxes and masks against the true ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from schemas.geometry import BoxXYXY, iou_xyxy

MISS = -1
"""Stands for "no true box" in `match_boxes`."""
INSIDE = 0.5
"""Share of a predicted box that must lie in ignored places for it to count neither way."""
_TIE = 1e-3
"""Weight of the IoU beside a hit: decides between matchings with equally many hits, never against one hit more."""


@dataclass(frozen=True)
class Score:
    """Scores of one pair.

    Attributes:
        hits_50: for each predicted box the index of the true box that it was given at IoU 0.5, or -1.
        hits_75: the same at IoU 0.75.
        union_iou: IoU of the two unions of boxes, 0..1; 1 if both are empty.
        mask_iou: IoU of the masks' foregrounds, 0..1; None where no true mask is known.
    """

    hits_50: tuple[int, ...]
    hits_75: tuple[int, ...]
    union_iou: float
    mask_iou: float | None


def match_boxes(predicted: Sequence[BoxXYXY], truth: Sequence[BoxXYXY], iou: float) -> tuple[int, ...]:
    """Return the largest one-to-one matching: for each predicted box the index of its true box, or -1.

    >>> match_boxes([(0, 0, 10, 10), (50, 50, 60, 60)], [(90, 90, 99, 99), (0, 0, 10, 8)], 0.5)
    (1, -1)
    """
    matched = [MISS] * len(predicted)
    if predicted and truth:
        overlap = np.array([[iou_xyxy(a, b) for b in truth] for a in predicted])
        hit = overlap >= iou
        for row, column in zip(*linear_sum_assignment(hit * (1 + _TIE * overlap), maximize=True), strict=True):
            if hit[row, column]:
                matched[row] = int(column)
    return tuple(matched)


def box_f1(hits: Sequence[int], true_count: int) -> float:
    """Return the F1 of one pair's matching, 0..1; 1 if there is nothing on either side."""
    total = len(hits) + true_count
    return 2 * sum(hit != MISS for hit in hits) / total if total else 1.0


def rasterise(boxes: Sequence[BoxXYXY], height: int, width: int) -> np.ndarray:
    """Return the union of boxes as bool [height, width]; what leaves the frame is cut off."""
    union = np.zeros((height, width), bool)
    for x1, y1, x2, y2 in boxes:
        union[max(y1, 0) : max(y2, 0), max(x1, 0) : max(x2, 0)] = True
    return union


def mask_iou(a: np.ndarray, b: np.ndarray) -> float:
    """Return the IoU of two bool masks [H, W], 0..1; 1 if both are empty."""
    union = int(np.count_nonzero(a | b))
    return int(np.count_nonzero(a & b)) / union if union else 1.0


def keep_counted(boxes: Sequence[BoxXYXY], ignore: Sequence[BoxXYXY], height: int, width: int) -> tuple[int, ...]:
    """Return the indices of the boxes that count: at most half of each lies in ignored places."""
    if not ignore:
        return tuple(range(len(boxes)))
    ignored = rasterise(ignore, height, width)
    return tuple(i for i, (x1, y1, x2, y2) in enumerate(boxes) if ignored[y1:y2, x1:x2].mean() <= INSIDE)


def score_pair(
    predicted: Sequence[BoxXYXY],
    truth: Sequence[BoxXYXY],
    mask: np.ndarray,
    true_mask: np.ndarray | None,
) -> Score:
    """Score one pair.

    Args:
        predicted: half open boxes in pixels of the edited image, those that count.
        truth: the true ones.
        mask: bool [H, W], union of the predicted masks.
        true_mask: bool [H, W], or None where it is not known.
    """
    height, width = mask.shape
    return Score(
        hits_50=match_boxes(predicted, truth, 0.5),
        hits_75=match_boxes(predicted, truth, 0.75),
        union_iou=mask_iou(rasterise(predicted, height, width), rasterise(truth, height, width)),
        mask_iou=None if true_mask is None else mask_iou(mask, true_mask),
    )
