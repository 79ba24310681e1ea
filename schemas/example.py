"""The Example: what `KEY.json` holds (schema version 1)."""

import json
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from schemas.aggregation import MAX_SCORE, UNJUDGED, overall_score, reward_score
from schemas.geometry import BBox2D
from schemas.keys import KEY_PATTERN
from schemas.vocabulary import EditType, Outcome, RegionKind

SCHEMA_VERSION = "1.1"
MAX_REGIONS = 12


def _check_text(text: str) -> str:
    if not text.strip():
        raise ValueError("text must not be empty; use '-' for unknown")
    return text


def _check_key(key: str) -> str:
    if not KEY_PATTERN.fullmatch(key):
        raise ValueError(f"key must match {KEY_PATTERN.pattern}, got {key!r}")
    return key


Text = Annotated[str, AfterValidator(_check_text)]
"""A string that is never empty; `-` stands for unknown."""
Key = Annotated[str, AfterValidator(_check_key)]
Score = Annotated[int, Field(ge=UNJUDGED, le=MAX_SCORE)]
Decimal = Annotated[float, AfterValidator(lambda value: round(float(value), 4))]
"""A float kept to 4 decimals, so that its text is short and equal everywhere."""
Share = Annotated[Decimal, Field(ge=0.0, le=1.0)]
OptionalDecimal = Annotated[Decimal, Field(ge=-1.0)]
"""A non-negative measurement; -1.0 when it was not measured."""


class Model(BaseModel):
    """Base of every record: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Edit(Model):
    """One requested operation: what was ASKED."""

    id: Annotated[int, Field(ge=1)]
    edit_type: EditType
    target: Text
    value: Text
    source_bbox_2d: BBox2D
    edited_bbox_2d: BBox2D
    done: Annotated[Decimal, Field(ge=-1.0, le=1.0)]
    """Measured share of the operation that was carried out, 0..1; -1.0 when it was not measured."""
    region_ids: list[int]

    @classmethod
    def imported(cls, edit_type: EditType) -> "Edit":
        """Return the request of an imported pair, of which nobody says what or where its target is."""
        return cls(
            id=1,
            edit_type=edit_type,
            target="-",
            value="-",
            source_bbox_2d=[],
            edited_bbox_2d=[],
            done=-1.0,
            region_ids=[],
        )


class EditRegion(Model):
    """One region that visibly CHANGED, in the frame of the edited image."""

    id: Annotated[int, Field(ge=1, le=MAX_REGIONS)]
    label: Text
    bbox_2d: Annotated[BBox2D, Field(min_length=4)]
    edit_id: Annotated[int, Field(ge=0)]
    """The edit it belongs to, 0 for none."""
    kind: RegionKind
    area: Share
    """Visible share of the edited frame."""
    delta_e: Annotated[Decimal, Field(ge=0.0)]
    """Median CIEDE2000 inside the mask after colour matching (before it, for kind global)."""
    confidence: Share


class ScoredReasoning(Model):
    """Reasoning of one branch and its two axis scores, integers 0..25; -1 for an axis that nobody judged."""

    reasoning: Text
    score: Annotated[list[Score], Field(min_length=2, max_length=2)]


class Judgement(Model):
    """Both branches and their aggregate."""

    semantic_consistency: ScoredReasoning
    """score: [instruction_following, over_editing]; over_editing 25 = nothing else changed."""
    perceptual_quality: ScoredReasoning
    """score: [naturalness, artifacts]; artifacts 25 = none. A function of the edited image alone."""
    overall: Annotated[Decimal, Field(ge=-1.0, le=10.0)]
    reward: Annotated[Decimal, Field(ge=-1.0, le=1.0)]

    @classmethod
    def from_branches(cls, semantic_consistency: ScoredReasoning, perceptual_quality: ScoredReasoning) -> "Judgement":
        """Join two branches; the aggregate is computed, never given."""
        overall = overall_score(semantic_consistency.score, perceptual_quality.score)
        return cls(
            semantic_consistency=semantic_consistency,
            perceptual_quality=perceptual_quality,
            overall=overall,
            reward=reward_score(overall),
        )

    @model_validator(mode="after")
    def _aggregate_holds(self) -> "Judgement":
        expected = overall_score(self.semantic_consistency.score, self.perceptual_quality.score)
        if self.overall != expected or self.reward != reward_score(expected):
            raise ValueError(f"overall {self.overall}, reward {self.reward} do not follow from the scores ({expected})")
        return self


class ImageInfo(Model):
    """An image member as it ships."""

    width: Annotated[int, Field(ge=1)]
    height: Annotated[int, Field(ge=1)]
    sha256: Text
    """Of the member's bytes."""


class Images(Model):
    """Both image members."""

    source: ImageInfo
    edited: ImageInfo


class Provenance(Model):
    """Where the pixels and the labels come from."""

    source_ids: Annotated[list[str], Field(min_length=1)]
    """Every source that lends pixels, the edited source first."""
    source_dataset: Text
    license: Text
    attribution: Text
    editor: Text
    region_method: Text
    annotator: Text
    recipe: Text
    config_hash: Text
    seed: int
    version: Text
    component: Text = "-"
    """Part of the recipe's mixture; `-` without one."""


class Quality(Model):
    """Measurements that say how far the labels can be trusted; -1.0 when not measured."""

    truth_iou: OptionalDecimal = -1.0
    """IoU of the derived label map's foreground and the renderer's true mask, 0..1."""
    truth_f1: OptionalDecimal = -1.0
    """F1 of the derived boxes against the true ones at IoU 0.5, one to one, 0..1."""
    registration_px: OptionalDecimal = -1.0
    """Mean displacement that registration corrected, pixels."""
    noise_floor: OptionalDecimal = -1.0
    """Median difference of the unedited part, Delta E units."""
    severity_instruction_following: OptionalDecimal = -1.0
    """Share of the request that is missing, lost identity counted, 0..1; what the oracle's score rounds."""
    severity_over_editing: OptionalDecimal = -1.0
    """How bad the unrequested changes are, 0..1; what the oracle's score rounds."""
    severity_naturalness: OptionalDecimal = -1.0
    """How unnatural the edited image looks, 0..1; what the oracle's score rounds."""
    severity_artifacts: OptionalDecimal = -1.0
    """How damaged the edited image looks, 0..1; what the oracle's score rounds."""


class Example(Model):
    """One training example; `KEY.json` is its canonical JSON."""

    schema_version: Text = SCHEMA_VERSION
    key: Key
    source_id: Text
    group_id: Text
    group_size: Annotated[int, Field(ge=1)]
    instruction: Text
    edit_type: EditType
    edits: Annotated[list[Edit], Field(min_length=1)]
    edit_region: Annotated[list[EditRegion], Field(max_length=MAX_REGIONS)]
    outcome: Outcome
    judgement: Judgement
    rank: Annotated[int, Field(ge=1)]
    images: Images
    provenance: Provenance
    quality: Quality

    @model_validator(mode="after")
    def _ids_are_consecutive(self) -> "Example":
        for name, ids in (("edits", [e.id for e in self.edits]), ("edit_region", [r.id for r in self.edit_region])):
            if ids != list(range(1, len(ids) + 1)):
                raise ValueError(f"{name}: ids must be 1..{len(ids)} in order, got {ids}")
        return self


def canonical_json(record: BaseModel) -> bytes:
    """Return the record as UTF-8 JSON: fields in the model's order, no spaces, floats always with a point."""
    return json.dumps(record.model_dump(), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
