"""Masks of the catalogue's objects and surfaces."""

from collections.abc import Iterable

import cv2
import numpy as np

from transforms.sources.bundled.photos import PhotoObject, Ring, Surface


def object_mask(obj: PhotoObject, width: int, height: int) -> np.ndarray:
    """Rasterise an object: its outer rings filled, its holes taken out.

    Args:
        obj: the object, in pixels of the photo at full size.
        width: photo width in pixels.
        height: photo height in pixels.

    Returns:
        bool [height, width].
    """
    return _filled(obj.polygons_xy, width, height) & ~_filled(obj.holes_xy, width, height)


def surface_mask(surface: Surface, width: int, height: int) -> np.ndarray:
    """Rasterise a surface: bool [height, width], True where an added object's base may stand."""
    return _filled((surface.polygon_xy,), width, height)


def _filled(rings_xy: Iterable[Ring], width: int, height: int) -> np.ndarray:
    canvas = np.zeros((height, width), np.uint8)
    for ring in rings_xy:
        # one by one: a single call would take rings that overlap out of each other
        cv2.fillPoly(canvas, [np.rint(np.asarray(ring)).astype(np.int32)], 1)
    return canvas.astype(bool)
