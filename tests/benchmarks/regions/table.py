"""How figures are written in cells."""

from collections.abc import Sequence
from math import isnan

from benchmarks.regions.estimates import Estimate
from benchmarks.table import NOTHING


def figure(value: Estimate) -> str:
    """Write a figure without its interval."""
    return NOTHING if isnan(value.value) else f"{value.value:.3f}"


def with_interval(value: Estimate) -> str:
    """Write a figure and its 95 % interval."""
    if isnan(value.value) or isnan(value.low):
        return figure(value)
    return f"{value.value:.3f} [{value.low:.2f}, {value.high:.2f}]"


def counted(value: Estimate) -> str:
    """Write a share as a count and per cent, with its 95 % interval."""
    if not value.count:
        return NOTHING
    text = f"{value.hits:.0f}/{value.count:.0f} ({value.value:.1%})"
    return text if isnan(value.low) else f"{text} [{value.low:.0%}, {value.high:.0%}]"


def line(cells: Sequence[object]) -> tuple[str, ...]:
    """Write plain values as cells."""
    return tuple(str(cell) for cell in cells)
