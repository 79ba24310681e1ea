"""One shard: image bytes copied from staging, `KEY.json` last in each sample, a temporary name, a rename."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import webdataset

from schemas.example import Example, canonical_json
from schemas.manifest import ShardInfo
from schemas.staging import Member, Record, StagedRow
from transforms import storage
from transforms.shards.assemble import Placed, ShardPlan


@dataclass(frozen=True)
class WrittenShard:
    """A shard that stands under its final name, and the examples in it, in order."""

    info: ShardInfo
    examples: tuple[Example, ...]


class _Hashing:
    """A stream that hashes and counts what passes through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.sha256, self.size = stream, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        self.size += len(data)
        return self.stream.write(data)

    def flush(self) -> None:
        self.stream.flush()


def write_shard(plan: ShardPlan, staging: str, out: str) -> WrittenShard:
    """Write one shard from staged bytes; pixels are never decoded again."""
    examples = []
    with storage.atomic_writer(storage.join(out, plan.name)) as raw:
        stream = _Hashing(raw)
        with webdataset.TarWriter(stream, encoder=False, mtime=0, user="", group="", mode=0o644) as tar:
            for placed, record in _records(plan, staging):
                example = record.example.model_copy(update={"rank": placed.rank, "group_size": placed.group_size})
                _write_sample(tar, example, record, staging)
                examples.append(example)
    info = ShardInfo(
        name=plan.name,
        split=plan.split,
        samples=len(examples),
        bytes=stream.size,
        sha256=stream.sha256.hexdigest(),
        first_key=examples[0].key,
        last_key=examples[-1].key,
    )
    return WrittenShard(info, tuple(examples))


def _records(plan: ShardPlan, staging: str) -> Iterator[tuple[Placed, Record]]:
    """Yield each placed sample with its record; a staging file is read once for samples that follow one another."""
    name, lines = "", []
    for placed in plan.samples:
        if placed.jsonl != name:
            name, lines = placed.jsonl, storage.read_bytes(storage.join(staging, placed.jsonl)).splitlines()
        record = StagedRow.model_validate_json(lines[placed.line]).record
        assert record is not None and record.example.key == placed.key, placed
        yield placed, record


def _write_sample(tar: webdataset.TarWriter, example: Example, record: Record, staging: str) -> None:
    with storage.open_read(storage.join(staging, record.tar)) as stream:
        for member in record.members:
            suffix = member.name.removeprefix(f"{example.key}.")
            tar.write({"__key__": example.key, suffix: _read_member(stream, member)})
    # A write of its own: the writer sorts the members of one write by name, and the JSON stands last.
    tar.write({"__key__": example.key, "json": canonical_json(example)})


def _read_member(stream: IO[bytes], member: Member) -> bytes:
    stream.seek(member.offset)
    data = stream.read(member.length)
    if len(data) != member.length:
        raise OSError(f"{member.name}: staging ends after {len(data)} of {member.length} bytes; run the build again")
    return data
