"""Pictures that show nothing: one colour, or one colour and the faint noise of an encoder or a generator."""

import cv2
import numpy as np

PLACEHOLDER = "placeholder_output"
"""Reason for which a pair is rejected whose edited picture shows nothing, or what an editor shows for many sources."""
COARSE_SIDE, COARSE_STD = 32, 2.0
"""Averaged to this longer side, a picture without content has a standard deviation below this, 0..255."""
FINE_SIDE, FINE_RANGE = 256, 12
"""Averaged to this longer side, none of its pixels is this far from the median colour: no star, letter or spot."""


def has_content(rgb: np.ndarray) -> bool:
    """Return whether a picture (uint8 [H, W, 3]) shows anything.

    Noise averages out on the coarse scale; what is small but plain, such as a star, shows on the fine one.
    """
    if cv2.meanStdDev(_averaged(rgb, COARSE_SIDE))[1].max() >= COARSE_STD:
        return True
    fine = cv2.blur(_averaged(rgb, FINE_SIDE), (3, 3))
    ground = np.median(fine.reshape(-1, 3), axis=0)
    return bool(np.abs(fine - ground).max() >= FINE_RANGE)


def _averaged(rgb: np.ndarray, side: int) -> np.ndarray:
    """Return float32 [h, w, 3] whose longer side is `side`, or the picture as it is if it is smaller."""
    height, width = rgb.shape[:2]
    scale = min(1.0, side / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(np.ascontiguousarray(rgb), size, interpolation=cv2.INTER_AREA).astype(np.float32)
