"""Taking a real object out of its photo: how large the hole must be, and the patch that fills it."""

from dataclasses import dataclass

import cv2
import numpy as np

from transforms.edits.change import Patch, patch_from_picture
from transforms.edits.inpaint import fill_hole
from transforms.edits.scene import Scene
from transforms.edits.triplet import Flaw
from transforms.sources.image import SceneObject

MAX_SHARE = 0.14
"""Share of the frame above which no filling is convincing."""
MAX_MISFIT = 11.0
"""Misfit of the patches, levels, above which the place would be evident."""
GROWTHS = 4


@dataclass(frozen=True, eq=False)
class Erased:
    """A hole filled.

    Attributes:
        patch: lays the filling over the object.
        flaws: what may be seen of it.
    """

    patch: Patch
    flaws: tuple[Flaw, ...]


def erase(scene: Scene, o: SceneObject, rng: np.random.Generator) -> Erased | None:
    """Fill the place of an object from its surroundings; None if that would not look right."""
    hole = hole_around(scene, o.mask)
    if hole.mean() > MAX_SHARE or not scene.free(hole):
        return None
    filling = fill_hole(scene.photo, hole, _usable(scene, hole), rng)
    if filling is None or filling.misfit > MAX_MISFIT:
        return None
    soft = np.clip(cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 1.0) * 2 - 1, 0, 1)
    patch = patch_from_picture(filling.rgb, soft)
    if patch is None:
        return None
    severity = round(0.5 * filling.misfit / MAX_MISFIT, 4)
    label = "a place where the background does not (quite|fully|really) (fit|hang|come) together"
    return Erased(patch, (Flaw("seam", label, severity, "naturalness"),) if severity > 0.15 else ())


def hole_around(scene: Scene, mask: np.ndarray) -> np.ndarray:
    """Return an object's mask (bool [H, W]) grown until its soft rim lies inside.

    It grows while its edge is steeper than what lies further out, at most four steps.
    """
    step = max(2, round(0.005 * max(scene.height, scene.width)))
    hole = _grown(mask, step)
    smooth = cv2.GaussianBlur(scene.luma, (0, 0), 1.0)
    slope = np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1))
    for _ in range(GROWTHS):
        edge = hole & ~_grown(mask, 1) if not (hole & ~_grown(mask, step)).any() else hole & ~_shrunk(hole, step)
        beyond = _grown(hole, 3 * step) & ~_grown(hole, step)
        if not edge.any() or not beyond.any() or np.median(slope[edge]) < 1.25 * np.median(slope[beyond]) + 0.3:
            break
        hole = _grown(hole, step)
    return hole


def _usable(scene: Scene, hole: np.ndarray) -> np.ndarray:
    """Return bool [H, W]: where patches may come from: not from other things, unless the hole lies on them."""
    usable = ~scene.taken
    touch = _grown(hole, 2)
    for other in scene.source.objects:
        if other.kind not in ("sky", "ground", "background") and not (other.mask & touch).any():
            usable &= ~other.mask
    return usable


def _grown(mask: np.ndarray, radius: int) -> np.ndarray:
    return cv2.dilate(mask.astype(np.uint8), _disc(radius)).astype(bool)


def _shrunk(mask: np.ndarray, radius: int) -> np.ndarray:
    return cv2.erode(mask.astype(np.uint8), _disc(radius)).astype(bool)


def _disc(radius: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
