"""The oracle's semantic consistency scores: documented formulas over measured facts, no randomness."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp

from schemas.aggregation import MAX_SCORE
from schemas.example import EditRegion
from schemas.vocabulary import WHOLE_FRAME_TYPES, Outcome
from transforms.candidate import Candidate, DerivedRegions

NOTHING_DONE: frozenset[Outcome] = frozenset({"failed", "wrong_target", "reversed", "unrelated"})
"""Outcomes that carry out none of the request: instruction_following is 0."""
NOTHING_REQUESTED: frozenset[Outcome] = frozenset({"wrong_target", "other_instruction", "unrelated"})
"""Outcomes whose changes were all unrequested: each of them counts as damage."""
UNCHANGED: frozenset[Outcome] = frozenset({"failed", "already_true"})
"""Outcomes that leave the picture as it was."""
IDENTITY_WEIGHT = 0.8
"""Share of its instruction_following that an edit loses with the whole identity of its target."""
DAMAGE_STEEPNESS, DAMAGE_EXPONENT = 0.85, 0.7
"""With them a speck (0.1 % of the frame, Delta E 10) costs 1 point, a recoloured object (3 %, Delta E 25) half of the
points, a drift of the whole frame by Delta E 6 all but 1."""
TRACES = 0.5 / MAX_SCORE
"""Severity that would cost less than half a point: specks that nobody would mention count as nothing."""
STRUCTURE_LOST, STRUCTURE_KEPT = 0.2, 0.9
"""Gradient correlations at which a whole-frame edit scores 0 and 25; re-encoding alone costs up to a tenth."""


@dataclass(frozen=True)
class Preservation:
    """What happened to the part of the picture that the request leaves alone.

    Attributes:
        damage: changed share of the frame times its mean CIEDE2000 above the noise floor, from 0.
        structure: how well outlines survived a whole-frame edit, 0..1; 1.0 where none was asked for.
        changed: changed share of the frame, 0..1.
    """

    damage: float
    structure: float
    changed: float

    @property
    def severity(self) -> float:
        """How bad it is, 0 (nothing lost) .. 1: `1 - min(exp(-0.85 * damage ** 0.7), structure)`, 0 below 0.02.

        The exponent is below 1 because seen damage grows more slowly than its area.
        """
        found = 1 - min(exp(-DAMAGE_STEEPNESS * self.damage**DAMAGE_EXPONENT), self.structure)
        return found if found >= TRACES else 0.0


def derived_regions(candidate: Candidate) -> DerivedRegions:
    """Return what the region stage measured.

    Raises:
        ValueError: the candidate has not been through it.
    """
    if candidate.regions is None:
        raise ValueError(f"{candidate.key}: cannot judge before the regions are derived")
    return candidate.regions


def share_done(candidate: Candidate) -> float:
    """Return the mean measured share of the requested edits that was carried out, 0..1.

    Raises:
        ValueError: the share of an edit was not measured.
    """
    shares = [edit.done for edit in candidate.edits]
    if min(shares) < 0:
        raise ValueError(f"{candidate.key}: what was done of an edit is unknown, the oracle judges known truth alone")
    return sum(shares) / len(shares)


def instruction_following(candidate: Candidate) -> int:
    """Return `25 * share done * (1 - 0.8 * identity lost)`, 0..25; 0 for outcomes that do nothing asked."""
    return round(MAX_SCORE * (1 - undone(candidate)))


def undone(candidate: Candidate) -> float:
    """Return the severity of what is missing of the request, 0 (nothing) .. 1 (all of it)."""
    if candidate.outcome in NOTHING_DONE:
        return 1.0
    return 1 - (1 - IDENTITY_WEIGHT * candidate.identity_lost) * share_done(candidate)


def is_unrequested(region: EditRegion, outcome: Outcome) -> bool:
    """Return whether nobody asked for the change of `region`."""
    return outcome in NOTHING_REQUESTED or region.edit_id == 0 or region.kind in ("collateral", "artifact")


def preservation(candidate: Candidate) -> Preservation:
    """Measure what the candidate did to the part of the picture that it should have left alone.

    Damage is the larger of two measures of the same pixels: those that changed outside the requested regions, and
    the unrequested regions. A request for the whole frame leaves no outside; what must survive is structure.
    """
    facts = derived_regions(candidate)
    if candidate.outcome in UNCHANGED and not facts.edit_region:
        return Preservation(damage=0.0, structure=1.0, changed=0.0)
    whole_frame = asks_for_whole_frame(candidate)
    outside = 0.0 if whole_frame else facts.outside_changed * (1 - _requested_area(candidate))
    unrequested = [r for r in facts.edit_region if is_unrequested(r, candidate.outcome)]
    return Preservation(
        damage=max(outside * facts.outside_delta_e, _damage(unrequested, facts.noise_delta_e)),
        structure=_structure_kept(candidate) if whole_frame else 1.0,
        changed=max(outside, min(sum(region.area for region in unrequested), 1.0)),
    )


def asks_for_whole_frame(candidate: Candidate) -> bool:
    """Return whether one of the requested edits changes the whole frame (style, tone)."""
    return any(edit.edit_type in WHOLE_FRAME_TYPES for edit in candidate.edits)


def over_editing(candidate: Candidate) -> int:
    """Return preservation alone, `25 * (1 - severity)`: 25 when nothing else changed; 0 for an unrelated picture."""
    return round(MAX_SCORE * (1 - over_edited(candidate)))


def over_edited(candidate: Candidate) -> float:
    """Return the severity of what was changed without being asked for, 0..1."""
    return 1.0 if candidate.outcome == "unrelated" else preservation(candidate).severity


def _requested_area(candidate: Candidate) -> float:
    regions = derived_regions(candidate).edit_region
    return min(sum(r.area for r in regions if not is_unrequested(r, candidate.outcome)), 1.0)


def _damage(regions: Iterable[EditRegion], noise_delta_e: float) -> float:
    return sum(region.area * max(region.delta_e - noise_delta_e, 0.0) for region in regions)


def _structure_kept(candidate: Candidate) -> float:
    """Place the gradient correlation between lost and kept; requested local edits may take their area's share of it."""
    facts = derived_regions(candidate)
    local = sum(r.area for r in facts.edit_region if r.kind != "global" and not is_unrequested(r, candidate.outcome))
    kept = STRUCTURE_KEPT * (1 - local)
    if kept <= STRUCTURE_LOST:
        return 1.0
    return min(max((facts.structure - STRUCTURE_LOST) / (kept - STRUCTURE_LOST), 0.0), 1.0)
