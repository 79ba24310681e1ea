"""The command: read a data set, run the probes, write table, figures and picture."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.probes.examples import read_examples, rows_by_shard
from benchmarks.probes.picture import draw
from benchmarks.probes.probes import PROBES, Result, run_probes
from benchmarks.table import Table
from pipeline.dataset import open_dataset
from schemas.errors import UserError

ENOUGH = 4000
"""Examples below which the figures prove little."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    dataset: Annotated[str, typer.Argument(metavar="DIR", help="Folder of a finished data set.")],
    out: Annotated[Path, typer.Option(help="Folder for the table, the figures and the picture.")] = Path(
        "build/probes"
    ),
    jobs: Annotated[int, typer.Option(min=1, help="Processes that read the shards.")] = 2,
) -> None:
    """Ask what a model could learn from a data set by a shortcut: from one picture alone, from words, from sizes.

    Example: python -m benchmarks.probes build/data
    """
    console = Console()
    try:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        with Progress(*columns, console=console) as progress:
            by_shard = rows_by_shard(open_dataset(dataset))
            reading = progress.add_task("read shards", total=len(by_shard))
            facts = read_examples(dataset, by_shard, jobs, lambda: progress.advance(reading))
            probing = progress.add_task("probes", total=len(PROBES))
            results = run_probes(facts, lambda: progress.advance(probing))
    except UserError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(2) from None
    table = make_table(results, len(facts))
    out.mkdir(parents=True, exist_ok=True)
    (out / "probes.md").write_text(table.to_markdown(), encoding="utf-8")
    (out / "probes.json").write_text(json.dumps([asdict(r) for r in results], indent=1), encoding="utf-8")
    draw(results, out / "probes.png")
    console.print(table.to_rich())
    console.print(f"probes.md, probes.json and probes.png in {out}")


def make_table(results: list[Result], examples: int) -> Table:
    """Return the figures as a table."""
    note = f"{examples} examples. In brackets 95 % intervals, bootstrap over scenes; cross-validated by scene."
    if examples < ENOUGH:
        note += f" Fewer than {ENOUGH} examples: the figures prove little."
    rows = []
    for r in results:
        value = f"{r.found.value:.3f} [{r.found.low:.2f}, {r.found.high:.2f}]"
        planted = "–" if r.planted is None else f"{r.planted.value:.3f}"
        verdict = "–" if r.met is None else "met" if r.met else "missed"
        rows.append((r.name, r.what, value, r.goal, verdict if r.proves else "proves nothing", planted, r.cause))
    header = ("probe", "given → asked", "figure", "goal", "verdict", "planted", "carried by")
    return Table("Shortcut probes", header, tuple(rows), note)
