"""What pass 2 leaves behind for each candidate: a Record in the staging jsonl, or a Reject."""

from schemas.example import Example, Model
from schemas.reject import Reject
from schemas.vocabulary import Split


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
    edited_dhash: str
    regions_dhash: str
    """64-bit hash of the edited image's crops under the regions; `-` without regions."""
    instruction: str
    """Instruction in lower case, punctuation and articles removed."""


class Record(Model):
    """A staged candidate: the Example, and where its image members lie."""

    example: Example
    split: Split
    program_id: str
    tar: str
    """Staging tar's file name."""
    members: list[Member]
    fingerprint: Fingerprint


class StagedRow(Model):
    """One line of a staging jsonl: exactly one of the two is given."""

    record: Record | None = None
    reject: Reject | None = None
