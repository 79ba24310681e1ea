"""Local features of a picture: corners with binary descriptors (Rublee et al., "ORB", ICCV 2011)."""

from dataclasses import dataclass

import cv2
import numpy as np

SIDE = 512
"""Longer side at which pictures are looked at, pixels."""
POINTS = 1000
FAINTEST = 4
"""Grey levels by which a corner stands out at least, a fifth of OpenCV's default: soft pictures have corners too."""

SMALL = 4
"""Pixels of the looked-at picture to a side of one of the small one."""


@dataclass(frozen=True, eq=False)
class Features:
    """The strongest corners of a picture whose longer side is `SIDE`.

    Attributes:
        points: float32 [K, 2], x and y in pixels, K up to `POINTS`.
        descriptors: uint8 [K, 32], 256 bits each.
        small: uint8 [h, w], the grey picture, `SMALL` times smaller than what the points lie in.
    """

    points: np.ndarray
    descriptors: np.ndarray
    small: np.ndarray


def features(rgb: np.ndarray) -> Features:
    """Return the features of a picture, uint8 [H, W, 3]; a flat one has none."""
    grey = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    scale = SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    small = cv2.resize(grey, (max(1, size[0] // SMALL), max(1, size[1] // SMALL)), interpolation=cv2.INTER_AREA)
    points, descriptors = cv2.ORB.create(nfeatures=POINTS, fastThreshold=FAINTEST).detectAndCompute(grey, None)
    if descriptors is None:
        return Features(np.empty((0, 2), np.float32), np.empty((0, 32), np.uint8), small)
    return Features(np.array([point.pt for point in points], np.float32), descriptors, small)
