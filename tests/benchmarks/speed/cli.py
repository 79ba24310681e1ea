"""The command: find programs, time them, write."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.speed.measure import Timings, find_all, time_all
from benchmarks.speed.pictures import SCENES, SIZE, bundled_sources, rendered_sources
from benchmarks.speed.tables import by_operation, by_scene, by_stage
from benchmarks.speed.work import NAMES
from benchmarks.table import Table
from pipeline.machine import cpu_features, versions
from schemas.errors import UserError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def run_benchmark(
    names: Sequence[str], size: int, scenes: Sequence[int], programs: int, repeats: int, console: Console | None = None
) -> Timings:
    """Time programs of every operation.

    Args:
        names: of operations, of `NAMES`.
        size: longer side of the photos, pixels.
        scenes: numbers of rendered scenes, which keep their size.
        programs: per operation.
        repeats: how often each is timed.
        console: where progress goes; None for nowhere.

    Raises:
        UserError: an unknown operation.
    """
    if unknown := [name for name in names if name not in NAMES]:
        raise UserError(f"--operations {unknown[0]}: no such operation; use some of {', '.join(NAMES)}")
    sources = bundled_sources(size) + rendered_sources(scenes)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, disable=console is None) as progress:
        finding = progress.add_task("find programs", total=len(names))
        work = find_all(sources, names, programs, lambda: progress.advance(finding))
        timing = progress.add_task("time", total=repeats * len(work))
        return time_all(work, sources, scenes, repeats, lambda: progress.advance(timing))


def all_tables(timings: Timings, size: int) -> list[Table]:
    """Return every table of a run."""
    tables = [by_operation(timings, size), by_stage(timings, size), by_scene(timings)]
    return [table for table in tables if table is not None]


@app.command()
def main(
    operations: Annotated[str, typer.Option(help="What to time, separated by commas.")] = ",".join(NAMES),
    size: Annotated[int, typer.Option(min=96, help="Longer side of the photos, pixels.")] = SIZE,
    programs: Annotated[int, typer.Option(min=1, help="Programs of each operation.")] = 3,
    repeats: Annotated[int, typer.Option(min=1, help="How often each is timed.")] = 3,
    out: Annotated[Path, typer.Option(help="Folder for tables and figures.")] = Path("build/speed"),
) -> None:
    """Measure what a candidate costs on one core, by operation and by stage, beside the image codec.

    Example: python -m benchmarks.speed --operations add,multi --programs 1
    """
    console = Console()
    try:
        timings = run_benchmark(operations.split(","), size, SCENES, programs, repeats, console)
    except UserError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(2) from None
    tables = all_tables(timings, size)
    figures = {"size": size, "versions": versions(), "cpu_features": cpu_features(), **asdict(timings)}
    out.mkdir(parents=True, exist_ok=True)
    (out / "speed.md").write_text("\n".join(table.to_markdown() for table in tables), encoding="utf-8")
    (out / "speed.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    for table in tables:
        console.print(table.to_rich())
        console.print()
    console.print(f"speed.md and speed.json in {out}")
