"""The lines of a run: `metrics.jsonl`, and their picture."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.ticker import MaxNLocator
from torch.utils.tensorboard import SummaryWriter

from pipeline.report.style import INK, SOFT, new_figure, png, style
from transforms import storage

METRICS = "metrics.jsonl"
_CURVES = (
    ("loss", "all of the answer", INK, 1.8),
    ("loss_box_digits", "digits of boxes", "#0072b2", 1.2),
    ("loss_score_digits", "digits of scores", "#d55e00", 1.2),
)


class Journal:
    """`metrics.jsonl` of a run: a JSON object per line, with `kind` (train or eval), `step`, `epoch` and figures; the
    same goes to TensorBoard as KIND/FIGURE.

    Args:
        out: folder of the run.
        tensorboard: folder of TensorBoard's files, None for none.
        writes: whether this rank writes.
    """

    def __init__(self, out: Path, tensorboard: Path | None = None, writes: bool = True) -> None:
        self._path, self._writes = out / METRICS, writes
        self._tensorboard = tensorboard if writes else None
        self._board: SummaryWriter | None = None

    def write(self, kind: str, step: int, epoch: int, figures: Mapping[str, float]) -> None:
        """Add a line. Figures that are no number (NaN) are left out."""
        if not self._writes:
            return
        rounded = {name: float(f"{value:.6g}") for name, value in figures.items() if value == value}
        line = {"kind": kind, "step": step, "epoch": epoch} | {k: v for k, v in rounded.items() if k != "epoch"}
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")
        if self._tensorboard:
            self._board = self._board or SummaryWriter(str(self._tensorboard), purge_step=step)
            for name, value in rounded.items():
                self._board.add_scalar(f"{kind}/{name.removeprefix('eval_')}", value, step)
            self._board.flush()

    def rewind(self, step: int) -> None:
        """Drop the lines behind a step: a resumed run writes them again."""
        if self._writes and self._path.is_file():
            kept = [line for line in self.lines() if line["step"] <= step]
            storage.write_bytes(str(self._path), "".join(json.dumps(line) + "\n" for line in kept).encode())

    def lines(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Return the lines of a kind, or all; the half line of a kill does not count."""
        found = []
        for text in self._path.read_text(encoding="utf-8").splitlines() if self._path.is_file() else []:
            try:
                found.append(json.loads(text))
            except json.JSONDecodeError:
                continue
        return [line for line in found if kind in (None, line["kind"])]


def loss_picture(lines: Sequence[Mapping[str, Any]], title: str) -> bytes:
    """Return a PNG of the training losses over the steps.

    Args:
        lines: of kind train, at least one.
        title: of the figure.
    """
    figure = new_figure(9, 4.6)
    axes = figure.subplots()
    for name, label, colour, width in _CURVES:
        points = [(line["step"], line[name]) for line in lines if name in line]
        if points:
            axes.plot(*zip(*points, strict=True), color=colour, linewidth=width, label=label, marker=".", markersize=3)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    style(axes, title, "y", "step")
    axes.set_ylabel("cross entropy per token, nats", fontsize=9, color=SOFT)
    axes.legend(frameon=False, fontsize=9, labelcolor=INK)
    return png(figure)
