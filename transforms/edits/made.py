"""Candidates on their way, in a file: where pass 2 is cut, pixels lie in storage and only their names go on."""

import io

from schemas.errors import UserError
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
from transforms.tar_writer import tar_writer
from transforms.tars import read_members

PLAN, ROWS = "plan.json", "rows.jsonl"
"""Suffixes of what is there once; they stand under the first candidate's key."""
_APART = {"source", "edited", "truth", "true_regions"}
"""What of a row is not simply the candidate's."""


class _Image(Model):
    member: str
    extension: str
    info: ImageInfo


class _MadeRow(Model):
    """A candidate without its pictures, which are members of the same tar."""

    key: str
    name: str
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
    """Return what `make_part` wrote.

    Raises:
        UserError: the file is not as it was written.
    """
    return unpack(storage.read_bytes(part.name), part.name)


def pack(work: SourceWork) -> bytes:
    """Return a tar of a part's candidates, none of them measured yet; a picture that several share is in it once."""
    stream = io.BytesIO()
    lines: list[_Line] = []
    named: dict[int, str] = {}
    with tar_writer(stream) as writer:

        def write(key: str, suffix: str, data: bytes) -> str:
            writer.write({"__key__": key, suffix: data})
            return f"{key}.{suffix}"

        def image(key: str, role: str, encoded: EncodedImage) -> _Image:
            if id(encoded) not in named:
                named[id(encoded)] = write(key, f"{role}.{encoded.extension}", encoded.data)
            return _Image(member=named[id(encoded)], extension=encoded.extension, info=encoded.info)

        for item in work.candidates:
            if isinstance(item, Reject):
                lines.append(_Line(reject=item))
                continue
            row = _MadeRow(
                source=image(item.key, "source", item.source),
                edited=image(item.key, "edited", item.edited),
                truth=write(item.key, "truth.png", item.truth.label_png) if item.truth else "-",
                true_regions=item.truth.regions if item.truth else (),
                **{name: getattr(item, name) for name in _MadeRow.model_fields.keys() - _APART},
            )
            lines.append(_Line(made=row))
        first = work.candidates[0].key
        write(first, ROWS, b"".join(line.model_dump_json().encode() + b"\n" for line in lines))
        write(first, PLAN, work.plan.model_dump_json().encode())
    return stream.getvalue()


def unpack(data: bytes, place: str = "-") -> SourceWork:
    """Return the part of a tar; `place` is what messages call it. Raises as `read_part` does."""
    members = {entry.name: content for entry, content in read_members(io.BytesIO(data), place)}
    once = {
        suffix: content for name, content in members.items() for suffix in (PLAN, ROWS) if name.endswith(f".{suffix}")
    }
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

    try:
        lines = [_Line.model_validate_json(line) for line in once[ROWS].splitlines()]
        return SourceWork(SourcePlan.model_validate_json(once[PLAN]), tuple(map(item, lines)))
    except (KeyError, ValueError) as error:
        raise UserError(f"{place}: is no part of a build ({error}); remove it, and it is made again") from None
