"""How far the confidence of derived regions can be believed: the share of true ones at each confidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

BINS = 10
"""Bins of equal width between confidence 0 and 1; 1 belongs to the last."""
Z = 1.96
"""Standard deviations of a 95 % interval."""


@dataclass(frozen=True)
class Bin:
    """Regions of similar confidence.

    Attributes:
        start, end: confidences from which and to which, 0..1.
        regions: their number, at least 1.
        confidence: their mean confidence, 0..1.
        true: share of them that are true regions, 0..1.
        low, high: 95 % Wilson interval of that share, regions taken as independent, 0..1.
    """

    start: float
    end: float
    regions: int
    confidence: float
    true: float
    low: float
    high: float


@dataclass(frozen=True)
class Reliability:
    """Confidence against truth, over all derived regions before any filter.

    Attributes:
        bins: those that hold a region, by confidence.
        regions: number of derived regions.
        on_unedited: how many of them lie in a candidate in which nothing was changed; none of these is true.
        true: share of all that are true regions, 0..1.
        confidence: mean confidence of all, 0..1.
        error: expected calibration error, 0..1: mean over the regions of their bin's distance between mean confidence
            and share of true ones.
    """

    bins: tuple[Bin, ...]
    regions: int
    on_unedited: int
    true: float
    confidence: float
    error: float


def reliability(rows: Sequence[dict[str, Any]]) -> Reliability | None:
    """Return how confidence meets truth over rows of `report/truth.parquet`.

    A region is true if it is matched one to one with a true region's box at IoU 0.5. The one region of an unrelated
    picture is left out: it is the whole frame by definition, and so is its confidence.

    Returns:
        None if no row has a region, or the rows are of a version that recorded no confidence.
    """
    measured = [row for row in rows if row.get("confidences") and row["outcome"] != "unrelated"]
    if not measured:
        return None
    confidence = np.array([value for row in measured for value in row["confidences"]])
    true = np.array([hit for row in measured for hit in row["hits"]])
    index = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bins = tuple(_bin(k, confidence[index == k], true[index == k]) for k in range(BINS) if (index == k).any())
    return Reliability(
        bins=bins,
        regions=len(true),
        on_unedited=sum(len(row["hits"]) for row in measured if row["n_truth"] == 0),
        true=float(true.mean()),
        confidence=float(confidence.mean()),
        error=sum(part.regions * abs(part.true - part.confidence) for part in bins) / len(true),
    )


def _bin(k: int, confidence: np.ndarray, true: np.ndarray) -> Bin:
    share = float(true.mean())
    low, high = _wilson(share, len(true))
    return Bin(k / BINS, (k + 1) / BINS, len(true), float(confidence.mean()), share, low, high)


def _wilson(share: float, number: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of `number`, which unlike the normal one never leaves 0..1."""
    spread = 1 + Z**2 / number
    middle = (share + Z**2 / (2 * number)) / spread
    half = Z * (share * (1 - share) / number + Z**2 / (4 * number**2)) ** 0.5 / spread
    return max(0.0, middle - half), min(1.0, middle + half)
