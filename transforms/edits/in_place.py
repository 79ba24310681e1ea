"""An object taken out of its photo and put back at its place, larger, smaller, turned or mirrored."""

from dataclasses import dataclass

import cv2
import numpy as np

from schemas.geometry import BoxXYXY, xyxy_from_mask
from transforms.edits.change import Patch
from transforms.edits.erasing import erase, hole_around
from transforms.edits.scene import Scene
from transforms.edits.triplet import Flaw
from transforms.sources.image import SceneObject

WHOLE = 0.97
"""Share of an object that must stay in the frame."""
HIDDEN = 0.02
"""Share of another object that may be covered at most."""
OPAQUE = 0.98
"""What covers more than this hides what is under it."""


@dataclass(frozen=True, eq=False)
class PutBack:
    """An object at its place again.

    Attributes:
        patches: the old place filled where it would show, then the object.
        mask: bool [H, W], the object in its new shape.
        flaws: what may be seen of the filling.
    """

    patches: tuple[Patch, ...]
    mask: np.ndarray
    flaws: tuple[Flaw, ...]


def about(point_xy: tuple[float, float], square: np.ndarray) -> np.ndarray:
    """Return the affine map (float64 [2, 3]) that applies `square` ([2, 2]) about a point."""
    point = np.array(point_xy)
    return np.column_stack([square, point - square @ point])


def put_back(scene: Scene, o: SceneObject, matrix: np.ndarray, rng: np.random.Generator) -> PutBack | None:
    """Return an object moved by an affine map (float [2, 3], old pixel -> new pixel), None if it would not look right.

    It would not when it leaves the frame, covers something else, or its old place shows and cannot be filled: only
    what may be moved or removed has surroundings that can.
    """
    box = xyxy_from_mask(o.mask)
    if box is None:
        return None
    soft = drawn_in(o.mask)
    size = (scene.width, scene.height)
    alpha = cv2.warpAffine(soft, matrix, size, flags=cv2.INTER_LINEAR)
    grown = float(abs(np.linalg.det(matrix[:, :2])))
    if alpha.sum() < WHOLE * grown * soft.sum():
        return None
    mask = alpha > 0.5
    if not scene.free(mask) or _hides(scene, o, mask):
        return None
    colour = cv2.warpAffine(scene.photo.astype(np.float32) * soft[..., None], matrix, size, flags=cv2.INTER_LINEAR)
    part = xyxy_from_mask(alpha > 0)
    assert part is not None, o.name
    x1, y1, x2, y2 = part
    object_patch = Patch(x1, y1, alpha[y1:y2, x1:x2], _grained(scene, colour, alpha, grown, part, rng))
    if (alpha[hole_around(scene, o.mask)] > OPAQUE).all():
        return PutBack((object_patch,), mask, ())
    erased = erase(scene, o, rng) if {"move", "remove"} & o.operations else None
    if erased is None:
        return None
    return PutBack((erased.patch, object_patch), mask, erased.flaws)


def drawn_in(mask: np.ndarray) -> np.ndarray:
    """Return a soft mask (float32 [H, W], 0..1) drawn in by a pixel: nothing of the old background comes along."""
    return np.clip(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.1) * 2 - 0.9, 0, 1)


def _hides(scene: Scene, o: SceneObject, mask: np.ndarray) -> bool:
    """Return whether the object would cover another that it does not touch now."""
    return any(
        (other.mask & mask).sum() > HIDDEN * other.mask.sum()
        for other in scene.source.objects
        if other.mask.any() and other.kind not in ("sky", "ground", "background") and not (other.mask & o.mask).any()
    )


def _grained(
    scene: Scene, colour: np.ndarray, alpha: np.ndarray, grown: float, part: BoxXYXY, rng: np.random.Generator
) -> np.ndarray:
    """Return premultiplied pixels with the grain that enlarging took from them."""
    x1, y1, x2, y2 = part
    colour, alpha = colour[y1:y2, x1:x2], alpha[y1:y2, x1:x2]
    if grown <= 1.05:
        return colour
    grain = cv2.GaussianBlur(rng.normal(0, 1, alpha.shape).astype(np.float32), (0, 0), 0.6)
    lost = scene.grain * np.sqrt(1 - 1 / grown)
    grained = colour + (lost / max(float(grain.std()), 1e-3) * grain * alpha)[..., None]
    return np.clip(grained, 0, 255 * alpha[..., None]).astype(np.float32)
