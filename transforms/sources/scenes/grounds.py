"""What floors, tables and walls are covered with: patterns over a surface in units of a three-hundredth of a metre."""

import numpy as np

from transforms.edits.materials import MATERIALS, RGB, Pattern, between, field, marble, wood

PER_METRE = 300.0
"""Units of u and v to the metre."""


def planks(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Draw a floor of boards of different tones, with dark gaps."""
    width = cell / 3
    board = np.floor(u / width)
    tone = (np.sin(board * 12.9898) * 43758.5453) % 1.0
    grain = field(u * 3, v / 6, cell / 5, rng, 3)
    gap = np.minimum(u / width % 1, 1 - u / width % 1) * width
    base = between(*WOODS[int(rng.integers(len(WOODS)))], 0.25 + 0.45 * tone + 0.22 * grain)
    return base * (0.45 + 0.55 * np.clip(gap / (0.012 * cell), 0, 1))[..., None]


def slabs(u: np.ndarray, v: np.ndarray, cell: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a tone for each square slab of a side `cell`, 0..1, and the distance to its edge, float32 [H, W] each."""
    x, y = u / cell, v / cell
    tone = (np.sin(np.floor(x) * 12.9 + np.floor(y) * 78.2) * 43758.5) % 1.0
    return tone, np.minimum(np.minimum(x % 1, 1 - x % 1), np.minimum(y % 1, 1 - y % 1)) * cell


def flagstones(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Draw square slabs with joints."""
    tone, edge = slabs(u, v, cell)
    rough = field(u, v, cell / 4, rng, 5)
    light, dark = STONES[int(rng.integers(len(STONES)))]
    base = between(light, dark, 0.25 + 0.25 * tone + 0.2 * rough)
    return base * (0.55 + 0.45 * np.clip(edge / (0.02 * cell), 0, 1))[..., None]


def carpet(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Draw a woven carpet: fine pile, soft uneven tone."""
    pile = field(u, v, cell / 60, rng, 2)
    worn = field(u, v, cell * 1.5, rng, 3)
    light, dark = CLOTHS[int(rng.integers(len(CLOTHS)))]
    return between(light, dark, 0.45 + 0.22 * pile + 0.14 * worn)


def plaster(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Draw a painted wall, a little uneven."""
    light, dark = WALLS[int(rng.integers(len(WALLS)))]
    return between(light, dark, 0.35 + 0.16 * field(u, v, cell * 2, rng, 3) + 0.07 * field(u, v, cell / 20, rng, 2))


def concrete(u: np.ndarray, v: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Draw cast concrete: cloudy, speckled, with stains."""
    cloud, speck = field(u, v, cell * 1.3, rng, 4), field(u, v, cell / 40, rng, 2)
    return between((176, 174, 168), (104, 103, 100), 0.4 + 0.26 * cloud + 0.16 * speck)


WOODS: tuple[tuple[RGB, RGB], ...] = (
    ((206, 164, 112), (132, 88, 50)),
    ((168, 116, 72), (92, 56, 32)),
    ((214, 192, 158), (164, 134, 98)),
    ((120, 84, 60), (62, 42, 32)),
)
STONES: tuple[tuple[RGB, RGB], ...] = (
    ((196, 186, 170), (138, 126, 110)),
    ((150, 152, 154), (92, 94, 98)),
    ((214, 208, 198), (170, 160, 148)),
    ((176, 122, 92), (124, 76, 54)),
)
CLOTHS: tuple[tuple[RGB, RGB], ...] = (
    ((168, 158, 142), (112, 102, 90)),
    ((110, 126, 140), (66, 78, 92)),
    ((150, 92, 82), (94, 50, 46)),
    ((126, 140, 112), (78, 90, 66)),
)
WALLS: tuple[tuple[RGB, RGB], ...] = (
    ((232, 226, 214), (208, 200, 186)),
    ((206, 214, 214), (176, 186, 188)),
    ((214, 196, 176), (186, 166, 144)),
    ((188, 198, 180), (158, 170, 150)),
    ((150, 160, 172), (118, 128, 142)),
    ((226, 206, 196), (200, 176, 164)),
)
FLOORS: tuple[Pattern, ...] = (planks, planks, flagstones, carpet, concrete)
TABLES: tuple[Pattern, ...] = (wood, marble, planks, plaster)
BEHIND: tuple[Pattern, ...] = (
    plaster,
    plaster,
    plaster,
    concrete,
    MATERIALS["red brick"].pattern,
    MATERIALS["striped wallpaper"].pattern,
    MATERIALS["dotted wallpaper"].pattern,
)
