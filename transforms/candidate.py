"""A candidate on its way through pass 2: encoded images and the facts gathered so far."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from schemas.errors import InterruptedRunError
from schemas.example import Edit, EditRegion, Judgement, Quality
from schemas.plan import PairRow, SourcePlan
from schemas.reject import Reject
from schemas.staging import Fingerprint, TruthRow
from schemas.vocabulary import EditType, Outcome, RejectClass
from transforms.edits.triplet import Flaw, TrueRegion
from transforms.shards.codec import EncodedImage, decode_label_map
from transforms.shortage import raise_if_short


@dataclass(frozen=True, eq=False)
class EncodedTruth:
    """The renderer's truth with its label map as a mode L PNG."""

    label_png: bytes
    regions: tuple[TrueRegion, ...]

    @cached_property
    def label_map(self) -> np.ndarray:
        """The label map, uint8 [H, W], read-only: decoded once."""
        label_map = decode_label_map(self.label_png)
        label_map.setflags(write=False)
        return label_map


@dataclass(frozen=True, eq=False)
class DerivedRegions:
    """What the region stage measured on the decoded shipped bytes.

    Attributes:
        status: of the RegionResult.
        label_png: mode L PNG over the edited frame, pixel = region id.
        edit_region: the record's regions, ids 1..n in the record's order.
        method: name of the chain.
        outside_changed: share (0..1) of the pixels outside requested regions that changed visibly.
        outside_delta_e: mean CIEDE2000 above the noise floor over those changed pixels, 0 without any.
        structure: gradient correlation of source and edited over the frame, -1..1.
        noise_delta_e: median CIEDE2000 of the unchanged part.
    """

    status: str
    label_png: bytes
    edit_region: tuple[EditRegion, ...]
    method: str
    outside_changed: float
    outside_delta_e: float
    structure: float
    noise_delta_e: float


@dataclass(frozen=True, eq=False)
class Candidate:
    """One planned candidate. Stages fill the last fields in order: regions, judgement, fingerprint."""

    key: str
    name: str
    """Name of the source's file, relative to the sources; of the pair where one was imported."""
    program_id: str
    group_id: str
    instruction: str
    edit_type: EditType
    edits: tuple[Edit, ...]
    outcome: Outcome
    source: EncodedImage
    edited: EncodedImage
    truth: EncodedTruth | None
    flaws: tuple[Flaw, ...]
    lender_ids: tuple[str, ...]
    editor: str
    identity_lost: float = 0.0
    pair: PairRow | None = None
    regions: DerivedRegions | None = None
    quality: Quality = field(default_factory=Quality)
    judgement: Judgement | None = None
    annotator: str = "none"
    fingerprint: Fingerprint | None = None

    def rejected(self, stage: str, reason: str, reject_class: RejectClass, detail: str) -> Reject:
        """Return the row of this candidate where a stage rejects it."""
        return Reject(
            level="candidate",
            key=self.key,
            name=self.name,
            stage=stage,
            reason=reason,
            reject_class=reject_class,
            detail=detail,
        )


@dataclass(frozen=True, eq=False)
class SourceWork:
    """The element of pass 2: one part of a source with all its candidates, each on its way or set aside."""

    plan: SourcePlan
    candidates: tuple[Candidate | Reject, ...]
    truths: dict[str, TruthRow] = field(default_factory=dict)
    """Key -> how derivation met the truth, for every candidate that has one, kept or not."""

    def map(self, stage: str, step: Callable[[Candidate], Candidate | Reject]) -> "SourceWork":
        """Apply `step` to every candidate still on its way; what it raises sets that candidate aside, class error."""

        def guarded(candidate: Candidate | Reject) -> Candidate | Reject:
            if isinstance(candidate, Reject):
                return candidate
            try:
                return step(candidate)
            except InterruptedRunError:
                raise
            except Exception as error:  # one bad candidate must not stop a run; its row names the cause
                raise_if_short(error)
                return error_reject(candidate.key, candidate.name, stage, error)

        return replace(self, candidates=tuple(guarded(candidate) for candidate in self.candidates))


def error_reject(key: str, name: str, stage: str, error: Exception) -> Reject:
    """Return the row of a candidate whose step raised."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    detail = f"{type(error).__name__}: {error} ({place.name}:{place.lineno})"
    return Reject(
        level="candidate",
        key=key,
        name=name,
        stage=stage,
        reason=type(error).__name__.lower(),
        reject_class="error",
        detail=" ".join(detail.split())[:500],
    )
