"""The command line of the benchmark."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.learning.overfit import prove
from benchmarks.learning.precisions import compare

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(highlight=False)
Out = Annotated[Path, typer.Option(help="Folder for data, runs and figures.")]


@app.command()
def overfit(out: Out = Path("build/learning"), steps: Annotated[int, typer.Option(min=1)] = 150) -> None:
    """Learn sixteen samples by heart, then exchange the pictures of pairs, then make them grey."""
    _print(prove(out / "overfit", steps, console))


@app.command()
def precisions(out: Out = Path("build/learning"), steps: Annotated[int, typer.Option(min=10)] = 100) -> None:
    """Compare the losses of FP8, emulated, with those of BF16."""
    _print(compare(out / "precisions", steps, console))


def _print(found: dict[str, dict[str, float]]) -> None:
    for name, figures in found.items():
        console.print(f"{name}: " + ", ".join(f"{figure} {value:.4f}" for figure, value in figures.items()))
