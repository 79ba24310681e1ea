"""Retexture: another material for an object, in its own light, the pattern laid around its form."""

import cv2
import numpy as np

from schemas.geometry import xyxy_from_mask
from transforms.edits.change import Change, Request, patch_from_picture
from transforms.edits.colours import linear, srgb
from transforms.edits.flaws import flat_texture
from transforms.edits.matching import like_the_photo, lit
from transforms.edits.materials import CLOTH, MATERIALS, THING, WALL, Material
from transforms.edits.naming import phrase, type_for
from transforms.edits.operations.recolour import feathered
from transforms.edits.scene import Scene
from transforms.sources.image import SceneObject

SUITS = {"clothing": CLOTH, "accessory": CLOTH, "background": WALL, "building": WALL}
"""Kind of object -> what its material must suit; other kinds are things."""
FOLD_PX = 0.55
"""Pixels by which the pattern moves along a slope of one level of brightness per pixel."""


def propose_retexture(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Propose another material for an object; its value is the material's name."""
    objects = [] if scene.grey else [o for o in scene.objects_with("retexture") if phrase(o) not in scene.names]
    if not objects:
        return None
    o = objects[int(rng.integers(len(objects)))]
    suits = SUITS.get(o.kind, THING)
    names = [name for name, m in MATERIALS.items() if suits in m.suits and o.material not in name]
    name = names[int(rng.integers(len(names)))]
    if like is not None and like.request.value in names:
        name = like.request.value
    patch = patch_from_picture(_clad(scene, o, MATERIALS[name], rng), feathered(_whole(o.mask)))
    assert patch is not None, o.name
    request = Request("retexture", phrase(o), name, o.place, mentions_place=o.place != "-")
    flaws = flat_texture(scene.photo, o.mask, o.name)
    return Change(type_for(o, "material_alter"), request, (), (patch,), o.mask, o.mask, flaws_after=flaws)


def _whole(mask: np.ndarray) -> np.ndarray:
    """Return a mask with its rim, where the old surface would show."""
    return cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0


def _clad(scene: Scene, o: SceneObject, material: Material, rng: np.random.Generator) -> np.ndarray:
    """Return the photo with an object's surface of another material, float32 [H, W, 3]."""
    box = xyxy_from_mask(cv2.dilate(o.mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)
    assert box is not None, o.name
    x1, y1, x2, y2 = box
    mask = o.mask[y1:y2, x1:x2]
    # the object's own fine pattern is smoothed away, its light and its form stay
    smooth = cv2.bilateralFilter(scene.luma[y1:y2, x1:x2], 0, 28, 3)
    flat = SUITS.get(o.kind, THING) == WALL
    u, v = _around(mask, smooth, flat)
    cell = float(np.sqrt(o.mask.sum())) * (0.6 if flat else 1.0)
    albedo = np.clip(material.pattern(u, v, cell, rng), 0, 255)
    middle = float(np.median(smooth[mask]))
    shading = np.clip(linear(smooth + 10) / max(float(linear(np.array([middle + 10]))[0]), 1e-3), 0.04, 2.6)
    # what the whole light makes of it, drawn to what the object's place says
    level = float(
        np.clip(linear(lit(scene, albedo, x1, y1)).mean() / max(float(linear(albedo).mean()), 1e-3), 0.3, 1.0)
    )
    base = linear(albedo) * scene.tint * scene.bounce * level
    room = 0.92 / max(float(np.percentile(base[mask], 97)), 1e-3)
    shaded = srgb(base * np.minimum(shading, max(room, 1.0))[..., None])
    gloss = np.clip(smooth - max(middle * 1.5, middle + 60), 0, 255)[..., None] * material.gloss
    out = scene.photo.astype(np.float32)
    out[y1:y2, x1:x2] = like_the_photo(scene, np.clip(shaded + gloss, 0, 250), rng)
    return out


def _around(mask: np.ndarray, smooth: np.ndarray, flat: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return coordinates along a surface, float32 [H, W] each, in pixels.

    A thing is taken to be round about its upright axis: towards its left and right rim the surface turns away, and
    more of it falls on a pixel. Where brightness slopes, as along a fold, the pattern is drawn with it.
    """
    height, width = mask.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    if flat:
        return x, y
    rows = np.arange(height)
    found = mask.any(axis=1)
    left = np.interp(rows, rows[found], mask.argmax(axis=1)[found])
    right = np.interp(rows, rows[found], (width - 1 - mask[:, ::-1].argmax(axis=1))[found])
    blur = (1, 2 * (height // 16) + 1)
    middle, half = (
        cv2.GaussianBlur(side.astype(np.float32)[:, None], blur, 0) for side in ((left + right) / 2, (right - left) / 2)
    )
    half = np.maximum(half, 2.0)
    across = np.clip((x - middle) / (1.08 * half), -0.96, 0.96)
    u = np.arcsin(across) * half + float(middle.mean())
    # seen a little from above, level lines on a round thing sag in the middle
    v = y - 0.18 * half * np.sqrt(np.clip(1 - across**2, 0, 1))
    broad = cv2.GaussianBlur(smooth, (0, 0), max(1.5, 0.012 * max(height, width)))
    pull = [FOLD_PX * np.clip(cv2.Sobel(broad, cv2.CV_32F, dx, 1 - dx) / 8, -12, 12) for dx in (1, 0)]
    return (u + pull[0]).astype(np.float32), (v + pull[1]).astype(np.float32)
