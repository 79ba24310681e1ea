"""Pose: a person, an animal or a thing leans, bends or tilts its head."""

from dataclasses import dataclass

import numpy as np

from schemas.geometry import xyxy_from_mask
from transforms.edits.bending import bend, lean, neck_of, tilt
from transforms.edits.change import Change, Request
from transforms.edits.flaws import stretched_surroundings
from transforms.edits.naming import phrase
from transforms.edits.scene import Scene
from transforms.sources.image import SceneObject

LIVING = frozenset({"person", "animal"})
BENDING = frozenset({"nature"})
MIN_HEIGHT, MAX_SHARE = 0.18, 0.62
"""Height as a share of the frame's below which a pose is not seen, and share of the frame that may be bent."""
MIN_MOVE = 0.03
"""Displacement as a share of the frame's height below which a pose could be taken for a shift of the frame."""
UPRIGHT = 1.3
"""Height by width from which a thing can lean."""


@dataclass(frozen=True)
class _Pose:
    value: str
    field: np.ndarray


def propose_pose(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Propose another pose for an object; its value is a verb phrase ("lean to the left")."""
    objects = [o for o in scene.source.objects if _can(scene, o)]
    if not objects:
        return None
    o = objects[int(rng.integers(len(objects)))]
    pose = _pose(o, rng)
    tries = (bend(scene.photo, o.mask, np.float32(weaker) * pose.field) for weaker in (1.0, 0.75, 0.55))
    bent = next((made for made in tries if made is not None), None)
    if bent is None or not bent.mask.any() or bent.moved_px < MIN_MOVE * scene.height:
        return None
    cover = np.zeros(o.mask.shape, bool)
    x1, y1, x2, y2 = bent.patch.box_xyxy
    cover[y1:y2, x1:x2] = bent.patch.alpha > 0
    if not scene.free(cover):
        return None
    request = Request("pose", phrase(o), pose.value, o.place, mentions_place=o.place != "-")
    flaws = stretched_surroundings(scene, cover & ~(o.mask | bent.mask), bent.moved_px)
    return Change("motion_change", request, (), (bent.patch,), o.mask, bent.mask, flaws_after=flaws)


def _can(scene: Scene, o: SceneObject) -> bool:
    box = xyxy_from_mask(o.mask)
    if box is None or not scene.free(o.mask) or phrase(o) in scene.names:
        return False
    width, height = box[2] - box[0], box[3] - box[1]
    if height < MIN_HEIGHT * scene.height or o.mask.mean() > MAX_SHARE:
        return False
    if o.kind in LIVING:
        return bool({"background", "cutout"} & o.operations)
    return "cutout" in o.operations and (o.kind in BENDING or height > UPRIGHT * width)


def _pose(o: SceneObject, rng: np.random.Generator) -> _Pose:
    to_right = bool(rng.random() < 0.5)
    side, sign = ("right", 1.0) if to_right else ("left", -1.0)
    neck = neck_of(o.mask) if o.kind in LIVING else None
    if neck is not None and rng.random() < 0.6:
        box = xyxy_from_mask(o.mask)
        assert box is not None, o.name
        field = tilt(o.mask, neck, box[1], sign * float(rng.uniform(9, 16)))
        return _Pose(f"tilt the head to the {side}", field)
    if o.kind in BENDING:
        return _Pose(f"bend to the {side}", lean(o.mask, sign * float(rng.uniform(0.12, 0.2)), 2.0))
    return _Pose(f"lean to the {side}", lean(o.mask, sign * float(rng.uniform(0.1, 0.17)), 1.2))
