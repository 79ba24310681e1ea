"""Cases of the benchmark: a source, an edited picture and exact truth, from nothing but a seed and photos.

Frozen: a change here makes figures of other days incomparable.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from benchmarks.regions import edits, several, signs, whole
from benchmarks.regions.colour import delta_76
from benchmarks.regions.frames import draw_frame
from benchmarks.regions.noise import LEVELS, coded_source, leave_noise, redrawn
from benchmarks.regions.photos import Photos
from benchmarks.regions.scene import NoRoom, Scene, base_scene
from benchmarks.regions.truth import label_regions
from schemas.geometry import BoxXYXY
from schemas.keys import rng_for

PERIOD = 200
"""So many consecutive seeds hold every edit type equally often at every level."""
_FRAME_CYCLE = (*("aligned",) * 6, "subpixel", "shifted", "stretched", "zoomed", "resized", "cropped")
_TWICE = ("attribute", "background", "material", "reshape", "resize", "style", "artifact")
_THRICE = ("remove", "replace", "text", "add", "color", "move", "pose", "multi", "tone")
VISIBLE = 3.0
"""A region is drawn again unless half of it (a quarter, of text) differs by more than this, CIELAB."""
WHOLE_FRAME = ("tone", "style")

_EDITS: dict[str, Callable[[Scene], None]] = {
    "add": edits.add,
    "remove": edits.remove,
    "replace": edits.swap,
    "color": edits.recolour,
    "material": edits.material,
    "move": edits.move,
    "resize": edits.resize,
    "pose": edits.pose,
    "reshape": edits.reshape,
    "text": signs.text,
    "attribute": edits.attribute,
    "background": whole.background,
    "tone": whole.tone,
    "style": whole.style,
    "multi": several.multi,
    "artifact": several.collateral,
}
EDIT_TYPES = (*_EDITS, "none")


@dataclass(frozen=True, eq=False)
class Case:
    """A pair with exact truth.

    Attributes:
        seed: what it was made from.
        photo: name of the base photo.
        edit_type: one of `EDIT_TYPES`; "none" for an unedited pair.
        level: how strong the editor's noise is, 0..3.
        frame: one of `frames.FRAMES`.
        source: uint8 [h, w, 3], RGB.
        edited: uint8 [H, W, 3], RGB; its size may differ.
        label_map: uint8 [H, W] over the edited frame, 0 = unchanged, region ids 1..n.
        boxes_xyxy: half open, of each region's full mask before overlap, in order of ids.
        whole_frame: region 1 is the whole frame.
    """

    seed: int
    photo: str
    edit_type: str
    level: int
    frame: str
    source: np.ndarray
    edited: np.ndarray
    label_map: np.ndarray
    boxes_xyxy: tuple[BoxXYXY, ...]
    whole_frame: bool


@dataclass(frozen=True)
class Stratum:
    """What a seed decides before anything is drawn.

    Attributes:
        edit_type: one of `EDIT_TYPES`.
        level: of noise, 0..3.
        frame: one of `frames.FRAMES`.
        ordinal: how many seeds below have that edit type.
        paste: level 0, and nothing outside the truth is touched.
    """

    edit_type: str
    level: int
    frame: str
    ordinal: int
    paste: bool


@lru_cache(maxsize=1)
def _slots() -> tuple[str, ...]:
    names = [*_TWICE * 2, *_THRICE * 3, *("none",) * 9]
    return tuple(names[i] for i in rng_for("benchmark", "slots").permutation(len(names)))


def stratum_of(seed: int) -> Stratum:
    """Return the edit type, level and frame of a seed (0 or more); they cycle with a period of 200 seeds."""
    slots = _slots()
    turn, slot = divmod(seed, len(slots))
    edit_type, level = slots[slot], (slot + seed // len(slots)) % LEVELS
    ordinal = turn * slots.count(edit_type) + slots[:slot].count(edit_type)
    block, place = divmod(ordinal, len(_FRAME_CYCLE))
    order = rng_for("benchmark", "frames", edit_type, block).permutation(len(_FRAME_CYCLE))
    paste = level == 0 and turn % 2 == 0
    return Stratum(edit_type, level, _FRAME_CYCLE[order[place]], ordinal, paste)


def make_case(seed: int, photos: Photos) -> Case:
    """Make a case; equal seeds and photos give equal bytes.

    Args:
        seed: 0 or more; decides everything.
        photos: what pictures, textures and cut-outs are taken from.
    """
    stratum = stratum_of(seed)
    scene = _edited_scene(seed, stratum, photos)
    rng = rng_for("benchmark", seed, "finish")
    source = coded_source(rng, scene.before)
    edited = _laid_over(rng, scene, source, stratum)
    frame = draw_frame(rng, stratum.frame, scene.width, scene.height)
    edited = leave_noise(rng, frame.of_picture(edited), stratum.level)
    masks = [frame.of_mask(mask) for mask in scene.regions]
    labels, boxes = label_regions(masks, frame.height, frame.width)
    return Case(
        seed=seed,
        photo=photos.names[scene.index],
        edit_type=stratum.edit_type,
        level=stratum.level,
        frame=stratum.frame,
        source=source,
        edited=edited,
        label_map=labels,
        boxes_xyxy=boxes,
        whole_frame=stratum.edit_type in WHOLE_FRAME,
    )


def _edited_scene(seed: int, stratum: Stratum, photos: Photos) -> Scene:
    """Draw scenes until one holds an edit that shows; the last one stands."""
    block, place = divmod(stratum.ordinal, len(photos.names))
    index = int(rng_for("benchmark", "photos", stratum.edit_type, block).permutation(len(photos.names))[place])
    for attempt in range(20):
        rng = rng_for("benchmark", seed, "scene", attempt)
        scene = base_scene(rng, photos, index)
        if stratum.edit_type == "none":
            return scene
        try:
            _EDITS[stratum.edit_type](scene)
        except NoRoom:
            continue
        if all(_shows(scene, mask, stratum.edit_type) for mask in scene.regions):
            return scene
    raise RuntimeError(
        f"seed {seed}: no visible {stratum.edit_type} edit of {photos.names[scene.index]} in 20 attempts"
    )


def _shows(scene: Scene, mask: np.ndarray, edit_type: str) -> bool:
    x, y, w, h = cv2.boundingRect(mask.astype(np.uint8))
    if mask.sum() < 40:
        return False
    part = slice(y, y + h), slice(x, x + w)
    gap = delta_76(scene.before[part], scene.after[part])[mask[part]]
    share = 0.75 if edit_type in ("text", "multi", "artifact") else 0.5
    return float(np.quantile(gap, share)) > VISIBLE


def _laid_over(rng: np.random.Generator, scene: Scene, source: np.ndarray, stratum: Stratum) -> np.ndarray:
    """Lay what the edit changed over the source as it was stored: float32 [H, W, 3]."""
    base = source.astype(np.float32)
    if not scene.regions:
        return base
    if stratum.edit_type in WHOLE_FRAME:
        return scene.after
    truth = np.any(scene.regions, axis=0)
    if stratum.paste:
        return np.where(truth[..., None], scene.after, base)
    differs = np.abs(scene.after - scene.before).max(axis=2) > 0.5
    edited = np.where(differs[..., None], scene.after, base)
    if stratum.level == 1:
        return edited
    return redrawn(rng, edited, truth)
