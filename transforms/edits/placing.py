"""Where a thing can stand, hang or lie in a photo, and how large it is there."""

from dataclasses import dataclass

import cv2
import numpy as np

from transforms.edits.scene import Scene
from transforms.sources.image import SceneSurface

CLOSE_UP = 1000.0
"""Pixels per metre from which a surface is a table seen from near."""
TRIES = 24


@dataclass(frozen=True)
class Spot:
    """A place for a thing.

    Attributes:
        x, y: pixel of the middle of its base (of its lowest point when it hangs).
        px_per_metre: scale there.
        pitch: angle of the view below the horizon, radians.
        surface: name of what it stands on, "-" when unknown.
    """

    x: int
    y: int
    px_per_metre: float
    pitch: float
    surface: str


def ground_spot(scene: Scene, height_m: float, width_m: float, rng: np.random.Generator) -> Spot | None:
    """Find a place to stand for a thing of the given natural size, None if there is none."""
    if scene.source.surfaces:
        surface = scene.source.surfaces[int(rng.integers(len(scene.source.surfaces)))]
        return _on_surface(scene, surface, height_m, width_m, rng)
    if scene.source.objects:
        return None
    size_px = float(rng.uniform(0.11, 0.2)) * min(scene.height, scene.width)
    spot = calm_spot(scene, size_px * max(width_m / height_m, 0.5), size_px, rng, lower_half=True)
    return spot and Spot(spot[0], spot[1], size_px / height_m, 0.42, "-")


def sky_spot(scene: Scene, height_m: float, rng: np.random.Generator) -> Spot | None:
    """Find a place to hang in front of an open sky or wall, None if there is none."""
    room = np.zeros(scene.taken.shape, bool)
    for o in scene.source.objects:
        if o.kind in ("sky", "background") and o.mask.mean() > 0.1:
            room |= o.mask
    room &= ~scene.objects_mask & ~scene.taken
    size_px = float(rng.uniform(0.13, 0.26)) * scene.height
    fits = cv2.erode(room.astype(np.uint8), np.ones((int(size_px * 1.1), int(size_px * 0.9)), np.uint8), borderValue=0)
    ys, xs = np.nonzero(fits)
    if ys.size == 0:
        return None
    pick = int(rng.integers(ys.size))
    return Spot(int(xs[pick]), int(ys[pick] + size_px / 2), size_px / height_m, 0.12, "-")


def calm_spot(
    scene: Scene, width_px: float, height_px: float, rng: np.random.Generator, lower_half: bool = False
) -> tuple[int, int] | None:
    """Find a calm, free place for a box; returns the middle of its lower edge (x, y), None if there is none."""
    w, h = max(3, int(width_px) | 1), max(3, int(height_px) | 1)
    blocked = scene.taken | scene.objects_mask
    kernel = np.ones((h, w), np.uint8)
    free = cv2.erode((~blocked).astype(np.uint8), kernel, borderValue=0).astype(bool)
    if lower_half:
        free[: int(0.55 * scene.height - h / 2)] = False
    ys, xs = np.nonzero(free)
    if ys.size == 0:
        return None
    picks = rng.integers(ys.size, size=TRIES)
    box_unrest = cv2.blur(scene.unrest, (w, h))[ys[picks], xs[picks]]
    best = picks[int(np.argmin(box_unrest))]
    return int(xs[best]), int(ys[best]) + h // 2


def _on_surface(
    scene: Scene, surface: SceneSurface, height_m: float, width_m: float, rng: np.random.Generator
) -> Spot | None:
    ys, xs = np.nonzero(surface.mask)
    if ys.size == 0:
        return None
    middle = float(ys.mean())
    pitch = float(np.clip(0.3 * (surface.px_per_metre / 200) ** 0.36, 0.2, 0.85))
    for pick in rng.integers(ys.size, size=TRIES):
        x, y = int(xs[pick]), int(ys[pick])
        # seen from near, a table has hardly any perspective; a floor shrinks towards the horizon
        horizon = -9e3 if surface.px_per_metre > CLOSE_UP else -0.1 * scene.height
        scale = surface.px_per_metre * (y - horizon) / (middle - horizon)
        if _stands(scene, surface.mask, x, y, width_m * scale, height_m * scale, pitch):
            return Spot(x, y, scale, pitch, surface.name)
    return None


def _stands(scene: Scene, mask: np.ndarray, x: int, y: int, width_px: float, height_px: float, pitch: float) -> bool:
    half, depth = width_px / 2, width_px / 2 * np.sin(pitch)
    top, bottom = int(y - height_px * np.cos(pitch) - depth), int(y + depth + 2)
    left, right = int(x - half), int(x + half + 1)
    if left < 0 or right > scene.width or top < 0 or bottom > scene.height:
        return False
    foot = np.zeros(mask.shape, np.uint8)
    cv2.ellipse(foot, (x, y), (max(1, int(half)), max(1, int(depth))), 0, 0, 360, 1, -1)
    return bool(mask[foot > 0].mean() > 0.95) and not scene.taken[top:bottom, left:right].any()
