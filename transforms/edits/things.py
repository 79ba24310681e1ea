"""Things laid into a photo: traced solids and cut-outs, matched in light, sharpness and grain."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from schemas.geometry import xyxy_from_mask
from transforms.edits.change import Patch
from transforms.edits.colours import srgb
from transforms.edits.flaws import poor_ground, too_smooth
from transforms.edits.matching import like_the_photo, softened
from transforms.edits.placing import Spot
from transforms.edits.scene import Scene
from transforms.edits.solids.library import Kind
from transforms.edits.triplet import Flaw

SHADOW_DEPTH, FAINT = 0.85, 0.05
"""How dark a full shadow is, and the share of lost light that nobody would see."""
CONTACT = 0.45
"""Share of light lost under the rim of a cut-out."""


@dataclass(frozen=True, eq=False)
class Thing:
    """A thing in its place.

    Attributes:
        name: noun phrase without article.
        patch: its pixels, shadow included.
        mask: bool [H, W], the thing without its shadow.
        spot: where.
        lender_id: the source that lent its pixels, "-" for a solid.
        kind, colour, turn: of a thing of the library, None for a part of the photo itself.
        flaws: what is not quite natural about it.
    """

    name: str
    patch: Patch
    mask: np.ndarray
    spot: Spot
    lender_id: str = "-"
    kind: Kind | None = None
    colour: str = "-"
    turn: float = 0.0
    flaws: tuple[Flaw, ...] = ()


def lenders(*things: Thing) -> tuple[str, ...]:
    """Return the sources that lend pixels to things."""
    return tuple(dict.fromkeys(thing.lender_id for thing in things if thing.lender_id != "-"))


def thing_name(kind: Kind, colour: str) -> str:
    """Return what a thing is called."""
    return kind.noun if colour == "-" else f"{colour} {kind.noun}"


def place_kind(
    scene: Scene, kind: Kind, colour: str, turn: float, spot: Spot, rng: np.random.Generator
) -> Thing | None:
    """Render a thing of the library at a spot; None if it would leave the frame, hardly be seen, or not be sharp."""
    solid = kind.build(colour, turn)
    if solid.height * spot.px_per_metre > kind.most_px:
        return None
    light = scene.light_at(spot.x, spot.y, max(4, int(solid.height * spot.px_per_metre)))
    rendering = solid.rendered(spot.pitch, spot.px_per_metre, light)
    rgb, alpha = softened(scene, srgb(rendering.colour), rendering.alpha)
    left, top = round(spot.x - rendering.base_xy[0]), round(spot.y - rendering.base_xy[1])
    name = thing_name(kind, colour)
    thing = _composed(scene, name, rgb, alpha, rendering.shadow, left, top, spot, rng, kind.lender_id)
    if thing is None:
        return None
    x1, y1, x2, y2 = thing.patch.box_xyxy
    solidity = np.where(thing.mask[y1:y2, x1:x2], thing.patch.alpha, 0)
    flaws = too_smooth(scene, name, thing.patch.colour, solidity)
    if spot.surface == "-" and not solid.floats:
        flaws += poor_ground(scene, name, spot.x, spot.y, max(3, round(solid.radius * spot.px_per_metre)))
    return replace(thing, kind=kind, colour=colour, turn=turn, flaws=flaws)


def place_cutout(
    scene: Scene,
    name: str,
    rgb: np.ndarray,
    mask: np.ndarray,
    spot: Spot,
    lender_id: str,
    rng: np.random.Generator,
    lies: bool = True,
) -> Thing | None:
    """Lay a cut-out so that the middle of its lower edge is at the spot; its shadow is where it touches the ground.

    Args:
        rgb: uint8 [h, w, 3], the lending photo.
        mask: bool [h, w], the object in it.
        lies: it lies or stands on something, and darkens it.
    """
    box = xyxy_from_mask(mask)
    if box is None:
        return None
    x1, y1, x2, y2 = box
    pad = 2 + round(0.09 * max(y2 - y1, x2 - x1))
    part = np.pad(mask[y1:y2, x1:x2].astype(np.float32), pad)
    colour = np.pad(rgb[y1:y2, x1:x2].astype(np.float32), ((pad, pad), (pad, pad), (0, 0)), mode="edge")
    # the outline is drawn in a little, so that nothing of the old background comes along
    alpha = np.clip(cv2.GaussianBlur(part, (0, 0), 1.1) * 2 - 0.9, 0, 1)
    left, top = spot.x - alpha.shape[1] // 2, spot.y - alpha.shape[0] + pad
    shadow = _contact(alpha) if lies else np.zeros_like(alpha)
    return _composed(scene, name, colour, alpha, shadow, left, top, spot, rng, lender_id)


def _contact(alpha: np.ndarray) -> np.ndarray:
    """Return the share of light that the ground loses around a thing that lies on it, float32 [h, w]."""
    reach = max(1.0, 0.03 * max(alpha.shape))
    down = cv2.warpAffine(alpha, np.array([[1, 0, 0], [0, 1, 0.6 * reach]]), alpha.shape[::-1])
    return (CONTACT * cv2.GaussianBlur(down, (0, 0), reach)).astype(np.float32)


def _stands_before(scene: Scene, spot: Spot) -> np.ndarray:
    """Return bool [H, W]: objects that are not what a thing at the spot stands on: its shadow misses them."""
    mask = np.zeros((scene.height, scene.width), bool)
    y, x = min(max(spot.y, 0), scene.height - 1), min(max(spot.x, 0), scene.width - 1)
    for o in scene.source.objects:
        if o.kind not in ("sky", "ground", "background") and not o.mask[y, x]:
            mask |= o.mask
    return mask


def _composed(
    scene: Scene,
    name: str,
    rgb: np.ndarray,
    alpha: np.ndarray,
    shadow: np.ndarray,
    left: int,
    top: int,
    spot: Spot,
    rng: np.random.Generator,
    lender_id: str,
) -> Thing | None:
    height, width = alpha.shape
    y1, y2, x1, x2 = max(0, -top), min(height, scene.height - top), max(0, -left), min(width, scene.width - left)
    whole = float(alpha.sum())
    if y2 <= y1 or x2 <= x1 or whole < 12 or alpha[y1:y2, x1:x2].sum() < 0.97 * whole:
        return None
    rgb, alpha, shadow = rgb[y1:y2, x1:x2], alpha[y1:y2, x1:x2], shadow[y1:y2, x1:x2]
    left, top = left + x1, top + y1
    mask = np.zeros((scene.height, scene.width), bool)
    mask[top : top + y2 - y1, left : left + x2 - x1] = alpha > 0.5
    if not scene.free(mask):
        return None
    if lender_id != scene.source.record.source_id:
        rgb = like_the_photo(scene, rgb, rng)
    shadow = shadow * ~_stands_before(scene, spot)[top : top + y2 - y1, left : left + x2 - x1]
    cover = 1 - (1 - SHADOW_DEPTH * np.clip(shadow - FAINT, 0, None)) * (1 - alpha)
    patch = Patch(left, top, cover.astype(np.float32), (rgb * alpha[..., None]).astype(np.float32))
    return Thing(name, patch, mask, spot, lender_id)
