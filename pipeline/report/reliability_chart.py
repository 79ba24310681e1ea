"""The reliability diagram: share of true regions against their confidence, and how many there are."""

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from pipeline.report.reliability import Reliability
from pipeline.report.style import BAR, INK, SOFT, new_figure, png, style

_TICKS = [k / 5 for k in range(6)]


def reliability_diagram(found: Reliability) -> bytes:
    """Return a PNG: above, confidence against the share of true regions; below, the number of regions of each bin."""
    figure = new_figure(7, 7.6)
    shares, counts = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    _draw_shares(shares, found)
    _draw_counts(counts, found)
    figure.suptitle(f"Expected calibration error {found.error:.3f}", fontsize=13, color=INK, x=0.01, ha="left")
    caption = (
        f"{found.regions} regions of all candidates before filters, {found.on_unedited} of them on unedited pictures.\n"
        f"Mean confidence {found.confidence:.3f}; {found.true:.1%} are true regions: boxes matched one to one "
        "at IoU 0.5.\nAbove the dashed line regions are better than their confidence states, below it worse."
    )
    figure.supxlabel(caption, fontsize=9, color=SOFT, x=0.01, ha="left")
    return png(figure)


def _draw_shares(axes: Axes, found: Reliability) -> None:
    """Draw a point for each bin, unconnected: between two of them nothing was measured."""
    axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1.2, linestyle=(0, (4, 4)), label="as stated")
    x = [part.confidence for part in found.bins]
    axes.vlines(x, [part.low for part in found.bins], [part.high for part in found.bins], color=BAR, linewidth=1.4)
    label = "measured, with 95 % interval"
    axes.plot(x, [part.true for part in found.bins], color=BAR, linestyle="none", marker="o", markersize=7, label=label)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.03, 1.03)
    axes.set_xticks(_TICKS)
    axes.set_yticks(_TICKS)
    axes.legend(fontsize=9, frameon=False, labelcolor=INK, loc="upper left")
    axes.set_ylabel("share of true regions", fontsize=9, color=SOFT)
    style(axes, "Confidence of regions against the truth", "both", "")


def _draw_counts(axes: Axes, found: Reliability) -> None:
    middles = [(part.start + part.end) / 2 for part in found.bins]
    bars = axes.bar(middles, [part.regions for part in found.bins], width=0.09, color=BAR)
    axes.bar_label(bars, padding=2, fontsize=8, color=SOFT)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.margins(y=0.18)
    style(axes, "Regions", "y", "confidence")
