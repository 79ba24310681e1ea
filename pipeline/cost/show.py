"""A plan as a person reads it, 100 columns wide, and as JSON."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from pipeline.cost.measured import UNKNOWN_BYTES, Measured
from pipeline.cost.project import Limit, Machine, Projection, first_to_break

UNKNOWN = "unknown"


def as_json(
    measured: Measured, machine: Machine, projections: Sequence[Projection], limits: Sequence[Limit]
) -> dict[str, Any]:
    """Return everything as plain data."""
    return {
        "measured": asdict(measured),
        "machine": asdict(machine),
        "projections": [asdict(projection) for projection in projections],
        "limits": [asdict(limit) for limit in limits],
    }


def print_plan(
    measured: Measured,
    machine: Machine,
    projections: Sequence[Projection],
    limits: Sequence[Limit],
    console: Console,
) -> None:
    """Print what was measured, the projections side by side, and what breaks first."""
    gb = machine.memory_bytes / 1e9
    console.print(f"\nMeasured on {measured.origin}", markup=False, soft_wrap=True)
    console.print(f"This machine: {machine.cores} cores, {gb:.0f} GB of memory, {machine.free_bytes / 1e9:.0f} GB free")
    console.print(_steps(measured))
    console.print(_quantities(projections, limits))
    console.print(_limits(limits))


def number(value: float) -> str:
    """Return a quantity with three digits that count.

    >>> [number(value) for value in (0.01234, 4.56, 12345.6, 2.6e9)]
    ['0.0123', '4.56', '12,346', '2,600,000,000']
    """
    if value == UNKNOWN_BYTES:
        return UNKNOWN
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=f"\n{title}", title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for index, name in enumerate(columns):
        table.add_column(name, justify="right" if index else "left")
    return table


def _steps(measured: Measured) -> Table:
    table = _table("Processor time by step", "step", "ms", "per", "share at this size")
    units = ((measured.per_file, "file", measured.files), (measured.per_candidate, "candidate", measured.planned))
    whole = sum(count * sum(unit.cpu_seconds.values()) for unit, _, count in units)
    for unit, per, count in units:
        for name, seconds in sorted(unit.cpu_seconds.items(), key=lambda item: -item[1]):
            if count * seconds >= 0.001 * whole:
                table.add_row(name, number(1000 * seconds), per, f"{count * seconds / whole:.1%}")
    table.add_row("start, planning, Beam itself", number(1000 * measured.once_seconds), "build", "")
    return table


_QUANTITIES: tuple[tuple[str, Callable[[Projection], float | None]], ...] = (
    ("sources", lambda p: p.sources),
    ("candidates made", lambda p: p.candidates),
    ("CPU hours, here or on a service", lambda p: p.cpu_hours),
    ("hours on this machine", lambda p: p.hours_here),
    ("data set, GB", lambda p: p.data_gb),
    ("staging, removed at the end, GB", lambda p: p.staged_gb),
    ("files in staging", lambda p: p.staged_files),
    ("shards", lambda p: p.shards),
    ("shuffled, GB", lambda p: p.shuffled_gb),
    ("memory while planning, GB", lambda p: p.planning_gb),
    ("cost of computing", lambda p: p.compute_cost),
    ("cost of a month's storage", lambda p: p.storage_cost),
    ("cost of shuffling", lambda p: p.shuffle_cost),
)


def _quantities(projections: Sequence[Projection], limits: Sequence[Limit]) -> Table:
    table = _table("Projected", "examples", *(number(projection.examples) for projection in projections))
    for name, value in _QUANTITIES:
        values = [value(projection) for projection in projections]
        if None not in values:
            table.add_row(name, *(number(one) for one in values if one is not None))
    for where in ("here", "service"):
        found = [first_to_break(limits, projection.examples, where) for projection in projections]
        name = "breaks first on a service" if where == "service" else "breaks first here"
        table.add_row(name, *(limit.what if limit else "nothing known" for limit in found))
    return table


def _limits(limits: Sequence[Limit]) -> Table:
    table = _table("What ends where", "what", "examples", "where", "then")
    table.columns[2].justify = table.columns[3].justify = "left"
    for limit in limits:
        table.add_row(limit.what, number(limit.examples), limit.where, limit.then)
    return table
