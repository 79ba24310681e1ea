"""Masks of the catalogue's objects and surfaces."""

import numpy as np

from transforms.sources.bundled.photos import PhotoObject, Surface
from transforms.sources.rings import filled


def object_mask(obj: PhotoObject, width: int, height: int) -> np.ndarray:
    """Rasterise an object: its outer rings filled, its holes taken out.

    Args:
        obj: the object, in pixels of the photo at full size.
        width: photo width in pixels.
        height: photo height in pixels.

    Returns:
        bool [height, width].
    """
    return filled(obj.polygons_xy, width, height) & ~filled(obj.holes_xy, width, height)


def surface_mask(surface: Surface, width: int, height: int) -> np.ndarray:
    """Rasterise a surface: bool [height, width], True where an added object's base may stand."""
    return filled((surface.polygon_xy,), width, height)
