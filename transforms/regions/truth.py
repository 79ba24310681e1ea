"""Compare derived regions with what a renderer knows it changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from schemas.example import EditRegion
from schemas.geometry import BoxXYXY, iou_xyxy, xyxy_from_bbox_2d
from transforms.edits.triplet import Truth

MATCH_IOU = 0.5


@dataclass(frozen=True)
class TruthScore:
    """How well derivation met the truth.

    Attributes:
        iou: of the two label maps' foregrounds, 0..1; 1.0 if both are empty.
        f1: of the boxes, one to one at IoU 0.5, 0..1; 1.0 if there are none on either side.
        hits: for each derived region, in order, whether its box is one of the matched.
    """

    iou: float
    f1: float
    hits: tuple[bool, ...]


def compare_with_truth(edit_region: Sequence[EditRegion], label_map: np.ndarray, truth: Truth) -> TruthScore:
    """Score derived regions against the truth.

    Args:
        edit_region: the record's regions.
        label_map: uint8 [H, W], theirs.
        truth: over the same frame.

    Raises:
        ValueError: the label maps differ in size.
    """
    if label_map.shape != truth.label_map.shape:
        raise ValueError(f"label maps of {label_map.shape} and {truth.label_map.shape} cannot be compared")
    height, width = label_map.shape
    derived = [xyxy_from_bbox_2d(region.bbox_2d, width, height) for region in edit_region]
    true = [region.bbox_xyxy for region in truth.regions]
    return TruthScore(
        iou=_mask_iou(label_map > 0, truth.label_map > 0),
        f1=box_f1(derived, true),
        hits=matched_boxes(derived, true),
    )


def _mask_iou(a: np.ndarray, b: np.ndarray) -> float:
    union = int((a | b).sum())
    return float((a & b).sum() / union) if union else 1.0


def box_f1(derived_xyxy: Sequence[BoxXYXY], true_xyxy: Sequence[BoxXYXY]) -> float:
    """Return the F1 of the largest one-to-one matching of boxes with an IoU of at least 0.5.

    >>> box_f1([(0, 0, 10, 10), (50, 50, 60, 60)], [(0, 0, 10, 8)])
    0.6666666666666666
    """
    if not derived_xyxy and not true_xyxy:
        return 1.0
    return 2 * sum(matched_boxes(derived_xyxy, true_xyxy)) / (len(derived_xyxy) + len(true_xyxy))


def matched_boxes(derived_xyxy: Sequence[BoxXYXY], true_xyxy: Sequence[BoxXYXY]) -> tuple[bool, ...]:
    """Return which derived boxes the largest one-to-one matching at an IoU of at least 0.5 takes.

    Of several largest matchings, the one with the largest sum of IoU decides: of two boxes on one true region the
    better one is the hit.

    >>> matched_boxes([(0, 0, 10, 10), (0, 0, 10, 9)], [(0, 0, 10, 8)])
    (False, True)
    """
    if not derived_xyxy or not true_xyxy:
        return (False,) * len(derived_xyxy)
    ious = np.array([[iou_xyxy(a, b) for b in true_xyxy] for a in derived_xyxy])
    met = ious >= MATCH_IOU
    # All IoUs of a matching together weigh less than one more pair.
    worth = met * (1 + ious / (1 + min(ious.shape)))
    pairs = linear_sum_assignment(worth, maximize=True)
    matched = {int(a) for a, b in zip(*pairs, strict=True) if met[a, b]}
    return tuple(index in matched for index in range(len(derived_xyxy)))
