"""What a run came to, as figures and as a table."""

from typing import Any

from rich.console import Console
from rich.table import Table

from pipeline.train.config import TrainRecipe
from pipeline.train.journal import Journal

_LOSSES = ("loss", "loss_box_digits", "loss_score_digits")
_SPEEDS = ("tokens_per_s", "samples_per_s", "mfu", "data_wait", "peak_memory_gib")


def summarise(
    journal: Journal, recipe: TrainRecipe, steps: int, seconds: float, dropped: dict[str, int]
) -> dict[str, Any]:
    """Return the figures of a finished run.

    Args:
        journal: of all its steps.
        recipe: its own.
        steps: taken.
        seconds: of this process; earlier ones of a resumed run are not counted.
        dropped: reason -> conversations left out, over all epochs.
    """
    lines = journal.lines("train")
    losses = {}
    for name in _LOSSES:
        if values := [line[name] for line in lines if name in line]:
            losses[name] = {"first": values[0], "last": values[-1]}
    # The first line holds one step, with the start-up in it.
    timed = lines[1:] or lines
    speeds = {name: [line[name] for line in timed if name in line] for name in _SPEEDS}
    evaluations = journal.lines("eval")
    figures = {k: v for k, v in evaluations[-1].items() if k.startswith("eval_")} if evaluations else {}
    return {
        "recipe": recipe.name,
        "precision": recipe.precision,
        "steps": steps,
        "seconds": round(seconds, 1),
        "losses": losses,
        "speed": {name: sorted(values)[len(values) // 2] for name, values in speeds.items() if values},
        "dropped": dropped,
        "evaluation": figures,
    }


def print_summary(summary: dict[str, Any], console: Console) -> None:
    """Print a summary as a table."""
    table = Table(title=f"{summary['recipe']}, {summary['precision']}: {summary['steps']} steps", title_justify="left")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, ends in summary["losses"].items():
        table.add_row(name, f"{ends['first']:.3f} → {ends['last']:.3f}")
    for name, value in (summary["speed"] | summary["evaluation"]).items():
        table.add_row(name, f"{value:,.3f}" if abs(value) < 100 else f"{value:,.0f}")
    for reason, count in summary["dropped"].items():
        table.add_row(f"left out: {reason}", str(count))
    table.add_row("seconds", f"{summary['seconds']:,.0f}")
    console.print(table)
