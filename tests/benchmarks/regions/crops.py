"""Unedited crops of real pairs: the largest rectangle of each that no edit touches, in both pictures."""

from dataclasses import dataclass, replace

import numpy as np

from benchmarks.regions.pair import Pair
from benchmarks.regions.real_pairs import RealRef
from schemas.geometry import BoxXYXY

GRID = 64
"""Cells along each side of the frame, in which a rectangle is looked for."""
LEAST_PX = 96
"""Shorter side of a crop, pixels."""
MARGIN = 0.02
"""Share of the longer side that a crop keeps away from the edit: boxes were drawn by eye."""


@dataclass(frozen=True)
class CropRef:
    """The unedited crop of a real pair."""

    pair: RealRef
    box_xyxy: BoxXYXY

    def load(self) -> Pair:
        """Decode both pictures and cut the crop out of them."""
        pair = self.pair.load()
        (height, width), (source_height, source_width) = pair.edited.shape[:2], pair.source.shape[:2]
        x1, y1, x2, y2 = self.box_xyxy
        sx, sy = source_width / width, source_height / height
        source = pair.source[round(y1 * sy) : round(y2 * sy), round(x1 * sx) : round(x2 * sx)]
        return replace(
            pair,
            data="crops",
            source=np.ascontiguousarray(source),
            edited=np.ascontiguousarray(pair.edited[y1:y2, x1:x2]),
            boxes_xyxy=(),
            ignore_xyxy=(),
            edit_type="none",
        )


def crop_refs(pairs: list[RealRef]) -> list[CropRef]:
    """Return the crops of the pairs that have room for one beside their edits."""
    return [CropRef(pair, box) for pair in pairs if (box := _largest_free(pair.load())) is not None]


def _largest_free(pair: Pair) -> BoxXYXY | None:
    height, width = pair.edited.shape[:2]
    margin = MARGIN * max(height, width)
    free = np.ones((GRID, GRID), bool)
    for x1, y1, x2, y2 in (*pair.boxes_xyxy, *pair.ignore_xyxy):
        columns = slice(max(0, int((x1 - margin) / width * GRID)), int(np.ceil((x2 + margin) / width * GRID)))
        rows = slice(max(0, int((y1 - margin) / height * GRID)), int(np.ceil((y2 + margin) / height * GRID)))
        free[rows, columns] = False
    left, top, right, bottom = largest_rectangle(free)
    box = (left * width // GRID, top * height // GRID, right * width // GRID, bottom * height // GRID)
    return box if min(box[2] - box[0], box[3] - box[1]) >= LEAST_PX else None


def largest_rectangle(free: np.ndarray) -> BoxXYXY:
    """Return the largest rectangle of True cells of a bool array, half open; empty where there is none.

    >>> largest_rectangle(np.array([[True, True, False], [True, True, True]]))
    (0, 0, 2, 2)
    """
    best, area = (0, 0, 0, 0), 0
    for top in range(len(free)):
        column_free = np.ones(free.shape[1], bool)
        for bottom in range(top, len(free)):
            column_free &= free[bottom]
            edges = np.flatnonzero(np.diff(np.concatenate([[0], column_free.astype(np.int8), [0]])))
            for left, right in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
                if (right - left) * (bottom + 1 - top) > area:
                    best, area = (left, top, right, bottom + 1), (right - left) * (bottom + 1 - top)
    return best
