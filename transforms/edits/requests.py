"""A request that no change of the program answers: another plausible edit."""

from collections.abc import Sequence

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


def _absent_kind(scene: Scene, rng: np.random.Generator) -> str:
    """Return the name of a thing of the library of which the scene has none."""
    there = scene.names | {o.name for o in scene.source.objects}
    kinds = [kind for kind in KINDS.values() if not any(kind.noun in name for name in there)]
    kind = kinds[int(rng.integers(len(kinds)))]
    return thing_name(kind, kind.colours[int(rng.integers(len(kind.colours)))])
