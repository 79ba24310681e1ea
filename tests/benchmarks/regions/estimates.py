"""Averages over pairs with 95 % intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.regions.evaluate import Row
from benchmarks.regions.score import MISS
from schemas.keys import rng_for

RESAMPLES = 1000
Ratio = tuple[float, float]
"""One pair's share in a figure: a numerator and a denominator, both added up over pairs; (0, 0) counts for nothing."""


@dataclass(frozen=True)
class Estimate:
    """A figure over pairs.

    Attributes:
        value: sum of numerators over sum of denominators; nan where nothing counts.
        low, high: its 95 % interval; nan where all pairs have one source.
        hits, count: the two sums.
    """

    value: float
    low: float
    high: float
    hits: float
    count: float


def estimate(rows: Sequence[Row], ratio: Callable[[Row], Ratio], resamples: int = RESAMPLES) -> Estimate:
    """Average a figure over rows and bootstrap it over sources: groups are drawn whole, with replacement.

    Args:
        rows: of one method.
        ratio: a pair's numerator and denominator.
        resamples: how often groups are drawn anew. The draw is the same each time.
    """
    sums: dict[str, np.ndarray] = {}
    for row in rows:
        sums[row.group] = sums.get(row.group, np.zeros(2)) + ratio(row)
    # Sources that count for nothing here are no part of the sample.
    groups = np.array([sums[name] for name in sorted(sums) if sums[name][1] > 0]).reshape(-1, 2)
    hits, count = (float(total) for total in groups.sum(axis=0))
    low, high = _interval(groups, resamples)
    return Estimate(hits / count if count else float("nan"), low, high, hits, count)


def _interval(groups: np.ndarray, resamples: int) -> tuple[float, float]:
    if len(groups) < 2:
        return float("nan"), float("nan")
    drawn = rng_for("bootstrap", len(groups)).multinomial(len(groups), np.full(len(groups), 1 / len(groups)), resamples)
    totals = drawn @ groups
    low, high = np.percentile(totals[:, 0] / totals[:, 1], [2.5, 97.5])
    return float(low), float(high)


def _hit(hits: Sequence[int]) -> int:
    return sum(hit != MISS for hit in hits)


def precision(row: Row) -> Ratio:
    """Boxes that hit at IoU 0.5 over predicted boxes, on edited pairs."""
    return (_hit(row.score.hits_50), len(row.boxes_xyxy)) if row.truth_xyxy else (0, 0)


def recall(row: Row) -> Ratio:
    """Boxes that hit at IoU 0.5 over true boxes."""
    return _hit(row.score.hits_50), len(row.truth_xyxy)


def f1(row: Row) -> Ratio:
    """F1 at IoU 0.5 over all boxes of all edited pairs."""
    return (2 * _hit(row.score.hits_50), len(row.boxes_xyxy) + len(row.truth_xyxy)) if row.truth_xyxy else (0, 0)


def f1_75(row: Row) -> Ratio:
    """F1 at IoU 0.75 over all boxes of all edited pairs."""
    return (2 * _hit(row.score.hits_75), len(row.boxes_xyxy) + len(row.truth_xyxy)) if row.truth_xyxy else (0, 0)


def f1_per_pair(row: Row) -> Ratio:
    """F1 at IoU 0.5 of each edited pair, averaged."""
    return (row.f1, 1) if row.truth_xyxy else (0, 0)


def union_iou(row: Row) -> Ratio:
    """IoU of the unions of boxes, averaged over edited pairs."""
    return (row.score.union_iou, 1) if row.truth_xyxy else (0, 0)


def mask_iou(row: Row) -> Ratio:
    """IoU of the masks, averaged over edited pairs whose true mask is known."""
    return (row.score.mask_iou, 1) if row.truth_xyxy and row.score.mask_iou is not None else (0, 0)


def fires(row: Row) -> Ratio:
    """Unedited pairs with a region, over unedited pairs."""
    return (0, 0) if row.truth_xyxy else (float(bool(row.boxes_xyxy)), 1)
