"""Sheets of pairs: source, edited with true and predicted boxes, masks."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.regions.evaluate import Row
from benchmarks.regions.methods import Method
from benchmarks.regions.pair import Pair, PairRef
from schemas.geometry import BoxXYXY

PER_SHEET = 6
CELL = 360
"""Longer side of each picture, pixels."""
TRUE, FOUND, BOTH, IGNORED = (0, 160, 60), (225, 30, 40), (240, 190, 0), (120, 120, 130)
_INK, _PAPER = (28, 30, 34), (255, 255, 255)
_GAP, _LINE, _HEAD = 8, 20, 26


def write_sheets(folder: Path, name: str, cases: Sequence[tuple[PairRef, Row]], method: Method) -> list[Path]:
    """Draw pairs on numbered sheets, six on each, and return their paths.

    Args:
        folder: where they go.
        name: what the files' names begin with.
        cases: each with its row of `method`.
        method: run once more, for its masks.
    """
    paths = []
    for start in range(0, len(cases), PER_SHEET):
        panels = [draw_pair(case.load(), row, method) for case, row in cases[start : start + PER_SHEET]]
        sheet = Image.new("RGB", (panels[0].width, _HEAD + sum(panel.height for panel in panels)), _PAPER)
        _write_legend(ImageDraw.Draw(sheet))
        top = _HEAD
        for panel in panels:
            sheet.paste(panel, (0, top))
            top += panel.height
        path = folder / f"{name}-{start // PER_SHEET + 1:02d}.png"
        sheet.save(path)
        paths.append(path)
    return paths


def draw_pair(pair: Pair, row: Row, method: Method) -> Image.Image:
    """Draw source, edited with boxes (truth green, found red, ignored grey), and masks (both yellow)."""
    prediction = method.predict(pair.source, pair.edited)
    pictures = [
        _scaled(pair.source),
        _with_boxes(pair, row),
        _scaled(_with_masks(pair, prediction.mask)),
    ]
    height = max(picture.height for picture in pictures)
    panel = Image.new("RGB", (3 * CELL + 4 * _GAP, _LINE + height + 2 * _GAP), _PAPER)
    ImageDraw.Draw(panel).text((_GAP, _GAP // 2), caption(row), font=ImageFont.load_default(14), fill=_INK)
    for i, picture in enumerate(pictures):
        panel.paste(picture, (_GAP + i * (CELL + _GAP), _LINE + _GAP))
    return panel


def caption(row: Row) -> str:
    """Say what a pair is and how well it went."""
    level = f"level {row.level}  " if row.level >= 0 else ""
    mask = "" if row.score.mask_iou is None else f"  mask {row.score.mask_iou:.2f}"
    sure = "  confidence " + " ".join(f"{value:.2f}" for value in row.confidence) if row.confidence else ""
    return (
        f"{row.id}  {row.edit_type}  {level}{row.frame}  {row.width}x{row.height}  {row.status}  "
        f"F1 {row.f1:.2f} ({row.f1_75:.2f})  union {row.score.union_iou:.2f}{mask}{sure}"
    )


def _write_legend(draw: ImageDraw.ImageDraw) -> None:
    font = ImageFont.load_default(14)
    left = _GAP
    for text, colour in (
        ("source, edited with boxes, masks:", _INK),
        ("true or missed", TRUE),
        ("found", FOUND),
        ("true and found", BOTH),
        ("ignored", IGNORED),
        ("F1 at IoU 0.5 (at 0.75)", _INK),
    ):
        draw.text((left, _GAP // 2), text, font=font, fill=colour)
        left += round(draw.textlength(text, font=font)) + 2 * _GAP


def _scaled(image: np.ndarray) -> Image.Image:
    scale = CELL / max(image.shape[:2])
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    return Image.fromarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR))


def _with_boxes(pair: Pair, row: Row) -> Image.Image:
    picture = _scaled(pair.edited)
    scale = CELL / max(pair.edited.shape[:2])
    draw = ImageDraw.Draw(picture)
    ignored = [*pair.ignore_xyxy, *row.ignored_xyxy]
    for boxes, colour, wide in ((ignored, IGNORED, 1), (row.truth_xyxy, TRUE, 3), (row.boxes_xyxy, FOUND, 2)):
        for box in boxes:
            _draw_box(draw, box, scale, colour, wide)
    return picture


def _draw_box(draw: ImageDraw.ImageDraw, box: BoxXYXY, scale: float, colour: tuple[int, int, int], wide: int) -> None:
    x1, y1, x2, y2 = (round(value * scale) for value in box)
    draw.rectangle((x1, y1, max(x1, x2 - 1), max(y1, y2 - 1)), outline=colour, width=wide)


def _with_masks(pair: Pair, mask: np.ndarray) -> np.ndarray:
    """Lay the predicted mask over the grey edited image; where a true one is known, what it misses in green."""
    grey = cv2.cvtColor(cv2.cvtColor(pair.edited, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    result = 0.5 * grey + 100
    true = np.zeros_like(mask) if pair.label_map is None else pair.label_map > 0
    for part, colour in ((true & ~mask, TRUE), (mask & ~true, FOUND), (true & mask, BOTH)):
        result[part] += 0.55 * (np.array(colour) - result[part])
    return np.rint(result).astype(np.uint8)
