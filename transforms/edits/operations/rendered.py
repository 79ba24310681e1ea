"""Edits of the things of a rendered scene: it is made again with one thing changed, its shadow included."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from schemas.vocabulary import EditType
from transforms.edits.arrangement import Arrangement
from transforms.edits.change import Change, Patch, Request, covered, patch_from_picture
from transforms.edits.materials import MATERIALS, THING
from transforms.edits.naming import phrase
from transforms.edits.operations.add import SIZE_RANGE, kinds_that_fit, some_colour, spot_for
from transforms.edits.operations.move import direction, far_enough
from transforms.edits.operations.replace import LIKE_SIZE
from transforms.edits.operations.resize import FACTORS
from transforms.edits.scene import Scene
from transforms.edits.solids.library import Kind, Shape
from transforms.edits.solids.materials import clad
from transforms.edits.solids.trace import Solid
from transforms.edits.things import Thing, place_kind
from transforms.sources.image import SceneObject

Propose = Callable[[Scene, Change | None, np.random.Generator], Change | None]
EXACT_SHARE = 0.75
"""Share of proposals for a rendered scene tried on its own things first; the others as for a photo."""
TRIES = 4


def in_rendered(operation: str, otherwise: Propose) -> Propose:
    """Return a proposal that makes rendered scenes again, and does `otherwise` with photos.

    Args:
        operation: recolour, retexture, remove, replace, move or resize.
        otherwise: for photos, and where no thing of the scene can be edited so.
    """
    make = _MAKERS[operation]

    def propose(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
        arrangement = scene.source.arrangement
        if arrangement is None or rng.random() >= EXACT_SHARE:
            return otherwise(scene, like, rng)
        value = like.request.value if like is not None and like.request.operation == operation else "-"
        objects = [o for o in scene.objects_with("cutout") if phrase(o) not in scene.names]
        for index in rng.permutation(len(objects)):
            change = make(scene, arrangement, objects[int(index)], value, rng)
            if change is not None:
                return change
        return otherwise(scene, like, rng)

    return propose


def _recolour(
    scene: Scene, arrangement: Arrangement, o: SceneObject, value: str, rng: np.random.Generator
) -> Change | None:
    old, old_kind = _thing(arrangement, o)
    colours = [colour for colour in old_kind.colours if colour != old.colour]
    if not colours or old.colour == "-":
        return None
    colour = value if value in colours else colours[int(rng.integers(len(colours)))]
    new = place_kind(_room(scene, arrangement, old), old_kind, colour, old.turn, old.spot, rng)
    return _change(scene, arrangement, "color_alter", Request("recolour", phrase(o), colour), o, new) if new else None


def _retexture(
    scene: Scene, arrangement: Arrangement, o: SceneObject, value: str, rng: np.random.Generator
) -> Change | None:
    old, old_kind = _thing(arrangement, o)
    own = set(o.name.split())
    names = [] if scene.grey else [n for n, m in MATERIALS.items() if THING in m.suits and not _said(n, own)]
    if not names:
        return None
    name = value if value in names else names[int(rng.integers(len(names)))]
    seed = int(rng.integers(2**31))

    def build(colour: str, turn: float) -> Shape:
        solid = old_kind.build(colour, turn)
        assert isinstance(solid, Solid), old_kind.noun
        return clad(solid, MATERIALS[name], old.spot.px_per_metre, seed)

    kind = replace(old_kind, build=build)
    new = place_kind(_room(scene, arrangement, old), kind, old.colour, old.turn, old.spot, rng)
    request = Request("retexture", phrase(o), name)
    return _change(scene, arrangement, "material_alter", request, o, new) if new else None


def _said(material: str, words: set[str]) -> bool:
    """Return whether a thing's name says of what it is: a wooden crate is not to be of wood."""
    return any(word.startswith(part) for word in words for part in material.split())


def _remove(
    scene: Scene, arrangement: Arrangement, o: SceneObject, value: str, rng: np.random.Generator
) -> Change | None:
    return _change(scene, arrangement, "subject-remove", Request("remove", phrase(o)), o, None)


def _replace(
    scene: Scene, arrangement: Arrangement, o: SceneObject, value: str, rng: np.random.Generator
) -> Change | None:
    old, old_kind = _thing(arrangement, o)
    room = _room(scene, arrangement, old)
    there = scene.names | {other.name for other in scene.source.objects}
    kinds = [
        kind
        for kind in kinds_that_fit(room)
        if not any(kind.noun in name for name in there) and 1 / LIKE_SIZE < kind.height / old_kind.height < LIKE_SIZE
    ]
    if not kinds:
        return None
    kind = kinds[int(rng.integers(len(kinds)))]
    new = place_kind(room, kind, some_colour(scene, kind, rng), float(rng.uniform(0, 6.28)), old.spot, rng)
    return (
        _change(scene, arrangement, "subject-replace", Request("replace", phrase(o), new.name), o, new) if new else None
    )


def _resize(
    scene: Scene, arrangement: Arrangement, o: SceneObject, value: str, rng: np.random.Generator
) -> Change | None:
    old, old_kind = _thing(arrangement, o)
    names = list(FACTORS)
    name = value if value in names else names[int(rng.integers(len(names)))]
    factor = float(rng.uniform(*FACTORS[name]))
    height = factor * old_kind.height * old.spot.px_per_metre / scene.height
    if not SIZE_RANGE[0] * 0.5 < height < SIZE_RANGE[1] * 1.3:
        return None
    spot = replace(old.spot, px_per_metre=factor * old.spot.px_per_metre)
    new = place_kind(_room(scene, arrangement, old), old_kind, old.colour, old.turn, spot, rng)
    return _change(scene, arrangement, "motion_change", Request("resize", phrase(o), name), o, new) if new else None


def _move(
    scene: Scene, arrangement: Arrangement, o: SceneObject, value: str, rng: np.random.Generator
) -> Change | None:
    old, old_kind = _thing(arrangement, o)
    room = _room(scene, arrangement, old)
    without = _without(arrangement, old)
    gone = arrangement.picture(without)
    cleared, size = _patch(scene.photo, gone), (scene.height, scene.width)
    for _ in range(TRIES):
        spot = spot_for(room, old_kind, rng)
        new = place_kind(room, old_kind, old.colour, old.turn, spot, rng) if spot else None
        if spot is None or new is None or cleared is None or not far_enough(old.mask, spot):
            continue
        arrived = _patch(gone, arrangement.picture([*without, new]))
        # apart, so that either may be done without the other
        if arrived is None or (covered([cleared], *size) & covered([arrived], *size)).any():
            continue
        where = direction(old.mask, new.mask, depth=True)
        request = Request("move", phrase(o), destination=where)
        change = Change("motion_change", request, (), (cleared, arrived), o.mask, new.mask)
        if scene.free(change.covers(*size)):
            return change
    return None


_MAKERS: dict[str, Callable[[Scene, Arrangement, SceneObject, str, np.random.Generator], Change | None]] = {
    "recolour": _recolour,
    "retexture": _retexture,
    "remove": _remove,
    "replace": _replace,
    "resize": _resize,
    "move": _move,
}


def _change(
    scene: Scene, arrangement: Arrangement, edit_type: EditType, request: Request, o: SceneObject, new: Thing | None
) -> Change | None:
    old, _ = _thing(arrangement, o)
    patch = _patch(scene.photo, arrangement.picture(_without(arrangement, old) + ([new] if new else [])))
    if patch is None or not scene.free(covered([patch], scene.height, scene.width)):
        return None
    return Change(edit_type, request, (), (patch,), o.mask, new.mask if new else None)


def _thing(arrangement: Arrangement, o: SceneObject) -> tuple[Thing, Kind]:
    thing = arrangement.things[int(o.id.removeprefix("t"))]
    assert thing.kind is not None, thing.name
    return thing, thing.kind


def _without(arrangement: Arrangement, old: Thing) -> list[Thing]:
    return [thing for thing in arrangement.things if thing is not old]


def _room(scene: Scene, arrangement: Arrangement, old: Thing) -> Scene:
    """Return the empty room, what the other things and the program touch taken: light is as it was for the thing."""
    room = Scene(arrangement.empty, scene.fonts)
    room.taken |= scene.taken
    for thing in _without(arrangement, old):
        room.take(Change("subject-add", Request("add", thing.name), (), (thing.patch,), None, thing.mask))
    return room


def _patch(before: np.ndarray, after: np.ndarray) -> Patch | None:
    return patch_from_picture(after, (before != after).any(axis=2).astype(np.float32))
