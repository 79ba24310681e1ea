"""One shard: image bytes copied from staging, `KEY.json` last in each sample, a temporary name, a rename."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO

from schemas.errors import InterruptedRunError
from schemas.example import Example, canonical_json
from schemas.manifest import ShardInfo
from schemas.staging import Member, Record, StagedRow
from schemas.vocabulary import Split
from schemas.work import ShardTask
from transforms import storage
from transforms.shards.assemble import Placed
from transforms.tar_writer import TarWriter, tar_writer


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


class ShardWriter:
    """A shard that is being written; see `open_shard`."""

    def __init__(self, name: str, split: Split, stream: _Hashing, tar: TarWriter) -> None:
        self._name, self._split, self._stream, self._tar = name, split, stream, tar
        self._keys: list[str] = []

    def write(self, key: str, suffix: str, data: bytes) -> None:
        """Write one member; those of a sample follow one another, its JSON last."""
        if self._keys[-1:] != [key]:
            self._keys.append(key)
        # A write of its own: the writer sorts the members of one write by name.
        self._tar.write({"__key__": key, suffix: data})

    @property
    def info(self) -> ShardInfo:
        """What stands in the shard, once it is closed."""
        return ShardInfo(
            name=self._name,
            split=self._split,
            samples=len(self._keys),
            bytes=self._stream.size,
            sha256=self._stream.sha256.hexdigest(),
            first_key=self._keys[0],
            last_key=self._keys[-1],
        )


@contextmanager
def open_shard(out: str, name: str, split: Split) -> Iterator[ShardWriter]:
    """Yield a writer of a shard, which appears under its name as a whole or not at all."""
    with storage.atomic_writer(storage.join(out, name)) as raw:
        stream = _Hashing(raw)
        with tar_writer(stream) as tar:
            yield ShardWriter(name, split, stream, tar)


def write_shard(task: ShardTask, samples: Iterable[Placed], staging: str, out: str) -> ShardInfo:
    """Write one shard from staged bytes; pixels are never decoded again, and one sample is held at a time."""
    with open_shard(out, task.name, task.split) as shard:
        for placed, record in _records(samples, staging):
            example = record.example.model_copy(update={"rank": placed.rank, "group_size": placed.group_size})
            _write_sample(shard, example, record, staging)
    return shard.info


def _records(samples: Iterable[Placed], staging: str) -> Iterator[tuple[Placed, Record]]:
    """Yield each placed sample with its record; a staging file is read once for samples that follow one another."""
    name, lines = "", []
    for placed in samples:
        if placed.jsonl != name:
            name, lines = placed.jsonl, storage.read_bytes(storage.join(staging, placed.jsonl)).splitlines()
        record = StagedRow.model_validate_json(lines[placed.line]).record
        assert record is not None and record.example.key == placed.key, placed
        yield placed, record


def _write_sample(shard: ShardWriter, example: Example, record: Record, staging: str) -> None:
    path = storage.join(staging, record.tar)
    with storage.open_read(path) as stream:
        for member in record.members:
            suffix = member.name.removeprefix(f"{example.key}.")
            shard.write(example.key, suffix, _read_member(path, stream, member))
    shard.write(example.key, "json", canonical_json(example))


def _read_member(path: str, stream: IO[bytes], member: Member) -> bytes:
    stream.seek(member.offset)
    data = stream.read(member.length)
    if len(data) != member.length:
        raise InterruptedRunError(
            f"{path}: ends after {len(data)} of the {member.length} bytes of {member.name}: it was damaged after it "
            "was written; remove it and the .jsonl of the same name, then run the same command again to go on"
        )
    return data
