"""An annotation's segmentation as few whole-numbered points, small enough to travel as a record."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np

from schemas.plan import InstanceRow
from transforms.sources.coco.rle import mask_of, run_lengths
from transforms.sources.coco.values import whole
from transforms.sources.rings import filled

TOLERANCE_PX = 0.7
"""Distance by which an outline may be simplified."""
LEAST_POINTS = 3


class Outlines(NamedTuple):
    """Outer rings and holes, each as x, y, x, y ... in whole pixels, and how many rings could not be used."""

    rings: list[list[int]]
    holes: list[list[int]]
    dropped: int


def has_outline(segmentation: Any) -> bool:
    """Return whether a segmentation holds anything: null, [], [[]] and {} do not."""
    if isinstance(segmentation, dict):
        return bool(segmentation.get("counts"))
    return any(map(bool, segmentation)) if isinstance(segmentation, list) else segmentation is not None


def outlines(segmentation: Any, height: int, width: int, box: Any = None) -> Outlines:
    """Return the outlines of a segmentation.

    Args:
        segmentation: polygons, or run lengths (a list, or a compressed string). Of the polygons, those of fewer than
            three points, of an odd number of coordinates, or with anything but numbers are dropped.
        height, width: of the picture.
        box: x, y, width, height of the annotation, if it has one: decides how run lengths of a picture that is
            width x height, not height x width, are meant.

    Raises:
        ValueError: it is neither, or holds nothing that can be drawn.
    """
    if isinstance(segmentation, dict):
        rings, holes = _from_runs(segmentation, height, width, box)
        drawn = len(rings)
    elif isinstance(segmentation, list):
        parts = segmentation
        if segmentation and all(isinstance(value, int | float) for value in segmentation):
            parts = [segmentation]  # one polygon, not in a list of its own
        drawn = len(parts)
        rings, holes = [ring for part in parts if (ring := _polygon(part)) is not None], []
    else:
        raise ValueError(f"segmentation: must be polygons or run lengths, got {type(segmentation).__name__}")
    kept = _simple(rings, height, width)
    if not kept:
        raise ValueError("segmentation: no polygon of three points or more in the frame")
    return Outlines(kept, _simple(holes, height, width), drawn - len(rings))


def instance_mask(row: InstanceRow, height: int, width: int) -> np.ndarray:
    """Draw an instance into a picture of any size: bool [height, width]."""
    scale = np.array([width / row.width, height / row.height])
    rings, holes = ([np.array(ring, float).reshape(-1, 2) * scale for ring in part] for part in (row.rings, row.holes))
    return filled(rings, width, height) & ~filled(holes, width, height)


def _polygon(values: Any) -> np.ndarray | None:
    """Return the points of a ring, float [N, 2]; None where it cannot be drawn."""
    try:
        points = np.array(values, float)
    except (ValueError, TypeError):
        return None
    pairs = points.ndim == 2 and points.shape[1] == 2
    if not (pairs or (points.ndim == 1 and points.size % 2 == 0)) or not np.isfinite(points).all():
        return None
    return points.reshape(-1, 2) if points.size >= 2 * LEAST_POINTS else None


def _from_runs(
    segmentation: dict[str, Any], height: int, width: int, box: Any
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    counts = run_lengths(segmentation.get("counts"))
    given = segmentation.get("size", [height, width])
    size = [whole(value) for value in given] if isinstance(given, list) else []
    if size == [height, width]:
        mask = mask_of(counts, height, width)
    elif size == [width, height]:
        mask = _turned(counts, height, width, box)
    else:
        raise ValueError(f"segmentation.size: {given} for a picture of [{height}, {width}]")
    found, tree = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if tree is None:
        return [], []
    inner = [int(link[3]) >= 0 for link in tree[0]]
    rings = [contour[:, 0].astype(float) for contour, is_hole in zip(found, inner, strict=True) if not is_hole]
    return rings, [contour[:, 0].astype(float) for contour, is_hole in zip(found, inner, strict=True) if is_hole]


def _turned(counts: Sequence[int], height: int, width: int, box: Any) -> np.ndarray:
    """Return the mask of run lengths whose size has its numbers exchanged: the one of two readings that fits the box.

    Raises:
        ValueError: none of them does, or both do.
    """
    readings = [mask_of(counts, height, width), mask_of(counts, width, height).T]
    fitting = [mask for mask in readings if _fits(mask, box)]
    if len(fitting) != 1 and not np.array_equal(readings[0], readings[1]):
        raise ValueError(f"segmentation.size: [{width}, {height}] for a picture of [{height}, {width}]")
    return fitting[0] if fitting else readings[0]


def _fits(mask: np.ndarray, box: Any) -> bool:
    corners = _polygon([box[:2], box[2:]] * 2) if isinstance(box, list) and len(box) == 4 else None
    if corners is None or not mask.any():
        return False
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    own = np.array([xs[0], ys[0], xs[-1] + 1 - xs[0], ys[-1] + 1 - ys[0]])
    return bool(np.abs(own - corners[:2].ravel()).max() <= 2)


def _simple(rings: list[np.ndarray], height: int, width: int) -> list[list[int]]:
    """Return rings as x, y, x, y ..., cut to the frame, in as few points as TOLERANCE_PX allows, three at least."""
    inside = (np.rint(np.clip(ring, 0, (width, height))).astype(np.int32)[:, None] for ring in rings)
    found = (cv2.approxPolyDP(ring, TOLERANCE_PX, True) for ring in inside)
    return [ring.ravel().tolist() for ring in found if len(ring) >= LEAST_POINTS]
