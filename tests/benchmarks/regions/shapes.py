"""Outlines of objects: smooth blobs of many kinds and simple man-made shapes, as polygons."""

from dataclasses import dataclass

import cv2
import numpy as np

SHIFT = 4
"""Bits of sub-pixel precision of a drawn polygon."""


@dataclass(frozen=True, eq=False)
class Shape:
    """An outline in a unit box.

    Attributes:
        parts: polygons [N, 2] that are filled one over another, x and y 0..1.
        holes: polygons taken out of them.
        aspect: width over height at which the outline looks as it was meant.
        name: what it is; `bottle`, `frame` and the like are shaded by their name.
    """

    parts: tuple[np.ndarray, ...]
    holes: tuple[np.ndarray, ...]
    aspect: float
    name: str

    def drawn(self, width: int, height: int) -> np.ndarray:
        """Rasterise with soft edges: float32 [height, width], 0..1."""
        out = np.zeros((height, width), np.uint8)
        for value, polygons in ((255, self.parts), (0, self.holes)):
            for polygon in polygons:
                points = (polygon * (width - 1, height - 1) * (1 << SHIFT)).round().astype(np.int32)
                cv2.fillPoly(out, [points], value, cv2.LINE_AA, SHIFT)
        return out.astype(np.float32) / 255

    @property
    def fill(self) -> float:
        """Share of its box that it covers, 0..1."""
        return max(float(self.drawn(96, 96).mean()), 0.02)


def _boxed(parts: list[np.ndarray], holes: list[np.ndarray], name: str, squeeze: float = 1.0) -> Shape:
    points = np.concatenate(parts)
    low, span = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 1e-3)
    fit = [tuple((polygon - low) / span for polygon in polygons) for polygons in (parts, holes)]
    return Shape(fit[0], fit[1], float(np.clip(span[0] / span[1] * squeeze, 0.08, 12)), name)


def _fourier(
    rng: np.random.Generator, roughness: float, at: tuple[float, float] = (0, 0), size: float = 1
) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    radius = np.ones_like(angle)
    for order in range(2, 8):
        radius += roughness / order * rng.standard_normal() * np.cos(order * angle + rng.uniform(0, 2 * np.pi))
    radius = np.clip(radius, 0.25, None) * size
    return np.stack([at[0] + radius * np.cos(angle), at[1] + radius * np.sin(angle)], axis=1)


def _turned(polygon: np.ndarray, angle: float) -> np.ndarray:
    cos, sin = np.cos(angle), np.sin(angle)
    return polygon @ np.array([[cos, sin], [-sin, cos]])


def blob(rng: np.random.Generator) -> Shape:
    """Draw one of: smooth, jagged, several lobes, crescent, with a hole, thin and winding."""
    kind = rng.choice(["smooth", "rough", "lobes", "crescent", "hole", "thin"], p=[0.28, 0.18, 0.18, 0.12, 0.1, 0.14])
    if kind in ("smooth", "rough"):
        return _boxed([_fourier(rng, 0.25 if kind == "smooth" else 0.6)], [], kind, np.exp(rng.normal(0, 0.4)))
    if kind == "lobes":
        parts = [_fourier(rng, 0.2)]
        for _ in range(rng.integers(2, 5)):
            angle = rng.uniform(0, 2 * np.pi)
            at = 0.95 * np.cos(angle), 0.95 * np.sin(angle)
            parts.append(_fourier(rng, 0.2, at, rng.uniform(0.35, 0.7)))
        return _boxed(parts, [], kind)
    if kind == "crescent":
        angle, shift = rng.uniform(0, 2 * np.pi), rng.uniform(0.45, 0.8)
        bite = _fourier(rng, 0.1, (shift * np.cos(angle), shift * np.sin(angle)), rng.uniform(0.6, 0.8))
        return _boxed([_fourier(rng, 0.12)], [bite], kind)
    if kind == "hole":
        return _boxed([_fourier(rng, 0.2)], [_fourier(rng, 0.2, (0, 0), rng.uniform(0.3, 0.6))], kind)
    return _boxed([_stroke(rng)], [], kind)


def _stroke(rng: np.random.Generator) -> np.ndarray:
    along = np.linspace(0, 1, 60)
    bend, phase, waves = rng.uniform(0.1, 0.5), rng.uniform(0, 2 * np.pi), rng.uniform(0.6, 1.6)
    centre = np.stack([along * 2 - 1, bend * np.sin(2 * np.pi * waves * along + phase)], axis=1)
    tangent = np.gradient(centre, axis=0)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1) / np.linalg.norm(tangent, axis=1, keepdims=True)
    half = rng.uniform(0.05, 0.14) * (0.5 + np.sin(np.pi * np.clip(along, 0.08, 0.92)))
    outline = np.concatenate([centre + normal * half[:, None], (centre - normal * half[:, None])[::-1]])
    return _turned(outline, rng.uniform(0, np.pi))


def _rounded(x1: float, y1: float, x2: float, y2: float, radius: float) -> np.ndarray:
    corners = [
        (x2 - radius, y2 - radius),
        (x1 + radius, y2 - radius),
        (x1 + radius, y1 + radius),
        (x2 - radius, y1 + radius),
    ]
    points = []
    for quarter, (cx, cy) in enumerate(corners):
        angle = np.linspace(quarter * np.pi / 2, (quarter + 1) * np.pi / 2, 10)
        points.append(np.stack([cx + radius * np.cos(angle), cy + radius * np.sin(angle)], axis=1))
    return np.concatenate(points)


def solid(rng: np.random.Generator) -> Shape:
    """Draw one of: rounded box, disc, bottle, pole, frame, mug."""
    kind = rng.choice(["box", "disc", "bottle", "pole", "frame", "mug"], p=[0.25, 0.2, 0.18, 0.12, 0.12, 0.13])
    if kind == "box":
        width, height = rng.uniform(0.6, 1.6), 1.0
        body = _rounded(0, 0, width, height, rng.uniform(0.03, 0.3) * min(width, height))
        return _boxed([_turned(body, rng.uniform(-0.3, 0.3))], [], kind)
    if kind == "disc":
        return _boxed([_fourier(rng, 0.0)], [], kind, rng.uniform(0.75, 1.3))
    if kind == "bottle":
        neck = rng.uniform(0.12, 0.2)
        parts = [_rounded(0, 0.8, 1, 3, 0.2), _rounded(0.5 - neck, 0, 0.5 + neck, 1.2, 0.06)]
        return _boxed(parts, [], kind)
    if kind == "pole":
        return _boxed([_turned(_rounded(0, 0, 0.12, 2, 0.05), rng.uniform(-0.5, 0.5))], [], kind)
    if kind == "frame":
        rim, width = rng.uniform(0.08, 0.2), rng.uniform(0.7, 1.5)
        return _boxed([_rounded(0, 0, width, 1, 0.03)], [_rounded(rim, rim, width - rim, 1 - rim, 0.02)], kind)
    outer, inner = _fourier(rng, 0.0, (1.0, 0.5), 0.32), _fourier(rng, 0.0, (1.0, 0.5), 0.2)
    # the handle stands behind the body: its hole ends where the body begins
    inner[:, 0] = np.maximum(inner[:, 0], 1.0)
    return _boxed([_rounded(0, 0, 1, 1.1, 0.1), outer], [inner], kind)
