"""Background: everything behind an object is replaced, the object keeps its pixels."""

from collections.abc import Callable

import cv2
import numpy as np

from transforms.edits.change import Change, Patch, Request
from transforms.edits.flaws import foreign_light
from transforms.edits.materials import MATERIALS
from transforms.edits.naming import phrase
from transforms.edits.scene import Scene

Backdrop = Callable[[int, int, np.random.Generator], np.ndarray]
"""(height, width, generator) -> float32 [height, width, 3] sRGB 0..255."""
MIN_SHARE, MAX_SHARE = 0.12, 0.85
"""Share of the frame that the object may fill: its surroundings must be worth changing."""


def propose_background(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Propose another background; its value is a noun phrase with its article."""
    objects = [
        o
        for o in scene.source.objects
        if "background" in o.operations and MIN_SHARE < o.mask.mean() < MAX_SHARE and scene.free(~o.mask)
    ]
    if not objects:
        return None
    o = objects[int(rng.integers(len(objects)))]
    # what stands on the ground outdoors has the sky behind it, what does not has a wall
    landscape = o.kind == "building" or (o.kind in ("nature", "ground") and bool(o.mask[-1].any()))
    values = [v for v in BACKDROPS if (not landscape or v in SKIES) and (v not in SKIES or o.kind in OUTDOORS)]
    values = [v for v in values if not scene.grey or v in COLOURLESS]
    if not values:
        return None
    value = values[int(rng.integers(len(values)))]
    backdrop = BACKDROPS[value](scene.height, scene.width, rng)
    if scene.grey:
        backdrop = np.repeat((backdrop @ np.array([0.299, 0.587, 0.114], np.float32))[..., None], 3, axis=2)
    grain = cv2.GaussianBlur(rng.normal(0, 1, o.mask.shape).astype(np.float32), (0, 0), 0.6)
    backdrop = backdrop + (max(scene.grain, 0.6) / float(grain.std()) * grain)[..., None]
    patch = _behind(scene.photo, o.mask, backdrop)
    request, around = Request("background", phrase(o), value), ~o.mask
    flaws = foreign_light(scene.photo, o.mask, backdrop, o.name)
    return Change("background_change", request, (), (patch,), around, around, flaws_after=flaws)


def _behind(photo: np.ndarray, mask: np.ndarray, backdrop: np.ndarray) -> Patch:
    """Return the patch that lays a backdrop around a mask; the old background is taken out of the soft edge."""
    core = cv2.erode(mask.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    near = cv2.GaussianBlur(core, (0, 0), 3.0)[..., None]
    own = cv2.GaussianBlur(photo * core[..., None], (0, 0), 3.0) / np.maximum(near, 1e-4)
    front = np.clip(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.3) * 1.5 - 0.35, 0, 1)
    inside = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    # only the outermost pixels of the object hold something of what was behind it
    cleaned = np.clip(1 - inside / 2.5, 0, 1) * (near[..., 0] > 0.02)
    alpha = 1 - front * (1 - cleaned)
    colour = np.clip(backdrop, 0, 255) * (1 - front)[..., None] + own * (front * cleaned)[..., None]
    return Patch(0, 0, alpha.astype(np.float32), colour.astype(np.float32))


def _gradient(*stops: tuple[int, int, int]) -> Backdrop:
    """Return a maker of vertical gradients with a soft light in the middle."""

    def make(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
        colours = np.array(stops, np.float32)
        rows = np.linspace(0, len(stops) - 1, height)
        column = np.stack([np.interp(rows, np.arange(len(stops)), colours[:, c]) for c in range(3)], axis=1)
        y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
        cx, cy = rng.uniform(0.35, 0.65), rng.uniform(0.3, 0.5)
        glow = 1.06 - 0.32 * ((x - cx) ** 2 + (y - cy) ** 2)
        return (column[:, None] * glow[..., None]).astype(np.float32)

    return make


def _stars(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    sky = _gradient((6, 8, 22), (14, 18, 44), (28, 30, 62))(height, width, rng)
    count = height * width // 900
    dots = np.zeros((height, width), np.float32)
    dots[rng.integers(height, size=count), rng.integers(width, size=count)] = rng.uniform(0.2, 1, count) ** 2 * 900
    glow = cv2.GaussianBlur(dots, (0, 0), 0.7) + 0.6 * cv2.GaussianBlur(dots, (0, 0), 1.6)
    haze = cv2.resize(rng.uniform(0, 26, (5, 7)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(sky + glow[..., None] + haze[..., None] * np.array([0.7, 0.6, 1.0], np.float32), 0, 255)


def _lights(
    *palette: tuple[int, int, int], base: tuple[int, int, int]
) -> Callable[[int, int, np.random.Generator], np.ndarray]:
    """Return a maker of out-of-focus discs of light over a dark or leafy ground."""

    def make(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
        out = np.empty((height, width, 3), np.float32)
        out[:] = base
        mottle = rng.normal(0, 0.25, (6, 9)).astype(np.float32)
        out *= 1 + cv2.resize(mottle, (width, height), interpolation=cv2.INTER_CUBIC)[..., None]
        side = max(height, width)
        for _ in range(55):
            layer = np.zeros((height, width), np.float32)
            centre = int(rng.integers(width)), int(rng.integers(height))
            radius = int(side * rng.uniform(0.015, 0.06))
            cv2.circle(layer, centre, max(2, radius), float(rng.uniform(0.15, 0.55)), -1, cv2.LINE_AA)
            colour = np.array(palette[int(rng.integers(len(palette)))], np.float32)
            out += layer[..., None] * (colour - out)
        return np.clip(cv2.GaussianBlur(out, (0, 0), 0.006 * side), 0, 255)

    return make


def _wall_of(material: str) -> Backdrop:
    """Return a maker of walls of a material, a little out of focus and lit from one side."""

    def make(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        side = max(height, width)
        wall = MATERIALS[material].pattern(x, y, 0.55 * side, rng)
        light = 1.05 - 0.3 * (x / width if rng.random() < 0.5 else 1 - x / width) - 0.12 * y / height
        return cv2.GaussianBlur(wall * light[..., None], (0, 0), 0.003 * side).astype(np.float32)

    return make


BACKDROPS: dict[str, Backdrop] = {
    "a plain light grey studio backdrop": _gradient((214, 214, 216), (222, 222, 222), (186, 186, 190)),
    "a plain white studio backdrop": _gradient((240, 240, 240), (246, 246, 246), (226, 226, 228)),
    "a dark studio backdrop": _gradient((40, 42, 48), (52, 54, 60), (24, 25, 28)),
    "a soft blue gradient": _gradient((86, 134, 190), (140, 182, 222), (196, 216, 234)),
    "a sunset sky": _gradient((62, 58, 112), (196, 98, 102), (246, 172, 92), (250, 210, 140)),
    "a clear blue sky": _gradient((70, 128, 204), (120, 172, 228), (186, 214, 240)),
    "a night sky full of stars": _stars,
    "blurred city lights at night": _lights(
        (250, 196, 110), (236, 120, 70), (120, 170, 240), (240, 236, 214), (220, 70, 80), base=(22, 22, 32)
    ),
    "blurred green foliage": _lights((150, 186, 96), (196, 214, 140), (84, 132, 64), (58, 98, 52), base=(52, 84, 46)),
    "a warm beige wall": _gradient((206, 186, 158), (216, 198, 172), (188, 168, 142)),
    "a deep green wall": _gradient((44, 82, 66), (54, 94, 76), (34, 64, 52)),
    "a wall of red brick": _wall_of("red brick"),
    "a wooden wall": _wall_of("polished wood"),
    "striped wallpaper": _wall_of("striped wallpaper"),
    "a wall of blue and white tiles": _wall_of("blue and white tiles"),
}
"""Noun phrase -> float32 [height, width, 3] sRGB 0..255."""
SKIES = frozenset({"a sunset sky", "a clear blue sky", "a night sky full of stars"})
OUTDOORS = frozenset({"building", "person", "vehicle", "nature"})
"""Kinds of objects that can stand in front of a sky."""
COLOURLESS = frozenset(
    {
        "a plain light grey studio backdrop",
        "a plain white studio backdrop",
        "a dark studio backdrop",
        "a night sky full of stars",
        "blurred city lights at night",
    }
)
"""What can be told in a greyscale photo."""
