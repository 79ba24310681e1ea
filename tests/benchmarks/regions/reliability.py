"""Is a confidence of 0.8 right four times in five?"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from benchmarks.regions.evaluate import Row
from benchmarks.regions.score import MISS
from benchmarks.table import NOTHING, Table

BINS = 10
_INK, _SOFT, _GRID = "#1c1e22", "#696e76", "#e4e7eb"
_COLOURS = {"synthetic": "#0072b2", "real": "#d55e00", "crops": "#009e73", "framings": "#cc79a7"}


@dataclass(frozen=True)
class Bin:
    """Regions of similar confidence. Attributes: its bounds, how many, mean confidence, share that are right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def reliability(rows: Sequence[Row]) -> list[Bin]:
    """Sort predicted regions into ten bins of confidence.

    A region is right if it matches a true one at IoU 0.5; on an unedited pair none is.

    Args:
        rows: of one method, edited and unedited pairs.
    """
    confidence = np.array([value for row in rows for value in row.confidence])
    right = np.array([hit != MISS for row in rows if row.confidence for hit in row.score.hits_50])
    index = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        Bin(i / BINS, (i + 1) / BINS, int(inside.sum()), float(confidence[inside].mean()), float(right[inside].mean()))
        for i in range(BINS)
        if (inside := index == i).any()
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: mean distance of confidence and share right, weighted by count, 0..1."""
    total = sum(part.count for part in bins)
    return sum(part.count * abs(part.confidence - part.right) for part in bins) / total if total else float("nan")


def reliability_table(title: str, bins: Sequence[Bin]) -> Table:
    """Return the bins as a table."""
    rows = tuple(
        (f"{part.low:.1f}–{part.high:.1f}", str(part.count), f"{part.confidence:.2f}", f"{part.right:.2f}")
        for part in bins
    )
    error = f"{calibration_error(bins):.3f}" if bins else NOTHING
    note = f"Right: matches a true region at IoU 0.5. Expected calibration error: {error}."
    return Table(title, ("confidence", "regions", "mean", "right"), rows, note)


def reliability_png(bins: dict[str, list[Bin]]) -> bytes:
    """Draw the share of regions that are right against their confidence, and how many there are.

    Args:
        bins: by data set, synthetic or real.
    """
    picture = Figure(figsize=(5.4, 6.2), dpi=110, layout="constrained", facecolor="white")
    FigureCanvasAgg(picture)
    curve, counts = picture.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    curve.plot([0, 1], [0, 1], color=_SOFT, linewidth=1, linestyle=(0, (4, 4)))
    wide = 0.8 / BINS / max(1, len(bins))
    for i, (name, parts) in enumerate(bins.items()):
        label = f"{name}: error {calibration_error(parts):.3f}"
        x = [part.confidence for part in parts]
        curve.plot(x, [part.right for part in parts], marker="o", markersize=5, color=_COLOURS[name], label=label)
        left = [part.low + 0.1 / BINS + i * wide for part in parts]
        counts.bar(left, [part.count for part in parts], wide, align="edge", color=_COLOURS[name])
    curve.set(xlim=(0, 1), ylim=(0, 1.02), ylabel="share right at IoU 0.5")
    curve.set_title("Confidence against truth", loc="left", fontsize=11, color=_INK)
    counts.set(xlabel="confidence", ylabel="regions")
    if bins:
        curve.legend(loc="upper left", frameon=False, fontsize=9)
    for axes in (curve, counts):
        axes.grid(color=_GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(colors=_SOFT, labelsize=9, length=0)
        for side in axes.spines.values():
            side.set_visible(False)
    stream = io.BytesIO()
    picture.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()
