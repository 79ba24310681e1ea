"""A candidate before noise: its pictures, what was asked, how far it was done, and where the pictures differ."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from schemas.example import Edit
from schemas.geometry import bbox_2d_from_xyxy, xyxy_from_mask
from schemas.vocabulary import EditType, RegionKind
from transforms.edits.change import Change, Request
from transforms.edits.colour_difference import delta_e
from transforms.edits.program import Picture, Program, State
from transforms.edits.triplet import TrueRegion, Truth

GRADE_STEP = 6
"""Pixels between those on which the degree of a change of the whole frame is measured."""


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
        identity_lost: see `Triplet`.
    """

    source: Picture
    edited: Picture
    instruction: str
    edits: tuple[Edit, ...]
    regions: tuple[Region, ...] = field(default=())
    identity_lost: float = 0.0

    @property
    def edit_type(self) -> EditType:
        """Of the candidate: that of its one edit, or multi."""
        return self.edits[0].edit_type if len(self.edits) == 1 else "multi"


def draft_of(
    program: Program, extra: str, state: State, regions: tuple[Region, ...], edited: Picture | None = None
) -> Draft:
    """Return a candidate.

    Args:
        extra: what the source shows beside the photo, see `State`.
        state: of the edited picture.
        regions: what differs.
        edited: the edited picture where it is more than that of its state.
    """
    edits = []
    for index, change in numbered(program):
        after = change.edited_mask if state.done[index] > 0 else change.source_mask
        edits.append(edit_of(index, change, _done(program, index, state), change.source_mask, after))
    source = program.picture(State(program.nothing, extra))
    return Draft(source, edited or program.picture(state), program.instruction, tuple(edits), regions)


def numbered(program: Program) -> list[tuple[int, Change]]:
    """Return the changes of a program with their indices."""
    return list(enumerate(program.changes))


def _done(program: Program, index: int, state: State) -> float:
    """Measure how far a change is carried out: of one in part, the share of its CIEDE2000 that was travelled."""
    degree = state.done[index]
    if degree in (0.0, 1.0):
        return degree
    if program.changes[index].grade is None:
        part = program.part(index, degree)
        return part.done if part else 0.0
    none, here, full = (
        program.picture(State(_at(program, index, d))).rgb[::GRADE_STEP, ::GRADE_STEP] for d in (0.0, degree, 1.0)
    )
    whole = float(delta_e(none, full).mean())
    return round(min(1.0, float(delta_e(none, here).mean()) / whole), 4) if whole > 0 else 0.0


def _at(program: Program, index: int, degree: float) -> tuple[float, ...]:
    return tuple(degree if i == index else 0.0 for i in range(len(program.changes)))


def shows(program: Program, index: int, degree: float) -> bool:
    """Return whether anything would be seen of a change carried out so far, 0..1."""
    if degree == 0.0:
        return False
    return degree == 1.0 or program.changes[index].grade is not None or program.part(index, degree) is not None


def edit_of(
    index: int, change: Change, done: float, source_mask: np.ndarray | None, edited_mask: np.ndarray | None
) -> Edit:
    """Return what the change `index` of a program was asked for, and how far it is done, 0..1.

    Args:
        source_mask, edited_mask: bool [H, W], its target in either picture; None where it is not there.
    """
    return asked_edit(index + 1, change.edit_type, change.request, done, source_mask, edited_mask)


def asked_edit(
    number: int,
    edit_type: EditType,
    request: Request,
    done: float,
    source_mask: np.ndarray | None,
    edited_mask: np.ndarray | None,
) -> Edit:
    """Return a request as the record says it; `number` counts from 1, the rest is as for `edit_of`."""
    return Edit(
        id=number,
        edit_type=edit_type,
        target=request.subject,
        value=request.value,
        source_bbox_2d=_bbox_2d(source_mask),
        edited_bbox_2d=_bbox_2d(edited_mask),
        done=done,
        region_ids=[],
    )


def requested_regions(program: Program, done: tuple[float, ...]) -> tuple[Region, ...]:
    """Return where the changes of a program show that are done, wholly or in part."""
    return tuple(
        region
        for index, change in numbered(program)
        if done[index] > 0
        for region in regions_of(index, change, _areas(program, index, done[index]))
    )


def regions_of(index: int, change: Change, areas: Iterable[np.ndarray]) -> Iterator[Region]:
    """Yield the regions of a change that is asked for as the edit `index`, from where it shows (bool [H, W] each)."""
    kind: RegionKind = "global" if change.grade else "requested"
    return (Region(area, change.request.subject, index + 1, kind) for area in areas if area.any())


def _areas(program: Program, index: int, degree: float) -> tuple[np.ndarray, ...]:
    change = program.changes[index]
    if degree == 1.0 or change.grade is not None:
        return change.areas
    part = program.part(index, degree)
    return part.areas if part else ()


def _bbox_2d(mask: np.ndarray | None) -> list[int]:
    box = None if mask is None else xyxy_from_mask(mask)
    return [] if box is None or mask is None else bbox_2d_from_xyxy(box, mask.shape[1], mask.shape[0])


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
