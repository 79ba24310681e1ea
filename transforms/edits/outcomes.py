"""What becomes of a request: one function per outcome, from a program to a candidate before noise."""

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np

from schemas.example import Edit
from schemas.geometry import bbox_2d_from_xyxy, xyxy_from_mask
from schemas.vocabulary import EditType, Outcome, RegionKind
from transforms.edits.artefacts import add_artefact, drift_colour
from transforms.edits.change import Change
from transforms.edits.language import instruction_for
from transforms.edits.program import Picture, Program
from transforms.edits.requests import Asked, other_request, true_request
from transforms.edits.triplet import TrueRegion, Truth

NOTHING: frozenset[int] = frozenset()


@dataclass(frozen=True, eq=False)
class Region:
    """A part of the frame that visibly differs between source and edited."""

    mask: np.ndarray
    label: str
    edit_id: int
    kind: RegionKind


@dataclass(frozen=True, eq=False)
class Draft:
    """A candidate before noise.

    Attributes:
        source, edited: the pictures.
        instruction, edits: what was asked.
        regions: what differs, in the record's order.
    """

    source: Picture
    edited: Picture
    instruction: str
    edits: tuple[Edit, ...]
    regions: tuple[Region, ...] = field(default=())

    @property
    def edit_type(self) -> EditType:
        """Of the candidate: that of its one edit, or multi."""
        return self.edits[0].edit_type if len(self.edits) == 1 else "multi"


class CannotRender(Exception):
    """The photo or the program does not carry this outcome.

    Attributes:
        reason: snake_case, the unit of counting.
        detail: one line for a person.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def faithful(program: Program, rng: np.random.Generator) -> Draft:
    """All that was asked, and nothing else."""
    every = _every(program)
    return _draft(program, program.picture(every), every, _requested(program, every))


def failed(program: Program, rng: np.random.Generator) -> Draft:
    """The source again."""
    return _draft(program, program.picture(NOTHING), NOTHING, ())


def partial(program: Program, rng: np.random.Generator) -> Draft:
    """Some of the operations, at least one and not all."""
    count = len(program.changes)
    if count < 2:
        raise CannotRender("single_operation", "partial needs two operations, the photo had room for one")
    done = frozenset(int(i) for i in rng.permutation(count)[: int(rng.integers(1, count))])
    return _draft(program, program.picture(done), done, _requested(program, done))


def wrong_target(program: Program, rng: np.random.Generator) -> Draft:
    """Another object was changed than the one asked for, and nothing else."""
    spare = _spare(program)
    return _draft(program, program.picture(NOTHING, spare_done=True), NOTHING, _collateral(spare))


def over_edit(program: Program, rng: np.random.Generator) -> Draft:
    """All that was asked, and another visible change: another operation, or a drift of colour in an area."""
    every = _every(program)
    if program.spare is not None and rng.random() < 0.6:
        edited = program.picture(every, spare_done=True)
        return _draft(program, edited, every, _requested(program, every) + _collateral(program.spare))
    clean = program.picture(every)
    drifted = drift_colour(clean.rgb, program.scene.taken, rng)
    if drifted is None:
        raise CannotRender("no_room_for_collateral", "no free area for an unrequested change")
    regions = (*_requested(program, every), Region(drifted.mask, drifted.label, 0, "collateral"))
    return _draft(program, Picture(drifted.rgb, clean.flaws + drifted.flaws, clean.lender_ids), every, regions)


def artifact(program: Program, rng: np.random.Generator) -> Draft:
    """All that was asked, and a flaw that no photo has."""
    every = _every(program)
    clean = program.picture(every)
    flawed = add_artefact(clean.rgb, program.scene.taken, rng)
    if flawed is None:
        raise CannotRender("no_room_for_artefact", "no place where an artefact would be seen")
    regions = (*_requested(program, every), Region(flawed.mask, flawed.label, 0, "artifact"))
    return _draft(program, Picture(flawed.rgb, clean.flaws + flawed.flaws, clean.lender_ids), every, regions)


def reversed_(program: Program, rng: np.random.Generator) -> Draft:
    """Source and edited exchanged: what was asked for has been undone."""
    every = _every(program)
    edits = tuple(
        _edit(index, change, 0.0, _bbox(change.edited_mask), _bbox(change.source_mask))
        for index, change in enumerate(program.changes)
    )
    source, edited = program.picture(every), program.picture(NOTHING)
    return Draft(source, edited, program.instruction, edits, _requested(program, every))


def other_instruction(program: Program, rng: np.random.Generator) -> Draft:
    """The faithful pictures under an instruction that asks for something else."""
    every = _every(program)
    edit_type, asked, mask = _other(program, rng)
    edit = _asked(edit_type, asked.subject, asked.value, _bbox(mask), _bbox(mask), 0.0)
    regions = tuple(
        Region(r.mask, r.label, 0, "collateral" if r.kind == "requested" else r.kind)
        for r in _requested(program, every)
    )
    instruction = instruction_for([asked], rng)
    return Draft(program.picture(NOTHING), program.picture(every), instruction, (edit,), regions)


def already_true(program: Program, rng: np.random.Generator) -> Draft:
    """The source again, under an instruction whose goal it already meets."""
    edit_type, asked, mask = true_request(program.scene, rng)
    edit = _asked(edit_type, asked.subject, asked.value, _bbox(mask), _bbox(mask), 1.0)
    source = program.picture(NOTHING)
    return Draft(source, source, instruction_for([asked], rng), (edit,))


def unrelated(program: Program, rng: np.random.Generator) -> Draft:
    """Another photo in the frame of the source."""
    partners = [program.scene.partners[name] for name in sorted(program.scene.partners)]
    if not partners:
        raise CannotRender("no_partner", "no other photo of the same split")
    partner = partners[int(rng.integers(len(partners)))]
    rgb = fitted(partner.rgb, program.scene.height, program.scene.width)
    lenders = (program.scene.source.record.source_id, partner.record.source_id)
    whole = np.ones(rgb.shape[:2], bool)
    edits = tuple(_edit(i, c, 0.0, _bbox(c.source_mask), []) for i, c in enumerate(program.changes))
    regions = (Region(whole, "whole picture", 0, "collateral"),)
    return Draft(program.picture(NOTHING), Picture(rgb, (), lenders), program.instruction, edits, regions)


OUTCOMES: dict[Outcome, Callable[[Program, np.random.Generator], Draft]] = {
    "faithful": faithful,
    "failed": failed,
    "partial": partial,
    "wrong_target": wrong_target,
    "over_edit": over_edit,
    "artifact": artifact,
    "reversed": reversed_,
    "other_instruction": other_instruction,
    "already_true": already_true,
    "unrelated": unrelated,
}
"""Outcome -> how it is made; each raises `CannotRender` where the program does not carry it."""


def truth_of(draft: Draft) -> Truth:
    """Return the exact regions of a draft: those of the whole frame first in the label map, local ones over them."""
    height, width = draft.edited.rgb.shape[:2]
    label_map = np.zeros((height, width), np.uint8)
    numbered = list(enumerate(draft.regions, start=1))
    for number, region in sorted(numbered, key=lambda item: item[1].kind != "global"):
        label_map[region.mask] = number
    return Truth(label_map, tuple(_true_region(number, region) for number, region in numbered))


def _true_region(number: int, region: Region) -> TrueRegion:
    box = xyxy_from_mask(region.mask)
    assert box is not None, region.label
    return TrueRegion(number, region.label, box, region.edit_id, region.kind)


def _draft(program: Program, edited: Picture, done: frozenset[int], regions: tuple[Region, ...]) -> Draft:
    edits = []
    for index, change in enumerate(program.changes):
        after = change.edited_mask if index in done else change.source_mask
        edits.append(_edit(index, change, float(index in done), _bbox(change.source_mask), _bbox(after)))
    return Draft(program.picture(NOTHING), edited, program.instruction, tuple(edits), regions)


def _edit(index: int, change: Change, done: float, source_bbox_2d: list[int], edited_bbox_2d: list[int]) -> Edit:
    request = change.request
    asked = _asked(change.edit_type, request.subject, request.value, source_bbox_2d, edited_bbox_2d, done)
    return asked.model_copy(update={"id": index + 1})


def _asked(
    edit_type: EditType, target: str, value: str, source_bbox_2d: list[int], edited_bbox_2d: list[int], done: float
) -> Edit:
    return Edit(
        id=1,
        edit_type=edit_type,
        target=target,
        value=value,
        source_bbox_2d=source_bbox_2d,
        edited_bbox_2d=edited_bbox_2d,
        done=done,
        region_ids=[],
    )


def _requested(program: Program, done: frozenset[int]) -> tuple[Region, ...]:
    return tuple(
        Region(area, change.request.subject, index + 1, "global" if change.grade else "requested")
        for index, change in enumerate(program.changes)
        if index in done
        for area in change.areas
    )


def _other(program: Program, rng: np.random.Generator) -> Asked:
    if program.spare is None:
        return other_request(program.scene, program.requests, rng)
    return program.spare.edit_type, program.spare.request, program.spare.source_mask


def _collateral(spare: Change) -> tuple[Region, ...]:
    return tuple(Region(area, spare.request.subject, 0, "collateral") for area in spare.areas)


def _spare(program: Program) -> Change:
    if program.spare is None:
        raise CannotRender("no_other_target", "the photo had room for no other change")
    return program.spare


def _every(program: Program) -> frozenset[int]:
    return frozenset(range(len(program.changes)))


def fitted(rgb: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return the middle of a photo (uint8 [H, W, 3]), cut and scaled to a frame without distortion."""
    own_height, own_width = rgb.shape[:2]
    scale = max(height / own_height, width / own_width)
    cut_h, cut_w = min(own_height, round(height / scale)), min(own_width, round(width / scale))
    top, left = (own_height - cut_h) // 2, (own_width - cut_w) // 2
    cut = rgb[top : top + cut_h, left : left + cut_w]
    return cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)


def _bbox(mask: np.ndarray | None) -> list[int]:
    box = None if mask is None else xyxy_from_mask(mask)
    return [] if box is None or mask is None else bbox_2d_from_xyxy(box, mask.shape[1], mask.shape[0])
