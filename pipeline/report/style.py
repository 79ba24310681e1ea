"""How the report's charts look: colours, bare axes, and the same bytes from the same figures."""

import io
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

INK, SOFT, GRID, BAR = "#1c1e22", "#696e76", "#e4e7eb", "#0072b2"


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of `width` x `height` inches at 110 dots per inch."""
    figure = Figure(figsize=(width, height), dpi=110, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def style(axes: Axes, title: str, grid: Literal["x", "y", "both"], xlabel: str = "samples") -> None:
    """Give axes their title, label and grid, and take their frame away."""
    axes.set_title(title, fontsize=11, color=INK, loc="left")
    axes.set_xlabel(xlabel, fontsize=9, color=SOFT)
    axes.tick_params(colors=SOFT, labelsize=9, length=0)
    axes.grid(axis=grid, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def png(figure: Figure) -> bytes:
    """Return the figure as a PNG without a software tag, so that it depends on what it shows alone."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()
