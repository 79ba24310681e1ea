"""Outlines to masks."""

from collections.abc import Iterable

import cv2
import numpy as np


def filled(rings_xy: Iterable[object], width: int, height: int) -> np.ndarray:
    """Fill closed outlines, each with all its points (x, y) in pixels: bool [height, width], what any of them holds."""
    canvas = np.zeros((height, width), np.uint8)
    for ring in rings_xy:
        # one by one: a single call would take rings that overlap out of each other
        cv2.fillPoly(canvas, [np.rint(np.asarray(ring)).astype(np.int32)], 1)
    return canvas.astype(bool)
