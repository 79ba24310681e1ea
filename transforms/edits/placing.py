"""Where a thing can stand, hang or lie in a photo, and how large it is there."""

from dataclasses import dataclass

import cv2
import numpy as np

from schemas.geometry import xyxy_from_mask
from transforms.edits.scene import Scene
from transforms.sources.image import SceneSurface

CLOSE_UP = 1000.0
"""Pixels per metre from which a surface is a table seen from near."""
TRIES, MANY_TRIES = 24, 400
LOW = 0.76
"""Where the ground begins in a photo that nobody annotated, as a share of its height."""
SAME_GROUND = 30.0
"""Levels by which the mean colour of two places on one ground differs at most."""


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


@dataclass(frozen=True, eq=False)
class Ground:
    """What a thing lies on: median colour (0..255, [3]) and slope of brightness (levels per pixel)."""

    rgb: np.ndarray
    slope: float


def ground_spot(scene: Scene, height_m: float, width_m: float, rng: np.random.Generator) -> Spot | None:
    """Find a place to stand for a thing of the given natural size, None if there is none."""
    if scene.source.surfaces:
        surface = scene.source.surfaces[int(rng.integers(len(scene.source.surfaces)))]
        return _on_surface(scene, surface, height_m, width_m, rng)
    if scene.source.objects:
        return None
    scale = guessed_scale(scene)
    spot = calm_spot(scene, width_m * scale, height_m * scale, rng, low=True)
    # what stands lower is nearer; the guess holds in the middle of the ground
    return spot and Spot(spot[0], spot[1], scale * spot[1] / scene.height / (0.5 + LOW / 2), 0.42, "-")


def guessed_scale(scene: Scene) -> float:
    """Return pixels per metre for a photo without annotations: as if a vase took a sixth of it."""
    return min(scene.height, scene.width) / 6 / 0.3


def open_air(scene: Scene, walls: bool) -> np.ndarray:
    """Return bool [H, W]: wide annotated skies, and walls if wanted, in front of which something can hang."""
    room = np.zeros(scene.taken.shape, bool)
    for o in scene.source.objects:
        if (o.kind == "sky" or (walls and o.kind == "background")) and o.mask.mean() > 0.1:
            room |= o.mask
    return room & ~scene.objects_mask


def sky_spot(
    scene: Scene, height_m: float, walls: bool, rng: np.random.Generator, size_px: float | None = None
) -> Spot | None:
    """Find a place to hang in front of an open sky (or wall), None if there is none.

    Args:
        size_px: height of the thing in pixels, drawn when not given.
    """
    room = open_air(scene, walls) & ~scene.taken
    size_px = size_px or float(rng.uniform(0.13, 0.26)) * scene.height
    fits = cv2.erode(room.astype(np.uint8), np.ones((int(size_px * 1.1), int(size_px * 0.9)), np.uint8), borderValue=0)
    ys, xs = np.nonzero(fits)
    if ys.size == 0:
        return None
    pick = int(rng.integers(ys.size))
    return Spot(int(xs[pick]), int(ys[pick] + size_px / 2), size_px / height_m, 0.12, "-")


def calm_spot(
    scene: Scene,
    width_px: float,
    height_px: float,
    rng: np.random.Generator,
    low: bool = False,
    within: np.ndarray | None = None,
    ground: "Ground | None" = None,
    over_objects: bool = False,
) -> tuple[int, int] | None:
    """Find a calm, free place for a box; returns the middle of its lower edge (x, y), None if there is none.

    Args:
        scene: the photo.
        width_px, height_px: of the box.
        rng: draws the places to compare.
        low: its lower edge must lie low in the picture, where there is most likely ground.
        within: bool [H, W], where the whole box must lie.
        ground: what the place must look like, so that a thing moves on its own ground.
        over_objects: it may lie on annotated things.
    """
    w, h = max(3, int(width_px) | 1), max(3, int(height_px) | 1)
    blocked = scene.taken if over_objects else scene.taken | scene.objects_mask
    if within is not None:
        blocked = blocked | ~within
    kernel = np.ones((h, w), np.uint8)
    free = cv2.erode((~blocked).astype(np.uint8), kernel, borderValue=0).astype(bool)
    if low:
        free[: int(LOW * scene.height - h / 2)] = False
    ys, xs = np.nonzero(free)
    if ys.size == 0:
        return None
    picks = rng.integers(ys.size, size=TRIES if ground is None else MANY_TRIES)
    best = _calmest(scene, (w, h), xs[picks], ys[picks], ground)
    return best and (best[0], best[1] + h // 2)


def _calmest(
    scene: Scene, size: tuple[int, int], xs: np.ndarray, ys: np.ndarray, ground: "Ground | None"
) -> tuple[int, int] | None:
    """Return the middle (x, y) of the calmest of some boxes, of those on like ground if one is given."""
    merit = cv2.blur(scene.slope, size)[ys, xs]
    if ground is not None:
        mean = cv2.blur(scene.photo, size)[ys, xs]
        alike = (np.abs(mean - ground.rgb).max(axis=1) < SAME_GROUND) & (merit < 1.5 * ground.slope + 0.3)
        merit = np.where(alike, merit, np.inf)
    best = int(np.argmin(merit))
    return (int(xs[best]), int(ys[best])) if np.isfinite(merit[best]) else None


def fits(scene: Scene, spot: Spot, height_m: float, width_m: float) -> bool:
    """Return whether a thing of a natural size stands on its surface, free of others, at a spot chosen for another."""
    surface = next((s for s in scene.source.surfaces if s.name == spot.surface), None)
    if surface is None:
        return True
    size = width_m * spot.px_per_metre, height_m * spot.px_per_metre
    return _stands(scene, surface.mask, spot.x, spot.y, *size, spot.pitch)


def ground_around(scene: Scene, mask: np.ndarray) -> Ground:
    """Return what lies around an object (bool [H, W])."""
    reach = np.ones((15, 15), np.uint8)
    ring = cv2.dilate(mask.astype(np.uint8), reach, iterations=2) > cv2.dilate(mask.astype(np.uint8), reach)
    if not ring.any():
        return Ground(np.zeros(3), 0.0)
    return Ground(np.median(scene.photo[ring], axis=0), float(np.median(scene.slope[ring])))


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
    """Return whether a thing can stand at (x, y): on the surface, apart from other changes, behind nothing."""
    half, depth = width_px / 2, width_px / 2 * np.sin(pitch)
    top, bottom = int(y - height_px * np.cos(pitch) - depth), int(y + depth + 2)
    left, right = int(x - half), int(x + half + 1)
    if left < 0 or right > scene.width or top < 0 or bottom > scene.height:
        return False
    foot = np.zeros(mask.shape, np.uint8)
    cv2.ellipse(foot, (x, y), (max(1, int(half)), max(1, int(depth))), 0, 0, 360, 1, -1)
    if mask[foot > 0].mean() <= 0.95 or scene.taken[top:bottom, left:right].any():
        return False
    return not any(
        box[3] > y and box[0] < right and box[2] > left and box[1] < bottom for box in scene.standing_boxes_xyxy
    )


def free_place(scene: Scene, mask: np.ndarray, rng: np.random.Generator) -> Spot | None:
    """Return a calm place, on ground like its own, for a cut-out of the object under `mask` (bool [H, W]), or None."""
    box = xyxy_from_mask(mask)
    if box is None:
        return None
    width, height = box[2] - box[0], box[3] - box[1]
    found = calm_spot(scene, width * 1.08, height * 1.08, rng, ground=ground_around(scene, mask))
    return None if found is None else Spot(found[0], found[1] - round(0.04 * height), 0.0, 0.0, "-")
