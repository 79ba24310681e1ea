"""The figures as a picture: intervals and goals."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.probes.probes import NO_GOAL, Result


def draw(results: Sequence[Result], path: Path) -> None:
    """Draw each classified probe: interval, goal, and the planted shortcut; pale where that was not found."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    shown = [r for r in results if "R²" not in r.what and r.name != "d"]
    figure, axes = pyplot.subplots(figsize=(9, 0.42 * len(shown) + 1.4), layout="constrained")
    for row, r in enumerate(reversed(shown)):
        colour = "#bbbbbb" if not r.proves else "#c0392b" if r.met is False else "#1f6f54"
        axes.plot([r.found.low, r.found.high], [row, row], color=colour, lw=3, solid_capstyle="round")
        axes.plot(r.found.value, row, "o", color=colour)
        if r.planted is not None:
            axes.plot(r.planted.value, row, "x", color="#888888")
        goal = r.goal.removeprefix("≤ ").replace("chance", "0.5")
        if goal != NO_GOAL:
            axes.plot([float(goal)] * 2, [row - 0.35, row + 0.35], color="#222222", lw=1)
    axes.set_yticks(range(len(shown)), [f"{r.name}: {r.what}" for r in reversed(shown)], fontsize=8)
    axes.set_xlim(0.4, 1.0)
    axes.set_xlabel("balanced accuracy or AUC; line: goal, cross: planted shortcut", fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=130)
    pyplot.close(figure)
