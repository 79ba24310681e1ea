"""A picture as a bag of statistics, with no place in it and no other picture beside it."""

import cv2
import numpy as np

BLOCK = 32
"""Side of the patches over which noise and sharpness are taken, pixels."""
QUANTILES = (5, 25, 50, 75, 95)


def image_statistics(rgb: np.ndarray) -> dict[str, float]:
    """Return the statistics of a picture at its own resolution.

    Args:
        rgb: uint8 [H, W, 3], at least 64 a side.

    Returns:
        By name: moments of CIELAB and of saturation; energy per band of a Laplacian pyramid and of 8 x 8 cosine
        coefficients; quantiles over patches of noise (median absolute second difference) and of sharpness; strength
        of the 8-pixel grid of a JPEG; kurtosis of the residual; how many edges, and how strong.
    """
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).astype(np.float32)
    luma = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return {**_colours(rgb, lab), **_bands(luma), **_cosines(luma), **_patches(luma), **_grid(luma), **_edges(luma)}


def _moments(name: str, values: np.ndarray) -> dict[str, float]:
    flat = values.ravel()[::3]
    mean, spread = float(flat.mean()), float(flat.std()) + 1e-6
    centred = (flat - mean) / spread
    return {
        f"{name}.mean": mean,
        f"{name}.std": spread,
        f"{name}.skew": float((centred**3).mean()),
        f"{name}.kurtosis": float((centred**4).mean()),
    }


def _colours(rgb: np.ndarray, lab: np.ndarray) -> dict[str, float]:
    found: dict[str, float] = {}
    for channel, name in enumerate(("lightness", "a", "b")):
        found |= _moments(name, lab[..., channel])
    spread = rgb.max(axis=2).astype(np.float32) - rgb.min(axis=2)
    found |= _moments("saturation", spread)
    found["clipped.dark"] = float((rgb <= 2).mean())
    found["clipped.light"] = float((rgb >= 253).mean())
    return found


def _bands(luma: np.ndarray) -> dict[str, float]:
    found, current = {}, luma
    for level in range(5):
        smooth = cv2.GaussianBlur(current, (0, 0), 1.2)
        band = current - smooth
        found[f"band{level}.energy"] = float(np.log1p((band**2).mean()))
        found[f"band{level}.kurtosis"] = float((band**4).mean() / ((band**2).mean() ** 2 + 1e-6))
        current = cv2.resize(smooth, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return found


def _cosines(luma: np.ndarray) -> dict[str, float]:
    height, width = (side // 8 * 8 for side in luma.shape)
    cells = luma[:height, :width].reshape(height // 8, 8, width // 8, 8).transpose(0, 2, 1, 3).reshape(-1, 8, 8)
    cells = cells[:: max(1, len(cells) // 1500)]
    basis = cv2.dct(np.eye(8, dtype=np.float32), flags=cv2.DCT_ROWS).T
    coefficients = np.abs(basis @ cells @ basis.T)
    rings = np.add.outer(np.arange(8), np.arange(8))
    found = {f"cosine{r}": float(np.log1p(coefficients[:, rings == r].mean())) for r in range(1, 15, 2)}
    found["cosine.zeros"] = float((coefficients[:, rings > 6] < 0.5).mean())
    return found


def _patches(luma: np.ndarray) -> dict[str, float]:
    second = np.abs(cv2.filter2D(luma, cv2.CV_32F, np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)))
    sharp = np.abs(cv2.Laplacian(luma, cv2.CV_32F))
    found = {}
    for name, values in (("noise", second), ("sharpness", sharp)):
        size = (max(1, luma.shape[1] // BLOCK), max(1, luma.shape[0] // BLOCK))
        blocks = np.log1p(cv2.resize(values, size, interpolation=cv2.INTER_AREA))
        found |= {f"{name}.q{q}": float(np.percentile(blocks, q)) for q in QUANTILES}
        found[f"{name}.spread"] = float(blocks.std())
    return found


def _grid(luma: np.ndarray) -> dict[str, float]:
    found = {}
    for name, steps in (
        ("rows", np.abs(np.diff(luma, axis=0)).mean(axis=1)),
        ("columns", np.abs(np.diff(luma)).mean(axis=0)),
    ):
        means = [float(steps[phase::8].mean()) for phase in range(8)]
        found[f"grid.{name}"] = max(means) / (float(np.median(means)) + 1e-6)
        found[f"grid.{name}.phase"] = float(np.argmax(means))
    return found


def _edges(luma: np.ndarray) -> dict[str, float]:
    slope = np.hypot(cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1)) / 8
    found = {f"slope.q{q}": float(np.percentile(slope[::2, ::2], q)) for q in (50, 90, 99)}
    found["edges"] = float((slope > 12).mean())
    return found
