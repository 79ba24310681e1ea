"""Remove: a real object, its place filled; or a thing that we laid into the source ourselves."""

import numpy as np

from transforms.edits.change import Change, Request
from transforms.edits.erasing import erase
from transforms.edits.language import place_of
from transforms.edits.naming import phrase, type_for
from transforms.edits.operations.add import laid_thing
from transforms.edits.scene import Scene
from transforms.edits.things import lenders

REAL_SHARE = 0.5
"""Share of removals tried on a real object first."""


def propose_remove(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Propose to remove an object."""
    ways = [_real, _laid] if rng.random() < REAL_SHARE else [_laid, _real]
    return next((change for change in (way(scene, rng) for way in ways) if change is not None), None)


def _real(scene: Scene, rng: np.random.Generator) -> Change | None:
    objects = [o for o in scene.objects_with("remove") if phrase(o) not in scene.names]
    if not objects:
        return None
    o = objects[int(rng.integers(len(objects)))]
    erased = erase(scene, o, rng)
    if erased is None:
        return None
    request = Request("remove", phrase(o), "-", o.place, mentions_place=o.place != "-")
    edit_type = type_for(o, "subject-remove")
    return Change(edit_type, request, (), (erased.patch,), o.mask, None, flaws_after=erased.flaws)


def _laid(scene: Scene, rng: np.random.Generator) -> Change | None:
    thing = laid_thing(scene, rng)
    if thing is None:
        return None
    request = Request("remove", thing.name, "-", place_of(thing.mask, thing.spot.surface))
    return Change(
        "subject-remove",
        request,
        (thing.patch,),
        (),
        thing.mask,
        None,
        flaws_before=thing.flaws,
        lender_ids=lenders(thing),
    )
