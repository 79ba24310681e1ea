"""What becomes of a request: one function per outcome, from a program to a candidate before noise."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np

from schemas.plan import CandidatePlan
from schemas.vocabulary import Outcome
from transforms.edits.artefacts import add_artefact, drift_colour
from transforms.edits.change import Change, visible_difference
from transforms.edits.draft import (
    Draft,
    Region,
    asked_edit,
    draft_of,
    edit_of,
    numbered,
    regions_of,
    requested_regions,
    shows,
)
from transforms.edits.identity import shift_identity
from transforms.edits.language import instruction_for
from transforms.edits.naming import noun_of, phrase
from transforms.edits.program import Picture, Program, State
from transforms.edits.requests import Asked, other_request

LEAST_DONE, MOST_DONE = 0.2, 0.85
"""Degrees to which a partial edit is carried out, before what shows of it is measured."""
NEARLY = 0.95
"""Share of an edit, as measured, above which nobody would miss the rest."""
TELLING = frozenset({"remove", "replace", "recolour", "retexture", "text", "background", "style"})
"""Operations whose goal plainly holds in the picture that meets it. A thing to add might be wanted twice, and what
was moved or enlarged could be moved or enlarged again."""
CAST_ASKED = 0.12
"""How often another instruction asks for a look of the whole frame, where it asks for one thing."""
KEEPS_ITS_TARGET = frozenset({"recolour", "retexture", "move", "resize", "pose", "turn"})
"""Operations after which the target is the same thing still."""


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


def faithful(program: Program, planned: CandidatePlan, rng: np.random.Generator) -> Draft:
    """All that was asked, and nothing else."""
    if planned.other:
        return _faithful_to_other(program, rng)
    extra = _extra(program, planned) if planned.spared else "-"
    return draft_of(program, extra, State(program.everything, extra), requested_regions(program, program.everything))


def _faithful_to_other(program: Program, rng: np.random.Generator) -> Draft:
    """What the other instruction asks for, and nothing else: the best of the group in which the program's is wrong."""
    found = _others(program, rng)
    if len(found) < min(2, len(program.changes)):
        raise CannotRender("no_other_change", "the photo had room for no other change, or for too few")
    extra = "both" if len(found) == 2 else "spare" if found[0] is program.spare else "cast"
    instruction = instruction_for([change.request for change in found], rng, program.typos)
    edits = tuple(edit_of(i, change, 1.0, change.source_mask, change.edited_mask) for i, change in enumerate(found))
    regions = tuple(r for i, change in enumerate(found) for r in regions_of(i, change, change.areas))
    source, edited = (program.picture(State(program.nothing, shown)) for shown in ("-", extra))
    return Draft(source, edited, instruction, edits, regions)


def failed(program: Program, planned: CandidatePlan, rng: np.random.Generator) -> Draft:
    """The source again."""
    extra = _extra(program, planned) if planned.spared else "-"
    return draft_of(program, extra, State(program.nothing, extra), ())


def partial(program: Program, planned: CandidatePlan, rng: np.random.Generator) -> Draft:
    """A part of what was asked: of several operations some, wholly or in part; of one a part of it."""
    whole = rng.random(len(program.changes))
    degrees = rng.uniform(LEAST_DONE, MOST_DONE, len(program.changes))
    done = [float(np.round(d, 3)) if w < 0.4 else float(w < 0.7) for w, d in zip(whole, degrees, strict=True)]
    if all(d in (0.0, 1.0) for d in done) and (len(done) == 1 or len(set(done)) == 1):
        done[0] = float(np.round(degrees[0], 3))
    if not any(shows(program, index, degree) for index, degree in enumerate(done)):
        raise CannotRender("part_not_visible", "nothing would be seen of a part of the edit")
    draft = draft_of(program, "-", State(tuple(done)), requested_regions(program, tuple(done)))
    if all(edit.done > NEARLY for edit in draft.edits):
        raise CannotRender("part_looks_whole", "the part that was done looks like all of it")
    return draft


def wrong_target(program: Program, planned: CandidatePlan, rng: np.random.Generator) -> Draft:
    """Another object was changed than the one asked for, and nothing else."""
    spare = _spare(program)
    return draft_of(program, "-", State(program.nothing, "spare"), _collateral(spare))


def over_edit(program: Program, planned: CandidatePlan, rng: np.random.Generator) -> Draft:
    """All that was asked, and another visible change: another operation, a look of the frame, a tinted area."""
    requested = requested_regions(program, program.everything)
    if planned.extra != "drift":
        extra = _extra(program, planned)
        regions = requested + _unrequested(program, extra)
        before, after = (extra, "-") if planned.spared else ("-", extra)
        return draft_of(program, before, State(program.everything, after), regions)
    clean = program.picture(State(program.everything))
    drifted = drift_colour(clean.rgb, program.scene.taken, rng)
    if drifted is None:
        raise CannotRender("no_room_for_collateral", "no free area for an unrequested change")
    regions = (*requested, Region(drifted.mask, drifted.label, 0, "collateral"))
    edited = Picture(drifted.rgb, clean.flaws + drifted.flaws, clean.lender_ids)
    return draft_of(program, "-", State(program.everything), regions, edited)


def artifact(program: Program, planned: CandidatePlan, rng: np.random.Generator) -> Draft:
    """All that was asked, and a flaw that no photo has."""
    clean = program.picture(State(program.everything))
    flawed = add_artefact(clean.rgb, program.scene.taken, rng)
    if flawed is None:
        raise CannotRender("no_room_for_artefact", "no place where an artefact would be seen")
    regions = (*requested_regions(program, program.everything), Region(flawed.mask, flawed.label, 0, "artifact"))
    edited = Picture(flawed.rgb, clean.flaws + flawed.flaws, clean.lender_ids)
    return draft_of(program, "-", State(program.everything), regions, edited)


def identity_shift(program: Program, planned: CandidatePlan, rng: np.random.Generator) -> Draft:
    """All that was asked, and a target that is no longer the same thing."""
    lasting = [i for i, change in enumerate(program.changes) if _lasts(change)]
    if not lasting:
        raise CannotRender("no_lasting_target", "none of the operations leaves its target the same thing")
    index = lasting[int(rng.integers(len(lasting)))]
    change = program.changes[index]
    clean = program.picture(State(program.everything))
    assert change.edited_mask is not None, change.request.target
    shifted = shift_identity(clean.rgb, change.edited_mask, change.request.target, rng)
    if shifted is None:
        raise CannotRender("identity_unchanged", "no loss of identity that would be seen")
    source = program.picture(State(program.nothing))
    requested = requested_regions(program, program.everything)
    own = _nearest(shifted.mask, index + 1, requested)
    regions = tuple(
        replace(r, mask=_grown(r.mask, shifted.mask, source.rgb, shifted.rgb)) if r is own else r for r in requested
    )
    edited = Picture(shifted.rgb, clean.flaws + shifted.flaws, clean.lender_ids)
    draft = draft_of(program, "-", State(program.everything), regions, edited)
    return replace(draft, identity_lost=shifted.lost)


def reversed_(program: Program, planned: CandidatePlan, rng: np.random.Generator) -> Draft:
    """Source and edited exchanged: what was asked for has been undone."""
    edits = tuple(
        edit_of(index, change, 0.0, change.edited_mask, change.source_mask)
        for index, change in enumerate(program.changes)
    )
    source, edited = (program.picture(State(done)) for done in (program.everything, program.nothing))
    return Draft(source, edited, program.instruction, edits, requested_regions(program, program.everything))


def other_instruction(program: Program, planned: CandidatePlan, rng: np.random.Generator) -> Draft:
    """The faithful pictures under an instruction that asks for something else."""
    asked = _other(program, rng)
    edits = tuple(
        asked_edit(number, edit_type, request, 0.0, mask, mask)
        for number, (edit_type, request, mask) in enumerate(asked, start=1)
    )
    regions = tuple(
        Region(r.mask, r.label, 0, "collateral" if r.kind == "requested" else r.kind)
        for r in requested_regions(program, program.everything)
    )
    instruction = instruction_for([request for _, request, _ in asked], rng, program.typos)
    source, edited = (program.picture(State(done)) for done in (program.nothing, program.everything))
    return Draft(source, edited, instruction, edits, regions)


def already_true(program: Program, planned: CandidatePlan, rng: np.random.Generator) -> Draft:
    """The faithful picture twice: what is asked for is there. Or that of another instruction, where only that tells."""
    if all(_tells(program, change) for change in program.changes):
        met = program.picture(State(program.everything))
        edits = tuple(edit_of(i, c, 1.0, c.edited_mask, c.edited_mask) for i, c in numbered(program))
        return Draft(met, met, program.instruction, edits)
    spare = program.spare
    if spare is None or len(program.changes) > 1 or not (program.may_ask(spare) and _tells(program, spare)):
        raise CannotRender("goal_not_telling", "the picture would not show by itself that the request is met")
    met = program.picture(State(program.nothing, "spare"))
    instruction = instruction_for([spare.request], rng, program.typos)
    return Draft(met, met, instruction, (edit_of(0, spare, 1.0, spare.edited_mask, spare.edited_mask),))


def unrelated(program: Program, planned: CandidatePlan, rng: np.random.Generator) -> Draft:
    """Another photo in the frame of the source."""
    names = sorted(program.partners)
    if not names:
        raise CannotRender("no_partner", "no other photo of the same split")
    partner = program.partners[names[int(rng.integers(len(names)))]]
    rgb = fitted(partner.rgb, program.scene.height, program.scene.width)
    lenders = (program.scene.source.record.source_id, partner.record.source_id)
    whole = np.ones(rgb.shape[:2], bool)
    edits = tuple(edit_of(i, c, 0.0, c.source_mask, None) for i, c in numbered(program))
    regions = (Region(whole, "whole picture", 0, "collateral"),)
    source = program.picture(State(program.nothing))
    return Draft(source, Picture(rgb, (), lenders), program.instruction, edits, regions)


OUTCOMES: dict[Outcome, Callable[[Program, CandidatePlan, np.random.Generator], Draft]] = {
    "faithful": faithful,
    "failed": failed,
    "partial": partial,
    "wrong_target": wrong_target,
    "over_edit": over_edit,
    "artifact": artifact,
    "identity_shift": identity_shift,
    "reversed": reversed_,
    "other_instruction": other_instruction,
    "already_true": already_true,
    "unrelated": unrelated,
}
"""Outcome -> how it is made; each raises `CannotRender` where the program does not carry it."""


def _lasts(change: Change) -> bool:
    """Return whether a change leaves its target the same thing, in the picture before and after."""
    lasting = change.request.operation in KEEPS_ITS_TARGET or change.edit_type == "ps_human"
    return lasting and change.source_mask is not None and change.edited_mask is not None


def _nearest(mask: np.ndarray, edit_id: int, regions: Sequence[Region]) -> Region | None:
    """Return the region of an edit that shares most pixels with a mask."""
    own = [region for region in regions if region.edit_id == edit_id]
    return max(own, key=lambda region: int((region.mask & mask).sum()), default=None)


def _grown(mask: np.ndarray, shifted: np.ndarray, source: np.ndarray, edited: np.ndarray) -> np.ndarray:
    """Return where two pictures differ visibly on either mask."""
    return visible_difference(source, edited, mask | shifted)


def _tells(program: Program, change: Change) -> bool:
    """Return whether a picture shows by itself that a change was made, whatever it was made of."""
    request = change.request
    if request.operation in ("remove", "replace") and not _is_only_one(program, change):
        return False
    return request.operation in TELLING or request.value == "black and white"


def _is_only_one(program: Program, change: Change) -> bool:
    """Return whether the source has no other thing of the target's name: once gone, another could be meant."""
    objects, target = program.scene.source.objects, change.request.target
    own = {phrase(o) for o in objects}
    others = {c.request.target for c in (*program.changes, program.spare) if c is not None and c is not change}
    there = [*(o.name for o in objects), *(others - own)]
    return sum(name.endswith(noun_of(target)) for name in there) <= int(target in own)


def _other(program: Program, rng: np.random.Generator) -> list[Asked]:
    """Return what is asked in place of the program: as many things, where the photo has them."""
    found = _others(program, rng)
    if not found:
        return [other_request(program.scene, program.requests, rng)]
    return [(change.edit_type, change.request, change.source_mask) for change in found]


def _others(program: Program, rng: np.random.Generator) -> list[Change]:
    found = [c for c in (program.spare, program.cast) if c is not None and program.may_ask(c)]
    if len(found) == 2 and len(program.changes) == 1:
        found = [found[int(rng.random() < CAST_ASKED)]]
    return found


def _extra(program: Program, planned: CandidatePlan) -> str:
    """Return the planned extra, or the other one where the photo carries that alone: for all of a program the same.

    Raises:
        CannotRender: it carries neither.
    """
    there = [name for name, change in (("spare", program.spare), ("cast", program.cast)) if change is not None]
    if not there or (planned.outcome == "failed" and "spare" not in there):
        raise CannotRender("no_other_change", "the photo had room for no other change")
    return planned.extra if planned.extra in there else there[0]


def _unrequested(program: Program, extra: str) -> tuple[Region, ...]:
    if extra == "cast":
        assert program.cast is not None, "checked by _extra"
        return tuple(Region(area, "whole picture", 0, "global") for area in program.cast.areas)
    return _collateral(_spare(program))


def _collateral(spare: Change) -> tuple[Region, ...]:
    return tuple(Region(area, spare.request.subject, 0, "collateral") for area in spare.areas)


def _spare(program: Program) -> Change:
    if program.spare is None:
        raise CannotRender("no_other_target", "the photo had room for no other change")
    return program.spare


def fitted(rgb: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return the middle of a photo (uint8 [H, W, 3]), cut and scaled to a frame without distortion."""
    own_height, own_width = rgb.shape[:2]
    scale = max(height / own_height, width / own_width)
    cut_h, cut_w = min(own_height, round(height / scale)), min(own_width, round(width / scale))
    top, left = (own_height - cut_h) // 2, (own_width - cut_w) // 2
    cut = rgb[top : top + cut_h, left : left + cut_w]
    return cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
