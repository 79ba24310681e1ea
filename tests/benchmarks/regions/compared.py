"""Two methods on the same pairs, drawn without the pictures, which may not be shown: true boxes and what each found."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from benchmarks.regions.evaluate import Row
from schemas.geometry import BoxXYXY

CELL, COLUMNS = 190, 5
"""Side of the square that a frame is drawn in, pixels; frames in a row."""
EQUAL = 0.01
"""Difference of the union IoU up to which neither wins."""
TRUE, FIRST, SECOND = (0, 140, 60), (40, 90, 220), (230, 90, 0)
_INK, _PAPER, _FRAME = (28, 30, 34), (255, 255, 255), (244, 244, 241)
_GAP, _LINE = 12, 17


def draw_compared(path: Path, first: Sequence[Row], second: Sequence[Row]) -> None:
    """Draw the boxes of two methods in the frame of each pair, those where the second gains most first.

    Args:
        path: PNG to write.
        first, second: a row of each pair, in the same order.
    """
    pairs = sorted(zip(first, second, strict=True), key=lambda pair: _gain(*pair), reverse=True)
    rows = -(-len(pairs) // COLUMNS)
    size = COLUMNS * (CELL + _GAP) + _GAP, 2 * _GAP + _LINE + rows * (CELL + 2 * _LINE + _GAP)
    sheet = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(sheet)
    _legend(draw, first[0].method, second[0].method, pairs)
    for number, pair in enumerate(pairs):
        row, column = divmod(number, COLUMNS)
        _frame(draw, *pair, _GAP + column * (CELL + _GAP), 2 * _GAP + _LINE + row * (CELL + 2 * _LINE + _GAP))
    sheet.save(path, optimize=True)


def _gain(first: Row, second: Row) -> float:
    return second.score.union_iou - first.score.union_iou


def _frame(draw: ImageDraw.ImageDraw, first: Row, second: Row, left: int, top: int) -> None:
    gain = _gain(first, second)
    colour = _INK if abs(gain) <= EQUAL else SECOND if gain > 0 else FIRST
    font = ImageFont.load_default(13)
    draw.text((left, top), first.edit_type, font=font, fill=_INK)
    said = f"{first.score.union_iou:.2f}  {second.score.union_iou:.2f}"
    draw.text((left + CELL, top), said, font=font, fill=colour, anchor="ra")
    scale = CELL / max(first.width, first.height)
    top += _LINE
    draw.rectangle((left, top, left + first.width * scale, top + first.height * scale), fill=_FRAME)
    for boxes, own, wide in ((first.truth_xyxy, TRUE, 4), (first.boxes_xyxy, FIRST, 2), (second.boxes_xyxy, SECOND, 1)):
        for box in boxes:
            draw.rectangle(_placed(box, scale, left, top), outline=own, width=wide)


def _placed(box: BoxXYXY, scale: float, left: int, top: int) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (value * scale for value in box)
    return left + x1, top + y1, left + max(x1 + 1, x2), top + max(y1 + 1, y2)


def _legend(draw: ImageDraw.ImageDraw, first: str, second: str, pairs: Sequence[tuple[Row, Row]]) -> None:
    wins = sum(_gain(*pair) > EQUAL for pair in pairs), sum(_gain(*pair) < -EQUAL for pair in pairs)
    font, left = ImageFont.load_default(14), float(_GAP)
    said = f"union IoU of both; {second} is better on {wins[0]}, {first} on {wins[1]} of {len(pairs)}"
    for text, colour in (("true", TRUE), (first, FIRST), (second, SECOND), (said, _INK)):
        draw.text((left, _GAP // 2), text, font=font, fill=colour)
        left += draw.textlength(text, font=font) + 2 * _GAP
