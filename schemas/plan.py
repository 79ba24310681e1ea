"""Small records of pass 1: what was found, and what is planned for each source. No pixels here."""

from collections.abc import Sequence
from typing import Literal

from pydantic import TypeAdapter, field_serializer

from schemas.example import Model, ScoredReasoning
from schemas.picture_hash import PictureHash
from schemas.vocabulary import EditType, Outcome, Split


class Rights(Model):
    """Who may do what with a source."""

    license: str = "unknown"
    attribution: str = "-"
    people: str = "unknown"
    """yes, no or unknown."""


class PairRow(Model):
    """One imported (source, edited, instruction), with a judgement if one came along."""

    name: str
    """The row's name for people: `pairs.jsonl:12` or the common stem of its files."""
    edited_uri: str
    instruction: str
    edit_type: EditType = "unknown"
    editor: str = "unknown"
    semantic_consistency: ScoredReasoning | None = None
    perceptual_quality: ScoredReasoning | None = None


class InstanceRow(Model):
    """An annotated thing of a photo, as it stands in an annotation file."""

    name: str
    """Of its category."""
    group: str
    """Supercategory."""
    width: int
    height: int
    """Of the picture that the outlines are drawn in."""
    rings: list[list[int]]
    """Outer outlines, each x, y, x, y ... in whole pixels."""
    holes: list[list[int]]


UNKNOWN_HEIGHT = -1.0


class CutoutRow(Model):
    """What is known of a cut-out before it is opened."""

    called: str
    """Noun phrase without article ("red mug")."""
    height_m: float = UNKNOWN_HEIGHT
    """How high the thing is in nature, metres."""


_INSTANCES = TypeAdapter(list[InstanceRow])


class SourceItem(Model):
    """One thing found by a source reader, not yet opened: a photo, a pair row, or a cut-out."""

    name: str
    """Name relative to the sources, unique in a run: what reports and rejects call it."""
    uri: str
    """Where the source image's bytes are: a path, a gs:// address, or `bundled:NAME`."""
    dataset: str
    scene: str = "-"
    """Photos of one scene (a stereo pair, a burst) never stand in two splits; `-` for none."""
    rights: Rights = Rights()
    pair: PairRow | None = None
    instances: str = "[]"
    """Annotated things, at most twelve: a JSON list of InstanceRow, which takes a tenth of the memory of the rows."""
    cutout: CutoutRow | None = None
    """For a cut-out: it is laid into photos, and never edited itself."""

    def instance_rows(self) -> list[InstanceRow]:
        """Return the annotated things."""
        return _INSTANCES.validate_json(self.instances)


class SourceRecord(Model):
    """A source image that decoded well."""

    source_id: str
    """First 16 hex digits of the sha256 of the decoded pixels and size."""
    item: SourceItem
    width: int
    height: int
    dhash: str
    """64-bit difference hash of the decoded pixels, 16 hex digits."""
    dhash_mirrored: str
    """The same of the mirrored picture."""
    detail: str = "-"
    """The finer part of the hash, see `PictureHash`."""
    edited_sha256: str = "-"
    """For a pair: sha256 of the edited image's decoded pixels."""

    edited: PictureHash | None = None
    """For a pair: hashes of the edited picture."""

    def picture_ids(self) -> list[str]:
        """Return the first 16 hex digits of the sha256 of its source and, for a pair, of its edited picture."""
        return [self.source_id] + ([self.edited_sha256[:16]] if self.edited_sha256 != "-" else [])


Extra = Literal["-", "spare", "cast", "drift"]
"""A change that nobody asks for: another operation on another object, a look of the whole frame, a tinted area."""


class CandidatePlan(Model):
    """One candidate of a program to render."""

    outcome: Outcome
    extra: Extra = "-"
    """The unrequested change that the candidate is about, `-` for none."""
    take: int = 0
    """Two candidates of one outcome that comes in degrees are two takes."""
    spared: bool = False
    """The source shows the extra already. What would be over-editing of the plain source is faithful to this one, and
    the other way round: equal edited bytes, equal instruction, another source (a source twin)."""
    other: bool = False
    """Another instruction is asked than the program's, that of the outcome `other_instruction`."""


class ProgramPlan(Model):
    """One edit program to render: its operations are sampled from `program_id` when the pixels are at hand."""

    program_id: str
    """`SOURCE_ID-pNNN`; candidate k has the key `PROGRAM_ID-ck`, k from 0."""
    candidates: list[CandidatePlan]
    """In hashed order: neither the place nor the key of a candidate tells its outcome."""
    partner_ids: list[str]
    """Sources of the same split that may lend cut-outs or stand in as the unrelated picture."""
    component: str = "-"
    """Part of the mixture, which decides the settings; `-` in a recipe without one."""
    cutout_ids: tuple[str, ...] = ()
    """Cut-outs of the user's library that the program may lay into the photo, of the same split."""

    def key(self, index: int) -> str:
        """Return the key of candidate `index`."""
        return f"{self.program_id}-c{index}"


class SourcePlan(Model):
    """What pass 2 does with one source, or with one part of its programs: the unit of work, of loss and of staging."""

    source: SourceRecord
    part: int
    """From 0. Parts bound memory and keep workers evenly loaded; nothing in the result depends on them."""
    split: Split
    order: str
    """Sort key among sources in which programs are dealt and kept; its first sources cover every split."""
    programs: list[ProgramPlan]
    pairs: list[SourceRecord]
    """For imported pairs: the records (each with its `item.pair`) that share this source."""
    first_pair: int
    """Number of the first of `pairs` among all pairs of the source."""
    partners: list[SourceRecord]
    """The records of all `partner_ids` of the programs."""
    cutouts: tuple[SourceRecord, ...] = ()
    """The records of all `cutout_ids` of the programs."""

    @field_serializer("source", "pairs", "partners", "cutouts")
    def _without_detail(self, records: SourceRecord | Sequence[SourceRecord]) -> object:
        """Leave out what finds copies: the plan is made, and a record may stand in many of them."""
        if isinstance(records, SourceRecord):
            return records.model_dump(exclude={"detail"})
        return [record.model_dump(exclude={"detail"}) for record in records]

    @property
    def part_id(self) -> str:
        """Name of the unit in staging."""
        return f"{self.source.source_id}-{self.part:03d}"

    def candidate_keys(self) -> list[str]:
        """Return the keys of all planned candidates."""
        rendered = [program.key(i) for program in self.programs for i in range(len(program.candidates))]
        return rendered + [pair_key(self.source.source_id, self.first_pair + i) for i in range(len(self.pairs))]


def pair_key(source_id: str, index: int) -> str:
    """Return the key of the imported candidate `index` of a source."""
    return f"{source_id}-i{index:03d}"


def is_pair_key(key: str) -> bool:
    """Return whether a candidate was imported.

    >>> is_pair_key(pair_key("0123456789abcdef", 4)), is_pair_key("0123456789abcdef-p004-c0")
    (True, False)
    """
    return key.rpartition("-")[2].startswith("i")
