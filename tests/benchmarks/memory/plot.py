"""What memory grows by with the number of examples, as a picture."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from benchmarks.memory.measure import PASSES, Peaks

GOAL_KB = 8.0
"""KB an example that are allowed."""
_COLOURS = ("#d55e00", "#0072b2")
_STYLES = ("-", (0, (4, 2)))


def draw(runs: Mapping[str, Sequence[Peaks]], path: Path) -> None:
    """Draw how far the peaks of each kind of run rise above its smallest run's, and the goal.

    Args:
        runs: what was run, at most two kinds -> its runs, the smallest first.
        path: PNG or WebP to write.
    """
    picture = Figure(figsize=(6.4, 3.6), dpi=150, layout="constrained", facecolor="white")
    FigureCanvasAgg(picture)
    axes = picture.subplots()
    for (label, found), colour in zip(runs.items(), _COLOURS, strict=False):
        for name, style in zip(PASSES, _STYLES, strict=True):
            x = [run.examples for run in found]
            y = [run.mb[name] - found[0].mb[name] for run in found]
            axes.plot(x, y, color=colour, linestyle=style, marker="o", markersize=4, label=f"{label}, {name}")
    first, last = (next(iter(runs.values()))[i].examples for i in (0, -1))
    goal = [0, GOAL_KB * (last - first) / 1000]
    axes.plot([first, last], goal, color="#9aa0a6", linewidth=1, label=f"{GOAL_KB:.0f} KB an example")
    axes.set(xlabel="examples", ylabel="MB above the smallest run")
    axes.legend(frameon=False, fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    picture.savefig(path)
