"""A room or a table top without anything in it: a ground in perspective, a wall behind it, light from one side."""

from dataclasses import dataclass

import cv2
import numpy as np

from transforms.edits.materials import Pattern
from transforms.sources.image import SceneObject, SceneSurface
from transforms.sources.scenes.grounds import BEHIND, FLOORS, PER_METRE, TABLES

SIZES = ((640, 480), (768, 512), (512, 640), (720, 720), (832, 560), (600, 800), (960, 640))
"""Width and height."""
TABLE_SHARE = 0.4
"""Share of scenes that look at a table from near; the others look at a floor."""
EYE_METRES = 1.45
"""Height of the camera above a floor."""


@dataclass(frozen=True, eq=False)
class Room:
    """An empty scene: rgb float32 [H, W, 3], 0..255; where things can stand; what else it shows."""

    rgb: np.ndarray
    surface: SceneSurface
    objects: tuple[SceneObject, ...] = ()


def empty_room(rng: np.random.Generator) -> Room:
    """Draw a room."""
    width, height = SIZES[int(rng.integers(len(SIZES)))]
    table = bool(rng.random() < TABLE_SHARE)
    horizon = height * float(rng.uniform(-2.2, -1.2) if table else rng.uniform(-0.22, 0.02))
    edge = height * float(rng.uniform(0.14, 0.34) if table else rng.uniform(0.34, 0.54))
    middle = (edge + height) / 2
    scale = float(rng.uniform(1500, 2300)) * height / 640 if table else (middle - horizon) / EYE_METRES
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    turn = float(rng.uniform(-0.5, 0.5))
    tables = TABLES if table else FLOORS
    across, depth = ground_coordinates(x, y, edge, horizon, scale)
    ground = _covered(tables[int(rng.integers(len(tables)))], across, depth, turn, 0.5 if table else 1.0, rng)
    wall_scale = scale * (edge - horizon) / (middle - horizon)
    wall = _covered(
        BEHIND[int(rng.integers(len(BEHIND)))], (x - width / 2) / wall_scale, (edge - y) / wall_scale, 0.0, 1.0, rng
    )
    is_ground = np.clip(y - edge + 0.5, 0, 1)[..., None]
    if table:
        wall = cv2.GaussianBlur(wall, (0, 0), 0.012 * height)
    rgb = (wall * (1 - is_ground) + ground * is_ground) * light(x, y, edge, table, rng)
    if not table:
        rgb = _skirting(rgb, y, edge, 0.09 * wall_scale, rng)
    rgb = camera(rgb, rng)
    return Room(rgb, SceneSurface("table" if table else "floor", standing(edge + 0.06 * height, x.shape), scale))


def ground_coordinates(
    x: np.ndarray, y: np.ndarray, edge: float, horizon: float, scale: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return metres across and metres deep of the ground at every pixel (float32 [H, W] each).

    Args:
        x, y: pixels.
        edge: row where the ground ends; above it that row's are repeated.
        horizon: row to which it shrinks.
        scale: pixels per metre halfway between the edge and the lower end of the frame.
    """
    height, width = x.shape
    below, middle = np.maximum(y, edge) - horizon, (edge + height) / 2 - horizon
    return (x - width / 2) / (scale * below / middle), (0.9 * width / scale) * middle / below


def standing(top: float, shape: tuple[int, ...]) -> np.ndarray:
    """Return where things can stand, bool of a shape: from a row down, a little off the frame."""
    height, width = shape
    found = np.zeros(shape, bool)
    found[int(top) : height - 4, 6 : width - 6] = True
    return found


def _covered(
    pattern: Pattern, across: np.ndarray, along: np.ndarray, turn: float, size: float, rng: np.random.Generator
) -> np.ndarray:
    """Return the albedo of a surface over its coordinates in metres, turned about its normal."""
    c, s = np.cos(turn), np.sin(turn)
    u = ((c * across + s * along) * PER_METRE).astype(np.float32)
    v = ((-s * across + c * along) * PER_METRE).astype(np.float32)
    return pattern(u, v, 0.4 * size * PER_METRE, rng).astype(np.float32)


def light(x: np.ndarray, y: np.ndarray, edge: float, table: bool, rng: np.random.Generator) -> np.ndarray:
    """Return what the light makes of it, [H, W, 3]: brighter on one side, a soft pool on the ground, dark corners."""
    height, width = x.shape
    side = float(rng.choice([-1, 1]))
    ramp = 1 + side * float(rng.uniform(0.08, 0.3)) * (x / width - 0.5) * 2
    pool_x, pool_y = width * (0.5 + 0.3 * side), edge + 0.5 * (height - edge)
    far = ((x - pool_x) / (0.5 * width)) ** 2 + ((y - pool_y) / (0.6 * (height - edge))) ** 2
    pool = float(rng.uniform(0.05, 0.25)) * np.exp(-far)
    # where ground and wall meet, each hides a part of the sky from the other
    corner = 1 - (0.08 if table else 0.28) * np.exp(-np.abs(y - edge) / (0.05 * height))
    lens = 1 - 0.16 * (((x / width - 0.5) * 2) ** 2 + ((y / height - 0.5) * 2) ** 2) / 2
    warm = float(rng.uniform(-0.06, 0.08))
    tint = np.array([1 + warm, 1.0, 1 - 1.3 * warm], np.float32)
    exposure = float(rng.uniform(0.88, 1.15))
    return (exposure * (ramp + pool) * corner * lens)[..., None].astype(np.float32) * tint


def _skirting(rgb: np.ndarray, y: np.ndarray, edge: float, size: float, rng: np.random.Generator) -> np.ndarray:
    """Paint a skirting board where the wall ends."""
    if rng.random() < 0.3:
        return rgb
    colour = np.array([(236, 234, 228), (120, 84, 54), (70, 66, 62)][int(rng.integers(3))], np.float32)
    inside = np.clip(np.minimum(y - (edge - size), edge - y) + 0.5, 0, 1)[..., None]
    rim = 1 - 0.25 * np.exp(-np.abs(y - (edge - size)) / 1.5)[..., None]
    shade = rgb.mean() / 190
    return rgb * (1 - inside) + colour * min(1.0, shade) * rim * inside


def camera(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Blur as a lens does and add grain."""
    soft = cv2.GaussianBlur(np.clip(rgb, 0, 255), (0, 0), float(rng.uniform(0.6, 1.0)))
    grain = cv2.GaussianBlur(rng.normal(0, 1, rgb.shape).astype(np.float32), (0, 0), 0.6)
    return soft + float(rng.uniform(1.2, 3.2)) * grain / float(grain.std())
