"""Retexture: another material for an object, its shading kept."""

from collections.abc import Callable

import cv2
import numpy as np

from transforms.edits.change import Change, Request, patch_from_picture
from transforms.edits.flaws import flat_texture
from transforms.edits.naming import phrase, type_for
from transforms.edits.operations.recolour import feathered
from transforms.edits.scene import Scene


def propose_retexture(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Propose another material for an object; its value is the material's name."""
    objects = [] if scene.grey else [o for o in scene.objects_with("retexture") if phrase(o) not in scene.names]
    if not objects:
        return None
    o = objects[int(rng.integers(len(objects)))]
    wide = o.kind in ("background", "ground", "building") or o.mask.mean() > 0.15
    names = [name for name in MATERIALS if o.material not in name and not (wide and name in FOR_SMALL_THINGS)]
    name = names[int(rng.integers(len(names)))]
    if like is not None and like.request.value in names:
        name = like.request.value
    cell = float(np.sqrt(o.mask.sum()))
    albedo = MATERIALS[name](scene.height, scene.width, cell, rng)
    patch = patch_from_picture(_clad(scene.photo, o.mask, albedo), feathered(o.mask))
    assert patch is not None, o.name
    request = Request("retexture", phrase(o), name, o.place, mentions_place=o.place != "-")
    flaws = flat_texture(scene.photo, o.mask, o.name)
    return Change(type_for(o, "material_alter"), request, (), (patch,), o.mask, o.mask, flaws_after=flaws)


def _clad(photo: np.ndarray, mask: np.ndarray, albedo: np.ndarray) -> np.ndarray:
    """Return the photo with `albedo` (float32 [H, W, 3], 0..255) in the object's own light, float32."""
    luma = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(np.float32)
    # the object's own fine pattern is smoothed away, its light and its form stay
    smooth = cv2.bilateralFilter(luma, 0, 28, 3)
    middle = float(np.median(smooth[mask]))
    shading = np.clip((smooth + 12) / (middle + 12), 0.15, 2.2)
    shaded = albedo * np.minimum(shading, 1.25)[..., None]
    gloss = np.clip(smooth - max(middle * 1.5, middle + 70), 0, 255)[..., None] * 0.8
    return np.clip(shaded + gloss, 0, 255)


def _waves(height: int, width: int, cell: float, rng: np.random.Generator, octaves: int = 4) -> np.ndarray:
    """Return smooth noise with features of about `cell` pixels and finer, float32 [height, width], about -1..1."""
    out = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        size = max(2, round(width / max(cell / 2**octave, 1.5))), max(2, round(height / max(cell / 2**octave, 1.5)))
        field = rng.normal(0, 1, size[::-1]).astype(np.float32)
        out += cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC) / 2**octave
    return out / 1.6


def _between(first: tuple[int, int, int], second: tuple[int, int, int], share: np.ndarray) -> np.ndarray:
    a, b = np.array(first, np.float32), np.array(second, np.float32)
    return a + (b - a) * np.clip(share, 0, 1)[..., None]


def _marble(height: int, width: int, cell: float, rng: np.random.Generator) -> np.ndarray:
    veins = np.abs(_waves(height, width, cell / 2, rng, 5))
    fine = np.abs(_waves(height, width, cell / 5, rng, 4))
    share = 0.85 * np.exp(-((veins / 0.07) ** 2)) + 0.35 * np.exp(-((fine / 0.05) ** 2))
    return _between((236, 234, 230), (120, 122, 128), share + 0.1 * veins)


def _wood(height: int, width: int, cell: float, rng: np.random.Generator) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    bend = _waves(height, width, cell, rng, 2) * cell / 9
    rings = 0.5 + 0.5 * np.sin((y + bend) / max(cell / 22, 1.2) + 0.004 * x)
    fibre = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), sigmaX=9, sigmaY=0.7)
    return _between((188, 136, 82), (120, 74, 38), 0.75 * rings**2 + 1.2 * fibre)


def _granite(height: int, width: int, cell: float, rng: np.random.Generator) -> np.ndarray:
    speckle = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), max(0.8, cell / 140))
    speckle /= float(speckle.std())
    return _between((168, 166, 166), (66, 66, 72), 0.4 + 0.35 * speckle)


def _gold(height: int, width: int, cell: float, rng: np.random.Generator) -> np.ndarray:
    return _between((226, 178, 74), (170, 116, 34), 0.4 + 0.18 * _waves(height, width, cell / 2, rng, 3))


def _steel(height: int, width: int, cell: float, rng: np.random.Generator) -> np.ndarray:
    brushed = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), sigmaX=14, sigmaY=0.6)
    return _between((196, 200, 206), (128, 132, 140), 0.4 + 1.6 * brushed)


def _denim(height: int, width: int, cell: float, rng: np.random.Generator) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    twill = 0.5 + 0.5 * np.sin((x + y) * 2 * np.pi / max(cell / 45, 3.0))
    return _between((70, 98, 142), (36, 54, 92), 0.55 * twill + 0.25 * _waves(height, width, cell / 3, rng, 4) + 0.2)


MATERIALS: dict[str, Callable[[int, int, float, np.random.Generator], np.ndarray]] = {
    "white marble": _marble,
    "polished wood": _wood,
    "grey granite": _granite,
    "gold": _gold,
    "brushed steel": _steel,
    "blue denim": _denim,
}
"""Name -> albedo, float32 [height, width, 3] sRGB 0..255, for an object about `cell` pixels wide."""
FOR_SMALL_THINGS = frozenset({"blue denim", "gold", "brushed steel", "grey granite"})
