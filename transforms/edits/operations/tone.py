"""Tone: the look of the whole frame."""

from functools import partial

import cv2
import numpy as np

from transforms.edits.change import Change, Grade, Request
from transforms.edits.colour_difference import delta_e
from transforms.edits.scene import Scene
from transforms.edits.vectors import f32

MIN_DELTA_E = 5.0
"""A weaker change of the whole frame could be taken for noise."""


def propose_tone(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Propose another look for the whole picture; its value is an adjective phrase ("warmer")."""
    if scene.graded:
        return None
    names = [name for name in LOOKS if not (scene.grey and name in NEED_COLOUR)]
    name = names[int(rng.integers(len(names)))]
    grade: Grade = partial(LOOKS[name], strength=float(rng.uniform(0.75, 1.15)))
    thin = scene.photo[::6, ::6]
    if float(delta_e(thin, grade(thin)).mean()) < MIN_DELTA_E:
        return None
    whole = np.ones((scene.height, scene.width), bool)
    return Change("tone_transfer", Request("tone", "whole picture", name), (), (), whole, whole, grade=grade)


def _balanced(rgb: np.ndarray, gains: tuple[float, float, float], strength: float) -> np.ndarray:
    gain = 1 + (f32(gains) - 1) * np.float32(strength)
    return np.clip(rgb * gain, 0, 255)


def _done(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def _grey(rgb: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)[..., None]


def _contrast(values: np.ndarray, amount: float) -> np.ndarray:
    x = np.clip(values / 255, 0, 1)
    curve = x * x * (3 - 2 * x)
    return 255 * (x + (curve - x) * amount)


def _vignette(shape: tuple[int, ...], amount: float) -> np.ndarray:
    y, x = np.ogrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    return (1 - amount * np.clip(x * x + y * y - 0.25, 0, None) / 1.75)[..., None].astype(np.float32)


def _warmer(rgb: np.ndarray, strength: float) -> np.ndarray:
    return _done(_balanced(rgb, (1.14, 1.02, 0.78), strength))


def _cooler(rgb: np.ndarray, strength: float) -> np.ndarray:
    return _done(_balanced(rgb, (0.82, 0.98, 1.16), strength))


def _golden(rgb: np.ndarray, strength: float) -> np.ndarray:
    toned = _balanced(rgb, (1.16, 1.03, 0.74), strength)
    height = np.linspace(1.05, 0.9, rgb.shape[0], dtype=np.float32)[:, None, None]
    return _done(_contrast(toned * height + f32([10, 5, 0]) * strength, 0.35 * strength))


def _dramatic(rgb: np.ndarray, strength: float) -> np.ndarray:
    muted = rgb + (_grey(rgb) - rgb) * 0.25
    return _done(_contrast(muted, min(1.0, 0.95 * strength)) * _vignette(rgb.shape, 0.45 * strength) * 0.94)


def _mono(rgb: np.ndarray, strength: float) -> np.ndarray:
    return _done(np.repeat(_contrast(_grey(rgb), 0.25 * strength), 3, axis=2))


def _sepia(rgb: np.ndarray, strength: float) -> np.ndarray:
    return _done(_grey(rgb) * f32([1.07, 0.9, 0.7]) + f32([14, 9, 2]) * strength)


def _night(rgb: np.ndarray, strength: float) -> np.ndarray:
    muted = rgb + (_grey(rgb) - rgb) * 0.45
    dark = 255 * (muted / 255) ** (1 + 0.35 * strength) * (1 - 0.42 * strength)
    return _done(dark * f32([0.74, 0.9, 1.2]) * _vignette(rgb.shape, 0.3))


def _faded(rgb: np.ndarray, strength: float) -> np.ndarray:
    muted = rgb + (_grey(rgb) - rgb) * 0.35 * strength
    return _done(muted * (1 - 0.24 * strength) + f32([46, 42, 38]) * strength)


def _vivid(rgb: np.ndarray, strength: float) -> np.ndarray:
    grey = _grey(rgb)
    return _done(_contrast(grey + (rgb - grey) * (1 + 0.65 * strength), 0.25 * strength))


def _darker(rgb: np.ndarray, strength: float) -> np.ndarray:
    return _done(255 * (rgb / np.float32(255)) ** (1 + 0.75 * strength))


def _brighter(rgb: np.ndarray, strength: float) -> np.ndarray:
    return _done(255 * (rgb / np.float32(255)) ** (1 / (1 + 0.65 * strength)))


LOOKS = {
    "warmer": _warmer,
    "cooler": _cooler,
    "golden, as in late afternoon light": _golden,
    "dramatic and high in contrast": _dramatic,
    "black and white": _mono,
    "sepia": _sepia,
    "dark and bluish, as at night": _night,
    "faded, like an old print": _faded,
    "more vivid": _vivid,
    "darker": _darker,
    "brighter": _brighter,
}
"""Adjective phrase -> what it does."""
NEED_COLOUR = frozenset({"black and white", "more vivid"})
