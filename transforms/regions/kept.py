"""What two images show alike although nearly all else differs: a foreground before another background."""

import cv2
import numpy as np

from transforms.regions.frame import resize_to, to_lab
from transforms.regions.register import correlation

SIZE_PX = 256
"""Longer side that the images are compared at."""
ALIKE = 8.0
"""Delta E (Euclidean) up to which colours are alike: an editor's noise and drift stay below."""
SAME_STRUCTURE = 0.7
"""Correlation of brightness in a window from which the structure is the same."""
CORE = 0.006
"""Share of the frame that is alike in colour and structure, in one piece: unrelated pictures stay below by chance."""
LEAST = 0.25
"""Of what is alike in colour, pieces with so much of the same structure are kept."""


def kept(source: np.ndarray, edited: np.ndarray) -> np.ndarray:
    """Return bool [h, w] of the images' shape: True for what stayed; all False if nothing stands out.

    Args:
        source: uint8 [h, w, 3], registered, colours as they are.
        edited: uint8 [h, w, 3].
    """
    height, width = edited.shape[:2]
    scale = min(1.0, SIZE_PX / max(height, width))
    size = max(8, round(width * scale)), max(8, round(height * scale))
    a, b = (resize_to(image, *size) for image in (source, edited))
    change = cv2.GaussianBlur(to_lab(a) - to_lab(b), (0, 0), 1.5)
    alike = (change * change).sum(axis=2) < ALIKE**2
    core = alike & (correlation(a, b) > SAME_STRUCTURE)
    if _largest(core) < CORE * core.size:
        return np.zeros((height, width), bool)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    count, labels = cv2.connectedComponents(cv2.morphologyEx(alike.astype(np.uint8), cv2.MORPH_OPEN, disc))
    sizes, cores = np.bincount(labels.ravel(), minlength=count), np.bincount(labels[core], minlength=count)
    stays = (cores >= LEAST * sizes) & (sizes >= CORE * core.size)
    stays[0] = False
    wide = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    solid = cv2.morphologyEx(stays[labels].astype(np.uint8), cv2.MORPH_CLOSE, wide)
    return cv2.resize(solid.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) > 0.5


def surrounds(stays: np.ndarray) -> bool:
    """Return whether most of the frame's border stayed (bool [h, w]): the edit lies within, however large."""
    border = np.concatenate([stays[0], stays[-1], stays[:, 0], stays[:, -1]])
    return bool(border.mean() > 0.5)


def _largest(mask: np.ndarray) -> int:
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    return int(stats[1:, cv2.CC_STAT_AREA].max(initial=0))
