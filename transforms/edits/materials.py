"""What things can be made of: patterns over the two coordinates of a surface."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

RGB = tuple[int, int, int]
Pattern = Callable[[np.ndarray, np.ndarray, float, np.random.Generator], np.ndarray]
"""(u, v: float32 [H, W], pixels along the surface; width of the object in pixels; generator)
-> albedo, float32 [H, W, 3] sRGB 0..255."""


@dataclass(frozen=True)
class Material:
    """A material.

    Attributes:
        pattern: draws it.
        suits: kinds of objects that can be of it: "thing", "cloth" or "wall".
        gloss: how much of the light's highlights it shows, 0..1.
        metal: it mirrors its surroundings in its own colour.
    """

    pattern: Pattern
    suits: frozenset[str]
    gloss: float = 0.5
    metal: bool = False


def field(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator, octaves: int = 4) -> np.ndarray:
    """Return smooth noise over a surface with features of about `cell` pixels and finer, float32, about -1..1."""
    out = np.zeros(u.shape, np.float32)
    for octave in range(octaves):
        step = max(cell / 2**octave, 1.5)
        x, y = (u - u.min()) / step + 2, (v - v.min()) / step + 2
        size = int(np.ceil(y.max())) + 4, int(np.ceil(x.max())) + 4
        grid = rng.normal(0, 1, size).astype(np.float32)
        out += cv2.remap(grid, x.astype(np.float32), y.astype(np.float32), cv2.INTER_CUBIC) / 2**octave
    return out / 1.6


def between(first: RGB, second: RGB, share: np.ndarray) -> np.ndarray:
    """Return the mix of two colours, float32 [H, W, 3]."""
    a, b = np.array(first, np.float32), np.array(second, np.float32)
    return a + (b - a) * np.clip(share, 0, 1)[..., None]


def _soft(signal: np.ndarray, width: float) -> np.ndarray:
    """Return a step at 0 with an edge about `width` wide."""
    return np.clip(0.5 + signal / max(width, 1e-3), 0, 1)


def _weave(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    return 0.5 * (np.sin(u * 2 * np.pi / pitch) * np.sin(v * 2 * np.pi / pitch))


def marble(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Draw pale stone with grey veins."""
    veins = np.abs(field(u, v, cell / 2, rng, 5))
    fine = np.abs(field(u, v, cell / 5, rng, 4))
    cloud = field(u, v, cell / 2, rng, 3)
    share = 0.6 * np.exp(-((veins / 0.06) ** 2)) + 0.22 * np.exp(-((fine / 0.05) ** 2)) + 0.12 * cloud
    return between((224, 221, 215), (112, 114, 120), 0.08 + share)


def wood(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Draw boards' grain: long rings that bend, fine fibres."""
    bend = field(u / 5, v, cell / 3, rng, 2) * cell / 9
    rings = 0.5 + 0.5 * np.sin((v + bend) / max(cell / 24, 1.3))
    fibre = field(u / 9, v, 2.5, rng, 2)
    return between((186, 132, 80), (112, 68, 36), 0.55 * rings**2 + 0.2 + 0.16 * fibre)


def granite(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Draw speckled stone."""
    return between((168, 166, 166), (62, 62, 68), 0.42 + 0.33 * field(u, v, max(2.5, cell / 60), rng, 3))


def _metal(bright: RGB, dark: RGB) -> Pattern:
    def brushed(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
        lines = field(u / 14, v, 2.0, rng, 2)
        return between(bright, dark, 0.38 + 0.1 * lines + 0.12 * field(u, v, cell / 2, rng, 2))

    return brushed


def denim(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Draw blue twill, worn in places."""
    twill = 0.5 + 0.5 * np.sin((u + v) * 2 * np.pi / max(cell / 45, 3.0))
    return between((80, 108, 152), (36, 54, 92), 0.4 * twill + 0.3 * field(u, v, cell / 3, rng, 4) + 0.3)


def tartan(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Draw crossed bands of three colours."""
    pitch = max(cell / 5, 14.0)
    bands = []
    for axis in (u, v):
        at = (axis / pitch) % 1
        wide = _soft(0.16 - np.abs(at - 0.35), 2 / pitch)
        thin = _soft(0.03 - np.abs(at - 0.8), 2 / pitch)
        bands.append((wide, thin))
    cloth = between((160, 34, 38), (24, 40, 66), 0.5 * bands[0][0] + 0.5 * bands[1][0])
    thin = np.clip(0.5 * (bands[0][1] + bands[1][1]), 0, 1)[..., None]
    cloth = cloth + thin * (np.array([226, 196, 96], np.float32) - cloth)
    return cloth * (1 + 0.06 * _weave(u, v, 3.2))[..., None]


def _stripes(first: RGB, second: RGB, along_v: bool) -> Pattern:
    def draw(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
        pitch = max(cell / float(rng.uniform(6, 10)), 9.0)
        at = ((v if along_v else u) / pitch) % 1
        cloth = between(first, second, _soft(0.25 - np.abs(at - 0.5), 2 / pitch))
        return cloth * (1 + 0.04 * _weave(u, v, 3.4))[..., None]

    return draw


def _dots(ground: RGB, dot: RGB) -> Pattern:
    def draw(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
        pitch = max(cell / float(rng.uniform(6, 9)), 12.0)
        row = np.floor(v / pitch)
        x, y = (u / pitch + 0.5 * (row % 2)) % 1 - 0.5, (v / pitch) % 1 - 0.5
        return between(ground, dot, _soft(0.27 - np.hypot(x, y), 2 / pitch)) * (1 + 0.04 * _weave(u, v, 3.4))[..., None]

    return draw


def knitted(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Draw rows of stitches, each a pair of slanting loops."""
    pitch = max(cell / 26, 6.0)
    x, y = (u / pitch) % 1 - 0.5, v / (0.8 * pitch)
    loop = np.abs((y + 1.1 * np.abs(x)) % 1 - 0.5) * 2
    gap = np.exp(-((np.abs(x) - 0.5) ** 2) / 0.006) + 0.7 * np.exp(-(x**2) / 0.004)
    shade = 0.25 + 0.6 * loop**2 + 0.35 * gap + 0.08 * field(u, v, cell / 2, rng, 2)
    return between((214, 202, 178), (104, 92, 74), shade)


def brick(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Draw courses of bricks, each of its own tone, in pale mortar."""
    height = max(cell / 16, 9.0)
    width = 2.9 * height
    row = np.floor(v / height)
    column = np.floor(u / width + 0.5 * (row % 2))
    x, y = (u / width + 0.5 * (row % 2)) % 1 * width, v % height
    away = np.minimum(np.minimum(x, width - x), np.minimum(y, height - y)) + 0.5 * field(u, v, 3.0, rng, 2)
    tones = rng.normal(0, 1, (64, 64)).astype(np.float32)
    tone = tones[(row.astype(int) % 64), (column.astype(int) % 64)]
    stone = between((168, 86, 62), (112, 52, 40), 0.45 + 0.28 * tone + 0.16 * field(u, v, 5.0, rng, 3))
    joint = _soft(away - 0.09 * height, 1.6)[..., None]
    return np.array([176, 168, 156], np.float32) * (1 - joint) + stone * joint


def tiles(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Draw square glazed tiles in two colours, like a chessboard."""
    side = max(cell / 9, 12.0)
    odd = ((np.floor(u / side) + np.floor(v / side)) % 2).astype(np.float32)
    x, y = u % side, v % side
    away = np.minimum(np.minimum(x, side - x), np.minimum(y, side - y))
    glaze = between((38, 74, 124), (226, 226, 220), odd) * (1 + 0.05 * field(u, v, side, rng, 2))[..., None]
    joint = _soft(away - 0.03 * side, 1.6)[..., None]
    return np.array([150, 150, 146], np.float32) * (1 - joint) + glaze * joint


THING, CLOTH, WALL = "thing", "cloth", "wall"
MATERIALS: dict[str, Material] = {
    "white marble": Material(marble, frozenset({THING, WALL}), 0.7),
    "polished wood": Material(wood, frozenset({THING, WALL}), 0.5),
    "grey granite": Material(granite, frozenset({THING}), 0.5),
    "gold": Material(_metal((232, 182, 76), (158, 106, 30)), frozenset({THING}), 1.0, metal=True),
    "brushed steel": Material(_metal((196, 200, 206), (128, 132, 140)), frozenset({THING}), 1.0, metal=True),
    "copper": Material(_metal((210, 128, 92), (132, 68, 44)), frozenset({THING}), 1.0, metal=True),
    "blue denim": Material(denim, frozenset({THING, CLOTH}), 0.1),
    "tartan fabric": Material(tartan, frozenset({THING, CLOTH}), 0.1),
    "knitted wool": Material(knitted, frozenset({THING, CLOTH}), 0.0),
    "striped fabric": Material(_stripes((236, 232, 222), (40, 66, 118), True), frozenset({THING, CLOTH}), 0.15),
    "polka-dot fabric": Material(_dots((44, 62, 98), (238, 234, 226)), frozenset({THING, CLOTH}), 0.15),
    "red brick": Material(brick, frozenset({WALL}), 0.0),
    "blue and white tiles": Material(tiles, frozenset({THING, WALL}), 0.7),
    "striped wallpaper": Material(_stripes((232, 222, 200), (164, 176, 150), False), frozenset({WALL}), 0.1),
    "dotted wallpaper": Material(_dots((226, 210, 196), (176, 112, 96)), frozenset({WALL}), 0.1),
}
"""By name, as it is asked for."""
