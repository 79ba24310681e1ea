"""Replace: a thing gives way to one of another kind, in the same place."""

import numpy as np

from schemas.geometry import BoxXYXY, xyxy_from_mask
from transforms.edits.change import Change, Request
from transforms.edits.erasing import erase
from transforms.edits.language import place_of
from transforms.edits.naming import phrase, type_for
from transforms.edits.operations.add import kinds_that_fit, laid_thing, some_colour, swap
from transforms.edits.placing import Spot, fits
from transforms.edits.scene import Scene
from transforms.edits.solids.library import KINDS, Kind
from transforms.edits.things import place_kind

LIKE_SIZE = 2.2
"""Heights of two things that can stand for each other differ by less than this factor."""


def propose_replace(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Propose to replace an object; its value is a noun phrase."""
    if rng.random() < 0.3:
        return _real(scene, rng) or _laid(scene, rng)
    return _laid(scene, rng) or _real(scene, rng)


def _laid(scene: Scene, rng: np.random.Generator) -> Change | None:
    old = laid_thing(scene, rng)
    if old is None or old.kind is None:
        return None
    kinds = [
        kind
        for kind in kinds_that_fit(scene)
        if kind is not old.kind
        and kind.where == old.kind.where
        and 1 / LIKE_SIZE < kind.height / old.kind.height < LIKE_SIZE
    ]
    if not kinds:
        return None
    kind = kinds[int(rng.integers(len(kinds)))]
    if not fits(scene, old.spot, kind.height, 2 * kind.build(kind.colours[0], 0.0).radius):
        return None
    new = place_kind(scene, kind, some_colour(scene, kind, rng), float(rng.uniform(0, 6.28)), old.spot, rng)
    if new is None:
        return None
    request = Request("replace", old.name, new.name, place_of(old.mask, old.spot.surface))
    return swap("subject-replace", request, old, new)


def _real(scene: Scene, rng: np.random.Generator) -> Change | None:
    """Put a balloon where something hung free in the picture, or a small thing, seen from above, where one lay."""
    objects = [o for o in scene.objects_with("replace") if o.kind in STANDS_FREE and phrase(o) not in scene.names]
    if not objects:
        return None
    o = objects[int(rng.integers(len(objects)))]
    lies = o.kind == "thing"
    kinds = [kind for kind in KINDS.values() if (kind.noun in SEEN_FROM_ABOVE if lies else kind.noun == "balloon")]
    kind = kinds[int(rng.integers(len(kinds)))]
    box = xyxy_from_mask(o.mask)
    erased = erase(scene, o, rng) if box else None
    if erased is None or box is None:
        return None
    new = place_kind(
        scene, kind, some_colour(scene, kind, rng), float(rng.uniform(0, 6.28)), _spot(kind, box, lies), rng
    )
    if new is None:
        return None
    request = Request("replace", phrase(o), new.name, o.place, mentions_place=o.place != "-")
    after = (erased.patch, new.patch)
    return Change(
        type_for(o, "subject-replace"), request, (), after, o.mask, new.mask, flaws_after=erased.flaws + new.flaws
    )


STANDS_FREE = frozenset({"thing", "nature", "food"})
"""Kinds of objects that are not part of something else, nor worn."""
SEEN_FROM_ABOVE = frozenset({"ball", "egg", "orange", "lemon", "die", "macaron"})
FROM_ABOVE, FROM_THE_SIDE = 1.25, 0.12
"""Angles of view, radians."""


def _spot(kind: Kind, box: BoxXYXY, lies: bool) -> Spot:
    """Return where a thing must stand to fill a box."""
    x, middle = (box[0] + box[2]) // 2, (box[1] + box[3]) / 2
    if lies:
        width = 2 * kind.build(kind.colours[0], 0.0).radius
        scale = 0.95 * max(box[2] - box[0], box[3] - box[1]) / width
        return Spot(x, round(middle + 0.5 * np.cos(FROM_ABOVE) * kind.height * scale), scale, FROM_ABOVE, "-")
    scale = (box[3] - box[1]) / kind.height
    return Spot(x, box[3], scale, FROM_THE_SIDE, "-")
