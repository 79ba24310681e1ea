"""What the oracle says of one region: what changed there, whether anybody asked for it, how strong it is."""

import numpy as np

from schemas.example import Edit, EditRegion
from schemas.geometry import SCALE, iou_xyxy
from transforms.candidate import Candidate
from transforms.edits.language.where import place, place_of, span
from transforms.judgements.amounts import extent, strength
from transforms.judgements.requests import clauses_for, fill
from transforms.judgements.scores import derived_regions, is_unrequested
from transforms.judgements.wording import UNNAMED, a, is_plural, listing, pick, sentence, the

WHOLE = "whole picture"
"""What a change of the whole frame is called; a part of it is but an area."""
FULLY, HARDLY = 0.9, 0.1
"""Shares from which an edit counts as done, and below which as not done, in words."""
_AS_ASKED = (
    "{done}, (just |exactly |)as (was |)(requested|instructed|asked|wanted)",
    "{done}, (just|exactly|quite) as the (instruction|request|prompt) (says|wants|has it|puts it)",
    "{done}, (which is|and that is) what (was asked for|the (instruction|request) calls for|was wanted)",
    "(as|just as) (requested|instructed|asked), {done}",
    "(in line with|following|true to) the (instruction|request), {done}",
)
_HARDLY = (
    "{the} {at} {is} (a little|slightly|somewhat) different, but not in the way that was (asked for|wanted)",
    "(little|not much) (has happened|was done) to {the} {at}, and not what was (asked for|wanted)",
)
_ANOTHER_PART = (
    "the same (edit|change) (also shows|shows again|can be seen as well) {place}",
    "(more|another part) of the same (change|edit) (can be seen|is found|lies|shows) {place}",
    "{place} (lies|there is|one finds) (another|a further) part of the (same |)(edit|change)",
)
_OPPOSITE = (
    "{seen}, the (exact |very |)opposite of what was (asked|wanted)",
    "{seen}, which is the (exact |)(reverse|opposite) of the (request|instruction)",
    "{seen}, (just|exactly) the wrong way round",
    "{seen}",
)
_LEFT = (
    "{the} {has} left {its} (old|former|previous) place {place}",
    "the place {place} (where|in which) {the} {was} (before |)is (now free|empty now)",
    "{place}, (nothing is left of {the}|{the} {is} gone), since {it} {has} been moved",
)
_TAKEN = (
    "{the} {is} now {place}",
    "{the} {has} (taken|found) {its} new place {place}",
    "{place} one now (finds|sees) {the}, in {its} new place",
)
_WAY = "({way} from the old one|which is {way}|a shift of {way})"
_MEASURE = (
    "(The|This) (change|difference) (is|looks) {strength} {delta} and (covers|takes up|fills|extends over) {extent}.",
    "(This|It|That) is {a_strength} (change|difference) {delta} (over|across|that covers|that takes up) {extent}.",
    "(Measured|Seen|Held|Laid) (against|beside|next to) the source, (the change|it) (is|looks) {strength} {delta} and "
    "(covers|fills|takes up) {extent}.",
    "(Covering|Taking up|Filling) {extent}, (the change|the difference|it) (is|looks) {strength} {delta}.",
    "(In all|Altogether|All told), {extent} (is different|has changed|was altered), and the (change|difference) "
    "(is|looks) {strength} {delta}.",
    "(With|At) {extent} (changed|altered|affected), (this|it) is {a_strength} (change|difference) {delta}.",
    "(What differs|The difference) (is|looks) {strength} {delta}(, over|; it concerns|; it takes up) {extent}.",
    "{strength} {delta}, {extent}.",
    "{extent}: {strength} {delta}.",
    "(Degree|Strength): {strength} {delta}; (size|extent|area): {extent}.",
    "(Size|Extent|Area): {extent}, {strength} {delta}.",
)
_DELTA = ("", "", "at ΔE {:.0f}", "with a ΔE of {:.0f}", "at a colour difference of {:.0f}")
_MEASURE_LOCAL = (
    "(Within|Inside|In) {box}, the (change|difference) (is|looks) {strength} {delta}.",
    "(The|Its) box, {box}, (covers|takes up|spans) {span}; the (change|difference) (is|looks) {strength}.",
    "(The|This) (change|difference) (lies|is found) in {box}, (covers|takes up|fills) {extent} and (is|looks) "
    "{strength} {delta}.",
    "(It|The change|The altered area) (reaches|goes|extends) from {corner} to {opposite}, (over|across) {extent}, and "
    "(is|looks) {strength}.",
    "(It|The change|The altered area) (spans|reaches over|extends over|measures) {span}, (that is|in all|together) "
    "{extent}, and (is|looks) {strength}.",
    "(This|It|That) is {a_strength} (change|difference), (spanning|reaching over|stretching over) {span}.",
    "(The|Its) box (spans|covers|takes up) {span}; (inside|in it|there), the (change|difference) (is|looks) "
    "{strength}.",
    "(The|This) (change|difference) (is|looks) {strength}; (its box|the box around it) (spans|takes up|measures) "
    "{span}.",
    "(Over|Across|Within) {span}, the (change|difference) (is|looks) {strength}.",
    "The box (around it |)(spans|takes up|covers) {span}, (of which|and in it) {extent} (really |actually |)(changed|"
    "differs), {a_strength} (difference|change).",
    "(With|Given) a box of {span} and {a_strength} (difference|change), (it|this) (concerns|comes to|amounts to) "
    "{extent}.",
    "{box}: {strength} {delta}.",
    "{strength} {delta}, {span}.",
    "{span}; {strength} {delta}.",
    "{box}, {extent}: {strength}.",
    "(Degree|Strength): {strength} {delta}; (size|reach|box): {span}.",
    "{strength} (inside|within|throughout) {box}.",
)
_UNASKED = (
    "{what} {at} {has} (changed|become different) (too|as well), (although|though|but) nobody (asked for|wanted) "
    "(that|it)",
    "{what} {at} {is_} (different from|not as in|no longer as in) the source, which the (instruction|request|prompt) "
    "does not (call for|mention|want)",
    "nobody asked for a change to {what} {at}, yet (there is one|one is there|it happened|it was made)",
    "(unasked|without being asked to|beyond the request), the (edit|editor) (also changes|alters|has altered) {what} "
    "{at}",
    "(a side effect|an unwanted side effect|collateral damage): {what} {at} {has} (changed|been altered) (too|as well)",
    "the (instruction|request|prompt) (leaves|would leave) {what} {at} alone, (yet|but) {it_} {has} (changed|been "
    "altered)",
)
_UNASKED_AREA = (
    "something {place} has (changed|become different) (as well|too), (although|though|but) nobody (asked for|wanted) "
    "(it|that)",
    "there is a change {place} that the (instruction|request|prompt) does not (call for|mention|want)",
    "{place}, (the picture|the image) (differs from|is no longer as in) the source, (although|though) nobody asked "
    "for (that|it)",
    "(unasked|without being asked to|beyond the request), the (edit|editor) has (altered|touched|changed) an area "
    "{place}",
)
_WRONG_TARGET = (
    "{what} {at} {has} been (edited|changed|altered) (instead of|rather than) {meant}",
    "the (edit|change) (has landed on|hit|went to) {what} {at}, (while|whereas|but) the (instruction|request) is about "
    "{meant}",
    "{what} {at} {has} changed, (but|yet) the (instruction|request|prompt) is about {meant}",
    "(not {meant} but|instead of {meant},) {what} {at} {has} (been altered|changed)",
    "the (editor|model) (mistook|took) {what} {at} for {meant} and (changed|edited) {them_}",
)
_WRONG_PLACE = (
    "the (edit|change) has landed {place}, on something that the (instruction|request) is not about",
    "what (has changed|was changed|was altered) lies {place} and is not what the (instruction|request) is about",
    "{place}, something was (changed|altered|edited) that the (instruction|request|prompt) does not (mean|name)",
)
_OTHER_TARGET = (
    "{what} {at} {has} (changed|been altered), which this (instruction|request|prompt) (says nothing about|does not "
    "mention)",
    "the change is to {what} {at}, and this (instruction|request|prompt) is about {meant}",
    "{what} {at} {has} (changed|been edited), (while|whereas|although) {meant} (is|was) (asked for|meant)",
)
_OTHER_CHANGE = (
    "{what} {at} {has} (changed|been altered), but in answer to (some|an) other request",
    "there is a change to {what} {at}, (though|but|only) not the one (in|of) this (instruction|request|prompt)",
)
_OTHER_AREA = (
    "what has changed {place} is not what this (instruction|request|prompt) is about",
    "{place}, something was (changed|altered) that this (instruction|request|prompt) (says nothing about|does not "
    "mention)",
)
_DEFECT = (
    "{a_what} {at} {spoils} the (picture|image|result)",
    "{a_what} {has} appeared {place}, which the source does not (show|have)",
    "{a_what} (can be seen|stands out|is to be seen) {place}, (clean in the source|where the source is clean)",
)
_DEFECT_AREA = (
    "the (picture|image) is (damaged|spoilt|broken) {place}, where the source is (clean|sound)",
    "there is (damage|a defect) {place}, (of which|and) the source (has none|shows nothing of it)",
)
_DRIFT = (
    "the whole picture (looks|has become) different (from|to|against) the source, (although|though|but) nobody asked "
    "for (that|it)",
    "the (look|appearance) of the whole picture has (changed|shifted), which the (instruction|request|prompt) does not "
    "(call for|mention|want)",
    "(unasked|without being asked to), the (edit|editor) has (altered|changed) the (look|tone|appearance) of the whole "
    "picture",
)
_UNRELATED = (
    "the frame (shows|holds) (a different|another|some other) picture (altogether|entirely)",
    "this is not the picture that was to be (edited|changed)",
    "(nothing|no part) of the source (is left|remains): this is (another|a different) picture",
)


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
    word, whole = strength(region.delta_e, rng), is_whole_picture(region)
    said = pick(rng, _MEASURE if whole or rng.random() < 0.4 else _MEASURE_LOCAL).format(
        strength=word,
        a_strength=a(word),
        delta=pick(rng, _DELTA).format(region.delta_e),
        extent=extent(1.0 if whole else region.area, rng),
        span=span(region.bbox_2d, rng),
        box=region.bbox_2d,
        corner=region.bbox_2d[:2],
        opposite=region.bbox_2d[2:],
    )
    return sentence(said)


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
    if old >= new:
        return fill(_LEFT, edit, rng, region.bbox_2d)
    way = pick(rng, ("", _WAY)).format(way=_way(edit.source_bbox_2d, edit.edited_bbox_2d))
    return f"{fill(_TAKEN, edit, rng, region.bbox_2d)}{way and ', '}{way}"


def _way(old_2d: list[int], new_2d: list[int]) -> str:
    """Return how far a box has moved: "12% of the width to the left and 3% of the height up"."""
    right, down = ((new_2d[i] + new_2d[i + 2] - old_2d[i] - old_2d[i + 2]) / 2 / SCALE for i in (0, 1))
    parts = [f"{abs(right):.0%} of the width to the {'right' if right > 0 else 'left'}"] if abs(right) >= 0.01 else []
    parts += [f"{abs(down):.0%} of the height {'down' if down > 0 else 'up'}"] if abs(down) >= 0.01 else []
    return listing(parts) if parts else "hardly away from the old one"


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
        them_="them" if plural else "it",
        it_="they" if plural else "it",
        place=place(region.bbox_2d, rng),
        at=place_of(region.label, region.bbox_2d, rng),
        meant=listing([the(target) for target in _targets(candidate)] or ["something else"]),
    )


def _phrasings(candidate: Candidate, region: EditRegion) -> tuple[str, ...]:
    named = region.label not in UNNAMED and region.label != WHOLE
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
