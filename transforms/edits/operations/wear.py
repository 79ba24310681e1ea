"""Wear: a person gets glasses on the nose, or a badge on the clothes."""

import cv2
import numpy as np

from schemas.geometry import xyxy_from_mask
from transforms.edits.change import Change, Patch, Request
from transforms.edits.matching import like_the_photo, lit, softened
from transforms.edits.placing import calm_spot
from transforms.edits.scene import Scene
from transforms.edits.vectors import f32
from transforms.sources.image import SceneObject

OVER = 4
"""Accessories are drawn at this multiple and scaled down."""
FRAMES = {
    "black": (24, 24, 26),
    "brown": (92, 54, 28),
    "red": (150, 26, 34),
    "gold": (196, 154, 74),
    "blue": (34, 58, 120),
}
BADGES = {
    "red": (178, 30, 34), "yellow": (240, 202, 52), "blue": (36, 84, 168), "green": (44, 130, 74),
    "white": (240, 238, 232), "pink": (226, 116, 156), "black": (34, 34, 38),
}  # fmt: skip
BADGE_SHARE = (0.055, 0.09)
"""Width of a badge as a share of the frame's."""
SHADOW = 0.3


def propose_wear(scene: Scene, rng: np.random.Generator) -> Change | None:
    """Propose to add something that a person of the photo wears."""
    ways = [_glasses, _badge] if rng.random() < 0.5 else [_badge, _glasses]
    return next((change for change in (way(scene, rng) for way in ways) if change is not None), None)


def _glasses(scene: Scene, rng: np.random.Generator) -> Change | None:
    eyes = [o for o in scene.source.objects if "glasses" in o.operations and scene.free(o.mask)]
    if not eyes or any("glasses" in name for name in scene.names):
        return None
    o = eyes[int(rng.integers(len(eyes)))]
    wearer = _wearer(scene, o)
    count, _, _, centres = cv2.connectedComponentsWithStats(o.mask.astype(np.uint8))
    if count != 3 or wearer is None:
        return None
    left, right = sorted(centres[1:].tolist())
    dark = bool(rng.random() < 0.45)
    words = [w for w in FRAMES if (not scene.grey and not (dark and w == "gold")) or w == "black"]
    word = words[int(rng.integers(len(words)))]
    round_lens = bool(rng.random() < 0.5)
    shape = "round " if round_lens else ""
    name = f"pair of {shape}sunglasses" if dark else f"pair of {shape}glasses with a {word} frame"
    colour, alpha = _drawn_glasses(scene, (left, right), FRAMES[word], dark, round_lens)
    return _laid(scene, name, f"on the {wearer.name}", colour, alpha, 0.03 * (right[0] - left[0]), rng)


def _drawn_glasses(
    scene: Scene, eyes: tuple[list[float], list[float]], frame: tuple[int, int, int], dark: bool, round_lens: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return glasses over a pair of eyes (x, y): colour (float32 [H, W, 3]) and coverage (float32 [H, W])."""
    (x1, y1), (x2, y2) = eyes
    span = float(np.hypot(x2 - x1, y2 - y1))
    turn = float(np.degrees(np.arctan2(y2 - y1, x2 - x1)))
    size = (scene.width * OVER, scene.height * OVER)
    lens, rim = np.zeros(size[::-1], np.uint8), np.zeros(size[::-1], np.uint8)
    thick = max(2, round(0.062 * span * OVER))
    axes = (0.37 * span, 0.37 * span) if round_lens else (0.42 * span, 0.31 * span)
    half = round(axes[0] * OVER), round(axes[1] * OVER)
    across = np.array([x2 - x1, y2 - y1]) / span
    for x, y in eyes:
        middle = round((x + 0.5) * OVER), round((y + 0.04 * span + 0.5) * OVER)
        if round_lens:
            cv2.ellipse(lens, middle, half, turn, 0, 360, 255, -1)
            cv2.ellipse(rim, middle, half, turn, 0, 360, 255, thick)
        else:
            corner = f32(cv2.ellipse2Poly(middle, half, round(turn), 0, 360, 4))
            # between an ellipse and its box: a soft rectangle
            offset = corner - f32(middle)
            power = (np.abs(offset / f32(half)) ** 3).sum(axis=1, keepdims=True) ** (-1 / 3)
            outline = np.rint(f32(middle) + offset * np.minimum(power, 1.25)).astype(np.int32)
            cv2.fillPoly(lens, [outline], 255)
            cv2.polylines(rim, [outline], True, 255, thick)
    bridge = np.array([(x1 + x2) / 2, (y1 + y2) / 2 - 0.02 * span])
    gap = 0.5 * span - axes[0]
    a, b = ((bridge + side * gap * across + 0.5) * OVER for side in (-1, 1))
    cv2.line(rim, _whole(a), _whole(b), 255, thick)
    for (x, y), side in zip(eyes, (-1, 1), strict=True):
        a = np.array([x, y]) + side * axes[0] * across + np.array([0, -0.08 * span])
        b = a + side * 0.24 * span * across + np.array([0, 0.01 * span])
        cv2.line(rim, _whole((a + 0.5) * OVER), _whole((b + 0.5) * OVER), 255, max(2, thick - OVER))
    small = (scene.width, scene.height)
    lens_cover, rim_cover = (
        cv2.resize(m, small, interpolation=cv2.INTER_AREA).astype(np.float32) / 255 for m in (lens, rim)
    )
    rows = np.linspace(0, 1, scene.height, dtype=np.float32)[:, None]
    glass = (0.9 if dark else 0.1) * lens_cover
    tone = f32([26, 24, 26]) if dark else f32([226, 234, 240])
    gleam = np.clip(1 - np.abs((rows * scene.height - y1) / (0.3 * span) + 0.5), 0, 1) * (22 if dark else 10)
    alpha = 1 - (1 - glass) * (1 - rim_cover)
    colour = (tone + gleam[..., None]) * (glass * (1 - rim_cover))[..., None] + f32(frame) * rim_cover[..., None]
    return colour / np.maximum(alpha, 1e-3)[..., None], alpha


def _badge(scene: Scene, rng: np.random.Generator) -> Change | None:
    clothes = [o for o in scene.source.objects if o.kind == "clothing" and o.mask.mean() > 0.02]
    if not clothes or any("badge" in name for name in scene.names):
        return None
    o = clothes[int(rng.integers(len(clothes)))]
    side = float(rng.uniform(*BADGE_SHARE)) * scene.width
    others = np.zeros(o.mask.shape, bool)
    for other in scene.source.objects:
        others |= other.mask if other.kind == "accessory" else False
    spot = calm_spot(scene, 1.2 * side, 1.2 * side, rng, within=o.mask & ~others, over_objects=True)
    if spot is None:
        return None
    words = [w for w in BADGES if w != o.colour and (not scene.grey or w in ("white", "black"))]
    word = words[int(rng.integers(len(words)))]
    motif = ("", "smiley ", "star ")[int(rng.integers(3))]
    colour, alpha = _drawn_badge(scene, (spot[0], spot[1] - 0.6 * side), side / 2, BADGES[word], motif)
    return _laid(scene, f"{word} {motif}badge", f"on the {o.name}", colour, alpha, 0.1 * side, rng)


def _drawn_badge(
    scene: Scene, middle: tuple[float, float], radius: float, paint: tuple[int, int, int], motif: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return a round tin badge: colour (float32 [H, W, 3]) and coverage (float32 [H, W])."""
    y, x = np.mgrid[0 : scene.height, 0 : scene.width].astype(np.float32)
    u, v = (x - middle[0]) / radius, (y - middle[1]) / radius
    away = np.hypot(u, v)
    alpha = np.clip((1 - away) * radius + 0.5, 0, 1)
    ink = f32((30, 30, 34)) if np.mean(paint) > 110 else f32((240, 238, 230))
    mark = _motif(u, v, motif, radius)
    colour = f32(paint) + mark[..., None] * (ink - f32(paint))
    # a domed face: light from above, darker towards the lower rim, a small highlight
    dome = 1.06 - 0.16 * np.clip(v + 0.2, -1, 1) - 0.3 * np.clip((away - 0.82) / 0.18, 0, 1) ** 2
    gleam = 70 * np.exp(-(((u + 0.34) / 0.2) ** 2 + ((v + 0.42) / 0.13) ** 2))
    return np.clip(colour * dome[..., None] + gleam[..., None], 0, 255), alpha


def _motif(u: np.ndarray, v: np.ndarray, motif: str, radius: float) -> np.ndarray:
    soft = 1.2 / radius
    if motif == "smiley ":
        eyes = np.minimum(np.hypot(u - 0.3, v + 0.22), np.hypot(u + 0.3, v + 0.22)) - 0.11
        mouth = np.where(v > 0.1, np.abs(np.hypot(u, v) - 0.55) - 0.06, 1.0)
        return np.clip(0.5 - np.minimum(eyes, mouth) / soft, 0, 1)
    if motif == "star ":
        angle, away = np.arctan2(u, -v), np.hypot(u, v)
        wedge = np.abs(((angle / (2 * np.pi) * 5) + 0.5) % 1 - 0.5) * 2
        edge = 0.66 * 0.5 / (0.5 + 0.5 * wedge + 0.25 * wedge * (1 - wedge))
        return np.clip(0.5 - (away - edge) / soft, 0, 1)
    return np.clip(0.5 - (np.abs(np.hypot(u, v) - 0.6) - 0.05) / soft, 0, 1)


def _laid(
    scene: Scene, name: str, place: str, colour: np.ndarray, alpha: np.ndarray, drop: float, rng: np.random.Generator
) -> Change | None:
    """Return the change that lays an accessory over the photo, in its light, with the shadow that it throws."""
    moved = cv2.warpAffine(alpha, f32([[1, 0, -np.sign(scene.light_side) * drop], [0, 1, drop]]), alpha.shape[::-1])
    shadow = SHADOW * cv2.GaussianBlur(moved, (0, 0), max(0.8, 0.8 * drop))
    shadow[shadow < 0.02] = 0
    box = xyxy_from_mask((alpha > 0) | (shadow > 0))
    if box is None:
        return None
    x1, y1, x2, y2 = max(0, box[0] - 2), max(0, box[1] - 2), min(scene.width, box[2] + 2), min(scene.height, box[3] + 2)
    part = slice(y1, y2), slice(x1, x2)
    soft, cover = softened(scene, lit(scene, colour[part], x1, y1), alpha[part])
    shown = like_the_photo(scene, soft, rng)
    total = 1 - (1 - shadow[part]) * (1 - cover)
    mask = alpha > 0.05
    if not scene.free(mask):
        return None
    patch = Patch(x1, y1, total.astype(np.float32), (shown * cover[..., None]).astype(np.float32))
    return Change("ps_human", Request("add", name, "-", place), (), (patch,), None, mask)


def _wearer(scene: Scene, o: SceneObject) -> SceneObject | None:
    """Return the person to whom something belongs: the largest that holds it."""
    holders = [
        p
        for p in scene.source.objects
        if p.kind == "person" and p is not o and (p.mask & o.mask).sum() > 0.9 * o.mask.sum()
    ]
    return max(holders, key=lambda p: float(p.mask.sum()), default=None)


def _whole(point: np.ndarray) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))
