"""Requests that no change of the program answers: another plausible edit, or a goal that already holds."""

from collections.abc import Iterable, Sequence

import numpy as np

from schemas.vocabulary import EditType
from transforms.edits.change import Request
from transforms.edits.operations.tone import LOOKS, NEED_COLOUR
from transforms.edits.scene import Scene
from transforms.edits.solids.library import KINDS
from transforms.edits.things import thing_name

Asked = tuple[EditType, Request, np.ndarray | None]
"""(edit type, request, where its target is: bool [H, W], None where it is not there)."""


def other_request(scene: Scene, requests: Sequence[Request], rng: np.random.Generator) -> Asked:
    """Return a request of another kind than those given, which the photo allows."""
    if any(request.operation in ("tone", "style") for request in requests):
        kind = _absent_kind(scene, rng)
        return "subject-add", Request("add", kind), None
    looks = [name for name in LOOKS if not (scene.grey and name in NEED_COLOUR)]
    value = looks[int(rng.integers(len(looks)))]
    return "tone_transfer", Request("tone", "whole picture", value), np.ones((scene.height, scene.width), bool)


def true_requests(scene: Scene, count: int, rng: np.random.Generator) -> list[Asked]:
    """Return requests whose goals the source plainly meets: a colour that a thing has, a thing that is not there."""
    names = [o.name for o in scene.source.objects]
    coloured = [
        o
        for o in scene.source.objects
        if o.colour in PLAIN_COLOURS
        and names.count(o.name) == 1
        and o.mask.any()
        and scene.free(o.mask)
        and not scene.grey
    ]
    found: list[Asked] = []
    named: set[str] = set()
    for _ in range(count):
        if coloured and rng.random() < 0.6:
            o = coloured.pop(int(rng.integers(len(coloured))))
            request = Request("recolour", o.name, o.colour, o.place, mentions_place=o.place != "-")
            found.append(("color_alter", request, o.mask))
        elif scene.grey and not found and rng.random() < 0.5:
            whole = np.ones((scene.height, scene.width), bool)
            found.append(("tone_transfer", Request("tone", "whole picture", "black and white"), whole))
        else:
            kind = _absent_kind(scene, rng, named)
            named.add(kind)
            found.append(("subject-remove", Request("remove", kind), None))
    return found


PLAIN_COLOURS = frozenset({"red", "orange", "yellow", "green", "blue", "purple", "white", "black", "brown"})


def _absent_kind(scene: Scene, rng: np.random.Generator, named: Iterable[str] = ()) -> str:
    """Return the name of a thing of the library of which the scene has none, other than those named already."""
    there = scene.names | {o.name for o in scene.source.objects} | set(named)
    kinds = [kind for kind in KINDS.values() if not any(kind.noun in name for name in there)]
    kind = kinds[int(rng.integers(len(kinds)))]
    return thing_name(kind, kind.colours[int(rng.integers(len(kind.colours)))])
