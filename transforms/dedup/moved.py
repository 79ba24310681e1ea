"""Cells of a window of one picture, as a window near by in its copy has them."""

import numpy as np


def moved_to(cells: np.ndarray, old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return the cells of windows as other windows near by have them: saving again may move one by some pixels.

    Args:
        cells: of the windows `old`, float32 [..., P, S, S]; outside of them is the ground, 0.
        old, new: places, float [P, 4].
    """
    across, down = (_weights(old[:, [k, k + 2]], new[:, [k, k + 2]], cells.shape[-1]) for k in (0, 1))
    moved: np.ndarray = down @ cells @ across.transpose(0, 2, 1)
    return moved


def _weights(old: np.ndarray, new: np.ndarray, side: int) -> np.ndarray:
    """Return how much of each old cell along an axis is in each new one, float32 [P, S (new), S (old)]."""
    edges = np.arange(side + 1) / side
    size = np.maximum(old[:, 1:] - old[:, :1], 1e-6)
    at = (new[:, :1] + (new[:, 1:] - new[:, :1]) * edges - old[:, :1]) / size
    low = np.maximum(at[:, :-1, None], edges[:-1])
    high = np.minimum(at[:, 1:, None], edges[1:])
    shares: np.ndarray = np.maximum(high - low, 0) / np.maximum(at[:, 1:] - at[:, :-1], 1e-6)[:, :, None]
    return shares.astype(np.float32)
