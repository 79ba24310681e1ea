"""Edits of most or all of the picture: background, tone, style."""

from dataclasses import replace
from functools import partial

import cv2
import numpy as np

from benchmarks.regions.colour import lab_of, mean_delta, rgb_of, strength_for
from benchmarks.regions.fields import smooth_field
from benchmarks.regions.objects import Sprite, contrasted, other_photo, recoloured, texture
from benchmarks.regions.scene import NoRoom, Scene

LEAST_TONE = 5.0
"""Mean CIEDE2000 of the weakest change of tone."""


def background(scene: Scene) -> None:
    """All but one or two things is replaced, blurred and toned, or made plain."""
    rng = scene.rng
    sprites: list[tuple[Sprite, int, int]] = []
    for _ in range(rng.integers(1, 3)):
        try:
            sprite, x, y = scene.placed(scene.area(least=0.05, most=0.3), like=0.0)
        except NoRoom:
            continue
        sprite = replace(sprite, alpha=sprite.alpha / max(float(sprite.alpha.max()), 0.01))
        sprites.append((sprite, x, y))
        scene.plant(sprite, x, y)
    if not sprites:
        raise NoRoom
    front = np.zeros((scene.height, scene.width), bool)
    after = _other_ground(scene)
    for sprite, x, y in sprites:
        stamp = np.zeros_like(after)
        plain = Sprite(sprite.rgb, sprite.alpha, sprite.body, np.zeros_like(sprite.shade))
        front |= plain.over(stamp, x, y)
        sprite.over(after, x, y)
    scene.after = after
    scene.add_region(~front)


def _other_ground(scene: Scene) -> np.ndarray:
    rng, size = scene.rng, (scene.width, scene.height)
    kind = rng.choice(["photo", "blurred", "plain"], p=[0.6, 0.2, 0.2])
    if kind == "plain":
        y, x = np.mgrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j].astype(np.float32)
        lab = np.array([rng.uniform(20, 90), rng.normal(0, 25), rng.normal(0, 25)])
        slope = (x * rng.normal() + y * rng.normal())[..., None] * rng.uniform(2, 9, 3)
        return rgb_of((lab + slope).astype(np.float32))
    donor = scene.index if kind == "blurred" else other_photo(rng, scene.photos, scene.index)
    if kind == "photo":
        ground = texture(rng, scene.photos, donor, *size)
        return recoloured(rng, ground) if rng.random() < 0.3 else ground
    ground = cv2.GaussianBlur(scene.before, (0, 0), rng.uniform(0.015, 0.04) * max(size))
    return toned(rng, ground, rng.uniform(8, 16))


def tone(scene: Scene) -> None:
    """The whole frame changes its colours, half of the time moderately; a third also hold a strong local edit."""
    rng = scene.rng
    target = rng.uniform(LEAST_TONE + 0.3, 9) if rng.random() < 0.5 else rng.uniform(9, 25)
    local = None
    if rng.random() < 0.35:
        sprite, x, y = scene.placed(scene.area(least=0.01, most=0.15), like=0.0)
        local = sprite, x, y
    scene.after = toned(rng, scene.before, target)
    scene.add_region(np.ones((scene.height, scene.width), bool))
    if local:
        sprite = contrasted(rng, scene.after, *local, like=False)
        scene.add_region(sprite.over(scene.after, *local[1:]))


def toned(rng: np.random.Generator, rgb: np.ndarray, target: float) -> np.ndarray:
    """Return `rgb` (float32 [H, W, 3]) in other colours, with a mean CIEDE2000 near `target`."""
    small = cv2.resize(rgb, (48, 48), interpolation=cv2.INTER_AREA)
    best: tuple[float, np.ndarray] | None = None
    for _ in range(8):
        kind = str(rng.choice(["gain", "gamma", "hue", "saturation", "temperature", "dark", "contrast", "sepia"]))
        draw = rng.uniform(-1, 1, 4)
        share = strength_for(partial(_seen_tone, small, kind, draw), target)
        gap = abs(_seen_tone(small, kind, draw, share) - target)
        if best is None or gap < best[0]:
            best = gap, _tone(rgb, kind, draw, share)
        if gap < 0.08 * target:
            break
    if best is None:
        raise NoRoom
    return best[1]


def _seen_tone(rgb: np.ndarray, kind: str, draw: np.ndarray, share: float) -> float:
    return mean_delta(rgb, _tone(rgb, kind, draw, share))


def _tone(rgb: np.ndarray, kind: str, draw: np.ndarray, share: float) -> np.ndarray:
    sign = 1.0 if draw[0] > 0 else -1.0
    if kind == "gain":
        return np.clip(rgb * (1 + share * 0.9 * sign), 0, 255).astype(np.float32)
    if kind == "gamma":
        power = np.float32(np.exp(1.4 * share * sign))
        return 255 * (np.clip(rgb, 0, 255) / 255) ** power
    if kind == "temperature":
        warm = np.array([1, 0.1 * draw[1], -1]) * share * 0.5 * sign + 1
        return np.clip(rgb * warm, 0, 255).astype(np.float32)
    if kind == "dark":
        night = rgb * (1 - 0.75 * share) * (np.array([0.85, 0.95, 1.1]) * share + (1 - share))
        return np.clip(night, 0, 255).astype(np.float32)
    if kind == "contrast":
        return np.clip(128 + (rgb - 128) * (1 + share * (1.5 if sign > 0 else -0.8)), 0, 255).astype(np.float32)
    lab = lab_of(rgb)
    if kind == "hue":
        cos, sin = np.cos(np.pi * share * sign), np.sin(np.pi * share * sign)
        a, b = lab[..., 1], lab[..., 2]
        return rgb_of(np.dstack([lab[..., 0], cos * a - sin * b, sin * a + cos * b]))
    if kind == "saturation":
        return rgb_of(lab * np.array([1, *[1 + share * (1.6 if sign > 0 else -1.0)] * 2], np.float32))
    sepia = np.dstack(
        [lab[..., 0], np.full_like(lab[..., 0], 6 + 8 * draw[1]), np.full_like(lab[..., 0], 22 + 8 * draw[2])]
    )
    return rgb_of(lab + share * (sepia - lab))


def style(scene: Scene) -> None:
    """The whole frame is drawn another way: poster, cartoon, sketch, oil, pointillism."""
    rng = scene.rng
    kind = rng.choice(["poster", "cartoon", "sketch", "oil", "strokes"])
    small = min(scene.height, scene.width)
    rgb = scene.before
    if kind == "poster":
        after = _poster(cv2.GaussianBlur(rgb, (0, 0), 1.0), int(rng.integers(3, 6)))
    elif kind == "cartoon":
        flat = rgb
        for _ in range(3):
            flat = cv2.bilateralFilter(flat, 7, 40, 4)
        after = _poster(flat, int(rng.integers(5, 9))) * (1 - _lines(rgb, 1.2))[..., None]
        after = toned(rng, np.clip(after, 0, 255).astype(np.float32), 6)
    elif kind == "sketch":
        grey = rgb.mean(axis=2)
        dodge = np.clip(255 * grey / (cv2.GaussianBlur(grey, (0, 0), max(3.0, 0.012 * small)) + 1), 0, 255)
        paper = np.array([250, 246, 236]) - rng.uniform(0, 12, 3)
        after = dodge[..., None] / 255 * paper + rng.uniform(0, 0.25) * (rgb - 255)
    elif kind == "oil":
        after = _oil(rgb, max(2, round(0.008 * small)), int(rng.integers(6, 11)))
    else:
        field = smooth_field(rng, scene.height, scene.width, max(2.5, 0.008 * small))
        length = max(3, round(0.012 * small)) | 1
        brush = np.diag(np.full(length, 1 / length, np.float32))
        after = cv2.filter2D(
            cv2.medianBlur(np.rint(rgb).astype(np.uint8), 5).astype(np.float32) + field[..., None] * 38, -1, brush
        )
    scene.after = np.clip(after, 0, 255).astype(np.float32)
    scene.add_region(np.ones((scene.height, scene.width), bool))


def _poster(rgb: np.ndarray, levels: int) -> np.ndarray:
    return (np.floor(np.clip(rgb, 0, 254.9) / 256 * levels) + 0.5) * (256 / levels)


def _lines(rgb: np.ndarray, sigma: float) -> np.ndarray:
    grey = rgb.mean(axis=2)
    gap = cv2.GaussianBlur(grey, (0, 0), sigma * 1.8) - cv2.GaussianBlur(grey, (0, 0), sigma)
    return np.clip((gap - 1.5) / 6, 0, 0.9)


def _oil(rgb: np.ndarray, radius: int, bins: int) -> np.ndarray:
    """The mean colour of the commonest lightness near by."""
    index = np.minimum((rgb.mean(axis=2) * bins / 256).astype(int), bins - 1)
    size = 2 * radius + 1, 2 * radius + 1
    most, out = np.zeros(index.shape, np.float32), np.zeros_like(rgb)
    for value in range(bins):
        held = (index == value).astype(np.float32)
        count = cv2.boxFilter(held, -1, size, normalize=False)
        better = count > most
        mean = cv2.boxFilter(rgb * held[..., None], -1, size, normalize=False) / np.maximum(count, 1)[..., None]
        out[better], most[better] = mean[better], count[better]
    return out
