"""What difference a pixel shows when nobody edited it: estimated for each level of local texture."""

import cv2
import numpy as np

LEVELS = 8
BLOCKS = 8
QUIET = 0.4
"""Of the blocks that show a level of texture, this quantile speaks for it: an edit is local, noise is not."""
SPREAD = 3.0
SAMPLES = 24_000
"""About as many pixels are enough to estimate from."""
LEAST = 6
"""Sampled pixels that a block must show of a level of texture to have a say."""


def texture_map(source_light: np.ndarray, edited_light: np.ndarray) -> np.ndarray:
    """Return the local texture, float32 [h, w]: the smaller of both images' mean gradients of L (float32 [h, w])."""
    return np.minimum(_gradient(source_light), _gradient(edited_light))


def _gradient(light: np.ndarray) -> np.ndarray:
    dx, dy = cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1)
    # cv2.magnitude rounds differently from one memory alignment to the next
    return cv2.GaussianBlur(np.sqrt(dx * dx + dy * dy), (0, 0), 1.5)


def texture_levels(texture: np.ndarray, enabled: bool = True) -> np.ndarray:
    """Return uint8 [h, w]: the level of texture, 0..LEVELS-1, equally frequent in the frame."""
    if not enabled:
        return np.zeros(texture.shape, np.uint8)
    edges = np.quantile(texture[::2, ::2], np.linspace(0, 1, LEVELS + 1)[1:-1])
    return np.searchsorted(edges.astype(np.float32), texture.ravel()).reshape(texture.shape).astype(np.uint8)


def noise_floor(difference: np.ndarray, levels: np.ndarray, minimum: float, maximum: float) -> np.ndarray:
    """Return float32 [h, w]: the difference that noise alone reaches at a pixel of its texture.

    For each level, every block of the frame gives its median difference; the quiet quantile over the blocks, times
    `SPREAD`, is the level's floor. Noise grows with texture: a level above the next one's floor shows an edit that is
    all there is of that texture, and takes the next one's.

    Args:
        difference: float32 [h, w].
        levels: uint8 [h, w], see `texture_levels`.
        minimum: difference below which nothing counts.
        maximum: difference that no editor's noise reaches, so that an edit of most of the frame is not taken for it.
    """
    step = max(1, int(np.sqrt(difference.size / SAMPLES)))
    sampled = np.s_[::step, ::step]
    values, at = np.maximum(difference[sampled], 0).ravel(), levels[sampled].ravel().astype(np.int64)
    cells = at * BLOCKS**2 + _block_index(difference.shape)[sampled].ravel()
    medians = _medians(values, cells, LEVELS * BLOCKS**2).reshape(LEVELS, BLOCKS**2)
    floors = np.zeros(LEVELS, np.float32)
    for level, row in enumerate(medians):
        known = row[~np.isnan(row)]
        floors[level] = SPREAD * np.quantile(known, QUIET) if known.size else 0.0
    floors = np.minimum.accumulate(floors[::-1])[::-1]
    return np.clip(floors, minimum, maximum)[levels]


def _block_index(shape: tuple[int, ...]) -> np.ndarray:
    rows, columns = (np.arange(n) * BLOCKS // n for n in shape)
    return rows[:, None] * BLOCKS + columns


def _medians(values: np.ndarray, cells: np.ndarray, count: int) -> np.ndarray:
    """Return the median of the values (float32, none negative) of each cell, [count]; NaN below `LEAST` values."""
    # the bits of floats that are not negative sort as the floats do: one integer sorts by cell, then by value
    ordered = np.sort(cells << 32 | values.view(np.uint32))
    sizes = np.bincount(cells, minlength=count)
    middle = np.cumsum(sizes) - sizes + sizes // 2
    known = sizes >= LEAST
    bits = ordered[np.where(known, middle, 0)] & 0xFFFFFFFF
    return np.where(known, bits.astype(np.uint32).view(np.float32), np.float32(np.nan))
