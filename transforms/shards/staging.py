"""Staging of one part of a source: a tar of its image members, then, as the commit mark, a jsonl of all its rows.

`SOURCE_ID-PART.KK.tar` is named by its own hash, so two attempts of one part never overwrite each other; the jsonl is
renamed into place last. A part without a jsonl is made again.
"""

import hashlib
import io
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.example import Example, Images, Provenance, canonical_json
from schemas.reject import Reject
from schemas.staging import Member, Record, StagedRow
from transforms import storage
from transforms.candidate import Candidate, SourceWork
from transforms.splits.plan import program_order
from transforms.tar_writer import tar_writer


@dataclass(frozen=True)
class RunFacts:
    """What the whole run knows and every example states."""

    recipe: str
    config_hash: str
    seed: int
    version: str


@dataclass(frozen=True)
class StagedSource:
    """A part whose commit mark stands. Attributes: its id, the jsonl's name, and what it holds."""

    part_id: str
    name: str
    kept: int
    set_aside: int


def commit_marks(names: Iterable[str]) -> dict[str, str]:
    """Return part_id -> its jsonl among staged names; of two attempts the smaller name wins.

    >>> commit_marks(["ab/abc-000.11.jsonl", "ab/abc-000.00.jsonl", "ab/abc-000.00.tar"])
    {'abc-000': 'ab/abc-000.00.jsonl'}
    """
    marks: dict[str, str] = {}
    for name in sorted(names):
        if name.endswith(".jsonl"):
            marks.setdefault(name.rpartition("/")[2].split(".")[0], name)
    return marks


def stage_source(work: SourceWork, folder: str, facts: RunFacts) -> StagedSource:
    """Write the image members and the rows of a part below `folder`; the jsonl comes last."""
    tar, members = _tar(work)
    stem = f"{work.plan.part_id[:2]}/{work.plan.part_id}.{hashlib.sha256(tar).hexdigest()[:16]}"
    storage.write_bytes(storage.join(folder, f"{stem}.tar"), tar)
    rows = [_row(work, item, members, f"{stem}.tar", facts) for item in work.candidates]
    storage.write_bytes(storage.join(folder, f"{stem}.jsonl"), b"".join(canonical_json(row) + b"\n" for row in rows))
    kept = sum(row.record is not None for row in rows)
    return StagedSource(work.plan.part_id, f"{stem}.jsonl", kept, len(rows) - kept)


def _tar(work: SourceWork) -> tuple[bytes, dict[str, list[Member]]]:
    """Return the tar's bytes and, per key, where each member's content lies in it."""
    stream = io.BytesIO()
    with tar_writer(stream) as writer:
        for candidate in work.candidates:
            if isinstance(candidate, Candidate):
                for name, data in image_members(candidate).items():
                    writer.write({"__key__": candidate.key, name.removeprefix(f"{candidate.key}."): data})
    members: dict[str, list[Member]] = {}
    stream.seek(0)
    with tarfile.open(fileobj=stream) as tar:
        for entry in tar:
            member = Member(name=entry.name, offset=entry.offset_data, length=entry.size)
            members.setdefault(entry.name.partition(".")[0], []).append(member)
    return stream.getvalue(), members


def image_members(candidate: Candidate) -> dict[str, bytes]:
    """Return the image members of a candidate in shard order, by their name in the shard."""
    assert candidate.regions is not None, candidate.key
    return {
        f"{candidate.key}.source.{candidate.source.extension}": candidate.source.data,
        f"{candidate.key}.edited.{candidate.edited.extension}": candidate.edited.data,
        f"{candidate.key}.mask.png": candidate.regions.label_png,
    }


def _row(
    work: SourceWork, item: Candidate | Reject, members: dict[str, list[Member]], tar: str, facts: RunFacts
) -> StagedRow:
    if isinstance(item, Reject):
        return StagedRow(reject=item, truth=work.truths.get(item.key))
    assert item.fingerprint is not None, item.key
    record = Record(
        example=_example(work, item, facts),
        name=item.name,
        split=work.plan.split,
        program_id=item.program_id,
        order=program_order(item.program_id, work.plan.order),
        tar=tar,
        members=members[item.key],
        fingerprint=item.fingerprint,
    )
    return StagedRow(record=record, truth=work.truths.get(item.key))


def _example(work: SourceWork, candidate: Candidate, facts: RunFacts) -> Example:
    """Return the Example with provisional rank 1 and group size 1: only the whole set knows them."""
    assert candidate.regions is not None and candidate.judgement is not None, candidate.key
    components = {program.program_id: program.component for program in work.plan.programs}
    records = {record.source_id: record for record in [work.plan.source, *work.plan.partners, *work.plan.cutouts]}
    rights = [records[source_id].item.rights for source_id in candidate.lender_ids]
    return Example(
        key=candidate.key,
        source_id=work.plan.source.source_id,
        group_id=candidate.group_id,
        group_size=1,
        instruction=candidate.instruction,
        edit_type=candidate.edit_type,
        edits=list(candidate.edits),
        edit_region=list(candidate.regions.edit_region),
        outcome=candidate.outcome,
        judgement=candidate.judgement,
        rank=1,
        images=Images(source=candidate.source.info, edited=candidate.edited.info),
        provenance=Provenance(
            source_ids=list(candidate.lender_ids),
            source_dataset=work.plan.source.item.dataset,
            license=_join(right.license for right in rights),
            attribution=_join((right.attribution for right in rights), "; "),
            editor=candidate.editor,
            region_method=candidate.regions.method,
            annotator=candidate.annotator,
            recipe=facts.recipe,
            config_hash=facts.config_hash,
            seed=facts.seed,
            version=facts.version,
            component=components.get(candidate.program_id, "-"),
        ),
        quality=candidate.quality,
    )


def _join(values: Iterable[str], separator: str = " AND ") -> str:
    """Join distinct values in order; for licences this is an SPDX expression."""
    return separator.join(dict.fromkeys(values))


def read_rows(data: bytes) -> Iterable[StagedRow]:
    """Yield the rows of a staging jsonl."""
    return (StagedRow.model_validate_json(line) for line in data.splitlines())
