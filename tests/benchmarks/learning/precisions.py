"""FP8, emulated, beside BF16: the same seed, the same batches, every step's loss."""

import json
from pathlib import Path

import numpy as np
from matplotlib.ticker import MaxNLocator
from rich.console import Console

from benchmarks.learning.painted import write_pairs
from pipeline.report.style import INK, SOFT, new_figure, png, style
from pipeline.train.config import load_train_recipe
from pipeline.train.journal import Journal
from pipeline.train.run import TrainRequest, train

OVERRIDES = (
    "optimizer={batch_size: 4, learning_rate: 0.0015, warmup: 0.1, epochs: 1000}",
    "evaluation={every: 100000, samples: 1, probes: 1, batch_size: 16, max_new_tokens: 4}",
    "log_every=1",
    "save_every=50",
)
PRECISIONS = {"BF16": ["precision=bf16"], "FP8 tensorwise": []}
COLOURS = {"BF16": INK, "FP8 tensorwise": "#0072b2"}


def compare(out: Path, steps: int, console: Console) -> dict[str, dict[str, float]]:
    """Train once per precision, write `precisions.png` and `.json`, and return how far each departs from BF16.

    Args:
        out: folder of data set and runs; those that were begun go on.
        steps: to train.
        console: where progress goes.

    Returns:
        precision -> mean and largest departure of a step's loss, as a share of BF16's loss at that step, and the mean
        loss of the last ten steps.
    """
    write_pairs(out / "pairs")
    losses = {}
    for name, overrides in PRECISIONS.items():
        recipe = load_train_recipe("tiny", [*OVERRIDES, *overrides, f"optimizer.max_steps={steps}"])
        run = out / name.lower().replace(" ", "-")
        train(TrainRequest(recipe, str(out / "pairs"), None, run), console)
        losses[name] = np.array([line["loss"] for line in Journal(run).lines("train")])
    base = losses["BF16"]
    found = {
        name: {
            "mean departure": float(np.abs(values / base - 1).mean()),
            "largest departure": float(np.abs(values / base - 1).max()),
            "last ten": float(values[-10:].mean()),
        }
        for name, values in losses.items()
    }
    (out / "precisions.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (out / "precisions.png").write_bytes(_picture(losses))
    return found


def _picture(losses: dict[str, np.ndarray]) -> bytes:
    figure = new_figure(9, 6)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    base = losses["BF16"]
    for name, values in losses.items():
        steps = np.arange(1, len(values) + 1)
        above.plot(steps, values, color=COLOURS[name], linewidth=1.4, label=name)
        if name != "BF16":
            below.plot(steps, 100 * (values / base - 1), color=COLOURS[name], linewidth=1.2)
    above.set_ylim(bottom=0)
    above.legend(frameon=False, fontsize=9, labelcolor=INK)
    above.set_ylabel("cross entropy per token, nats", fontsize=9, color=SOFT)
    below.set_ylabel("departure from BF16, %", fontsize=9, color=SOFT)
    style(above, "Loss of the same batches in two precisions", "y", "")
    style(below, "", "y", "step")
    below.xaxis.set_major_locator(MaxNLocator(integer=True))
    return png(figure)
