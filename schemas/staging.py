"""What pass 2 leaves behind for each candidate: a Record in the staging jsonl, or a Reject."""

from pydantic import model_validator

from schemas.example import Example, Model, Share
from schemas.reject import Reject
from schemas.vocabulary import EditType, Outcome, Split


class Member(Model):
    """A file inside a staging tar, found without reading the tar's headers."""

    name: str
    """Its name in the shard: `KEY.source.jpg`."""
    offset: int
    """First byte of its content in the staging tar."""
    length: int


class Fingerprint(Model):
    """What makes two candidates the same example (edit-aware: a whole-image hash alone never does)."""

    source_dhash: str
    regions_dhash: str
    """64-bit hashes of the edited image's crops under the regions, in order; `-` without regions."""
    instruction: str
    """Instruction in lower case, punctuation and articles removed."""
    source_detail: str = "-"
    """The finer part of the source's hash, see `PictureHash`: candidates of equal marks may still differ."""
    regions_detail: str = "-"
    """The same of the part of the edited image that the regions span; `-` without regions."""


class Record(Model):
    """A staged candidate: the Example, and where its image members lie."""

    example: Example
    split: Split
    program_id: str
    order: str
    """Sort key in which programs are kept: round of dealing, then the source's."""
    tar: str
    """Staging tar's file name."""
    members: list[Member]
    fingerprint: Fingerprint


class TruthRow(Model):
    """How derivation met the renderer's truth on one candidate, measured before any filter."""

    key: str
    outcome: Outcome
    edit_type: EditType
    truth_iou: float
    truth_f1: float
    n_truth: int
    n_derived: int
    area: float
    """True share of the edited frame that changed visibly."""
    confidences: list[Share]
    """Of each derived region, in the record's order."""
    hits: list[bool]
    """Whether each derived region's box is matched, one to one at IoU 0.5, to that of a true region."""

    @model_validator(mode="after")
    def _one_per_region(self) -> "TruthRow":
        if not len(self.confidences) == len(self.hits) == self.n_derived:
            numbers = f"{len(self.confidences)} confidences and {len(self.hits)} hits"
            raise ValueError(f"{self.key}: {numbers} for {self.n_derived} derived regions")
        return self


class StagedRow(Model):
    """One line of a staging jsonl: a planned candidate, kept or set aside (exactly one of the two is given)."""

    record: Record | None = None
    reject: Reject | None = None
    truth: TruthRow | None = None
    """None where no truth is known."""
