"""A candidate on its way through pass 2: encoded images and the facts gathered so far."""

from dataclasses import dataclass, field

from schemas.example import Edit, EditRegion, ImageInfo, Judgement, Quality
from schemas.plan import PairRow, SourcePlan
from schemas.reject import Reject
from schemas.staging import Fingerprint
from schemas.vocabulary import EditType, Outcome
from transforms.edits.triplet import Flaw, TrueRegion


@dataclass(frozen=True, eq=False)
class EncodedImage:
    """An image member: the bytes that ship, and what they say of themselves."""

    data: bytes
    extension: str  # jpg | png | webp
    info: ImageInfo


@dataclass(frozen=True, eq=False)
class EncodedTruth:
    """The renderer's truth with its label map as a mode L PNG."""

    label_png: bytes
    regions: tuple[TrueRegion, ...]


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
    pair: PairRow | None = None
    regions: DerivedRegions | None = None
    quality: Quality = field(default_factory=Quality)
    judgement: Judgement | None = None
    annotator: str = "none"
    fingerprint: Fingerprint | None = None


@dataclass(frozen=True, eq=False)
class SourceWork:
    """The element of pass 2: one source with all its candidates, each on its way or set aside."""

    plan: SourcePlan
    candidates: tuple[Candidate | Reject, ...]
