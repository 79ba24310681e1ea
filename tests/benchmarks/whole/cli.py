"""The command: build a few, time, write the table."""

import tempfile
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.regions.evaluate import one_thread
from benchmarks.speed.measure import giving
from benchmarks.speed.pictures import SIZE, bundled_sources
from benchmarks.speed.work import find_work
from benchmarks.table import Table
from benchmarks.whole.measure import running_again, writing
from transforms.candidate import SourceWork
from transforms.dedup.stage import fingerprint_work
from transforms.judgements.stage import judge_work
from transforms.regions.config import RegionsConfig
from transforms.regions.measure import measure

OPERATIONS = ("recolour", "tone", "move")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def some_work(size: int) -> list[SourceWork]:
    """Return finished candidates of a few programs on photos of this size."""
    sources = bundled_sources(size)
    by_id = {source.record.source_id: source for source in sources}
    done = []
    with one_thread(), giving(sources):
        for name in OPERATIONS:
            for item in find_work(name, by_id, 1):
                made = item.maker.make(item.plan)
                derived = made.map("regions", lambda c: measure(c, RegionsConfig(), None).candidate)
                done.append(fingerprint_work(judge_work(derived), (), 0))
    return done


@app.command()
def main(
    size: Annotated[int, typer.Option(min=96, help="Longer side of the photos, pixels.")] = SIZE,
    copies: Annotated[int, typer.Option(min=1, help="How often the candidates stand in the shard.")] = 20,
    repeats: Annotated[int, typer.Option(min=1, help="How often each is timed.")] = 7,
    examples: Annotated[int, typer.Option(min=1, help="Of the build that is run again.")] = 24,
    out: Annotated[Path, typer.Option(help="Folder for the table.")] = Path("build/whole"),
) -> None:
    """Time shard writing against a plain copy of the same bytes, and a finished build that is run again.

    Example: python -m benchmarks.whole --copies 5 --repeats 3
    """
    console = Console()
    size_bytes, written, copied = writing(some_work(size), copies, repeats)
    with tempfile.TemporaryDirectory() as folder:
        again = median(running_again(f"{folder}/out", examples, min(repeats, 3)))
    rows = (
        ("write a shard", f"{size_bytes / 1e6 / written:.0f} MB/s", f"{copied / written:.2f} × copy", "≥ 0.8 × copy"),
        ("copy it", f"{size_bytes / 1e6 / copied:.0f} MB/s", "1.00 × copy", ""),
        ("run a finished build again", f"{again:.1f} s", "", "≤ 10 s"),
    )
    note = f"Wall time, medians of {repeats} interleaved repeats; a shard of {size_bytes / 1e6:.0f} MB, forced to disk."
    table = Table("A build beside its pixels", ("what", "measured", "ratio", "goal"), rows, note)
    out.mkdir(parents=True, exist_ok=True)
    (out / "whole.md").write_text(table.to_markdown(), encoding="utf-8")
    console.print(table.to_rich())
