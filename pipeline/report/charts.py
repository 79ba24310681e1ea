"""Distributions of a data set, one figure with panels."""

import io
from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from schemas.vocabulary import EDIT_TYPES, OUTCOMES

_INK, _SOFT, _GRID, _BAR = "#1c1e22", "#696e76", "#e4e7eb", "#0072b2"
_AXES = {
    "instruction_following": "#0072b2",
    "over_editing": "#d55e00",
    "naturalness": "#009e73",
    "artifacts": "#cc79a7",
}


_MIN_BARS = 6
"""Room is left for this many bars, so that a few do not grow fat."""


def distributions(rows: Sequence[dict[str, Any]]) -> bytes:
    """Return a PNG of the kept samples: outcomes, types, overall, the four axes, regions, their area.

    Args:
        rows: metadata rows, at least one.
    """
    figure = Figure(figsize=(13, 10.5), dpi=110, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.subplots(3, 2)
    judged = [row for row in rows if row["overall"] >= 0]
    _counts(axes[0, 0], "Outcomes", Counter(row["outcome"] for row in rows), OUTCOMES)
    _counts(axes[0, 1], "Edit types", Counter(row["edit_type"] for row in rows), EDIT_TYPES)
    if judged:
        _overall_by_outcome(axes[1, 0], judged)
        _score_axes(axes[1, 1], judged)
    else:
        _not_judged(axes[1, 0], axes[1, 1])
    _whole_numbers(axes[2, 0], "Regions per sample", [row["n_regions"] for row in rows])
    _area(axes[2, 1], [row["region_area"] for row in rows if row["n_regions"]])
    figure.suptitle(f"{len(rows)} samples", fontsize=13, color=_INK, x=0.01, ha="left")
    stream = io.BytesIO()
    # No software tag: the picture depends on the rows alone.
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def _style(axes: Axes, title: str, grid: Literal["x", "y", "both"], xlabel: str = "samples") -> None:
    axes.set_title(title, fontsize=11, color=_INK, loc="left")
    axes.set_xlabel(xlabel, fontsize=9, color=_SOFT)
    axes.tick_params(colors=_SOFT, labelsize=9, length=0)
    axes.grid(axis=grid, color=_GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def _counts(axes: Axes, title: str, counts: Counter[str], order: Sequence[str]) -> None:
    names = [name for name in order if counts[name]][::-1]
    bars = axes.barh(names, [counts[name] for name in names], color=_BAR, height=0.7)
    axes.bar_label(bars, padding=3, fontsize=8, color=_SOFT)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(len(names) - max(len(names), _MIN_BARS) - 0.6, len(names) - 0.4)
    _style(axes, title, "x")


def _overall_by_outcome(axes: Axes, judged: Sequence[dict[str, Any]]) -> None:
    names = [name for name in OUTCOMES if any(row["outcome"] == name for row in judged)][::-1]
    values = [[row["overall"] for row in judged if row["outcome"] == name] for name in names]
    median = {"color": _INK, "linewidth": 1.6}
    box = {"facecolor": "#cfe3f1", "edgecolor": _BAR}
    line = {"color": _BAR}
    point = {"marker": ".", "markersize": 4, "markerfacecolor": _BAR, "markeredgecolor": "none"}
    axes.boxplot(
        values,
        orientation="horizontal",
        tick_labels=names,
        patch_artist=True,
        widths=0.6,
        medianprops=median,
        boxprops=box,
        whiskerprops=line,
        capprops=line,
        flierprops=point,
    )
    axes.set_xlim(-0.2, 10.2)
    _style(axes, "Overall score by outcome", "x", "overall, 0 to 10")


def _not_judged(*all_axes: Axes) -> None:
    for axes in all_axes:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "not judged", ha="center", color=_SOFT)


def _score_axes(axes: Axes, judged: Sequence[dict[str, Any]]) -> None:
    for name, colour in _AXES.items():
        counts = Counter(row[name] for row in judged)
        total = 0
        shares = [(total := total + counts[score]) / len(judged) for score in range(26)]
        axes.step(range(26), shares, where="post", color=colour, linewidth=1.8, label=name.replace("_", " "))
    axes.set_ylim(0, 1.03)
    axes.legend(fontsize=9, frameon=False, labelcolor=_INK, loc="best")
    _style(axes, "Share of samples with at most this score", "both", "score, 0 to 25")


def _whole_numbers(axes: Axes, title: str, values: Sequence[int]) -> None:
    counts = Counter(values)
    span = range(max(*values, _MIN_BARS) + 1)
    bars = axes.bar(span, [counts[value] for value in span], color=_BAR, width=0.7)
    axes.bar_label(bars, [str(counts[value] or "") for value in span], padding=2, fontsize=8, color=_SOFT)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(y=0.12)
    axes.set_xticks(list(span))
    _style(axes, title, "y", "regions")


def _area(axes: Axes, shares: Sequence[float]) -> None:
    edges = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0]
    axes.hist([min(max(share, edges[0]), 1.0) for share in shares], bins=edges, color=_BAR, rwidth=0.9)
    axes.set_xscale("log")
    axes.set_xticks([0.0001, 0.001, 0.01, 0.1, 1.0], ["0.01 %", "0.1 %", "1 %", "10 %", "100 %"])
    axes.minorticks_off()
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    _style(axes, "Changed area, where anything changed", "y", "share of the edited frame")
