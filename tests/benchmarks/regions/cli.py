"""The command: generate, run, score, write."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.regions.ablation import ablation_methods
from benchmarks.regions.crops import crop_refs
from benchmarks.regions.evaluate import evaluate
from benchmarks.regions.framings import framing_refs
from benchmarks.regions.methods import NAMES, make_config, make_methods
from benchmarks.regions.outputs import Run, all_tables, write_outputs
from benchmarks.regions.pair import PairRef
from benchmarks.regions.real_pairs import real_refs
from benchmarks.regions.synthetic import seed_refs
from benchmarks.regions.timing import PAIRS, largest_cases, measure_ms
from schemas.errors import UserError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def parse_seeds(text: str, flag: str = "--seeds") -> list[int]:
    """Read `0:200` (half open) or `3,17,40`; nothing for none.

    Raises:
        UserError: it is neither.

    >>> parse_seeds("0:3"), parse_seeds("7,9"), parse_seeds("")
    ([0, 1, 2], [7, 9], [])
    """
    try:
        first, colon, last = text.partition(":")
        seeds = list(range(int(first), int(last))) if colon else [int(part) for part in text.split(",") if part]
    except ValueError:
        seeds = [-1]
    if any(seed < 0 for seed in seeds):
        raise UserError(f"{flag} {text}: must be FIRST:LAST, for example 0:200, or a list such as 3,17,40")
    return list(dict.fromkeys(seeds))


def run_benchmark(
    cases: Sequence[PairRef],
    names: Sequence[str] = NAMES,
    overrides: Sequence[str] = (),
    with_ablation: bool = False,
    jobs: int = 2,
    timed: int = PAIRS,
    console: Console | None = None,
) -> Run:
    """Run methods on pairs and time them.

    Args:
        cases: references to pairs.
        names: methods.
        overrides: settings of the chain, `regions.key=value`.
        with_ablation: also turn each switch of the chain.
        jobs: processes.
        timed: pairs that are timed, the largest; 0 for none.
        console: where progress goes; None for nowhere.

    Raises:
        UserError: an unknown method or setting, no pair, or a pair that cannot be read.
    """
    if not cases:
        raise UserError(
            "--seeds, --pairs, --framings: there is no pair to run; give seeds such as 0:200, or a folder of pairs"
        )
    config = make_config(overrides)
    methods = make_methods(names, config)
    variants = ablation_methods(config) if with_ablation else []
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, disable=console is None) as progress:
        scoring = progress.add_task("score", total=len(cases))
        rows = evaluate(cases, [*methods, *variants], jobs, lambda: progress.advance(scoring))
        large = largest_cases(cases, rows, timed)
        timing_task = progress.add_task("time", total=len(large))
        timing = measure_ms(large, [*methods, *variants], lambda: progress.advance(timing_task))
    return Run(cases, methods, variants, rows, timing)


@app.command()
def main(
    seeds: Annotated[str, typer.Option(help="Synthetic cases: FIRST:LAST or a list; empty for none.")] = "0:200",
    photos: Annotated[str, typer.Option(help="Folder of photos to make them of; default: the bundled ones.")] = "",
    pairs: Annotated[str, typer.Option(help="Folder of real pairs with a pairs.json.")] = "",
    framings: Annotated[
        str, typer.Option(help="Pairs whose frames differ, a table of its own: FIRST:LAST or a list; empty for none.")
    ] = "",
    methods: Annotated[str, typer.Option(help="Methods, separated by commas.")] = ",".join(NAMES),
    ablation: Annotated[bool, typer.Option("--ablation", help="Turn each switch of the chain, one at a time.")] = False,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A setting of the chain: regions.key=value.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    timed: Annotated[int, typer.Option(min=0, help="Pairs that are timed, the largest ones; 0 for none.")] = PAIRS,
    out: Annotated[Path, typer.Option(help="Folder for tables, scores and pictures.")] = Path("build/bench"),
    worst: Annotated[int, typer.Option(min=0, help="How many of the worst pairs are drawn.")] = 30,
) -> None:
    """Measure the region chain beside naive baselines, on synthetic cases with exact truth and on real pairs.

    Example: python -m benchmarks.regions --seeds 0:40 --methods classical,absdiff --set regions.group=false
    """
    console = Console()
    try:
        chosen, other_frames = parse_seeds(seeds), framing_refs(parse_seeds(framings, "--framings"), photos)
        real = real_refs(pairs) if pairs else []
        cases: list[PairRef] = [*seed_refs(chosen, photos), *real, *crop_refs(real), *other_frames]
        run = run_benchmark(cases, methods.split(","), settings or (), ablation, jobs, timed, console)
        tables = all_tables(run, worst)
        what = [
            f"seeds {seeds or 'none'}",
            *([f"framings {framings}"] if framings else []),
            f"photos {photos or 'bundled'}",
            f"real pairs {'given' if pairs else 'none'}",
        ]
        headline = ", ".join([*what, *(settings or ())]) + "."
        paths = write_outputs(run, tables, headline, out, worst)
    except UserError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(2) from None
    for table in tables:
        console.print(table.to_rich())
        console.print()
    console.print(f"{len(paths)} files in {out}: " + ", ".join(path.name for path in paths))
