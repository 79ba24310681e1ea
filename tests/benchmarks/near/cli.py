"""The command: what each radius finds and merges, and how fast the search is."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.near.grounds import GROUNDS, drawn, on_white
from benchmarks.near.recall import crops, different_photos, distances, merges_table, read_photos, recall_table, scenes
from benchmarks.near.shared import ground_row, grounds_table
from benchmarks.near.speed import measure, speed_table
from benchmarks.table import Table

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Out = Annotated[Path, typer.Option(help="Folder for the tables.")]


def _write(out: Path, name: str, *tables: Table) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{name}.md").write_text("\n".join(table.to_markdown() for table in tables), encoding="utf-8")
    console = Console()
    for table in tables:
        console.print(table.to_rich())
    console.print(f"{name}.md in {out}")


@app.command()
def radius(
    photos: Annotated[Path | None, typer.Option(help="Folder of photos beside the bundled ones.")] = None,
    rendered: Annotated[int, typer.Option(min=2, help="Rendered scenes.")] = 300,
    out: Out = Path("build/near"),
) -> None:
    """Measure, by radius, which copies of photos are found and which strangers are merged.

    Photos: those that pipeline/regions_train/pictures.txt names; pipeline/regions_train/pictures.py collects them.
    """
    found = read_photos(photos)
    strangers = {
        "photos": different_photos(found),
        f"{len(found)} photos' crops": crops(found),
        "rendered scenes": scenes(rendered),
    }
    _write(out, "radius", recall_table(distances(found)), merges_table(strangers))


@app.command()
def grounds(
    cutouts: Annotated[Path | None, typer.Option(help="Folder of cut-outs, which are laid on white.")] = None,
    count: Annotated[int, typer.Option(min=2, help="Pictures of each kind.")] = 24,
    bits: Annotated[int, typer.Option("--radius", min=0, max=15, help="Bits up to which two hashes are near.")] = 3,
    out: Out = Path("build/near"),
) -> None:
    """Measure what is merged, and which copies are found, among pictures that share a ground or a layout."""
    sets = {name: drawn(name, count) for name in GROUNDS}
    if cutouts:
        things = on_white(cutouts)
        sets = {f"{len(things)} cut-outs on white": things} | sets
    _write(out, "grounds", grounds_table([ground_row(name, own, bits) for name, own in sets.items()], bits))


@app.command()
def speed(
    counts: Annotated[
        list[int] | None, typer.Option("--count", min=1000, help="Hashes; 260k and 1M if not given.")
    ] = None,
    radii: Annotated[list[int] | None, typer.Option("--radius", min=1, max=15, help="3 and 7 if not given.")] = None,
    join_up_to: Annotated[int, typer.Option(help="Hashes up to which the join on Beam runs.")] = 260_000,
    out: Out = Path("build/near"),
) -> None:
    """Measure the seconds of every way to find near pairs, and that they find the same."""
    rows = [measure(count, bits, join_up_to) for count in counts or (260_000, 1_000_000) for bits in radii or (3, 7)]
    _write(out, "speed", speed_table(tuple(rows)))
