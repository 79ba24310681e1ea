"""Distributions of a data set, one figure with panels."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from pipeline.report.style import BAR, INK, SOFT, new_figure, png, style
from schemas.vocabulary import EDIT_TYPES, OUTCOMES

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
    figure = new_figure(13, 10.5)
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
    figure.suptitle(f"{len(rows)} samples", fontsize=13, color=INK, x=0.01, ha="left")
    return png(figure)


def _counts(axes: Axes, title: str, counts: Counter[str], order: Sequence[str]) -> None:
    names = [name for name in order if counts[name]][::-1]
    bars = axes.barh(names, [counts[name] for name in names], color=BAR, height=0.7)
    axes.bar_label(bars, padding=3, fontsize=8, color=SOFT)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(len(names) - max(len(names), _MIN_BARS) - 0.6, len(names) - 0.4)
    style(axes, title, "x")


def _overall_by_outcome(axes: Axes, judged: Sequence[dict[str, Any]]) -> None:
    names = [name for name in OUTCOMES if any(row["outcome"] == name for row in judged)][::-1]
    values = [[row["overall"] for row in judged if row["outcome"] == name] for name in names]
    median = {"color": INK, "linewidth": 1.6}
    box = {"facecolor": "#cfe3f1", "edgecolor": BAR}
    line = {"color": BAR}
    point = {"marker": ".", "markersize": 4, "markerfacecolor": BAR, "markeredgecolor": "none"}
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
    style(axes, "Overall score by outcome", "x", "overall, 0 to 10")


def _not_judged(*all_axes: Axes) -> None:
    for axes in all_axes:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "not judged", ha="center", color=SOFT)


def _score_axes(axes: Axes, judged: Sequence[dict[str, Any]]) -> None:
    for name, colour in _AXES.items():
        counts = Counter(row[name] for row in judged)
        total = 0
        shares = [(total := total + counts[score]) / len(judged) for score in range(26)]
        axes.step(range(26), shares, where="post", color=colour, linewidth=1.8, label=name.replace("_", " "))
    axes.set_ylim(0, 1.03)
    axes.legend(fontsize=9, frameon=False, labelcolor=INK, loc="best")
    style(axes, "Share of samples with at most this score", "both", "score, 0 to 25")


def _whole_numbers(axes: Axes, title: str, values: Sequence[int]) -> None:
    counts = Counter(values)
    span = range(max(*values, _MIN_BARS) + 1)
    bars = axes.bar(span, [counts[value] for value in span], color=BAR, width=0.7)
    axes.bar_label(bars, [str(counts[value] or "") for value in span], padding=2, fontsize=8, color=SOFT)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(y=0.12)
    axes.set_xticks(list(span))
    style(axes, title, "y", "regions")


def _area(axes: Axes, shares: Sequence[float]) -> None:
    edges = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0]
    axes.hist([min(max(share, edges[0]), 1.0) for share in shares], bins=edges, color=BAR, rwidth=0.9)
    axes.set_xscale("log")
    axes.set_xticks([0.0001, 0.001, 0.01, 0.1, 1.0], ["0.01 %", "0.1 %", "1 %", "10 %", "100 %"])
    axes.minorticks_off()
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    style(axes, "Changed area, where anything changed", "y", "share of the edited frame")
