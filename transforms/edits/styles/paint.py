"""Styles of the brush: oil, watercolour and dots of pure colour."""

from collections.abc import Callable

import cv2
import numpy as np

Style = Callable[[np.ndarray, np.random.Generator], np.ndarray]
"""(uint8 [H, W, 3] sRGB, generator) -> uint8 [H, W, 3]."""


def unit(rgb: np.ndarray) -> float:
    """Return the scale of strokes, pixels: 1 at a larger side of 512."""
    return max(rgb.shape[:2]) / 512


def luma(rgb: np.ndarray) -> np.ndarray:
    """Return brightness, float32 [H, W], 0..255."""
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)


def done(values: np.ndarray) -> np.ndarray:
    """Return values 0..255, rounded and clipped, as uint8."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def saturated(values: np.ndarray, gain: float) -> np.ndarray:
    """Return colours (float32 [H, W, 3]) with their distance from grey scaled."""
    grey = values @ np.array([0.299, 0.587, 0.114], np.float32)
    return np.clip(grey[..., None] + gain * (values - grey[..., None]), 0, 255).astype(np.float32)


def quadrant_smoothed(rgb: np.ndarray, radius: int) -> np.ndarray:
    """Return `rgb` as flat dabs with sharp borders: of four neighbouring squares, the calmest gives its mean.

    Kuwahara et al., "Processing of RI-angiocardiographic images", 1976.
    """
    values = rgb.astype(np.float32)
    grey = values @ np.array([0.299, 0.587, 0.114], np.float32)
    side = radius + 1
    best, out = np.full(grey.shape, np.inf, np.float32), values.copy()
    for ax in (0, radius):
        for ay in (0, radius):
            mean = _box(values, side, ax, ay)
            first, second = _box(grey, side, ax, ay), _box(grey * grey, side, ax, ay)
            variance = second - first * first
            calmer = variance < best
            best = np.where(calmer, variance, best)
            out = np.where(calmer[..., None], mean, out)
    return out


def _box(values: np.ndarray, side: int, ax: int, ay: int) -> np.ndarray:
    return cv2.blur(values, (side, side), anchor=(ax, ay), borderType=cv2.BORDER_REFLECT_101)


def along_edges(values: np.ndarray, grey: np.ndarray, length: int, sigma: float) -> np.ndarray:
    """Return `values` (float32 [H, W] or [H, W, C]) averaged along the direction in which `grey` changes least."""
    gx, gy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    xx, yy, xy = (cv2.GaussianBlur(p, (0, 0), sigma) for p in (gx * gx, gy * gy, gx * gy))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    dx, dy = np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)
    height, width = grey.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    steps = np.linspace(-length, length, max(5, 2 * (length // 2) + 1))
    total = np.zeros_like(values)
    for step in steps:
        moved = cv2.remap(
            values,
            x + np.float32(step) * dx,
            y + np.float32(step) * dy,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT,
        )
        total += moved
    return total / np.float32(len(steps))


def noise(shape: tuple[int, int], cell: float, rng: np.random.Generator) -> np.ndarray:
    """Return smooth noise of mean 0 and spread 1, float32, with features of about `cell` pixels."""
    size = max(2, round(shape[1] / cell)), max(2, round(shape[0] / cell))
    field = rng.normal(0, 1, size[::-1]).astype(np.float32)
    return cv2.resize(field, shape[::-1], interpolation=cv2.INTER_CUBIC)


def embossed(height_map: np.ndarray, depth: float) -> np.ndarray:
    """Return how light from the upper left falls on a relief, about 1, float32 [H, W]."""
    slope = cv2.Sobel(height_map, cv2.CV_32F, 1, 0) + cv2.Sobel(height_map, cv2.CV_32F, 0, 1)
    return np.clip(1 + depth * slope, 0.7, 1.35)


def oil(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Paint in thick strokes along the forms, with the relief of the bristles."""
    scale = unit(rgb)
    dabs = quadrant_smoothed(rgb, max(2, round(3.4 * scale)))
    grey = luma(done(dabs))
    strokes = along_edges(dabs, grey, max(3, round(5 * scale)), 3 * scale)
    bristle = along_edges(rng.normal(0, 1, grey.shape).astype(np.float32), grey, max(6, round(11 * scale)), 3 * scale)
    bristle /= max(float(bristle.std()), 1e-3)
    relief = cv2.GaussianBlur(bristle, (0, 0), 0.7) + luma(done(strokes)) / 40
    return done(saturated(strokes, 1.28) * embossed(relief, 0.034)[..., None] + 1.5 * bristle[..., None])


def watercolour(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Lay thin washes on rough paper: light, with darker rims where the pigment settles."""
    scale, shape = unit(rgb), (rgb.shape[0], rgb.shape[1])
    washes = rgb
    for _ in range(3):
        washes = cv2.bilateralFilter(washes, 0, 38, 3.2 * scale)
    flat = quadrant_smoothed(washes, max(2, round(4 * scale)))
    wobble = [1.1 * scale * noise(shape, 14 * scale, rng) for _ in range(2)]
    x, y = np.meshgrid(np.arange(shape[1], dtype=np.float32), np.arange(shape[0], dtype=np.float32))
    flat = cv2.remap(flat, x + wobble[0], y + wobble[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    grey = cv2.GaussianBlur(luma(done(flat)), (0, 0), 0.8 * scale)
    edge = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    rim = np.clip(edge / 170, 0, 1) ** 0.8
    density = 1 + 0.16 * noise(shape, 60 * scale, rng) + 0.1 * noise(shape, 16 * scale, rng)
    paper = cv2.GaussianBlur(rng.normal(0, 1, shape).astype(np.float32), (0, 0), 1.1)
    paper /= float(paper.std())
    # transparent pigment: what it takes from white grows with its density
    pigment = np.clip(saturated(flat, 1.2), 6, 255) / 255
    wet = np.clip(0.78 * density + 0.5 * rim + 0.05 * paper, 0.2, 1.8)[..., None]
    return done(np.array([252, 249, 241], np.float32) * pigment**wet * (1 - 0.012 * paper[..., None]))


def pointillism(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Set round dots of strong colour side by side, the small ones where the picture has detail."""
    scale = unit(rgb)
    height, width = rgb.shape[:2]
    canvas = cv2.GaussianBlur(rgb, (0, 0), 5 * scale)
    canvas = done(0.82 * canvas.astype(np.float32) + 38)
    grey = cv2.GaussianBlur(luma(rgb), (0, 0), 1.2 * scale)
    busy = cv2.GaussianBlur(np.abs(cv2.Laplacian(grey, cv2.CV_32F)), (0, 0), 3 * scale)
    busy /= max(float(np.percentile(busy, 92)), 1e-3)
    soft = saturated(cv2.GaussianBlur(rgb, (0, 0), 1.2 * scale).astype(np.float32), 1.55)
    for radius, share in ((4.2 * scale, 1.0), (2.9 * scale, 1.1), (1.9 * scale, 1.2)):
        pitch = max(2.0, 1.75 * radius)
        ys, xs = np.mgrid[0 : height + pitch : pitch, 0 : width + pitch : pitch]
        ys = np.clip(ys + rng.uniform(-0.5, 0.5, ys.shape) * pitch, 0, height - 1).ravel()
        xs = np.clip(xs + rng.uniform(-0.5, 0.5, xs.shape) * pitch, 0, width - 1).ravel()
        if radius < 4 * scale:
            kept = rng.random(ys.size) < share * busy[ys.astype(int), xs.astype(int)]
            ys, xs = ys[kept], xs[kept]
        colours = soft[ys.astype(int), xs.astype(int)] + rng.normal(0, 17, (ys.size, 3))
        # drawn in eighths of a pixel: round dots at any size
        for x, y, colour in zip((8 * xs).astype(int), (8 * ys).astype(int), np.clip(colours, 0, 255), strict=True):
            cv2.circle(canvas, (int(x), int(y)), max(8, round(8 * radius)), colour.tolist(), -1, cv2.LINE_AA, 3)
    return canvas
