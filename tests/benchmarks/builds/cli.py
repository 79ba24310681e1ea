"""The command: three builds, one table."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.builds.measure import Built, build
from benchmarks.table import Table

PASS_2 = "make_candidates"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    small: Annotated[int, typer.Option(min=1, help="Examples of the small build.")] = 500,
    large: Annotated[
        int, typer.Option(min=1, help="Examples of the large ones; they should take five minutes.")
    ] = 4000,
    workers: Annotated[int, typer.Option(min=2, help="Of two of the builds; the third has one.")] = 2,
    out: Annotated[Path, typer.Option(help="Folder for the table.")] = Path("build/builds"),
) -> None:
    """Compare whole builds: a large one by several workers and by one, and a small one.

    Example: python -m benchmarks.builds --large 1500
    """
    console = Console()
    done = []
    for examples, processes in ((small, workers), (large, workers), (large, 1)):
        with console.status(f"{examples} examples, {processes} workers"):
            done.append(build(examples, processes))
    table = table_of(*done)
    out.mkdir(parents=True, exist_ok=True)
    (out / "builds.md").write_text(table.to_markdown(), encoding="utf-8")
    console.print(table.to_rich())


def table_of(small: Built, large: Built, alone: Built) -> Table:
    """Return the builds as a table, with what they are compared for."""
    rows = [
        (
            f"{built.examples} examples, {built.workers} workers",
            f"{built.seconds:.0f}",
            f"{built.cpu_seconds:.0f}",
            f"{built.cpu_seconds / built.examples:.3f}",
            f"{built.passes[PASS_2] / built.examples:.3f}",
        )
        for built in (small, large, alone)
    ]

    def ratio(of: Callable[[Built], float]) -> str:
        return f"{of(small) / small.examples / (of(large) / large.examples):.2f} ×"

    note = (
        f"{large.workers} workers are {alone.seconds / large.seconds:.2f} × as fast as one (goal 1.6). An example of "
        f"the small build takes {ratio(lambda built: built.cpu_seconds)} the processor time of one of the large, in "
        f"pass 2 alone {ratio(lambda built: built.passes[PASS_2])} (goal within 10 %)."
    )
    header = ("build", "wall s", "CPU s", "CPU s an example", "in pass 2")
    return Table("Whole builds", header, tuple(rows), note)
