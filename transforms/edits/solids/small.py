"""Things that lie on a table, in metres: each takes a colour and a turn in radians."""

import numpy as np

from transforms.edits.colours import PAINTS, linear
from transforms.edits.solids.materials import plain, solid_of, two_tone
from transforms.edits.solids.sdf import Distance, Points, blended, box, ellipsoid, revolved, torus, turned
from transforms.edits.solids.trace import Material, Solid
from transforms.edits.vectors import f32


def duck(colour: str, turn: float) -> Solid:
    """Make a rubber duck."""
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
    return solid_of(0.085, 0.112, *parts, *((facing(eye), plain("black", 0.8, 90)) for eye in eyes))


def apple(colour: str, turn: float) -> Solid:
    """Make an apple with a stem."""
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
        streak = 0.5 + 0.5 * np.sin(angle * 31 + np.sin(p[:, 1] * 90 + turn))
        t = np.clip((p[:, 1] - 0.05) / 0.03, 0, 1) * (0.12 + 0.1 * streak) + 0.02 * streak
        return (base + (blush - base) * t[:, None]).astype(np.float32)

    stem = ellipsoid((0.002, 0.075, 0), (0.002, 0.014, 0.002))
    return solid_of(0.042, 0.09, (flesh, Material(albedo, 0.45, 60)), (stem, plain("dark brown", 0.1)))


def orange(colour: str, turn: float) -> Solid:
    """Make an orange."""
    base = linear(PAINTS["orange"])

    def albedo(p: Points) -> np.ndarray:
        pores = np.sin(p[:, 0] * 1400 + turn) * np.sin(p[:, 1] * 1300) * np.sin(p[:, 2] * 1500)
        return (base * (1 + 0.12 * pores[:, None])).astype(np.float32)

    return solid_of(0.037, 0.072, (ellipsoid((0, 0.036, 0), (0.037, 0.036, 0.037)), Material(albedo, 0.3, 25)))


def lemon(colour: str, turn: float) -> Solid:
    """Make a lemon lying on its side."""
    body = ellipsoid((0, 0.026, 0), (0.033, 0.026, 0.026))
    body = blended(body, ellipsoid((0.035, 0.026, 0), (0.011, 0.007, 0.007)), 0.012)
    body = blended(body, ellipsoid((-0.034, 0.026, 0), (0.007, 0.009, 0.009)), 0.012)
    angle = (turn % 1.6) - 0.8
    return solid_of(0.048, 0.053, (lambda p: body(turned(p, angle)), plain("yellow", 0.3, 25)))


def egg(colour: str, turn: float) -> Solid:
    """Make an egg lying on its side."""
    shell = blended(ellipsoid((0, 0.022, 0), (0.022,) * 3), ellipsoid((0.012, 0.021, 0), (0.024, 0.019, 0.019)), 0.01)
    angle = (turn % 2.0) - 1.0
    return solid_of(0.04, 0.045, (lambda p: shell(turned(p, angle)), plain("cream", 0.2, 20)))


def die(colour: str, turn: float) -> Solid:
    """Make a die, opposite faces unseen."""
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

    return solid_of(0.014, 0.016, (box((0, 0.008, 0), (0.008,) * 3, 0.0016, turn), two_tone(colour, pip, dotted, 0.5)))


def macaron(colour: str, turn: float) -> Solid:
    """Make a macaron."""
    lower = revolved(
        [(0, 0.001), (0.014, 0.001), (0.0195, 0.004), (0.0205, 0.008), (0.0195, 0.0095), (0, 0.0095)], 0.0008
    )
    upper = revolved(
        [(0, 0.0135), (0.0195, 0.0135), (0.0205, 0.015), (0.0195, 0.019), (0.014, 0.0225), (0.007, 0.024), (0, 0.0243)],
        0.0008,
    )
    cream = revolved([(0, 0.009), (0.0188, 0.009), (0.0188, 0.014), (0, 0.014)], 0.0006)
    shell = plain(colour, 0.12, 12)
    return solid_of(0.022, 0.026, (lower, shell), (upper, shell), (cream, plain("cream")))


def sugar_cube(colour: str, turn: float) -> Solid:
    """Make a cube of sugar."""
    base = linear(PAINTS["white"])

    def grains(p: Points) -> np.ndarray:
        speckle = np.sin(p[:, 0] * 9100) * np.sin(p[:, 1] * 8700) * np.sin(p[:, 2] * 9500)
        return (base * (0.93 + 0.12 * speckle[:, None])).astype(np.float32)

    return solid_of(0.013, 0.014, (box((0, 0.007, 0), (0.008, 0.007, 0.008), 0.0012, turn), Material(grains, 0.15, 15)))


def blueberry(colour: str, turn: float) -> Solid:
    """Make a blueberry with its crown."""
    crown = torus((0, 0.0148, 0), 0.0028, 0.0009, "y")
    return solid_of(
        0.0085,
        0.0165,
        (ellipsoid((0, 0.0078, 0), (0.0085, 0.0078, 0.0085)), plain("navy", 0.12, 12)),
        (crown, plain("navy", 0.1)),
    )


def cherry(colour: str, turn: float) -> Solid:
    """Make a cherry with a bent stem."""
    stem = torus((0.02, 0.019, 0), 0.02, 0.0009, "z")

    def upper_left(p: Points) -> np.ndarray:
        q = turned(p, turn)
        return np.maximum(stem(q), np.maximum(q[:, 0] - 0.02, 0.019 - q[:, 1]))

    flesh = revolved(
        [(0, 0.0005), (0.006, 0.001), (0.0115, 0.008), (0.011, 0.015), (0.006, 0.0205), (0, 0.019)], 0.0005, smooth=True
    )
    return solid_of(0.022, 0.04, (flesh, plain("red", 0.8, 120)), (upper_left, plain("olive", 0.1)))


def strawberry(colour: str, turn: float) -> Solid:
    """Make a strawberry standing on its leaves, tip up."""
    flesh = revolved(
        [(0, 0.002), (0.012, 0.003), (0.0155, 0.009), (0.013, 0.019), (0.006, 0.029), (0, 0.032)], 0.0008, smooth=True
    )

    def seeds(p: Points) -> np.ndarray:
        angle = np.arctan2(p[:, 2], p[:, 0]) + turn
        row = np.round(p[:, 1] / 0.0038)
        across = np.abs((angle / 0.5 + 0.5 * (row % 2)) % 1 - 0.5)
        return (across < 0.09) & (np.abs(p[:, 1] / 0.0038 - row) < 0.22) & (p[:, 1] > 0.004)

    leaves = revolved([(0, 0), (0.0165, 0), (0.012, 0.0025), (0, 0.003)], 0.0003)
    return solid_of(0.018, 0.034, (flesh, two_tone("red", "sand", seeds, 0.45)), (leaves, plain("green", 0.1)))


def cork(colour: str, turn: float) -> Solid:
    """Make a wine cork standing upright."""
    light, dark = linear(PAINTS["sand"]), linear(PAINTS["brown"])

    def pores(p: Points) -> np.ndarray:
        angle = np.arctan2(p[:, 2], p[:, 0]) + turn
        spots = np.sin(angle * 11 + 3 * np.sin(p[:, 1] * 700)) * np.sin(p[:, 1] * 1300 + 2 * np.sin(angle * 5))
        return np.where((spots > 0.82)[:, None], dark, light).astype(np.float32)

    return solid_of(
        0.0125, 0.044, (revolved([(0, 0), (0.011, 0), (0.011, 0.043), (0, 0.043)], 0.0008), Material(pores, 0.05))
    )


def pawn(colour: str, turn: float) -> Solid:
    """Make a chess pawn."""
    outline = [(0, 0), (0.0135, 0), (0.0135, 0.004), (0.0095, 0.009), (0.0055, 0.017), (0.0045, 0.024), (0.008, 0.0265)]
    body = revolved([*outline, (0.008, 0.0285), (0, 0.0285)], 0.0006)
    head = ellipsoid((0, 0.0345, 0), (0.0075, 0.0075, 0.0075))
    return solid_of(0.0145, 0.0425, (body, plain(colour, 0.5, 70)), (head, plain(colour, 0.5, 70)))


def tealight(colour: str, turn: float) -> Solid:
    """Make a tealight that is not lit."""
    cup = revolved([(0, 0), (0.019, 0), (0.0195, 0.016), (0.0185, 0.016), (0.018, 0.003), (0, 0.003)], 0.0003)
    wax = revolved([(0, 0.002), (0.0178, 0.002), (0.0178, 0.0125), (0, 0.0125)])
    wick = ellipsoid((0, 0.015, 0), (0.0007, 0.004, 0.0007))
    return solid_of(
        0.02, 0.0195, (cup, plain("grey", 0.8, 60, 0.8)), (wax, plain(colour, 0.25, 20)), (wick, plain("black"))
    )
