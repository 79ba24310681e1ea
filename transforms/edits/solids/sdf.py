"""Signed distance functions of simple solids, for points float32 [N, 3] (x right, y up, z to the viewer; metres).

Points are read by columns: those of `points` have each column in one piece of memory, which is twice as fast.

Formulas: Inigo Quilez, "Distance functions", https://iquilezles.org/articles/distfunctions/.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from scipy.interpolate import PchipInterpolator

from transforms.edits.vectors import f32

Points = np.ndarray
Distance = Callable[[Points], np.ndarray]
"""Points [N, 3] -> distance to the surface [N], negative inside."""


def ellipsoid(centre: Sequence[float], radii: Sequence[float]) -> Distance:
    """Return the (bounded) distance to an ellipsoid."""
    c, r = f32(centre), f32(radii)

    def distance(p: Points) -> np.ndarray:
        scaled = (p - c) / r
        k0, k1 = lengths(scaled), lengths(scaled / r)
        return k0 * (k0 - 1) / np.maximum(k1, np.float32(1e-6))

    return distance


def box(centre: Sequence[float], half: Sequence[float], rounding: float, turn: float = 0.0) -> Distance:
    """Return the distance to a box with rounded edges, turned by `turn` radians about the vertical."""
    c, h = f32(centre), f32(half) - np.float32(rounding)

    def distance(p: Points) -> np.ndarray:
        q = np.abs(turned(p - c, turn)) - h
        outside = lengths(np.maximum(q, 0))
        return outside + np.minimum(np.maximum(np.maximum(q[:, 0], q[:, 1]), q[:, 2]), 0) - np.float32(rounding)

    return distance


def torus(centre: Sequence[float], radius: float, tube: float, axis: str) -> Distance:
    """Return the distance to a ring about `axis` ("y" lies flat, "z" faces the viewer)."""
    c = f32(centre)

    def distance(p: Points) -> np.ndarray:
        q = p - c
        along = q[:, 1] if axis == "y" else q[:, 2]
        across = hypot(q[:, 0], q[:, 2] if axis == "y" else q[:, 1])
        return hypot(across - np.float32(radius), along) - np.float32(tube)

    return distance


def revolved(profile: Sequence[tuple[float, float]], rounding: float = 0.0, smooth: bool = False) -> Distance:
    """Return the distance to an outline `(radius, y)` turned about the vertical axis, its edges rounded.

    The distance is tabulated once in the half plane and looked up: as fast for a vase as for a cylinder.

    Args:
        profile: closed polygon in the half plane radius >= 0.
        rounding: metres added on all sides.
        smooth: the outline is a curve through the points instead of straight edges.
    """
    table, step, margin = _table(tuple(profile), rounding, smooth)
    flat = table.ravel()

    def distance(p: Points) -> np.ndarray:
        column = hypot(p[:, 0], p[:, 2]) / np.float32(step)
        row = (p[:, 1] + np.float32(margin)) / np.float32(step)
        c, r = np.clip(column, 0, TABLE - 1.001), np.clip(row, 0, TABLE - 1.001)
        beyond = hypot(column - c, row - r) * np.float32(step)
        i, j = r.astype(np.int32), c.astype(np.int32)
        fr, fc = r - i, c - j
        cell = i * TABLE + j
        upper = flat.take(cell) * (1 - fc) + flat.take(cell + 1) * fc
        lower = flat.take(cell + TABLE) * (1 - fc) + flat.take(cell + TABLE + 1) * fc
        return upper * (1 - fr) + lower * fr + beyond

    return distance


TABLE = 192
"""Side of the table of a revolved solid: a step is under 1 % of the thing."""


@lru_cache(maxsize=64)
def _table(profile: tuple[tuple[float, float], ...], rounding: float, smooth: bool) -> tuple[np.ndarray, float, float]:
    """Return distances on a grid (rows y, columns radius), its step, and how far below y = 0 it begins."""
    points = np.array(profile, float)
    outline = _curve(points) if smooth else points
    top = float(outline.max())
    margin = 0.6 * top
    step = (2 * margin + top) / TABLE
    rho, y = np.meshgrid(np.arange(TABLE) * step, np.arange(TABLE) * step - margin)
    return (_polygon_distance(outline, rho, y) - rounding).astype(np.float32), step, margin


def _curve(points: np.ndarray) -> np.ndarray:
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    return PchipInterpolator(length, points)(np.linspace(0, length[-1], 60))


def _polygon_distance(outline: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    nearest, inside = np.full(x.shape, np.inf), np.zeros(x.shape, bool)
    for (ax, ay), (bx, by) in zip(outline, np.roll(outline, 1, axis=0), strict=True):
        ex, ey, wx, wy = bx - ax, by - ay, x - ax, y - ay
        t = np.clip((wx * ex + wy * ey) / max(ex * ex + ey * ey, 1e-18), 0, 1)
        # the edge on the axis itself is inside the solid, no surface
        if max(ax, bx) > 0:
            nearest = np.minimum(nearest, (wx - ex * t) ** 2 + (wy - ey * t) ** 2)
        if ay != by:
            inside ^= ((y >= ay) != (y >= by)) & (x < ax + (y - ay) * ex / ey)
    flat = np.sqrt(nearest)
    return np.where(inside, -flat, flat)


def points(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> Points:
    """Return points of coordinates [N] each."""
    return np.stack([x, y, z]).T


def hypot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return sqrt(a² + b²): `np.hypot` guards against overflow, which takes five times as long."""
    return np.sqrt(a * a + b * b)


def lengths(v: Points) -> np.ndarray:
    """Return the length of each row of v [N, 3]."""
    x, y, z = v.T
    return np.sqrt(x * x + y * y + z * z)


def turned(p: Points, angle: float) -> Points:
    """Return points turned by `angle` radians about the vertical."""
    c, s = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return points(c * p[:, 0] + s * p[:, 2], p[:, 1], -s * p[:, 0] + c * p[:, 2])


def blended(a: Distance, b: Distance, width: float) -> Distance:
    """Return the smooth union of two solids over `width` metres."""

    def distance(p: Points) -> np.ndarray:
        da, db = a(p), b(p)
        h = np.maximum(width - np.abs(da - db), 0) / np.float32(width)
        return np.minimum(da, db) - h * h * np.float32(width / 4)

    return distance
