"""The command: two sizes, both passes, a line through them."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.memory.measure import PASSES, line, measure
from benchmarks.memory.plot import draw
from benchmarks.table import Table

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    small: Annotated[int, typer.Option(min=400, help="Examples of the smaller run.")] = 2_000,
    large: Annotated[int, typer.Option(min=800, help="Examples of the larger run.")] = 20_000,
    out: Annotated[Path, typer.Option(help="Folder for table and figures.")] = Path("build/memory"),
) -> None:
    """Measure the peak resident memory of passes 1 and 3 over all processes, on made-up photos and candidates.

    Example: python -m benchmarks.memory --small 2000 --large 20000
    """
    if large <= small:
        typer.echo(f"Error: --large {large}: must be more than --small {small}", err=True)
        raise typer.Exit(2)
    console = Console()
    runs = [measure(small), measure(large)]
    rows = []
    for name in PASSES:
        found = line(*runs, name)
        peaks = [f"{run.mb[name]:.0f} ({run.seconds[name]:.0f} s)" for run in runs]
        rows.append((name, *peaks, f"{found.slope_kb:.1f}", f"{found.intercept_mb:.0f}"))
    header = ("pass", f"MB at {small}", f"MB at {large}", "KB an example", "MB before the first")
    table = Table("Peak resident memory, all processes together", header, tuple(rows))
    out.mkdir(parents=True, exist_ok=True)
    (out / "memory.md").write_text(table.to_markdown(), encoding="utf-8")
    (out / "memory.json").write_text(json.dumps([asdict(run) for run in runs], indent=1), encoding="utf-8")
    draw({"this build": runs}, out / "memory.png")
    console.print(table.to_rich())
    console.print(f"memory.md, memory.json and memory.png in {out}")
