"""Exact truth of a case: its regions drawn into one label map, and their boxes."""

from collections.abc import Sequence

import numpy as np

from schemas.geometry import BoxXYXY, xyxy_from_mask


def label_regions(masks: Sequence[np.ndarray], height: int, width: int) -> tuple[np.ndarray, tuple[BoxXYXY, ...]]:
    """Draw regions in the order of their ids; those that left the frame are dropped and the rest numbered anew.

    Args:
        masks: bool [height, width] each, in the edited frame.
        height: of the edited frame, pixels.
        width: of the edited frame, pixels.

    Returns:
        uint8 [height, width], 0 = unchanged, ids 1..n, later regions over earlier ones; and the half open box of
        each region's full mask.
    """
    labels = np.zeros((height, width), np.uint8)
    boxes: list[BoxXYXY] = []
    for mask in masks:
        box = xyxy_from_mask(mask)
        if box is not None:
            boxes.append(box)
            labels[mask] = len(boxes)
    return labels, tuple(boxes)
