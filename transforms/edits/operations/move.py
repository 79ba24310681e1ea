"""Move: an object leaves its place and stands in another."""

import numpy as np

from schemas.geometry import BoxXYXY, xyxy_from_mask
from transforms.edits.change import Change, Request
from transforms.edits.erasing import erase
from transforms.edits.naming import phrase, type_for
from transforms.edits.operations.add import WORN, laid_thing, spot_for, swap
from transforms.edits.placing import Spot, free_place
from transforms.edits.scene import Scene
from transforms.edits.things import place_cutout, place_kind

MIN_DISTANCE = 1.1
"""A thing moves by at least this many of its own widths."""
TRIES = 4


def propose_move(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Propose to move an object; the destination is a direction."""
    if rng.random() < 0.5:
        return _real(scene, rng) or _laid(scene, rng)
    return _laid(scene, rng) or _real(scene, rng)


def _laid(scene: Scene, rng: np.random.Generator) -> Change | None:
    old = laid_thing(scene, rng)
    if old is None or old.kind is None:
        return None
    for _ in range(TRIES):
        spot = spot_for(scene, old.kind, rng, old.spot.px_per_metre)
        if spot is None:
            return None
        if not far_enough(old.mask, spot):
            continue
        new = place_kind(scene, old.kind, old.colour, old.turn, spot, rng)
        if new is not None and not (new.mask & old.mask).any():
            where = direction(old.mask, new.mask, depth=spot.surface != "-")
            request = Request("move", old.name, "-", "-", destination=where)
            return swap("motion_change", request, old, new)
    return None


def _real(scene: Scene, rng: np.random.Generator) -> Change | None:
    objects = [o for o in scene.objects_with("move") if o.kind not in WORN and phrase(o) not in scene.names]
    if not objects:
        return None
    o = objects[int(rng.integers(len(objects)))]
    spot = free_place(scene, o.mask, rng)
    if spot is None:
        return None
    own_id = scene.source.record.source_id
    new = place_cutout(scene, o.name, scene.photo, o.mask, spot, own_id, rng, o.kind != "sky")
    erased = erase(scene, o, rng) if new and far_enough(o.mask, spot) else None
    if new is None or erased is None:
        return None
    where = direction(o.mask, new.mask, depth=False)
    request = Request("move", phrase(o), "-", o.place, mentions_place=o.place != "-", destination=where)
    after = (erased.patch, new.patch)
    return Change(type_for(o, "motion_change"), request, (), after, o.mask, new.mask, flaws_after=erased.flaws)


def direction(old: np.ndarray, new: np.ndarray, depth: bool) -> str:
    """Say where a mask (bool [H, W]) went.

    Args:
        old, new: the thing before and after.
        depth: it stands on a surface, where lower in the picture is nearer.
    """
    (ax, ay), (bx, by) = _middle(old), _middle(new)
    dx, dy = bx - ax, by - ay
    side = "to the left" if dx < 0 else "to the right"
    level = (
        ("closer to the viewer" if dy > 0 else "further back")
        if depth
        else ("further down" if dy > 0 else "further up")
    )
    if abs(dx) > 2 * abs(dy):
        return side
    if abs(dy) > 2 * abs(dx):
        return level
    return f"{level} and {side}"


def _middle(mask: np.ndarray) -> tuple[float, float]:
    x1, y1, x2, y2 = _box(mask)
    return (x1 + x2) / 2, (y1 + y2) / 2


def _box(mask: np.ndarray) -> BoxXYXY:
    box = xyxy_from_mask(mask)
    assert box is not None, "a thing in the frame has pixels"
    return box


def far_enough(old: np.ndarray, spot: Spot) -> bool:
    """Return whether a thing (mask, bool [H, W]) that goes to a spot is seen to have moved."""
    x1, y1, x2, y2 = _box(old)
    distance = np.hypot(spot.x - (x1 + x2) / 2, spot.y - y2)
    return bool(distance > MIN_DISTANCE * max(x2 - x1, y2 - y1))
