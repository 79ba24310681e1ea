"""Things made of simple solids: their shape, natural size, colours and materials."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from transforms.edits.colours import PAINTS, linear
from transforms.edits.solids.sdf import Distance, Points, blended, box, ellipsoid, revolved, torus, turned
from transforms.edits.solids.trace import Material, Part, Solid
from transforms.edits.vectors import f32

Build = Callable[[str, float], Solid]
"""(colour name, turn in radians) -> solid of natural size."""
VIVID = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "teal")


@dataclass(frozen=True)
class Kind:
    """A thing of the library.

    Attributes:
        noun: what it is called.
        height: natural height, metres.
        colours: it may have; the single colour "-" means that its look needs no colour word.
        build: makes it.
        where: "ground", "table" or "air".
    """

    noun: str
    height: float
    colours: tuple[str, ...]
    build: Build
    where: tuple[str, ...]


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


def _solid(radius: float, height: float, *parts: tuple[Distance, Material], floats: bool = False) -> Solid:
    return Solid(tuple(Part(d, m) for d, m in parts), radius, height, floats)


def _ball(colour: str, turn: float) -> Solid:
    return _solid(0.11, 0.22, (ellipsoid((0, 0.11, 0), (0.11,) * 3), plain(colour, 0.45, 60)))


def _beach_ball(colour: str, turn: float) -> Solid:
    def stripe(p: Points) -> np.ndarray:
        q = turned(p - f32([0, 0.16, 0]), turn)
        angle = np.arctan2(q[:, 0] * 0.94 + q[:, 1] * 0.34, q[:, 2])
        return np.floor(angle / np.pi * 3) % 2 == 0

    return _solid(0.16, 0.32, (ellipsoid((0, 0.16, 0), (0.16,) * 3), two_tone("white", colour, stripe, 0.4)))


def _box(colour: str, turn: float) -> Solid:
    tape = linear(PAINTS["sand"])
    paper = linear(PAINTS["cardboard"])

    def albedo(p: Points) -> np.ndarray:
        q = turned(p, turn)
        taped = (np.abs(q[:, 0]) < 0.018) & ((q[:, 1] > 0.2) | (np.abs(q[:, 2]) > 0.1))
        return np.where(taped[:, None], tape, paper).astype(np.float32)

    return _solid(0.22, 0.24, (box((0, 0.12, 0), (0.17, 0.12, 0.13), 0.004, turn), Material(albedo, 0.05, 10)))


def _gift(colour: str, turn: float) -> Solid:
    ribbon = "white" if colour in ("red", "green", "purple", "blue") else "red"

    def tied(p: Points) -> np.ndarray:
        q = turned(p, turn)
        return (np.abs(q[:, 0]) < 0.016) | (np.abs(q[:, 2]) < 0.016)

    bow = plain(ribbon, 0.3)
    loops = blended(
        ellipsoid((-0.04, 0.225, 0), (0.045, 0.024, 0.02)), ellipsoid((0.04, 0.225, 0), (0.045, 0.024, 0.02)), 0.015
    )
    return _solid(
        0.16,
        0.25,
        (box((0, 0.1, 0), (0.11, 0.1, 0.11), 0.004, turn), two_tone(colour, ribbon, tied, 0.25)),
        (loops, bow),
    )


def _crate(colour: str, turn: float) -> Solid:
    boards = [
        (box((0, y, 0), (0.25, 0.045, 0.18), 0.005, turn), grained("brown", "wood", 0.1)) for y in (0.05, 0.155, 0.26)
    ]
    inner = (box((0, 0.15, 0), (0.244, 0.14, 0.174), 0.003, turn), plain("brown", 0.05))
    return _solid(0.31, 0.31, inner, *boards)


def _mug(colour: str, turn: float) -> Solid:
    wall = [(0.0, 0.0), (0.038, 0.0), (0.04, 0.004), (0.04, 0.095), (0.035, 0.095), (0.034, 0.01), (0.0, 0.008)]
    handle = torus((0.045, 0.05, 0), 0.026, 0.006, "z")
    side = -1 if turn > np.pi else 1

    def turned_handle(p: Points) -> np.ndarray:
        return handle(turned(p * f32([side, 1, 1]), 0.35))

    material = plain(colour, 0.55, 90)
    coffee = (revolved([(0, 0.07), (0.034, 0.07), (0.034, 0.075), (0, 0.075)]), plain("dark brown", 0.5, 90))
    return _solid(0.08, 0.095, (revolved(wall, 0.0015), material), (turned_handle, material), coffee)


def _vase(colour: str, turn: float) -> Solid:
    heights = np.linspace(0, 0.3, 40)
    radii = (
        0.045
        + 0.045 * np.sin(np.pi * (heights / 0.3) ** 0.8) ** 1.5
        - 0.018 * np.exp(-(((heights - 0.265) / 0.03) ** 2))
    )
    outer = [(float(r), float(y)) for r, y in zip(radii, heights, strict=True)]
    inner = [(0.035, 0.3), (0.022, 0.26), (0.0, 0.25)]
    return _solid(0.1, 0.3, (revolved([(0.0, 0.0), *outer, *inner], 0.002), plain(colour, 0.6, 110)))


def _traffic_cone(colour: str, turn: float) -> Solid:
    def stripe(p: Points) -> np.ndarray:
        return ((p[:, 1] > 0.2) & (p[:, 1] < 0.29)) | ((p[:, 1] > 0.35) & (p[:, 1] < 0.41))

    body = revolved([(0.0, 0.02), (0.125, 0.02), (0.03, 0.49), (0.0, 0.49)], 0.004)
    foot = box((0, 0.015, 0), (0.17, 0.015, 0.17), 0.006, turn)
    return _solid(0.24, 0.5, (body, two_tone("orange", "white", stripe, 0.2)), (foot, plain("orange", 0.2)))


def _bucket(colour: str, turn: float) -> Solid:
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
    return _solid(0.16, 0.3, (revolved(wall, 0.002), plain(colour, 0.35, 40)))


def _barrel(colour: str, turn: float) -> Solid:
    heights = np.linspace(0, 0.85, 30)
    side = [(float(0.25 + 0.05 * np.sin(np.pi * y / 0.85)), float(y)) for y in heights]
    steel = plain("grey", 0.5, 50, 0.6)
    hoops = [
        (torus((0, y, 0), r, 0.012, "y"), steel)
        for y, r in ((0.08, 0.263), (0.28, 0.291), (0.57, 0.291), (0.77, 0.263))
    ]
    return _solid(0.32, 0.86, (revolved([(0, 0), *side, (0, 0.85)], 0.004), grained("brown", "wood", 0.2)), *hoops)


def _duck(colour: str, turn: float) -> Solid:
    body = blended(
        ellipsoid((0, 0.035, 0), (0.05, 0.036, 0.038)), ellipsoid((-0.05, 0.055, 0), (0.02, 0.014, 0.016)), 0.02
    )
    body = blended(body, ellipsoid((0.028, 0.085, 0), (0.028, 0.027, 0.027)), 0.018)
    beak = ellipsoid((0.06, 0.08, 0), (0.016, 0.006, 0.013))
    eyes = [ellipsoid((0.044, 0.094, z), (0.005, 0.006, 0.005)) for z in (-0.018, 0.018)]
    angle = (turn % 1.4) - 0.7

    def facing(d: Distance) -> Distance:
        return lambda p: d(turned(p, angle))

    parts = [(facing(body), plain("yellow", 0.4, 50)), (facing(beak), plain("orange", 0.3))]
    return _solid(0.085, 0.112, *parts, *((facing(eye), plain("black", 0.8, 90)) for eye in eyes))


def _apple(colour: str, turn: float) -> Solid:
    flesh = revolved(
        [
            (0, 0.01),
            (0.014, 0.004),
            (0.026, 0.006),
            (0.035, 0.025),
            (0.039, 0.045),
            (0.034, 0.064),
            (0.02, 0.072),
            (0, 0.06),
        ],
        0.002,
        smooth=True,
    )
    base, blush = linear(PAINTS[colour]), linear(PAINTS["yellow"])

    def albedo(p: Points) -> np.ndarray:
        angle = np.arctan2(p[:, 2], p[:, 0])
        streak = 0.5 + 0.5 * np.sin(angle * 23 + 3 * np.sin(p[:, 1] * 150 + turn))
        t = np.clip((p[:, 1] - 0.05) / 0.03, 0, 1) * 0.35 * streak + 0.08 * streak
        return (base + (blush - base) * t[:, None]).astype(np.float32)

    stem = ellipsoid((0.002, 0.075, 0), (0.002, 0.014, 0.002))
    return _solid(0.042, 0.09, (flesh, Material(albedo, 0.45, 60)), (stem, plain("dark brown", 0.1)))


def _orange(colour: str, turn: float) -> Solid:
    base = linear(PAINTS["orange"])

    def albedo(p: Points) -> np.ndarray:
        pores = np.sin(p[:, 0] * 1400 + turn) * np.sin(p[:, 1] * 1300) * np.sin(p[:, 2] * 1500)
        return (base * (1 + 0.12 * pores[:, None])).astype(np.float32)

    return _solid(0.037, 0.072, (ellipsoid((0, 0.036, 0), (0.037, 0.036, 0.037)), Material(albedo, 0.3, 25)))


def _lemon(colour: str, turn: float) -> Solid:
    body = blended(
        ellipsoid((0, 0.026, 0), (0.034, 0.026, 0.026)), ellipsoid((0.034, 0.026, 0), (0.011, 0.008, 0.008)), 0.02
    )
    angle = (turn % 1.6) - 0.8
    return _solid(0.048, 0.053, (lambda p: body(turned(p, angle)), plain("yellow", 0.3, 25)))


def _egg(colour: str, turn: float) -> Solid:
    shell = blended(ellipsoid((0, 0.022, 0), (0.022,) * 3), ellipsoid((0.012, 0.021, 0), (0.024, 0.019, 0.019)), 0.01)
    angle = (turn % 2.0) - 1.0
    return _solid(0.04, 0.045, (lambda p: shell(turned(p, angle)), plain("cream", 0.2, 20)))


def _die(colour: str, turn: float) -> Solid:
    pips_by_face = {
        (1, 1): [(0, 0)],
        (2, 1): [(-1, -1), (1, 1), (0, 0)],
        (0, 1): [(-1, -1), (1, 1), (-1, 1), (1, -1)],
        (0, -1): [(-1, -1), (1, 1)],
        (2, -1): [(-1, -1), (1, 1), (-1, 1), (1, -1), (0, 0)],
    }
    pip = "black" if colour in ("white", "yellow") else "white"

    def dotted(p: Points) -> np.ndarray:
        q = turned(p - f32([0, 0.008, 0]), turn)
        dark = np.zeros(len(p), bool)
        for (axis, sign), dots in pips_by_face.items():
            others = [i for i in range(3) if i != axis]
            face = q[:, axis] * sign > 0.0072
            for a, b in dots:
                dark |= face & (np.hypot(q[:, others[0]] - a * 0.0042, q[:, others[1]] - b * 0.0042) < 0.0015)
        return dark

    return _solid(0.014, 0.016, (box((0, 0.008, 0), (0.008,) * 3, 0.0016, turn), two_tone(colour, pip, dotted, 0.5)))


def _macaron(colour: str, turn: float) -> Solid:
    lower = revolved(
        [(0, 0.001), (0.014, 0.001), (0.0195, 0.004), (0.0205, 0.008), (0.0195, 0.0095), (0, 0.0095)], 0.0008
    )
    upper = revolved(
        [(0, 0.0135), (0.0195, 0.0135), (0.0205, 0.015), (0.0195, 0.019), (0.014, 0.0225), (0.007, 0.024), (0, 0.0243)],
        0.0008,
    )
    cream = revolved([(0, 0.009), (0.0188, 0.009), (0.0188, 0.014), (0, 0.014)], 0.0006)
    shell = plain(colour, 0.12, 12)
    return _solid(0.022, 0.026, (lower, shell), (upper, shell), (cream, plain("cream")))


def _pumpkin(colour: str, turn: float) -> Solid:
    def flesh(p: Points) -> np.ndarray:
        angle = np.arctan2(p[:, 2], p[:, 0]) + turn
        rib = 1 - 0.09 * np.abs(np.cos(angle * 5)) ** 0.6
        rho = np.hypot(p[:, 0], p[:, 2]) / rib
        y = p[:, 1] - 0.095
        return 0.6 * (np.hypot(np.maximum(rho - 0.065, 0), y / 0.97) - 0.095)

    stem = revolved([(0, 0.16), (0.02, 0.16), (0.013, 0.23), (0, 0.23)], 0.004)
    return _solid(0.17, 0.235, (flesh, plain("orange", 0.2, 20)), (stem, plain("olive", 0.1)))


def _bottle(colour: str, turn: float) -> Solid:
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
    return _solid(0.042, 0.31, (revolved(profile, 0.002), two_tone(*label, 0.7)), (cap, plain("grey", 0.6, 60, 0.5)))


def _balloon(colour: str, turn: float) -> Solid:
    skin = revolved(
        [(0, 0.02), (0.02, 0.025), (0.075, 0.11), (0.118, 0.2), (0.125, 0.26), (0.1, 0.33), (0.05, 0.365), (0, 0.372)],
        0.006,
        smooth=True,
    )
    knot = revolved([(0, 0.0), (0.016, 0.0), (0.005, 0.022), (0, 0.022)], 0.002)
    return _solid(0.14, 0.38, (skin, plain(colour, 0.6, 90)), (knot, plain(colour, 0.3)), floats=True)


def _air_balloon(colour: str, turn: float) -> Solid:
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
    return _solid(
        4.7, 16.4, (skin, two_tone(colour, other, gore, 0.15)), (basket, plain("brown", 0.1)), *thin, floats=True
    )


KINDS: dict[str, Kind] = {
    kind.noun: kind
    for kind in (
        Kind("ball", 0.22, VIVID, _ball, ("ground",)),
        Kind("beach ball", 0.32, ("red", "blue", "green", "orange"), _beach_ball, ("ground",)),
        Kind("cardboard box", 0.24, ("-",), _box, ("ground",)),
        Kind("gift box", 0.25, ("red", "green", "blue", "purple", "pink", "yellow"), _gift, ("ground",)),
        Kind("wooden crate", 0.31, ("-",), _crate, ("ground",)),
        Kind("mug", 0.095, VIVID, _mug, ("ground", "table")),
        Kind("vase", 0.3, ("white", "blue", "green", "red", "teal", "black"), _vase, ("ground",)),
        Kind("traffic cone", 0.5, ("-",), _traffic_cone, ("ground",)),
        Kind("bucket", 0.3, ("red", "blue", "green", "yellow", "white", "grey"), _bucket, ("ground",)),
        Kind("wooden barrel", 0.86, ("-",), _barrel, ("ground",)),
        Kind("rubber duck", 0.112, ("-",), _duck, ("ground", "table")),
        Kind("apple", 0.09, ("red", "green"), _apple, ("table",)),
        Kind("orange", 0.072, ("-",), _orange, ("table",)),
        Kind("lemon", 0.053, ("-",), _lemon, ("table",)),
        Kind("egg", 0.045, ("-",), _egg, ("table",)),
        Kind("die", 0.016, ("white", "red", "blue", "green", "yellow"), _die, ("table",)),
        Kind("macaron", 0.026, ("pink", "green", "yellow", "brown", "purple"), _macaron, ("table",)),
        Kind("pumpkin", 0.235, ("-",), _pumpkin, ("ground",)),
        Kind("bottle", 0.31, ("green", "brown", "blue"), _bottle, ("ground",)),
        Kind("balloon", 0.38, ("red", "orange", "yellow", "green", "blue", "purple", "pink"), _balloon, ("air",)),
        Kind("hot air balloon", 16.4, ("red", "blue", "orange", "purple", "green"), _air_balloon, ("air",)),
    )
}
"""By noun."""
