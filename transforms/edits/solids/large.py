"""Things that stand on a floor or hang in the air, in metres: each takes a colour and a turn in radians."""

from collections.abc import Callable

import numpy as np

from transforms.edits.colours import PAINTS, linear
from transforms.edits.solids.materials import grained, plain, solid_of, two_tone
from transforms.edits.solids.sdf import Points, blended, box, ellipsoid, revolved, torus, turned
from transforms.edits.solids.trace import Material, Solid
from transforms.edits.vectors import f32


def ball(colour: str, turn: float) -> Solid:
    """Make a rubber ball."""
    return solid_of(0.11, 0.22, (ellipsoid((0, 0.11, 0), (0.11,) * 3), plain(colour, 0.45, 60)))


def beach_ball(colour: str, turn: float) -> Solid:
    """Make a striped beach ball."""

    def stripe(p: Points) -> np.ndarray:
        q = turned(p - f32([0, 0.16, 0]), turn)
        angle = np.arctan2(q[:, 0] * 0.94 + q[:, 1] * 0.34, q[:, 2])
        return np.floor(angle / np.pi * 3) % 2 == 0

    return solid_of(0.16, 0.32, (ellipsoid((0, 0.16, 0), (0.16,) * 3), two_tone("white", colour, stripe, 0.4)))


def cardboard_box(colour: str, turn: float) -> Solid:
    """Make a cardboard box with tape."""
    tape = linear(PAINTS["sand"])
    paper = linear(PAINTS["cardboard"])

    def albedo(p: Points) -> np.ndarray:
        q = turned(p, turn)
        taped = (np.abs(q[:, 0]) < 0.018) & ((q[:, 1] > 0.2) | (np.abs(q[:, 2]) > 0.1))
        return np.where(taped[:, None], tape, paper).astype(np.float32)

    return solid_of(0.22, 0.24, (box((0, 0.12, 0), (0.17, 0.12, 0.13), 0.004, turn), Material(albedo, 0.05, 10)))


def gift(colour: str, turn: float) -> Solid:
    """Make a gift box with a ribbon and a bow."""
    ribbon = "white" if colour in ("red", "green", "purple", "blue") else "red"

    def tied(p: Points) -> np.ndarray:
        q = turned(p, turn)
        return (np.abs(q[:, 0]) < 0.016) | (np.abs(q[:, 2]) < 0.016)

    bow = plain(ribbon, 0.3)
    loops = blended(
        ellipsoid((-0.04, 0.225, 0), (0.045, 0.024, 0.02)), ellipsoid((0.04, 0.225, 0), (0.045, 0.024, 0.02)), 0.015
    )
    return solid_of(
        0.16,
        0.25,
        (box((0, 0.1, 0), (0.11, 0.1, 0.11), 0.004, turn), two_tone(colour, ribbon, tied, 0.25)),
        (loops, bow),
    )


def crate(colour: str, turn: float) -> Solid:
    """Make a crate of boards."""
    boards = [
        (box((0, y, 0), (0.25, 0.045, 0.18), 0.005, turn), grained("brown", "wood", 0.1)) for y in (0.05, 0.155, 0.26)
    ]
    inner = (box((0, 0.15, 0), (0.244, 0.14, 0.174), 0.003, turn), plain("brown", 0.05))
    return solid_of(0.31, 0.31, inner, *boards)


def mug(colour: str, turn: float) -> Solid:
    """Make a mug of coffee with a handle."""
    wall = [(0.0, 0.0), (0.038, 0.0), (0.04, 0.004), (0.04, 0.095), (0.035, 0.095), (0.034, 0.01), (0.0, 0.008)]
    handle = torus((0.045, 0.05, 0), 0.026, 0.006, "z")
    side = -1 if turn > np.pi else 1

    def turned_handle(p: Points) -> np.ndarray:
        return handle(turned(p * f32([side, 1, 1]), 0.35))

    material = plain(colour, 0.55, 90)
    coffee = (revolved([(0, 0.07), (0.034, 0.07), (0.034, 0.075), (0, 0.075)]), plain("dark brown", 0.5, 90))
    return solid_of(0.08, 0.095, (revolved(wall, 0.0015), material), (turned_handle, material), coffee)


def vase(colour: str, turn: float) -> Solid:
    """Make a glazed vase."""
    heights = np.linspace(0, 0.3, 40)
    radii = (
        0.045
        + 0.045 * np.sin(np.pi * (heights / 0.3) ** 0.8) ** 1.5
        - 0.018 * np.exp(-(((heights - 0.265) / 0.03) ** 2))
    )
    outer = [(float(r), float(y)) for r, y in zip(radii, heights, strict=True)]
    inner = [(0.035, 0.3), (0.022, 0.26), (0.0, 0.25)]
    return solid_of(0.1, 0.3, (revolved([(0.0, 0.0), *outer, *inner], 0.002), plain(colour, 0.6, 110)))


def traffic_cone(colour: str, turn: float) -> Solid:
    """Make an orange cone with white bands."""

    def stripe(p: Points) -> np.ndarray:
        return ((p[:, 1] > 0.2) & (p[:, 1] < 0.29)) | ((p[:, 1] > 0.35) & (p[:, 1] < 0.41))

    body = revolved([(0.0, 0.02), (0.125, 0.02), (0.03, 0.49), (0.0, 0.49)], 0.004)
    foot = box((0, 0.015, 0), (0.17, 0.015, 0.17), 0.006, turn)
    return solid_of(0.24, 0.5, (body, two_tone("orange", "white", stripe, 0.2)), (foot, plain("orange", 0.2)))


def bucket(colour: str, turn: float) -> Solid:
    """Make an open bucket."""
    wall = [
        (0.0, 0.0),
        (0.11, 0.0),
        (0.145, 0.28),
        (0.152, 0.28),
        (0.152, 0.29),
        (0.14, 0.29),
        (0.105, 0.01),
        (0.0, 0.01),
    ]
    return solid_of(0.16, 0.3, (revolved(wall, 0.002), plain(colour, 0.35, 40)))


def barrel(colour: str, turn: float) -> Solid:
    """Make a barrel with hoops."""
    heights = np.linspace(0, 0.85, 30)
    side = [(float(0.25 + 0.05 * np.sin(np.pi * y / 0.85)), float(y)) for y in heights]
    steel = plain("grey", 0.5, 50, 0.6)
    hoops = [
        (torus((0, y, 0), r, 0.012, "y"), steel)
        for y, r in ((0.08, 0.263), (0.28, 0.291), (0.57, 0.291), (0.77, 0.263))
    ]
    return solid_of(0.32, 0.86, (revolved([(0, 0), *side, (0, 0.85)], 0.004), grained("brown", "wood", 0.2)), *hoops)


def pumpkin(colour: str, turn: float) -> Solid:
    """Make a ribbed pumpkin."""

    def flesh(p: Points) -> np.ndarray:
        angle = np.arctan2(p[:, 2], p[:, 0]) + turn
        rib = 1 - 0.09 * np.abs(np.cos(angle * 5)) ** 0.6
        rho = np.hypot(p[:, 0], p[:, 2]) / rib
        y = p[:, 1] - 0.095
        return 0.6 * (np.hypot(np.maximum(rho - 0.065, 0), y / 0.97) - 0.095)

    stem = revolved([(0, 0.16), (0.02, 0.16), (0.013, 0.23), (0, 0.23)], 0.004)
    return solid_of(0.17, 0.235, (flesh, plain("orange", 0.2, 20)), (stem, plain("olive", 0.1)))


def bottle(colour: str, turn: float) -> Solid:
    """Make a bottle with a label."""
    profile = [
        (0, 0),
        (0.036, 0),
        (0.038, 0.01),
        (0.038, 0.17),
        (0.032, 0.2),
        (0.014, 0.235),
        (0.013, 0.285),
        (0, 0.285),
    ]
    label = ("cream", colour, lambda p: (p[:, 1] < 0.05) | (p[:, 1] > 0.14))
    cap = revolved([(0, 0.284), (0.0135, 0.284), (0.0135, 0.305), (0, 0.305)], 0.002)
    return solid_of(0.042, 0.31, (revolved(profile, 0.002), two_tone(*label, 0.7)), (cap, plain("grey", 0.6, 60, 0.5)))


def balloon(colour: str, turn: float) -> Solid:
    """Make a party balloon."""
    skin = revolved(
        [(0, 0.02), (0.02, 0.025), (0.075, 0.11), (0.118, 0.2), (0.125, 0.26), (0.1, 0.33), (0.05, 0.365), (0, 0.372)],
        0.006,
        smooth=True,
    )
    knot = revolved([(0, 0.0), (0.016, 0.0), (0.005, 0.022), (0, 0.022)], 0.002)
    return solid_of(0.14, 0.38, (skin, plain(colour, 0.6, 90)), (knot, plain(colour, 0.3)), floats=True)


def air_balloon(colour: str, turn: float) -> Solid:
    """Make a hot air balloon with a basket."""
    skin = revolved(
        [(0, 5.0), (1.0, 4.6), (3.4, 8.6), (4.2, 11.4), (3.5, 14.4), (1.8, 15.7), (0, 15.9)], 0.3, smooth=True
    )

    def gore(p: Points) -> np.ndarray:
        return np.floor((np.arctan2(p[:, 2], p[:, 0]) + turn) / np.pi * 6) % 2 == 0

    other = "yellow" if colour in ("red", "blue", "purple", "green") else "white"
    basket = box((0, 0.8, 0), (0.75, 0.75, 0.75), 0.1, turn)
    ropes = [revolved([(0.7, 1.4), (0.76, 1.4), (1.12, 5.0), (1.06, 5.0)], 0.02)]
    thin = [
        (lambda p, r=r: np.maximum(r(p), np.abs(np.abs(turned(p, 0.4)[:, 0]) - 0.75) - 0.1), plain("dark brown"))
        for r in ropes
    ]
    return solid_of(
        4.7, 16.4, (skin, two_tone(colour, other, gore, 0.15)), (basket, plain("brown", 0.1)), *thin, floats=True
    )


def tyre(colour: str, turn: float) -> Solid:
    """Make a car tyre lying flat."""
    rubber = plain("black", 0.12, 12)
    ribs = revolved([(0.18, 0.02), (0.3, 0.02), (0.315, 0.06), (0.315, 0.14), (0.3, 0.18), (0.18, 0.18)], 0.012)
    return solid_of(0.33, 0.2, (ribs, rubber), (torus((0, 0.17, 0), 0.25, 0.025, "y"), rubber))


def flower_pot(colour: str, turn: float) -> Solid:
    """Make a clay pot with a round bush in it."""
    clay = revolved([(0, 0), (0.09, 0), (0.125, 0.17), (0.14, 0.17), (0.14, 0.21), (0, 0.21)], 0.003)
    dark, light = linear(PAINTS["olive"]) * 0.6, linear(PAINTS["green"])

    bush = ellipsoid((0, 0.33, 0), (0.17, 0.15, 0.17))

    def leafy(p: Points) -> np.ndarray:
        return 0.6 * (bush(p) + 0.012 * np.sin(p[:, 0] * 90) * np.sin(p[:, 1] * 80) * np.sin(p[:, 2] * 95))

    def leaves(p: Points) -> np.ndarray:
        share = 0.5 + 0.5 * np.sin(p[:, 0] * 130 + turn) * np.sin(p[:, 1] * 150) * np.sin(p[:, 2] * 120)
        return (dark + (light - dark) * share[:, None]).astype(np.float32)

    return solid_of(0.19, 0.5, (clay, plain("terracotta", 0.08, 10)), (leafy, Material(leaves, 0.08, 10)))


def books(colour: str, turn: float) -> Solid:
    """Make three books on top of each other."""
    parts = []
    for level, (cover, shift) in enumerate((("red", 0.0), ("cream", 0.25), ("teal", -0.15))):
        y, angle = 0.022 + 0.044 * level, turn % 0.8 - 0.4 + shift
        cover_box = box((0, y, 0), (0.125, 0.02, 0.09), 0.003, angle)
        parts.append((cover_box, two_tone(cover, "white", _pages(y, angle), 0.25)))
    return solid_of(0.17, 0.135, *parts)


def _pages(y: float, angle: float) -> Callable[[Points], np.ndarray]:
    """Return where a book shows its pages: its edges but for the covers and the spine."""

    def pages(p: Points) -> np.ndarray:
        q = turned(p, angle)
        return (np.abs(p[:, 1] - y) < 0.015) & ((np.abs(q[:, 0]) > 0.12) | (q[:, 2] < -0.08))

    return pages


def suitcase(colour: str, turn: float) -> Solid:
    """Make an upright suitcase with a handle and two straps."""
    angle = turn % 1.0 - 0.5

    def strapped(p: Points) -> np.ndarray:
        return np.abs(np.abs(turned(p, angle)[:, 0]) - 0.15) < 0.018

    handle = torus((0, 0.4, 0), 0.05, 0.009, "z")
    case = box((0, 0.205, 0), (0.27, 0.2, 0.09), 0.03, angle)
    turned_handle = (lambda p: handle(turned(p, angle)), plain("dark brown", 0.3))
    return solid_of(0.3, 0.46, (case, two_tone(colour, "dark brown", strapped, 0.3)), turned_handle)
