"""What stands in the edited frame outside the source: bars, or new content."""

import cv2
import numpy as np

from transforms.regions.bars import is_bar
from transforms.regions.difference import ciede2000_map
from transforms.regions.frame import to_lab
from transforms.regions.overlap import Margin, Overlap
from transforms.regions.result import MarginKind, Region

THINNEST, THINNEST_PX = 0.02, 4
"""Share of the frame's side, and pixels, below which a margin is what rounding to an editor's sizes leaves."""
COMPARED_PX = 128
"""Longer side that a margin's colours are compared at."""


def margin_regions(edited: np.ndarray, overlap: Overlap, confidence: float) -> list[Region]:
    """Return a region for each margin that is more than rounding: a bar, or grown content.

    Args:
        edited: uint8 [H, W, 3].
        overlap: where the source is in it.
        confidence: that the source is there, 0..1.
    """
    found = []
    for margin in overlap.margins():
        x1, y1, x2, y2 = margin.box_xyxy
        if margin.thickness < max(THINNEST_PX, THINNEST * overlap.edited_size[margin.axis]):
            continue
        mask = np.zeros(edited.shape[:2], bool)
        mask[y1:y2, x1:x2] = True
        kind: MarginKind = "grown" if margin.between or not is_bar(edited, margin.box_xyxy, overlap.box_xyxy) else "bar"
        difference = _difference(edited, margin)
        found.append(Region(mask, margin.box_xyxy, difference, confidence, margin=kind))
    return found


def _difference(edited: np.ndarray, margin: Margin) -> float:
    """Return the median CIEDE2000 of a margin to the nearest row or column that the source has: it has no other."""
    x1, y1, x2, y2 = margin.box_xyxy
    height, width = edited.shape[:2]
    if margin.axis == 1:
        at = y1 - 1 if y1 > 0 else min(y2, height - 1)
        line = edited[at : at + 1, x1:x2]
    else:
        at = x1 - 1 if x1 > 0 else min(x2, width - 1)
        line = edited[y1:y2, at : at + 1]
    scale = min(1.0, COMPARED_PX / max(x2 - x1, y2 - y1))
    size = max(1, round((x2 - x1) * scale)), max(1, round((y2 - y1) * scale))
    part, edge = (
        to_lab(cv2.resize(np.ascontiguousarray(image), size, interpolation=cv2.INTER_AREA))
        for image in (edited[y1:y2, x1:x2], np.broadcast_to(line, (y2 - y1, x2 - x1, 3)))
    )
    return float(np.median(ciede2000_map(edge, part)))
