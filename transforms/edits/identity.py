"""An edit that does what was asked and loses what its target was: other features, another shape, another pattern."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from skimage.color import rgb2lab

from schemas.geometry import BoxXYXY, xyxy_from_mask
from transforms.edits.change import MIN_AREA_PX, blended, visible_difference
from transforms.edits.colour_difference import delta_e
from transforms.edits.colours import from_lab
from transforms.edits.triplet import Flaw

LOST_DELTA_E = 24.0
"""Mean CIEDE2000 over the target at which nothing of its look is left."""
LEAST = 0.12
"""Loss below which nobody would call it another thing."""
MARGIN = 0.12
"""Room around the target in which its outline may move, as a share of its size."""
BENT = 0.35
"""Severity, for naturalness, of a shape that lost all of its identity by bending."""
TRIES = 4


@dataclass(frozen=True, eq=False)
class Shifted:
    """A picture whose target is no longer the same thing.

    Attributes:
        rgb: uint8 [H, W, 3].
        mask: bool [H, W], where it differs from the faithful picture.
        lost: 0..1: mean CIEDE2000 over the target, full at 24.
        flaws: what looks unnatural about it.
    """

    rgb: np.ndarray
    mask: np.ndarray
    lost: float
    flaws: tuple[Flaw, ...]


def shift_identity(rgb: np.ndarray, target: np.ndarray, name: str, rng: np.random.Generator) -> Shifted | None:
    """Change the features of a target; None where the loss would not be seen.

    Args:
        rgb: uint8 [H, W, 3], the faithful picture.
        target: bool [H, W], where the target is.
        name: of the target.
        rng: decides how, and how far.
    """
    box = xyxy_from_mask(target)
    if box is None or target.sum() < 16 * MIN_AREA_PX:
        return None
    names = list(SHIFTS)
    for _ in range(TRIES):
        kind = names[int(rng.integers(len(names)))]
        window, near = _window(box, rgb.shape)
        alpha = cv2.GaussianBlur(target[window].astype(np.float32), (0, 0), 1.0)
        if kind == "shape":
            alpha = _soft(target[window], near)
        other = SHIFTS[kind](rgb[window], target[window], float(rng.uniform(0.3, 1.0)), rng)
        made = rgb.copy()
        made[window] = blended(rgb[window], other, alpha[..., None])
        around = np.zeros(target.shape, bool)
        around[window] = alpha > 0.01
        mask = visible_difference(rgb, made, around)
        lost = round(min(1.0, float(delta_e(rgb[target][None], made[target][None]).mean()) / LOST_DELTA_E), 4)
        if lost >= LEAST and mask.sum() >= MIN_AREA_PX:
            bent = (Flaw("shape", f"a bent outline of the {name}", round(BENT * lost, 4), "naturalness"),)
            return Shifted(made, mask, lost, bent if kind == "shape" else ())
    return None


def _window(box: BoxXYXY, shape: tuple[int, ...]) -> tuple[tuple[slice, slice], int]:
    x1, y1, x2, y2 = box
    near = max(3, round(MARGIN * max(x2 - x1, y2 - y1)))
    rows, columns = slice(max(0, y1 - near), y2 + near), slice(max(0, x1 - near), x2 + near)
    return (slice(rows.start, min(shape[0], rows.stop)), slice(columns.start, min(shape[1], columns.stop))), near


def _soft(target: np.ndarray, near: int) -> np.ndarray:
    """Return float32: 1 on the target, falling to 0 at the edge of its surroundings."""
    distance = cv2.distanceTransform((~target).astype(np.uint8), cv2.DIST_L2, 3)
    return np.clip(1 - distance / near, 0, 1)


def _field(shape: tuple[int, ...], cells: int, rng: np.random.Generator) -> np.ndarray:
    """Return smooth noise, float32, of unit spread."""
    coarse = rng.normal(0, 1, (cells, cells)).astype(np.float32)
    return cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def _bent(rgb: np.ndarray, target: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    height, width = target.shape
    reach = np.float32(0.09 * strength * max(height, width))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    dx, dy = (reach * _field(target.shape, 4, rng) for _ in range(2))
    return cv2.remap(rgb, x + dx, y + dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT).astype(np.float32)


def _hues(rgb: np.ndarray, target: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Give parts of the target other hues and another lightness."""
    lab = rgb2lab(rgb)
    turn = strength * 1.6 * np.tanh(1.4 * _field(target.shape, 4, rng))
    a, b = lab[..., 1].copy(), lab[..., 2].copy()
    lab[..., 1], lab[..., 2] = a * np.cos(turn) - b * np.sin(turn), a * np.sin(turn) + b * np.cos(turn)
    lab[..., 0] = np.clip(lab[..., 0] + 15 * strength * _field(target.shape, 4, rng), 2, 98)
    return from_lab(lab).astype(np.float32)


def _pattern(rgb: np.ndarray, target: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Replace the target's own pattern by another of the same colours."""
    smooth = cv2.GaussianBlur(rgb, (0, 0), max(1.5, 0.06 * max(target.shape))).astype(np.float32)
    own = rgb[target].astype(np.float32)
    spread = max(14.0, float(own.std(axis=0).mean()))
    waves = np.zeros(target.shape, np.float32)
    for octave, cells in enumerate((7, 13, 25), start=1):
        waves += _field(target.shape, cells, rng) / octave
    return np.clip(smooth + (strength * spread * waves)[..., None], 0, 255)


def _mirrored(rgb: np.ndarray, target: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    return rgb[:, ::-1].astype(np.float32)


SHIFTS: dict[str, Callable[[np.ndarray, np.ndarray, float, np.random.Generator], np.ndarray]] = {
    "shape": _bent,
    "hues": _hues,
    "pattern": _pattern,
    "mirror": _mirrored,
}
"""Kind -> (window uint8 [h, w, 3], target bool [h, w], strength 0..1, generator) -> float32 [h, w, 3]."""
