"""Resize: an object grows or shrinks at its place, standing where it stood."""

from dataclasses import replace

import numpy as np

from schemas.geometry import xyxy_from_mask
from transforms.edits.change import Change, Request
from transforms.edits.in_place import about, put_back
from transforms.edits.language import place_of
from transforms.edits.naming import phrase, type_for
from transforms.edits.operations.add import SIZE_RANGE, WORN, laid_thing, swap
from transforms.edits.scene import Scene
from transforms.edits.things import place_kind

FACTORS: dict[str, tuple[float, float]] = {
    "bigger": (1.3, 1.5),
    "much bigger": (1.65, 2.0),
    "smaller": (0.62, 0.75),
    "much smaller": (0.4, 0.52),
}
"""What is asked for -> range of the factor."""
REAL_SHARE = 0.6
"""Share of resizings tried on a real object first."""
MIN_SHARE = 0.05
"""Smallest side of a real object, after it has shrunk, as a share of the frame's."""
MAX_SHARE = 0.2
"""Share of the frame that a real object fills at most, before it grows."""


def propose_resize(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Propose another size for an object; its value is a comparative ("bigger")."""
    names = list(FACTORS)
    name = names[int(rng.integers(len(names)))]
    if like is not None and like.request.operation == "resize":
        name = like.request.value
    factor = float(rng.uniform(*FACTORS[name]))
    ways = [_real, _laid] if rng.random() < REAL_SHARE else [_laid, _real]
    return next((change for change in (way(scene, name, factor, rng) for way in ways) if change is not None), None)


def _real(scene: Scene, name: str, factor: float, rng: np.random.Generator) -> Change | None:
    objects = [
        o
        for o in scene.source.objects
        if ("move" in o.operations or ("cutout" in o.operations and factor > 1))
        and o.kind not in WORN
        and o.mask.any()
        and o.mask.mean() < MAX_SHARE
        and scene.free(o.mask)
        and phrase(o) not in scene.names
    ]
    if not objects:
        return None
    o = objects[int(rng.integers(len(objects)))]
    box = xyxy_from_mask(o.mask)
    assert box is not None, o.name
    x1, y1, x2, y2 = box
    if factor * max((x2 - x1) / scene.width, (y2 - y1) / scene.height) < MIN_SHARE:
        return None
    # what lies flat, or hangs, keeps its middle; what stands keeps its base
    stands = o.kind in ("vehicle", "animal", "food") or (y2 - y1) > 1.15 * (x2 - x1)
    foot = ((x1 + x2) / 2, float(y2) if stands else (y1 + y2) / 2)
    made = put_back(scene, o, about(foot, factor * np.eye(2)), rng)
    if made is None:
        return None
    request = Request("resize", phrase(o), name, o.place, mentions_place=o.place != "-")
    edit_type = type_for(o, "motion_change")
    return Change(edit_type, request, (), made.patches, o.mask, made.mask, flaws_after=made.flaws)


def _laid(scene: Scene, name: str, factor: float, rng: np.random.Generator) -> Change | None:
    old = laid_thing(scene, rng)
    if old is None or old.kind is None:
        return None
    height = old.kind.height * old.spot.px_per_metre / scene.height
    if not SIZE_RANGE[0] * 0.75 < factor * height < SIZE_RANGE[1]:
        return None
    spot = replace(old.spot, px_per_metre=factor * old.spot.px_per_metre)
    new = place_kind(scene, old.kind, old.colour, old.turn, spot, rng)
    if new is None:
        return None
    return swap("motion_change", Request("resize", old.name, name, place_of(old.mask, old.spot.surface)), old, new)
