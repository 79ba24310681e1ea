"""Add: a thing of the library, or another of what the photo already has."""

from dataclasses import replace

import numpy as np

from schemas.vocabulary import EditType
from transforms.edits.change import Change, Request
from transforms.edits.language import place_of
from transforms.edits.operations.wear import propose_wear
from transforms.edits.placing import Spot, free_place, ground_spot, guessed_scale, open_air, sky_spot
from transforms.edits.scene import Scene
from transforms.edits.solids.library import KINDS, Kind
from transforms.edits.things import Thing, lenders, place_cutout, place_kind, thing_name

GREYS = ("white", "grey", "black")
"""Colours that can be seen in a greyscale photo."""
SIZE_RANGE = (0.08, 0.42)
"""Height of a thing as a share of the frame's height: smaller is overlooked, larger takes the picture over."""
WORN_SHARE = 0.8
"""Share of additions tried on a person first."""
WORN = frozenset({"clothing", "accessory", "person"})
"""Kinds of objects that stand nowhere of their own."""
CUTOUT_SHARE = 0.6
"""Share of things taken from the user's cut-outs, where one fits."""
TRIES = 3
ROOM_HEIGHT = 2.0
"""Metres: what is larger hangs in the open sky, not in front of a wall."""


def propose_add(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Propose to add a thing, or something that a person wears."""
    worn = propose_wear(scene, rng) if rng.random() < WORN_SHARE else None
    if worn is not None:
        return worn
    thing = some_thing(scene, rng)
    if thing is None:
        return None
    place = place_of(thing.mask, thing.spot.surface)
    request = Request("add", thing.name, "-", place)
    return Change(
        "subject-add", request, (), (thing.patch,), None, thing.mask, flaws_after=thing.flaws, lender_ids=lenders(thing)
    )


def some_thing(scene: Scene, rng: np.random.Generator) -> Thing | None:
    """Lay some thing into the scene that is not yet called by its name, None if there is no room."""
    for _ in range(TRIES):
        thing = twin_of_an_object(scene, rng) if rng.random() < 0.4 else None
        thing = thing or some_solid(scene, rng)
        if thing is not None and thing.name not in scene.names:
            return thing
    return None


def laid_thing(scene: Scene, rng: np.random.Generator, among: frozenset[str] | None = None) -> Thing | None:
    """Lay a thing of the library into the scene for the source to show: later it goes, moves or changes.

    Args:
        among: nouns of the kinds to choose from; all, when not given.
    """
    return next((thing for thing in (some_solid(scene, rng, among) for _ in range(TRIES)) if thing is not None), None)


def swap(edit_type: EditType, request: Request, old: Thing, new: Thing) -> Change:
    """Return the change from a source that shows one laid thing to an edited image that shows another."""
    return Change(
        edit_type,
        request,
        (old.patch,),
        (new.patch,),
        old.mask,
        new.mask,
        flaws_before=old.flaws,
        flaws_after=new.flaws,
        lender_ids=lenders(old, new),
    )


def some_solid(scene: Scene, rng: np.random.Generator, among: frozenset[str] | None = None) -> Thing | None:
    """Lay a thing of the library into the scene, of a kind that neither the photo nor the program shows yet."""
    there = scene.names | {o.name for o in scene.source.objects}
    kinds = [kind for kind in kinds_that_fit(scene) if not any(kind.noun in name for name in there)]
    kinds = [kind for kind in kinds if among is None or kind.noun in among]
    if own := [kind for kind in kinds if kind.lender_id != "-"]:
        kinds = own if rng.random() < CUTOUT_SHARE else [kind for kind in kinds if kind.lender_id == "-"]
    if not kinds:
        return None
    kind = kinds[int(rng.integers(len(kinds)))]
    spot = spot_for(scene, kind, rng)
    if spot is None:
        return None
    return place_kind(scene, kind, some_colour(scene, kind, rng), float(rng.uniform(0, 6.28)), spot, rng)


def spot_for(scene: Scene, kind: Kind, rng: np.random.Generator, px_per_metre: float | None = None) -> Spot | None:
    """Find a place for a thing of a kind; of a given scale where the place itself says none."""
    if "air" in kind.where:
        size_px = px_per_metre and px_per_metre * kind.height
        return sky_spot(scene, kind.height, kind.height < ROOM_HEIGHT, rng, size_px)
    spot = ground_spot(scene, kind.height, 2 * kind.build(kind.colours[0], 0.0).radius, rng)
    if spot is not None and spot.surface == "-" and px_per_metre:
        return replace(spot, px_per_metre=px_per_metre)
    return spot


def some_colour(scene: Scene, kind: Kind, rng: np.random.Generator) -> str:
    """Return a colour for a kind that can be seen in the photo and is not in use for it."""
    colours = [c for c in kind.colours if thing_name(kind, c) not in scene.names] or list(kind.colours)
    if scene.grey and "-" not in colours:
        colours = [c for c in GREYS if c in colours] or ["white"]
    return colours[int(rng.integers(len(colours)))]


def twin_of_an_object(scene: Scene, rng: np.random.Generator) -> Thing | None:
    """Lay a copy of an object that stands free in the photo into a calm place of it."""
    objects = [o for o in scene.source.objects if {"cutout", "move"} <= o.operations and o.kind not in WORN]
    if not objects:
        return None
    o = objects[int(rng.integers(len(objects)))]
    place = free_place(scene, o.mask, rng)
    if place is None:
        return None
    return place_cutout(
        scene, f"second {o.name}", scene.photo, o.mask, place, scene.source.record.source_id, rng, o.kind != "sky"
    )


def kinds_that_fit(scene: Scene) -> list[Kind]:
    """Return the kinds of which one, in natural size, would be neither tiny nor huge."""
    surfaces = scene.source.surfaces
    hanging = [kind for kind in KINDS.values() if "air" in kind.where]
    kinds = [kind for kind in hanging if open_air(scene, walls=kind.height < ROOM_HEIGHT).any()]
    if surfaces or not scene.source.objects:
        near = surfaces[0].px_per_metre if surfaces else guessed_scale(scene)
        low, high = (share * scene.height / near for share in SIZE_RANGE)
        standing = [*KINDS.values(), *scene.cutouts]
        kinds += [kind for kind in standing if "air" not in kind.where and low < kind.height < high]
    return kinds
