"""Materials of rendered things: plain, in two colours, of wood."""

from collections.abc import Callable

import numpy as np

from transforms.edits.colours import PAINTS, linear
from transforms.edits.solids.sdf import Distance, Points
from transforms.edits.solids.trace import Material, Part, Solid


def plain(colour: str, gloss: float = 0.3, shininess: float = 40.0, metal: float = 0.0) -> Material:
    """Return a material of one named colour."""
    value = linear(PAINTS[colour])
    return Material(lambda p: np.broadcast_to(value, p.shape), gloss, shininess, metal)


def two_tone(first: str, second: str, is_second: Callable[[Points], np.ndarray], gloss: float = 0.3) -> Material:
    """Return a material that is `second` where the pattern says so."""
    a, b = linear(PAINTS[first]), linear(PAINTS[second])
    return Material(lambda p: np.where(is_second(p)[:, None], b, a).astype(np.float32), gloss)


def grained(dark: str, light: str, spacing: float, gloss: float = 0.1) -> Material:
    """Return wood: two browns in wavy bands `spacing` metres apart."""
    a, b = linear(PAINTS[dark]), linear(PAINTS[light])

    def albedo(p: Points) -> np.ndarray:
        across = p[:, 1] + 0.15 * spacing * np.sin(p[:, 0] / spacing * 0.8 + 3 * np.sin(p[:, 2] / spacing * 0.3))
        fine = np.sin(across / spacing * 40 + 2 * np.sin(p[:, 0] / spacing * 0.5)) * np.sin(across / spacing * 17)
        t = 0.55 + 0.3 * fine + 0.15 * np.sin(p[:, 0] / spacing * 9 + p[:, 1] / spacing * 50)
        return (a + (b - a) * np.clip(t, 0, 1)[:, None]).astype(np.float32)

    return Material(albedo, gloss, 20.0)


def solid_of(radius: float, height: float, *parts: tuple[Distance, Material], floats: bool = False) -> Solid:
    """Return a solid of parts, each a shape and its material; radius and height of a cylinder around it in metres."""
    return Solid(tuple(Part(d, m) for d, m in parts), radius, height, floats)
