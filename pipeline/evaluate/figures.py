"""Figures of a model's answers: form, regions, scores, and the order within groups."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.stats import spearmanr

from pipeline.evaluate.answered import AXES, Answered
from schemas.geometry import BoxXYXY, iou_xyxy
from transforms.regions.truth import matched_boxes


def all_figures(answered: Sequence[Answered]) -> dict[str, float]:
    """Return every figure that these answers allow; one without a case to count is left out."""
    found = parse_rates(answered) | region_figures(answered) | score_figures(answered) | pair_figures(answered)
    return {name: value for name, value in found.items() if value == value}


def parse_rates(answered: Sequence[Answered]) -> dict[str, float]:
    """Return the shares of answers in the right form, by branch."""
    return {
        "parse_sc": _mean([a.semantic is not None for a in answered]),
        "parse_pq": _mean([a.perceptual is not None for a in answered]),
    }


def region_figures(answered: Sequence[Answered]) -> dict[str, float]:
    """Return precision, recall and F1 of boxes at an IoU of 0.5, one to one, over all samples together; and mean IoU.

    An answer that cannot be read has no boxes. `region_iou` is the mean over the true regions of the IoU in the one to
    one matching with the largest sum, 0 for a region without a match.
    """
    hits, predicted, true, ious = 0, 0, 0, list[float]()
    for one in answered:
        boxes = _boxes([region.bbox_2d for region in one.semantic.edit_region] if one.semantic else [])
        truth = _boxes([region.bbox_2d for region in one.example.edit_region])
        hits += sum(matched_boxes(boxes, truth))
        predicted, true = predicted + len(boxes), true + len(truth)
        ious += _matched_ious(boxes, truth)
    precision = hits / predicted if predicted else float("nan")
    recall = hits / true if true else float("nan")
    f1 = 2 * hits / (predicted + true) if predicted + true else float("nan")
    return {"region_precision": precision, "region_recall": recall, "region_f1": f1, "region_iou": _mean(ious)}


def score_figures(answered: Sequence[Answered]) -> dict[str, float]:
    """Return mean absolute error (points of 25) and Spearman's correlation per axis, over the answers that were read.

    A correlation needs two different values on both sides.
    """
    found = {}
    for axis in AXES:
        pairs = [(a.given[axis], a.right[axis]) for a in answered if axis in a.given and axis in a.right]
        given, right = (
            (np.array(side, dtype=float) for side in zip(*pairs, strict=True)) if pairs else (np.empty(0),) * 2
        )
        found[f"mae_{axis}"] = float(np.abs(given - right).mean()) if pairs else float("nan")
        varied = len(set(given)) > 1 and len(set(right)) > 1
        found[f"spearman_{axis}"] = float(spearmanr(given, right).statistic) if varied else float("nan")
    return found


def pair_figures(answered: Sequence[Answered]) -> dict[str, float]:
    """Return how many pairs of one group the overall scores put in the right order, and how many pairs there are.

    A tie is an error, and so is a pair of which an answer cannot be read: it never counts as a middle score. Pairs of
    equal rank are none, nor are those whose rank and overall score disagree in the data set.
    """
    groups: dict[str, list[Answered]] = {}
    for one in answered:
        if one.example.judgement.overall >= 0:
            groups.setdefault(one.example.group_id, []).append(one)
    right = []
    for members in groups.values():
        for pair in combinations(members, 2):
            better, worse = sorted(pair, key=lambda one: one.example.rank)
            known = better.example.judgement.overall > worse.example.judgement.overall
            if better.example.rank != worse.example.rank and known:
                first, second = better.overall, worse.overall
                right.append(first is not None and second is not None and first > second)
    return {"pairwise_accuracy": _mean(right), "pairs": float(len(right))}


def _boxes(boxes_2d: Sequence[list[int]]) -> list[BoxXYXY]:
    """Return boxes as tuples: both sides of a comparison lie in one frame, so its unit does not matter."""
    return [(box[0], box[1], box[2], box[3]) for box in boxes_2d]


def _matched_ious(boxes: Sequence[BoxXYXY], truth: Sequence[BoxXYXY]) -> list[float]:
    """Return the IoU that each true box has in the matching with the largest sum."""
    ious = [0.0] * len(truth)
    if boxes and truth:
        table = np.array([[iou_xyxy(a, b) for b in truth] for a in boxes])
        for row, column in zip(*linear_sum_assignment(table, maximize=True), strict=True):
            ious[column] = float(table[row, column])
    return ious


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
