"""A rendered scene by its number: an empty room or open ground, and things that stand in it."""

from dataclasses import dataclass

import numpy as np

from schemas.keys import rng_for
from schemas.plan import Rights, SourceItem, SourceRecord
from transforms.edits.arrangement import Arrangement
from transforms.edits.change import Change, Request
from transforms.edits.operations.add import some_solid
from transforms.edits.scene import Scene
from transforms.sources.image import SceneObject, SceneSurface, SourceImage
from transforms.sources.scenes.outdoors import open_ground
from transforms.sources.scenes.room import Room, empty_room

PREFIX = "scene:"
"""Scheme of a rendered scene's address: `scene:NUMBER`."""
THINGS = (2, 6)
"""How many things stand in a scene, at least and below."""
OUTDOORS = 0.35
"""Share of scenes under the open sky."""
CUTOUT = frozenset({"cutout"})
OPERATIONS = CUTOUT | {"recolour", "retexture"}
"""What is done to the pixels of a thing as in a photo; the exact edits of `operations.rendered` need none of these."""


@dataclass(frozen=True, eq=False)
class RenderedScene:
    """A scene: rgb uint8 [H, W, 3], the things in it, where more can stand, what it was made of."""

    rgb: np.ndarray
    objects: tuple[SceneObject, ...]
    surfaces: tuple[SceneSurface, ...]
    arrangement: Arrangement


def is_scene(uri: str) -> bool:
    """Return whether an address names a rendered scene."""
    return uri.startswith(PREFIX)


def scene_item(number: int) -> SourceItem:
    """Return the item of a scene."""
    name = f"scene-{number:06d}"
    rights = Rights(license="Apache-2.0", attribution="rendered", people="no")
    return SourceItem(name=name, uri=f"{PREFIX}{number}", dataset="rendered", scene=name, rights=rights)


def render_scene(uri: str) -> RenderedScene:
    """Render the scene of an address; the same number gives the same pixels everywhere.

    Raises:
        ValueError: the address ends in no number.
    """
    number = int(uri.removeprefix(PREFIX))
    rng = rng_for("scene", number)
    room = open_ground(rng) if rng_for("scene", number, "outdoors").random() < OUTDOORS else empty_room(rng)
    rgb = np.clip(np.rint(room.rgb), 0, 255).astype(np.uint8)
    objects = list(room.objects)
    wanted = int(rng.integers(*THINGS))
    scene = _scene(rgb, room)
    laid = []
    for index in range(wanted):
        thing = some_solid(scene, rng_for("scene", number, index))
        if thing is None:
            continue
        scene.take(Change("subject-add", Request("add", thing.name), (), (thing.patch,), None, thing.mask))
        laid.append(thing)
    arrangement = Arrangement(scene.source, tuple(sorted(laid, key=lambda thing: thing.spot.y)))
    for index, thing in enumerate(arrangement.things):
        assert thing.kind is not None, thing.name
        operations = OPERATIONS if thing.colour != "-" else CUTOUT
        name, colour = thing.kind.noun, thing.colour
        objects.append(SceneObject(f"t{index}", name, (), "-", colour, "-", "thing", thing.mask, operations))
    return RenderedScene(arrangement.picture(arrangement.things), tuple(objects), (room.surface,), arrangement)


def _scene(rgb: np.ndarray, room: Room) -> Scene:
    height, width = rgb.shape[:2]
    item = SourceItem(name="-", uri="-", dataset="rendered")
    record = SourceRecord(source_id="-", item=item, width=width, height=height, dhash="0" * 16, dhash_mirrored="0" * 16)
    return Scene(SourceImage(record, rgb, room.objects, (room.surface,)))
