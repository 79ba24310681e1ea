"""The one place where `bbox_2d` and pixels are converted into each other."""

from math import ceil, floor
from typing import Annotated

import numpy as np
from pydantic import AfterValidator

SCALE = 1000
"""`bbox_2d` is relative to the edited image, 0..1000 on both axes (Qwen3-VL's grounding convention)."""

BoxXYXY = tuple[int, int, int, int]
"""`(x1, y1, x2, y2)` in pixels, half open: the last column is `x2 - 1`."""


def _check_bbox_2d(box: list[int]) -> list[int]:
    if box:
        if len(box) != 4:
            raise ValueError(f"bbox_2d must be [] or [x1, y1, x2, y2], got {box}")
        x1, y1, x2, y2 = box
        if not (0 <= x1 < x2 <= SCALE and 0 <= y1 < y2 <= SCALE):
            raise ValueError(f"bbox_2d must satisfy 0 <= x1 < x2 <= {SCALE} and 0 <= y1 < y2 <= {SCALE}, got {box}")
    return box


BBox2D = Annotated[list[int], AfterValidator(_check_bbox_2d)]
"""`[x1, y1, x2, y2]`, integers 0..1000, half open, at least 1 wide and high; `[]` when unknown."""


def _axis_2d(low: int, high: int, size: int) -> tuple[int, int]:
    first = min(floor(low * SCALE / size), SCALE - 1)
    return first, max(ceil(high * SCALE / size), first + 1)


def bbox_2d_from_xyxy(box_xyxy: BoxXYXY, width: int, height: int) -> list[int]:
    """Convert a pixel box to `bbox_2d`: the first corner floored, the second ceiled.

    Args:
        box_xyxy: half open pixel box inside the frame.
        width: width of the edited image in pixels.
        height: height of the edited image in pixels.

    Raises:
        ValueError: the box is empty or leaves the frame.

    >>> bbox_2d_from_xyxy((0, 10, 32, 20), 64, 40)
    [0, 250, 500, 500]
    """
    x1, y1, x2, y2 = (int(v) for v in box_xyxy)
    if not (0 <= x1 < x2 <= width and 0 <= y1 < y2 <= height):
        raise ValueError(f"box {box_xyxy} is empty or leaves the {width}x{height} frame")
    (left, right), (top, bottom) = _axis_2d(x1, x2, width), _axis_2d(y1, y2, height)
    return [left, top, right, bottom]


def xyxy_from_bbox_2d(bbox_2d: list[int], width: int, height: int) -> BoxXYXY:
    """Convert `bbox_2d` to pixels: the smallest pixel box that it can have been made from.

    Up to 1000 pixels that is the box it was made from. In larger frames it contains that box, wider by less than
    one unit of `bbox_2d` on each side; converted again it stays as it is. A `bbox_2d` that no pixel box has (drawn
    by hand, or thinner than a pixel) becomes the pixels that it touches.

    Raises:
        ValueError: `bbox_2d` is not a valid, non-empty box.

    >>> xyxy_from_bbox_2d([0, 250, 500, 500], 64, 40)
    (0, 10, 32, 20)
    """
    if not bbox_2d:
        raise ValueError("an empty bbox_2d has no pixels")
    x1, y1, x2, y2 = _check_bbox_2d(list(bbox_2d))
    (left, right), (top, bottom) = _axis_px(x1, x2, width), _axis_px(y1, y2, height)
    return left, top, right, bottom


def _axis_px(first: int, last: int, size: int) -> tuple[int, int]:
    low, high = first * size / SCALE, last * size / SCALE
    # The inverse of floor is ceil, and the other way round; rounding outwards again would widen a box every time.
    return (ceil(low), floor(high)) if ceil(low) < floor(high) else (floor(low), ceil(high))


def xyxy_from_mask(mask: np.ndarray) -> BoxXYXY | None:
    """Return the half open box around the true pixels of `mask` (bool, H x W), or None if there are none."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def iou_xyxy(a_xyxy: BoxXYXY, b_xyxy: BoxXYXY) -> float:
    """Return intersection over union of two half open boxes, 0..1."""
    width = min(a_xyxy[2], b_xyxy[2]) - max(a_xyxy[0], b_xyxy[0])
    height = min(a_xyxy[3], b_xyxy[3]) - max(a_xyxy[1], b_xyxy[1])
    if width <= 0 or height <= 0:
        return 0.0
    inter = width * height
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (a_xyxy, b_xyxy)]
    return inter / (sum(areas) - inter)
