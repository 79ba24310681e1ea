"""Materials of rendered things: plain, in two colours, of wood; and any that a surface can be made of."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from transforms.edits import materials
from transforms.edits.colours import PAINTS, linear
from transforms.edits.solids.sdf import Distance, Points
from transforms.edits.solids.trace import Material, Part, Solid

BRUSHED = 0.35
"""Share of a metal's pattern that shows under its reflections."""
ROW = 256
"""Points in a row of the picture that a pattern is asked for: OpenCV takes no side of 32,768 or more."""


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


def clad(solid: Solid, material: materials.Material, px_per_metre: float, seed: int) -> Solid:
    """Return a solid all of one material, its pattern laid around the upright axis.

    Args:
        solid: what to clad.
        material: of what; its pattern is drawn in pixels.
        px_per_metre: scale in which it will be seen.
        seed: of the pattern.
    """
    scale = np.float32(px_per_metre)

    def albedo(p: Points) -> np.ndarray:
        around = np.arctan2(p[:, 0], p[:, 2]) * np.float32(solid.radius) * scale
        width = max(8.0, 2 * solid.radius * px_per_metre)
        u, v = (np.pad(axis, (0, -len(p) % ROW), mode="edge").reshape(-1, ROW) for axis in (around, -p[:, 1] * scale))
        drawn = material.pattern(u, v, width, np.random.default_rng(seed))
        colour = linear(np.clip(drawn.reshape(-1, 3)[: len(p)], 0, 255))
        # of metal the reflections are seen, and little of its grain
        return colour.mean(axis=0) + BRUSHED * (colour - colour.mean(axis=0)) if material.metal else colour

    made_of = Material(albedo, material.gloss, 50.0, float(material.metal))
    return replace(solid, parts=tuple(replace(part, material=made_of) for part in solid.parts))


def solid_of(radius: float, height: float, *parts: tuple[Distance, Material], floats: bool = False) -> Solid:
    """Return a solid of parts, each a shape and its material; radius and height of a cylinder around it in metres."""
    return Solid(tuple(Part(d, m) for d, m in parts), radius, height, floats)
