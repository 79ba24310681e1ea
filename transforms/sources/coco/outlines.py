"""An annotation's segmentation as few whole-numbered points, small enough to travel as a record."""

from typing import Any

import cv2
import numpy as np

from schemas.plan import InstanceRow
from transforms.sources.coco.rle import counts_of, mask_of
from transforms.sources.rings import filled

TOLERANCE_PX = 0.7
"""Distance by which an outline may be simplified."""
LEAST_POINTS = 3


def outlines(segmentation: Any, height: int, width: int) -> tuple[list[list[int]], list[list[int]]]:
    """Return the outer rings and the holes of a segmentation, each as x, y, x, y ... in whole pixels.

    Args:
        segmentation: polygons, or run lengths (a list, or a compressed string).
        height, width: of the picture.

    Raises:
        ValueError: it is neither, or holds nothing that can be drawn.
    """
    if isinstance(segmentation, dict):
        rings, holes = _from_runs(segmentation, height, width)
    elif isinstance(segmentation, list):
        rings, holes = [_polygon(part) for part in segmentation], []
    else:
        raise ValueError(f"segmentation: must be polygons or run lengths, got {type(segmentation).__name__}")
    kept = _simple(rings, height, width)
    if not kept:
        raise ValueError("segmentation: no polygon of three points or more in the frame")
    return kept, _simple(holes, height, width)


def instance_mask(row: InstanceRow, height: int, width: int) -> np.ndarray:
    """Draw an instance into a picture of any size: bool [height, width]."""
    scale = np.array([width / row.width, height / row.height])
    rings, holes = ([np.array(ring, float).reshape(-1, 2) * scale for ring in part] for part in (row.rings, row.holes))
    return filled(rings, width, height) & ~filled(holes, width, height)


def _polygon(values: Any) -> np.ndarray:
    points = np.array(values, float)
    if points.ndim != 1 or points.size % 2 or not np.isfinite(points).all():
        raise ValueError("segmentation: a polygon must be a list of numbers x, y, x, y ...")
    return points.reshape(-1, 2)


def _from_runs(segmentation: dict[str, Any], height: int, width: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    counts = segmentation.get("counts")
    if list(segmentation.get("size", [])) != [height, width]:
        raise ValueError(f"segmentation.size: {segmentation.get('size')} for a picture of [{height}, {width}]")
    if not isinstance(counts, str | list):
        raise ValueError("segmentation.counts: must be a list or a compressed string")
    mask = mask_of(counts_of(counts) if isinstance(counts, str) else counts, height, width)
    found, tree = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if tree is None:
        return [], []
    inner = [int(link[3]) >= 0 for link in tree[0]]
    rings = [contour[:, 0].astype(float) for contour, is_hole in zip(found, inner, strict=True) if not is_hole]
    return rings, [contour[:, 0].astype(float) for contour, is_hole in zip(found, inner, strict=True) if is_hole]


def _simple(rings: list[np.ndarray], height: int, width: int) -> list[list[int]]:
    """Return rings as x, y, x, y ..., cut to the frame, in as few points as TOLERANCE_PX allows, three at least."""
    inside = (np.rint(np.clip(ring, 0, (width, height))).astype(np.int32)[:, None] for ring in rings)
    found = (cv2.approxPolyDP(ring, TOLERANCE_PX, True) for ring in inside)
    return [ring.ravel().tolist() for ring in found if len(ring) >= LEAST_POINTS]
