"""What a latent coder leaves of a picture: texture made up anew, bleeding colours, cells of eight pixels."""

import cv2
import numpy as np

CELL = 8
"""Side of the area that one latent value stands for, pixels."""
TEXTURE = 9.0
"""Levels above which a difference is an edge, which such a coder keeps."""
LOST, MADE_UP = 0.85, 0.55
"""At full loss: share of the texture that goes, and of its energy that comes back as other texture."""
BLEEDING_PX = 2.2
"""Blur of the colours at full loss, standard deviation."""
CELL_LEVELS = 1.3
"""Spread of the cells' brightness at full loss."""
WARP_PX = 0.35
"""Spread of the displacement of small forms at full loss."""


def coded(values: np.ndarray, loss: float, seed: int) -> np.ndarray:
    """Return a picture as a latent coder would give it back.

    Args:
        values: float32 [H, W, 3] sRGB, 0..255.
        loss: 0 (none) .. 1.
        seed: of what is made up.
    """
    if loss <= 0:
        return values
    rng = np.random.default_rng(seed)
    height, width = values.shape[:2]
    cells = max(1, round(height / CELL)), max(1, round(width / CELL))
    out = _wavering(values, loss * WARP_PX, cells, rng)
    grey = out @ np.array([0.299, 0.587, 0.114], np.float32)
    colour = cv2.GaussianBlur(out - grey[..., None], (0, 0), max(0.3, loss * BLEEDING_PX))
    base = cv2.GaussianBlur(grey, (0, 0), 1.6)
    fine = grey - base
    texture = fine * np.exp(-((fine / TEXTURE) ** 2))
    energy = np.sqrt(np.maximum(cv2.GaussianBlur(texture * texture, (0, 0), CELL / 2), 0))
    invented = cv2.GaussianBlur(rng.normal(0, 1, grey.shape).astype(np.float32), (0, 0), 1.1)
    invented *= energy / max(float(invented.std()), 1e-6)
    patchy = cv2.resize(rng.normal(0, 1, cells).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    # a cell that is all calm stays calm
    busy = np.clip(energy / 3, 0.15, 1)
    grey = grey - loss * LOST * texture + loss * MADE_UP * invented + loss * CELL_LEVELS * busy * patchy
    return (grey[..., None] + colour).astype(np.float32)


def _wavering(values: np.ndarray, spread: float, cells: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Return the picture with small forms displaced, cell by cell."""
    height, width = values.shape[:2]
    field = [np.clip(rng.normal(0, spread, cells), -2 * spread, 2 * spread).astype(np.float32) for _ in range(2)]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    dx, dy = (cv2.resize(f, (width, height), interpolation=cv2.INTER_CUBIC) for f in field)
    return cv2.remap(values, x + dx, y + dy, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
