"""Rules that keep a candidate or set it aside, each with the values that decided."""

from typing import Annotated

from pydantic import Field

from schemas.example import MAX_REGIONS, Model
from schemas.reject import Reject
from schemas.vocabulary import Outcome
from transforms.candidate import Candidate, DerivedRegions
from transforms.texts.words import words_of

UNCHANGED: frozenset[Outcome] = frozenset({"failed", "already_true"})
"""Outcomes whose edited image shows the source as it was."""
_MAY_BE_UNCHANGED: frozenset[Outcome] = UNCHANGED | {"unknown"}
_DOES_WHAT_WAS_ASKED: frozenset[Outcome] = frozenset({"faithful", "partial", "over_edit", "artifact", "identity_shift"})
_SPOILT_ON_PURPOSE: frozenset[Outcome] = frozenset({"over_edit", "artifact"})
"""Outcomes with a visible change that nobody asked for."""


class FiltersConfig(Model):
    """Limits of the rules."""

    min_instruction_words: Annotated[int, Field(ge=1)] = 1
    """Words that an instruction must have. In scripts that are written without spaces (Chinese, Japanese, Thai, Lao,
    Khmer, Burmese and others) each character counts as a word. What has no letter or digit of any script, such as
    punctuation or emoji alone, has no word and is always rejected; "brighter" has one and is kept."""
    min_truth_iou: Annotated[float, Field(ge=0, le=1)] = 0.3
    """IoU of derived and true foreground below which the boxes do not show what was edited."""
    max_regions: Annotated[int, Field(ge=1, le=MAX_REGIONS)] = MAX_REGIONS - 1
    """A pair with as many regions as a record can hold may have more of them, which nobody would see."""
    min_region_confidence: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Confidence that every region of a requested edit must reach; 0 keeps all of them. `report/reliability.png` shows
    how often regions of a confidence are true ones."""


def check_candidate(candidate: Candidate, config: FiltersConfig) -> Reject | None:
    """Return why a candidate is set aside, or None if it is kept; the first rule that says no decides.

    Raises:
        ValueError: the candidate's regions have not been derived.
    """
    if candidate.regions is None:
        raise ValueError(f"{candidate.key}: cannot filter before the regions are derived")
    found = candidate.regions
    verdicts = (
        ("unregistrable", _unregistrable(candidate, found)),
        ("instruction_too_short", _instruction_too_short(candidate, config)),
        ("no_visible_change", _no_visible_change(candidate, found)),
        ("too_many_regions", _too_many_regions(found, config)),
        ("edit_without_region", _edit_without_region(candidate, found)),
        ("fault_without_region", _fault_without_region(candidate, found)),
        ("regions_disagree_with_truth", _regions_disagree_with_truth(candidate, found, config)),
        ("region_confidence_low", _region_confidence_low(found, config)),
    )
    return next((_reject(candidate, reason, detail) for reason, detail in verdicts if detail), None)


def _reject(candidate: Candidate, reason: str, detail: str) -> Reject:
    return candidate.rejected("filter", reason, "filter", f"{candidate.outcome}: {detail}")


def _unregistrable(candidate: Candidate, found: DerivedRegions) -> str:
    """Frames that cannot be brought together have no trustworthy regions, unless the truth can tell."""
    if candidate.truth is not None or found.status != "unregistrable":
        return ""
    return "the frames of source and edited image could not be brought together"


def _instruction_too_short(candidate: Candidate, config: FiltersConfig) -> str:
    words = len(words_of(candidate.instruction))
    if words >= config.min_instruction_words:
        return ""
    if not words:
        return f"instruction {candidate.instruction!r} has no letter or digit"
    return f"instruction {candidate.instruction!r} has {words} words, minimum {config.min_instruction_words}"


def _no_visible_change(candidate: Candidate, found: DerivedRegions) -> str:
    if found.edit_region or candidate.outcome in _MAY_BE_UNCHANGED:
        return ""
    return f"no region was derived (status {found.status}), although the outcome changes the picture"


def _edit_without_region(candidate: Candidate, found: DerivedRegions) -> str:
    """A requested edit that was carried out must show: without a box the judgement would praise what nobody sees."""
    if candidate.outcome not in _DOES_WHAT_WAS_ASKED:
        return ""
    shown = {region.edit_id for region in found.edit_region}
    missing = [str(edit.id) for edit in candidate.edits if edit.done > 0 and edit.id not in shown]
    return f"no region was derived for edit {', '.join(missing)}, although it was carried out" if missing else ""


def _fault_without_region(candidate: Candidate, found: DerivedRegions) -> str:
    """A fault that was made must show: without a box the judgement would call a damaged picture untouched."""
    if candidate.outcome not in _SPOILT_ON_PURPOSE or any(region.edit_id == 0 for region in found.edit_region):
        return ""
    return "no region was derived for what was changed without being asked for"


def _too_many_regions(found: DerivedRegions, config: FiltersConfig) -> str:
    number = len(found.edit_region)
    return f"{number} regions, maximum {config.max_regions}" if number > config.max_regions else ""


def _regions_disagree_with_truth(candidate: Candidate, found: DerivedRegions, config: FiltersConfig) -> str:
    """The one region of an unrelated picture is the whole frame by definition: there is nothing to compare."""
    if candidate.outcome in UNCHANGED:
        return f"{len(found.edit_region)} regions on an unedited picture" if found.edit_region else ""
    if candidate.truth is None or not candidate.truth.regions or candidate.outcome == "unrelated":
        return ""
    iou = candidate.quality.truth_iou
    return f"truth_iou {iou:.4f}, minimum {config.min_truth_iou}" if iou < config.min_truth_iou else ""


def _region_confidence_low(found: DerivedRegions, config: FiltersConfig) -> str:
    """Only regions of requested edits count: a doubtful one elsewhere says nothing of the edit."""
    requested = (region for region in found.edit_region if region.edit_id > 0)
    weakest = min(requested, key=lambda region: region.confidence, default=None)
    if weakest is None or weakest.confidence >= config.min_region_confidence:
        return ""
    values = f"confidence {weakest.confidence:.4f}, minimum {config.min_region_confidence}"
    return f"region {weakest.id} ({weakest.label}) has {values}"
