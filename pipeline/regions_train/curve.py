"""The training curve as a picture."""

import json
from pathlib import Path

from pipeline.report.style import BAR, new_figure, png, style

LINES = (
    ("iou", "IoU of masks", BAR),
    ("whole_right", "whole frame right", "#009e73"),
    ("fires", "unedited pairs that fire", "#d55e00"),
)


def draw_curve(metrics: Path, picture: Path) -> None:
    """Draw loss and figures on the cases held back over the steps, from `metrics.jsonl`."""
    rows = [json.loads(line) for line in metrics.read_text(encoding="utf-8").splitlines()]
    steps = [row["step"] for row in rows]
    figure = new_figure(9, 3.4)
    left, right = figure.subplots(1, 2)
    left.plot(steps, [row["loss"] for row in rows], color=BAR)
    left.set_ylim(0, None)
    style(left, "Loss, mean since the last look", "both", "step")
    for key, name, colour in LINES:
        right.plot(steps, [row[key] for row in rows], label=name, color=colour)
    right.set_ylim(0, 1)
    right.legend(frameon=False, fontsize=9)
    style(right, "Cases held back", "both", "step")
    picture.write_bytes(png(figure))
