"""Give the requests of a program other ways to point at their targets, true of the source picture."""

from collections.abc import Sequence
from dataclasses import replace

from transforms.edits.change import Change
from transforms.edits.language.references import Landmark, landmark, references
from transforms.edits.naming import noun_of, phrase
from transforms.edits.scene import Scene

POINTED_AT = frozenset({"recolour", "remove", "replace", "move", "retexture", "resize", "turn", "pose"})
"""Operations on a thing that the source shows."""
TOO_WIDE = frozenset({"sky", "ground", "background"})
"""Kinds of objects that nothing stands next to."""
SAME = 0.3
"""Share of its own pixels that a photo's object has in common with a target if it is the target or a part of it."""


def pointed(scene: Scene, changes: Sequence[Change]) -> list[Change]:
    """Return the changes, their requests with `references`.

    Args:
        scene: the photo.
        changes: all of the program, asked for or not: the source shows the targets of all.
    """
    things = [_thing(change) for change in changes]
    own = {phrase(o) for o in scene.source.objects}
    found = []
    for change, thing in zip(changes, things, strict=True):
        if thing is None or change.request.operation not in POINTED_AT:
            found.append(change)
            continue
        laid = [other for other in things if other is not None and other is not thing]
        named = {other.name for other in laid}
        others = laid + [other for other in _standing_by(scene, change) if other.name not in named]
        # a photo may show more of its own things than anybody has named
        counted = [] if thing.name in own else [other for other in laid if other.name not in own]
        request = replace(change.request, references=references(thing, others, counted))
        found.append(replace(change, request=request))
    return found


def _thing(change: Change) -> Landmark | None:
    """Return what a change is about, as the source shows it; None where it shows nothing of the kind."""
    request = change.request
    if change.grade is not None or request.operation in ("background", "text"):
        return None
    return landmark(request.target, noun_of(request.target), change.source_mask)


def _standing_by(scene: Scene, change: Change) -> list[Landmark]:
    """Return the photo's own things but the target and its parts."""
    target = change.source_mask
    found = []
    for o in scene.source.objects:
        if o.kind in TOO_WIDE or not o.mask.any():
            continue
        if target is not None and (o.mask & target).sum() > SAME * min(o.mask.sum(), target.sum()):
            continue
        thing = landmark(phrase(o), o.name, o.mask)
        if thing is not None:
            found.append(thing)
    return found
