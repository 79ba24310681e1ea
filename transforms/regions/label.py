"""Name the derived regions: the edit whose target each meets, known collateral, or a changed area."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from schemas.example import Edit, EditRegion
from schemas.geometry import BoxXYXY, bbox_2d_from_xyxy, iou_xyxy, xyxy_from_bbox_2d
from schemas.vocabulary import WHOLE_FRAME_TYPES, RegionKind
from transforms.regions.result import Region, RegionResult

UNKNOWN_LABEL = "changed area"
MARGIN_LABELS = {"bar": "added bar", "grown": "added area"}
"""Names of what only the edited frame shows, where no edit names it; see `Region.margin`."""
INSIDE = 0.5
"""A region meets a target if this share of its mask lies inside the target's boxes,"""
OVERLAP = 0.3
"""or if its box and one of them have this IoU."""


@dataclass(frozen=True)
class Known:
    """A change that is known and was not asked for. Attributes: its name, its pixel box, collateral or artifact."""

    label: str
    bbox_xyxy: BoxXYXY
    kind: Literal["collateral", "artifact"]


@dataclass(frozen=True, eq=False)
class _Named:
    region: Region
    edit_id: int
    kind: RegionKind
    label: str
    order: tuple[float, ...]


def label_regions(
    result: RegionResult, edits: Sequence[Edit], known: Sequence[Known] = ()
) -> tuple[tuple[EditRegion, ...], np.ndarray]:
    """Assign the regions to what was asked.

    A region belongs to the local edit, or the known change, that it meets best: at least half of its mask lies inside
    the target boxes (before and after), or its box and one of them have an IoU of 0.3 or more; the larger sum of both
    wins. What meets none belongs to an edit that asks for the whole frame, or for a new background, if there is one;
    so does a whole-frame region. The rest is collateral, and so are bars, unless they meet a target. Where no edit has
    a box, as in imported pairs, all regions but bars belong to the edit if there is only one. The name of what is
    edited everywhere ("whole picture") is that of the whole-frame region alone.

    Args:
        result: of `derive_regions`.
        edits: what was asked, in the order of the instruction.
        known: changes that are known and were not asked for.

    Returns:
        The record's regions, ids 1..n (requested edits in their order, then collateral by area), and the label map,
        uint8 [H, W] over the edited frame, 0 = unchanged.
    """
    named = sorted((_name(region, edits, known) for region in result.regions), key=lambda item: item.order)
    width, height = result.size
    visible = _paint(named, (height, width))
    shown = [int((visible[_window(item.region)] == i).sum()) for i, item in enumerate(named, start=1)]
    kept = [(item, pixels) for item, pixels in zip(named, shown, strict=True) if pixels]
    numbers = np.zeros(256, np.uint8)
    numbers[1 : len(named) + 1] = np.cumsum(np.array(shown) > 0)
    regions = (_edit_region(number, *item, (width, height)) for number, item in enumerate(kept, start=1))
    return tuple(regions), cv2.LUT(visible, numbers)


def _edit_region(number: int, item: _Named, pixels: int, size: tuple[int, int]) -> EditRegion:
    width, height = size
    return EditRegion(
        id=number,
        label=item.label,
        bbox_2d=bbox_2d_from_xyxy(item.region.bbox_xyxy, width, height),
        edit_id=item.edit_id,
        kind=item.kind,
        area=pixels / (height * width),
        delta_e=item.region.delta_e,
        confidence=item.region.confidence,
    )


def _paint(named: Sequence[_Named], shape: tuple[int, int]) -> np.ndarray:
    """Draw index + 1 of each region: the whole frame first, then the larger before the smaller."""
    canvas = np.zeros(shape, np.uint8)
    for index in sorted(range(len(named)), key=lambda i: -np.count_nonzero(named[i].region.mask)):
        window = _window(named[index].region)
        canvas[window][named[index].region.mask[window]] = index + 1
    return canvas


def _window(region: Region) -> tuple[slice, slice]:
    x1, y1, x2, y2 = region.bbox_xyxy
    return np.s_[y1:y2, x1:x2]


def _name(region: Region, edits: Sequence[Edit], known: Sequence[Known]) -> _Named:
    size = -float(np.count_nonzero(region.mask)), region.bbox_xyxy[1], region.bbox_xyxy[0]
    if region.whole_frame:
        edit = _edit_of_the_rest(region, edits) or _best(region, [], known)
    else:
        edit = _best(region, edits, known) or (None if region.margin == "bar" else _edit_of_the_rest(region, edits))
    unknown = MARGIN_LABELS.get(region.margin, UNKNOWN_LABEL)
    if not isinstance(edit, Edit):
        change = edit or Known(unknown, region.bbox_xyxy, "collateral")
        everywhere = _is_frame(change.bbox_xyxy, region) and not _is_frame(region.bbox_xyxy, region)
        return _Named(region, 0, change.kind, unknown if everywhere else change.label, (np.inf, 0.0, *size))
    boxless = not any(_boxes_2d(e) for e in edits)
    part = edit.edit_type in WHOLE_FRAME_TYPES and not region.whole_frame
    label = unknown if part or (boxless and edit.target == "-") else edit.target
    kind: RegionKind = "global" if region.whole_frame else "requested"
    return _Named(region, edit.id, kind, label, (edit.id, _new_place(region, edit), *size))


def _is_frame(box_xyxy: BoxXYXY, region: Region) -> bool:
    height, width = region.mask.shape
    return box_xyxy == (0, 0, width, height)


def _best(region: Region, edits: Sequence[Edit], known: Sequence[Known]) -> Edit | Known | None:
    """Return the local edit or known change whose place the region meets best, the first of equals, or None."""
    height, width = region.mask.shape
    local = [edit for edit in edits if edit.edit_type not in WHOLE_FRAME_TYPES]
    places = [[xyxy_from_bbox_2d(box, width, height) for box in _boxes_2d(edit)] for edit in local]
    targets: list[Edit | Known] = [*local, *known]
    scores = [_meets(region, boxes) for boxes in [*places, *([change.bbox_xyxy] for change in known)]]
    return targets[int(np.argmax(scores))] if max(scores, default=0.0) > 0 else None


def _edit_of_the_rest(region: Region, edits: Sequence[Edit]) -> Edit | None:
    """Return the edit that a region at no particular place belongs to, or None."""
    if len(edits) == 1 and not _boxes_2d(edits[0]):
        only = edits[0]
        if only.target != "-" and only.edit_type not in WHOLE_FRAME_TYPES and not _is_background(only):
            return None  # a named thing that is nowhere was not made
        return only if region.whole_frame or only.edit_type not in WHOLE_FRAME_TYPES else None
    backgrounds = [e for e in edits if _is_background(e) and not _boxes_2d(e)]
    return next(iter([e for e in edits if e.edit_type in WHOLE_FRAME_TYPES] + backgrounds), None)


def _is_background(edit: Edit) -> bool:
    return edit.edit_type == "background_change"


def _boxes_2d(edit: Edit) -> list[list[int]]:
    return [box for box in (edit.source_bbox_2d, edit.edited_bbox_2d) if box]


def _meets(region: Region, boxes_xyxy: Sequence[BoxXYXY]) -> float:
    """Return the share of the mask inside the boxes plus the best IoU of its box, 0.0 where both are too small."""
    if not boxes_xyxy:
        return 0.0
    inside = np.zeros_like(region.mask)
    for x1, y1, x2, y2 in boxes_xyxy:
        inside[y1:y2, x1:x2] = True
    share = float((region.mask & inside).sum() / region.mask.sum())
    overlap = max(iou_xyxy(region.bbox_xyxy, box) for box in boxes_xyxy)
    return share + overlap if share >= INSIDE or overlap >= OVERLAP else 0.0


def _new_place(region: Region, edit: Edit) -> float:
    """Return 1.0 for a region at the place that something moved to: the old place is listed first."""
    if not (edit.source_bbox_2d and edit.edited_bbox_2d):
        return 0.0
    height, width = region.mask.shape
    old, new = (xyxy_from_bbox_2d(box, width, height) for box in (edit.source_bbox_2d, edit.edited_bbox_2d))
    return float(_meets(region, [new]) > _meets(region, [old]))
