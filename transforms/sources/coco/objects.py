"""Instances to objects of a scene: what they are called, and which edits look plausible on them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from schemas.plan import InstanceRow
from transforms.edits.language.nouns import place_of
from transforms.sources.coco.colour_words import colour_word
from transforms.sources.coco.kinds import kind_of
from transforms.sources.coco.outlines import instance_mask
from transforms.sources.image import SceneObject

OPERATIONS: dict[str, frozenset[str]] = {
    "person": frozenset({"remove", "move", "cutout", "background"}),
    "animal": frozenset({"recolour", "remove", "move", "cutout", "background"}),
    "vehicle": frozenset({"recolour", "remove", "replace", "move", "cutout"}),
    "food": frozenset({"remove", "move", "cutout", "replace"}),
    "clothing": frozenset({"recolour", "retexture"}),
    "thing": frozenset({"recolour", "retexture", "remove", "replace", "move", "cutout"}),
}
"""Kind -> what looks plausible on one that stands free in the frame."""
WHOLE = frozenset({"remove", "replace", "move", "cutout"})
"""Operations that need to see all of a thing."""
LARGE, HUGE = 0.12, 0.5
"""Shares of the frame from which a thing cannot be taken out believably, and from which nothing is left around it."""


def scene_objects(rows: Sequence[InstanceRow], rgb: np.ndarray) -> tuple[SceneObject, ...]:
    """Return the instances of an image as objects.

    Several of one name are told apart by colour and place; those that cannot be keep their mask and lose their
    operations, since no instruction could name them.

    Args:
        rows: of the annotation file.
        rgb: uint8 [H, W, 3].
    """
    height, width = rgb.shape[:2]
    objects = [_object(number, row, instance_mask(row, height, width), rgb) for number, row in enumerate(rows)]
    names = Counter(o.name for o in objects)
    placed = [o if names[o.name] == 1 else replace(o, place=place_of(o.mask)) for o in objects]
    said = Counter((o.name, o.colour, o.place) for o in placed)
    return tuple(o if said[o.name, o.colour, o.place] == 1 else replace(o, operations=frozenset[str]()) for o in placed)


def _object(number: int, row: InstanceRow, mask: np.ndarray, rgb: np.ndarray) -> SceneObject:
    kind = kind_of(row.name, row.group)
    operations = OPERATIONS[kind]
    share = float(mask.mean())
    cut = bool(mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any())
    if cut or share > LARGE:
        operations -= WHOLE
    if share > HUGE or share < LARGE / 2:
        operations -= {"background"}
    colour = "-" if kind in ("person", "animal", "food") else colour_word(rgb, mask)
    return SceneObject(f"i{number}", row.name, (), "-", colour, "-", kind, mask, operations)
