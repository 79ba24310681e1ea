"""Open ground without anything on it: grass, sand, gravel or paving in perspective, a far edge, a sky."""

from collections.abc import Callable

import cv2
import numpy as np

from transforms.edits.materials import RGB, between, field
from transforms.sources.image import SceneObject, SceneSurface
from transforms.sources.scenes.grounds import slabs
from transforms.sources.scenes.room import EYE_METRES, SIZES, Room, camera, ground_coordinates, light, standing

UNITS = 40.0
"""Units of a ground's pattern to the metre: coarse, since one sees far."""
FAR = 0.032
"""Height, as a share of the frame's, of the strip under the horizon that what stands far off hides."""

Ground = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.random.Generator], np.ndarray]
"""(u, v: units along the ground; x, y: pixels; generator) -> albedo, float32 [H, W, 3] sRGB 0..255."""


def open_ground(rng: np.random.Generator) -> Room:
    """Draw open ground under a sky."""
    width, height = SIZES[int(rng.integers(len(SIZES)))]
    horizon = height * float(rng.uniform(0.26, 0.46))
    edge = horizon + FAR * height
    scale = ((edge + height) / 2 - horizon) / EYE_METRES
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    across, depth = ground_coordinates(x, y, edge, horizon, scale)
    name, ground = GROUNDS[int(rng.integers(len(GROUNDS)))]
    lit = light(x, y, edge, True, rng)
    rgb = ground(across * UNITS, depth * UNITS, x, y, rng).astype(np.float32) * lit
    sky, haze = _sky(x, y, horizon, rng)
    # far things take the colour of the air
    near = np.clip((y - edge) / (0.5 * (height - edge)), 0, 1)[..., None] ** 0.5
    rgb = rgb * (0.75 + 0.25 * near) + haze * (0.25 - 0.25 * near)
    rgb = np.where((y >= edge)[..., None], rgb, sky)
    rgb = _far_edge(rgb, x, y, edge, horizon, haze, rng)
    above = y < horizon - 0.1 * height
    air = SceneObject("sky", "sky", (), "-", "-", "-", "sky", above, frozenset())
    return Room(camera(rgb, rng), SceneSurface(name, standing(edge + 0.08 * height, x.shape), scale), (air,))


def _grass(u: np.ndarray, v: np.ndarray, x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    light_green, dark_green = GREENS[int(rng.integers(len(GREENS)))]
    blades = field(x, 0.4 * y, 7.0, rng, 3)
    patches = field(u, v, 60.0, rng, 4)
    return between(light_green, dark_green, 0.45 + 0.3 * blades + 0.22 * patches)


def _sand(u: np.ndarray, v: np.ndarray, x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    ripples = np.sin(v / 5 + 2.5 * field(u, v, 40.0, rng, 3)) * np.clip(2 - v / 400, 0, 1)
    return between((222, 200, 160), (168, 140, 100), 0.4 + 0.13 * ripples + 0.16 * field(x, y, 4.0, rng, 2))


def _gravel(u: np.ndarray, v: np.ndarray, x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    stones = field(x, 1.6 * y, 8.0, rng, 3)
    worn = field(u, v, 80.0, rng, 3)
    return between((178, 172, 162), (92, 88, 82), 0.42 + 0.3 * stones + 0.15 * worn)


def _asphalt(u: np.ndarray, v: np.ndarray, x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    speck, worn = field(x, y, 3.0, rng, 2), field(u, v, 120.0, rng, 4)
    return between((126, 126, 128), (70, 70, 74), 0.45 + 0.2 * speck + 0.2 * worn)


def _paving(u: np.ndarray, v: np.ndarray, x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    cell = UNITS * float(rng.uniform(0.4, 0.7))
    tone, gap = slabs(u, v, cell)
    stone = between((190, 184, 174), (128, 122, 114), 0.3 + 0.3 * tone + 0.18 * field(x, y, 6.0, rng, 3))
    # joints are lost where a stone is but a few pixels high
    seen = np.clip(1.4 - v / (12 * cell), 0.0, 1.0)[..., None]
    return stone * (1 - 0.42 * seen * (1 - np.clip(gap / 1.2, 0, 1))[..., None])


GREENS: tuple[tuple[RGB, RGB], ...] = (
    ((128, 150, 70), (58, 84, 38)),
    ((160, 162, 92), (96, 98, 50)),
    ((104, 136, 74), (44, 72, 42)),
)
GROUNDS: tuple[tuple[str, Ground], ...] = (
    ("grass", _grass),
    ("grass", _grass),
    ("sand", _sand),
    ("gravel", _gravel),
    ("asphalt", _asphalt),
    ("paving", _paving),
)
"""What it is called, and how it is drawn."""
SKIES: tuple[tuple[RGB, RGB], ...] = (
    ((86, 140, 204), (196, 216, 232)),
    ((112, 156, 206), (220, 226, 228)),
    ((150, 158, 168), (206, 208, 210)),
    ((92, 110, 160), (240, 196, 156)),
)
"""Colours of the zenith and of the horizon."""


def _sky(x: np.ndarray, y: np.ndarray, horizon: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return a sky, float32 [H, W, 3], and the colour of the air at the horizon, [3]."""
    zenith, low = SKIES[int(rng.integers(len(SKIES)))]
    up = np.clip((horizon - y) / max(horizon, 1.0), 0, 1)
    clear = between(low, zenith, up**0.7)
    away = 1 / (0.08 + up)
    clouds = field((x - x.mean()) * away, 260 * away, 220.0, rng, 5)
    cover = float(rng.uniform(-0.1, 0.7))
    share = np.clip((clouds - cover) * 1.8, 0, 1) * np.clip(up * 6, 0, 1)
    white = between((248, 248, 246), (196, 200, 208), 0.5 - 0.5 * np.clip(clouds - cover - 0.4, -1, 1))
    return clear * (1 - 0.85 * share[..., None]) + white * 0.85 * share[..., None], np.array(low, np.float32)


def _far_edge(
    rgb: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    edge: float,
    horizon: float,
    haze: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw what ends the ground: hills, a wood, a hedge, each in the air before it."""
    height, width = y.shape
    kind = int(rng.integers(3))
    layers = ((0.16, 0.6), (0.09, 0.4)) if kind == 0 else ((0.13, 0.3),) if kind == 1 else ((0.05, 0.12),)
    steps = x[:1]
    for rise, air in layers:
        rough = 0.35 * width if kind == 0 else 0.09 * width
        profile = field(steps, np.zeros_like(steps), rough, rng, 2 if kind == 0 else 5)[0]
        top = horizon - height * rise * (0.55 + 0.35 * profile)
        leaves = field(x, 1.2 * y, 5.0 if kind else 14.0, rng, 4)
        low = np.clip((y - top[None]) / (0.12 * height), 0, 1)
        colour = between((96, 118, 66), (34, 52, 34), 0.45 + (0.4 if kind else 0.15) * leaves + 0.25 * low)
        colour = colour * (1 - air) + haze * air
        cover = np.clip(y - top[None] + 0.5, 0, 1) * np.clip(edge - y + 1.5, 0, 1)
        cover = cv2.GaussianBlur(cover, (0, 0), 0.7)[..., None]
        rgb = rgb * (1 - cover) + colour * cover
    return rgb
