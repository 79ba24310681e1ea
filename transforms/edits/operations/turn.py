"""Turn: an object is rotated or mirrored at its place."""

import cv2
import numpy as np

from schemas.geometry import xyxy_from_mask
from transforms.edits.change import Change, Request, lay
from transforms.edits.colour_difference import delta_e
from transforms.edits.in_place import about, put_back
from transforms.edits.language import place_of
from transforms.edits.naming import phrase, type_for
from transforms.edits.operations.add import laid_thing, swap
from transforms.edits.scene import Scene
from transforms.edits.things import place_kind

MIRRORED = "to face the other way"
"""What can be asked of a thing that stands, too."""
TURNS: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "upside down": ((-1, 0), (0, -1)),
    "a quarter turn to the right": ((0, -1), (1, 0)),
    "a quarter turn to the left": ((0, 1), (-1, 0)),
    "halfway to the right": ((0.7071, -0.7071), (0.7071, 0.7071)),
    MIRRORED: ((-1, 0), (0, 1)),
}
"""What is asked for -> the map of the plane (x right, y down)."""
FACING = frozenset({"mug", "rubber duck", "stack of books", "suitcase"})
"""Things of the library that look another way when turned round."""
MIN_DELTA_E, MIN_SHARE = 7.0, 0.002
"""Mean CIEDE2000 over the object below which a turn would not be noticed, and share of the frame it must fill."""
MAX_SHARE = 0.2
"""Share of the frame that a turned object fills at most."""


def propose_turn(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Propose to turn an object; its value says how ("upside down")."""
    if rng.random() < 0.3:
        return _laid(scene, rng) or _real(scene, like, rng)
    return _real(scene, like, rng) or _laid(scene, rng)


def _real(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    objects = [
        o
        for o in scene.source.objects
        if "move" in o.operations
        and o.mask.any()
        and MIN_SHARE < o.mask.mean() < MAX_SHARE
        and scene.free(o.mask)
        and phrase(o) not in scene.names
    ]
    if not objects:
        return None
    o = objects[int(rng.integers(len(objects)))]
    names = list(TURNS)
    name = names[int(rng.integers(len(names)))]
    if like is not None and like.request.value in names:
        name = like.request.value
    box = xyxy_from_mask(o.mask)
    assert box is not None, o.name
    middle = ((box[0] + box[2] - 1) / 2, (box[1] + box[3] - 1) / 2)
    matrix = about(middle, np.array(TURNS[name]))
    turned = cv2.warpAffine(scene.photo, matrix, (scene.width, scene.height), borderMode=cv2.BORDER_REPLICATE)
    if not _noticed(scene.photo[o.mask], turned[o.mask]):
        return None
    made = put_back(scene, o, matrix, rng)
    if made is None:
        return None
    request = Request("turn", phrase(o), name, o.place, mentions_place=o.place != "-")
    edit_type = type_for(o, "motion_change")
    return Change(edit_type, request, (), made.patches, o.mask, made.mask, flaws_after=made.flaws)


def _laid(scene: Scene, rng: np.random.Generator) -> Change | None:
    old = laid_thing(scene, rng, FACING)
    if old is None or old.kind is None:
        return None
    new = place_kind(scene, old.kind, old.colour, old.turn + float(np.pi), old.spot, rng)
    if new is None:
        return None
    both = old.mask | new.mask
    shown = [lay(scene.photo, (thing.patch,))[both] for thing in (old, new)]
    if not _noticed(*shown):
        return None
    request = Request("turn", old.name, MIRRORED, place_of(old.mask, old.spot.surface))
    return swap("motion_change", request, old, new)


def _noticed(before: np.ndarray, after: np.ndarray) -> bool:
    """Return whether pixels (uint8 [N, 3] each) differ enough to be noticed."""
    return float(delta_e(before[None], after[None]).mean()) > MIN_DELTA_E
