"""Train the region network from nothing: make cases, train, write the weights, a curve and a summary."""

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from pipeline.freed_memory import keep_freed_memory
from pipeline.regions_train.recipe import TrainingRecipe
from pipeline.regions_train.sources import Library
from pipeline.regions_train.store import make_cases, read_cases
from schemas.errors import UserError

HELD_BACK = 20
"""One unit of so many is kept out of training."""
WEIGHTS = "regions.onnx"


@dataclass(frozen=True)
class TrainingRun:
    """What to train, and where.

    Attributes:
        out: folder for all that a run writes; a run in it that was interrupted goes on.
        recipe: settings.
        library: photos and cut-outs beside the rendered scenes.
        seed: of the first weights and of the order of the cases.
        jobs: processes that make cases, and threads that train.
    """

    out: Path
    recipe: TrainingRecipe
    library: Library
    seed: int
    jobs: int


def make_data(run: TrainingRun, console: Console) -> None:
    """Make the training cases, or those that are still missing."""
    _check_same(run)
    with _progress(console) as progress:
        task = progress.add_task("cases", total=run.recipe.units)
        cases = 0
        for made in make_cases(run.out / "cases", run.recipe.units, run.recipe.data_seed, run.library, run.jobs):
            cases += made
            progress.advance(task)
        progress.update(task, completed=run.recipe.units)
    console.print(f"{run.out / 'cases'}: {cases} new cases of {run.recipe.units} units")


def train_network(run: TrainingRun, console: Console) -> None:
    """Train on the cases and write `regions.onnx`, `metrics.jsonl` and `curve.png`."""
    import torch

    from pipeline.regions_train.curve import draw_curve
    from pipeline.regions_train.export import export
    from pipeline.regions_train.train import train

    torch.set_num_threads(run.jobs)
    keep_freed_memory()
    units = range(run.recipe.units)
    cases = read_cases(run.out / "cases", [unit for unit in units if unit % HELD_BACK])
    held_back = read_cases(run.out / "cases", [unit for unit in units if unit % HELD_BACK == 0])
    started = time.monotonic()
    with _progress(console) as progress:
        task = progress.add_task("steps", total=run.recipe.steps)

        def follow(step: int, loss: float) -> None:
            progress.update(task, completed=step, description=f"steps, loss {loss:.3f}")

        net = train(cases, held_back, run.out, run.recipe.steps, run.seed, follow)
    export(net, run.out / WEIGHTS)
    draw_curve(run.out / "metrics.jsonl", run.out / "curve.png")
    last = json.loads((run.out / "metrics.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    digest = hashlib.sha256((run.out / WEIGHTS).read_bytes()).hexdigest()
    console.print(
        f"{len(cases)} cases, {run.recipe.steps} steps, {(time.monotonic() - started) / 60:.0f} minutes; "
        f"{last['skipped']:.0f} steps left out\n"
        f"Held back: IoU of masks {last['iou']:.3f}, {last['fires']:.1%} of unedited pairs fire, whole frame right in "
        f"{last['whole_right']:.1%}\n"
        f"{run.out / WEIGHTS}: sha256 {digest}",
        soft_wrap=True,
    )


def _check_same(run: TrainingRun) -> None:
    """Note what a run is made by, and refuse to go on with another's cases.

    Raises:
        UserError: the folder holds a run of another recipe, seed or library.
    """
    run.out.mkdir(parents=True, exist_ok=True)
    mine = {**run.recipe.model_dump(), "seed": run.seed, "photos": run.library.photos, "cutouts": run.library.cutouts}
    path = run.out / "run.json"
    if not path.exists():
        path.write_text(json.dumps(mine, indent=1) + "\n", encoding="utf-8")
        return
    theirs = json.loads(path.read_text(encoding="utf-8"))
    if theirs != mine:
        differing = ", ".join(sorted(key for key in mine if theirs.get(key) != mine[key]))
        raise UserError(f"--out {run.out}: holds a run of another {differing}; give another folder or remove it")


def _progress(console: Console) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    return Progress(*columns, TimeRemainingColumn(), console=console)
