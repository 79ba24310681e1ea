"""What the oracle says of one region: what changed there, whether anybody asked for it, how strong it is."""

import numpy as np

from schemas.example import Edit, EditRegion
from schemas.geometry import SCALE, iou_xyxy
from transforms.candidate import Candidate
from transforms.judgements.requests import clauses_for, fill
from transforms.judgements.scores import derived_regions, is_unrequested
from transforms.judgements.wording import (
    UNNAMED,
    a,
    extent,
    is_plural,
    listing,
    pick,
    place,
    place_of,
    sentence,
    strength,
    the,
)

FULLY, HARDLY = 0.9, 0.1
"""Shares from which an edit counts as done, and below which as not done, in words."""
_AS_ASKED = (
    "{done}, as (requested|instructed|asked)",
    "{done}, (just|exactly) as the (instruction|request) (says|wants)",
    "{done}, which is what (was asked for|the instruction calls for|was wanted)",
)
_HARDLY = ("{the} {at} {is} a little different, but not in the way that was asked for",)
_ANOTHER_PART = ("the same edit also shows {place}", "more of the same change can be seen {place}")
_OPPOSITE = ("{seen}, the opposite of what was asked", "{seen}, which is the reverse of the request", "{seen}")
_LEFT = ("{the} {has} left {its} old place {place}", "the place {place} where {the} {was} is now free")
_TAKEN = ("{the} {is} now {place}", "{the} {has} taken {its} new place {place}")
_MEASURE = (
    "The (difference|change) (is|looks) {strength} and (covers|takes up|spans|extends over) {extent}.",
    "(This|It|That) is {a_strength} (change|difference) (over|across|that covers|that takes up) {extent}.",
    "(Measured|Seen) (against|beside) the source, (the change|it) is {strength} and (covers|fills|takes up) {extent}.",
    "(Covering|Taking up|Spanning) {extent}, (the change|the difference|it) is {strength}.",
    "In all, {extent} (is different|has changed), and the (change|difference) is {strength}.",
)
_UNASKED = (
    "{what} {at} {has} changed (too|as well), (although|though) nobody asked for (that|it)",
    "{what} {at} {is_} different from the source, which the (instruction|request) does not (call for|mention|want)",
    "nobody asked for a change to {what} {at}, yet (there is one|one is there|it happened)",
    "(unasked|without being asked to), the edit (also changes|alters|has altered) {what} {at}",
)
_UNASKED_AREA = (
    "something {place} has changed as well, although nobody asked for it",
    "there is a change {place} that the instruction does not call for",
)
_WRONG_TARGET = (
    "{what} {at} {has} been (edited|changed|altered) (instead of|rather than) {meant}",
    "the edit (has landed on|hit|changes) {what} {at}, (while|whereas) the instruction is about {meant}",
    "{what} {at} {has} changed, (but|yet) the (instruction|request) is about {meant}",
)
_WRONG_PLACE = (
    "the edit has landed {place}, on something that the instruction is not about",
    "what has changed lies {place} and is not what the instruction is about",
)
_OTHER_TARGET = (
    "{what} {at} {has} changed, which this instruction says nothing about",
    "the change is to {what} {at}, and this instruction is about {meant}",
)
_OTHER_CHANGE = (
    "{what} {at} {has} changed, but in answer to some other request",
    "there is a change to {what} {at}, though not the one in this instruction",
)
_OTHER_AREA = ("what has changed {place} is not what this instruction is about",)
_DEFECT = ("{a_what} {at} {spoils} the picture", "{a_what} {has} appeared {place}, which the source does not show")
_DEFECT_AREA = ("the picture is damaged {place}, where the source is clean",)
_DRIFT = (
    "the whole picture looks different from the source, although nobody asked for that",
    "the look of the whole picture has changed, which the instruction does not call for",
)
_UNRELATED = ("the frame shows a different picture altogether", "this is not the picture that was to be edited")


def on_region(candidate: Candidate, region: EditRegion, rng: np.random.Generator) -> str:
    """Return the sentences on one region of the candidate, without its marker."""
    edit = next((edit for edit in candidate.edits if edit.id == region.edit_id), None)
    if edit is None or is_unrequested(region, candidate.outcome):
        seen = _unrequested(candidate, region, rng)
    else:
        seen = _requested(candidate, region, edit, rng)
    return f"{sentence(seen)} {measured(region, rng)}"


def is_whole_picture(region: EditRegion) -> bool:
    """Return whether a region is the frame as such, of which local regions may cover a part."""
    return region.kind == "global" or (region.bbox_2d == [0, 0, SCALE, SCALE] and region.area > 0.5)


def measured(region: EditRegion, rng: np.random.Generator) -> str:
    """Return one sentence with the strength and extent of a region's change."""
    word = strength(region.delta_e)
    area = 1.0 if is_whole_picture(region) else region.area
    return pick(rng, _MEASURE).format(strength=word, a_strength=a(word), extent=extent(area))


def _requested(candidate: Candidate, region: EditRegion, edit: Edit, rng: np.random.Generator) -> str:
    clauses, box_2d = clauses_for(edit), region.bbox_2d
    if candidate.outcome == "reversed":
        return pick(rng, _OPPOSITE).format(seen=fill(clauses.backwards, edit, rng, box_2d))
    if edit.done < HARDLY:
        return fill(_HARDLY, edit, rng, box_2d)
    siblings = [r.id for r in derived_regions(candidate).edit_region if r.edit_id == edit.id]
    if edit.edit_type == "motion_change" and len(siblings) == 2 and edit.source_bbox_2d and edit.edited_bbox_2d:
        return _end_of_move(region, edit, rng)
    if region.id != siblings[0]:
        return fill(_ANOTHER_PART, edit, rng, box_2d)
    if edit.done < FULLY:
        return fill(clauses.partly, edit, rng, box_2d)
    done = fill(clauses.done, edit, rng, box_2d)
    plain = "request" in done or "," in done or rng.random() < 0.3
    return done if plain else pick(rng, _AS_ASKED).format(done=done)


def _end_of_move(region: EditRegion, edit: Edit, rng: np.random.Generator) -> str:
    """Tell the place that was left from the one that was taken by their overlap with where the target was and is."""
    old, new = (_overlap(region.bbox_2d, box) for box in (edit.source_bbox_2d, edit.edited_bbox_2d))
    return fill(_LEFT if old >= new else _TAKEN, edit, rng, region.bbox_2d)


def _overlap(a_2d: list[int], b_2d: list[int]) -> float:
    return iou_xyxy((a_2d[0], a_2d[1], a_2d[2], a_2d[3]), (b_2d[0], b_2d[1], b_2d[2], b_2d[3]))


def _unrequested(candidate: Candidate, region: EditRegion, rng: np.random.Generator) -> str:
    plural = is_plural(region.label)
    return pick(rng, _phrasings(candidate, region)).format(
        what=the(region.label),
        a_what=a(region.label),
        has="have" if plural else "has",
        is_="are" if plural else "is",
        spoils="spoil" if plural else "spoils",
        place=place(region.bbox_2d),
        at=place_of(region.label, region.bbox_2d),
        meant=listing([the(target) for target in _targets(candidate)] or ["something else"]),
    )


def _phrasings(candidate: Candidate, region: EditRegion) -> tuple[str, ...]:
    named = region.label not in UNNAMED
    if candidate.outcome == "unrelated":
        return _UNRELATED
    if is_whole_picture(region):
        return _DRIFT
    if region.kind == "artifact" or (candidate.outcome == "artifact" and named):
        return _DEFECT if named else _DEFECT_AREA
    if candidate.outcome == "wrong_target":
        return _WRONG_TARGET if named and region.label not in _targets(candidate) else _WRONG_PLACE
    if candidate.outcome == "other_instruction":
        return (_OTHER_CHANGE if region.label in _targets(candidate) else _OTHER_TARGET) if named else _OTHER_AREA
    return _UNASKED if named else _UNASKED_AREA


def _targets(candidate: Candidate) -> list[str]:
    return list(dict.fromkeys(edit.target for edit in candidate.edits if edit.target not in UNNAMED))
