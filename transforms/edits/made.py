"""Candidates on their way, in a file: where pass 2 is cut, pixels lie in storage and only their names go on."""

import io
import tarfile
from collections.abc import Iterator

from schemas.example import Edit, ImageInfo, Model
from schemas.keys import digest
from schemas.plan import PairRow, SourcePlan
from schemas.reject import Reject
from schemas.vocabulary import EditType, Outcome
from schemas.work import MadePart
from transforms import storage
from transforms.candidate import Candidate, EncodedTruth, SourceWork
from transforms.edits.make import CandidateMaker
from transforms.edits.triplet import Flaw, TrueRegion
from transforms.shards.codec import EncodedImage

PLAN, ROWS = "plan.json", "rows.jsonl"
_APART = {"source", "edited", "truth", "true_regions"}
"""What of a row is not simply the candidate's."""


class _Image(Model):
    member: str
    extension: str
    info: ImageInfo


class _MadeRow(Model):
    """A candidate without its pictures, which are members of the same tar."""

    key: str
    program_id: str
    group_id: str
    instruction: str
    edit_type: EditType
    edits: tuple[Edit, ...]
    outcome: Outcome
    source: _Image
    edited: _Image
    truth: str
    """Member with the label map, `-` for no truth."""
    true_regions: tuple[TrueRegion, ...]
    flaws: tuple[Flaw, ...]
    lender_ids: tuple[str, ...]
    editor: str
    identity_lost: float
    pair: PairRow | None


class _Line(Model):
    """A candidate on its way, or set aside."""

    made: _MadeRow | None = None
    reject: Reject | None = None


def make_part(plan: SourcePlan, maker: CandidateMaker, kind: str, folder: str) -> MadePart:
    """Make the candidates of a part into a file below `folder`, if it is not there already, and return its name.

    A part in which something failed is under a name of its own, so that it is made again.

    Args:
        plan: of the part.
        maker: of the candidates.
        kind: stands for all else that decides what is made: code and machine.
        folder: for such files; the name says by what each was made.
    """
    by = digest(plan.model_dump_json(), maker.settings(), kind)[:16]
    stem = storage.join(folder, f"{plan.part_id[:2]}/{plan.part_id}.{by}")
    name = f"{stem}.tar"
    if not storage.exists(name):
        work = maker.make(plan)
        if any(isinstance(item, Reject) and item.reject_class == "error" for item in work.candidates):
            name = f"{stem}.failed.tar"
        storage.write_bytes(name, pack(work))
    return MadePart(name=name)


def read_part(part: MadePart) -> SourceWork:
    """Return what `make_part` wrote."""
    return unpack(storage.read_bytes(part.name))


def pack(work: SourceWork) -> bytes:
    """Return a tar of a part's candidates, none of them measured yet; a picture that several share is in it once."""
    members: dict[str, bytes] = {PLAN: work.plan.model_dump_json().encode()}
    named: dict[int, str] = {}

    def image(encoded: EncodedImage) -> _Image:
        name = named.setdefault(id(encoded), f"{len(named):04d}.{encoded.extension}")
        members[name] = encoded.data
        return _Image(member=name, extension=encoded.extension, info=encoded.info)

    def line(number: int, item: Candidate | Reject) -> _Line:
        if isinstance(item, Reject):
            return _Line(reject=item)
        truth = "-"
        if item.truth:
            truth = f"{number:04d}.truth.png"
            members[truth] = item.truth.label_png
        row = _MadeRow(
            source=image(item.source),
            edited=image(item.edited),
            truth=truth,
            true_regions=item.truth.regions if item.truth else (),
            **{name: getattr(item, name) for name in _MadeRow.model_fields.keys() - _APART},
        )
        return _Line(made=row)

    lines = [line(number, item) for number, item in enumerate(work.candidates)]
    members[ROWS] = b"".join(entry.model_dump_json().encode() + b"\n" for entry in lines)
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return stream.getvalue()


def unpack(data: bytes) -> SourceWork:
    """Return the part of a tar."""
    members = dict(_members(data))
    images: dict[str, EncodedImage] = {}

    def image(one: _Image) -> EncodedImage:
        return images.setdefault(one.member, EncodedImage(members[one.member], one.extension, one.info))

    def item(line: _Line) -> Candidate | Reject:
        if line.reject:
            return line.reject
        assert line.made is not None
        row = line.made
        return Candidate(
            source=image(row.source),
            edited=image(row.edited),
            truth=None if row.truth == "-" else EncodedTruth(members[row.truth], row.true_regions),
            **{name: getattr(row, name) for name in _MadeRow.model_fields.keys() - _APART},
        )

    lines = (_Line.model_validate_json(line) for line in members[ROWS].splitlines())
    return SourceWork(SourcePlan.model_validate_json(members[PLAN]), tuple(map(item, lines)))


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for entry in tar:
            content = tar.extractfile(entry)
            assert content is not None, entry.name
            yield entry.name, content.read()
