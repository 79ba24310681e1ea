"""`spatialreward reshard`: the same samples in other shards, for more readers or for larger files."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.console import Console
from rich.progress import track

from pipeline.dataset import DataSet, open_dataset
from pipeline.finish import hashes_of, write_manifest
from pipeline.publish.card import CARD, with_shard_counts
from schemas.errors import UserError
from schemas.example import Example
from schemas.manifest import Manifest, ShardInfo
from schemas.staging import Member
from schemas.vocabulary import SPLITS, Split
from schemas.work import shard_name
from transforms import storage
from transforms.marks import MANIFEST
from transforms.shards.assemble import fills
from transforms.shards.metadata import write_metadata
from transforms.shards.writer import open_shard
from transforms.tars import read_members

UNFINISHED = ".unfinished-reshard"
"""Marks the folder of a run until it has ended: one that was interrupted may begin again in it."""


@dataclass(frozen=True)
class _Sample:
    """A sample as it lies. Attributes: what must stay together, lists filled (`fills`), its shard, its members."""

    key: str
    unit: str
    fills: int
    shard: str
    members: tuple[Member, ...]


def reshard(source: str, out: str, samples: int, console: Console) -> Manifest:
    """Write a data set again in shards of about so many samples; sample, split and order of units stay.

    What belongs together stays in one shard: the candidates of one program, and groups of imported pairs. Each shard
    begins with a sample that fills most lists, from which readers without the card infer types. Members are copied
    byte for byte.

    Args:
        source: folder or address of a finished data set.
        out: folder of the new one; made if needed.
        samples: per shard, at most, unless one unit has more.
        console: where progress goes.

    A run that was interrupted begins again.

    Raises:
        UserError: no finished data set, or a folder that holds something already.
    """
    data = open_dataset(source)
    mark = storage.join(out, UNFINISHED)
    if storage.exists(mark):
        for name in (MANIFEST, "data", *data.manifest.files):
            storage.remove(storage.join(out, name))
        storage.remove_unfinished(out)
    elif not storage.is_empty(out):
        raise UserError(f"--out {out}: is not empty; name a new folder")
    storage.write_bytes(mark, b"")
    shards = [shard for split in SPLITS for shard in _write_split(data, split, out, samples, console)]
    manifest = _finish(data, out, shards)
    storage.remove(mark)
    return manifest


def _write_split(
    data: DataSet, split: Split, out: str, most: int, console: Console
) -> list[tuple[ShardInfo, list[str]]]:
    """Write the shards of a split; return each with the keys in it."""
    olds = [info.name for info in data.manifest.shards if info.split == split]
    found = [sample for name in olds for sample in _list_samples(data, name)]
    dealt = _dealt(found, most)
    result = []
    for index, members in enumerate(track(dealt, f"{split} shards", console=console)):
        with open_shard(out, shard_name(split, index, len(dealt)), split) as shard:
            _copy(data, members, shard.write)
        result.append((shard.info, [sample.key for sample in members]))
    return result


def _list_samples(data: DataSet, name: str) -> list[_Sample]:
    path = storage.join(data.out, name)
    found = []
    with storage.open_read(path) as stream:
        members: list[Member] = []
        for entry, content in read_members(stream, path, _is_json):
            members.append(Member(name=entry.name, offset=entry.offset_data, length=entry.size))
            if _is_json(entry.name):
                example = Example.model_validate_json(content)
                found.append(_Sample(example.key, _unit(example), fills(example), path, tuple(members)))
                members = []
    return found


def _is_json(name: str) -> bool:
    return name.endswith(".json")


def _unit(example: Example) -> str:
    """Return what a sample must stay with: its program, whose candidates are its key's but for the last part."""
    program, is_rendered, _ = example.key.rpartition("-c")
    return program if is_rendered else example.group_id


def _dealt(samples: Sequence[_Sample], most: int) -> list[list[_Sample]]:
    """Return the samples of each new shard: whole units, in order, the fullest sample's first."""
    units: dict[str, list[_Sample]] = {}
    for sample in samples:
        units.setdefault(sample.unit, []).append(sample)
    shards: list[list[list[_Sample]]] = []
    for unit in units.values():
        if not shards or sum(map(len, shards[-1])) + len(unit) > most:
            shards.append([])
        shards[-1].append(unit)
    return [_led(shard) for shard in shards]


def _led(units: list[list[_Sample]]) -> list[_Sample]:
    fullest = max((sample for unit in units for sample in unit), key=lambda sample: sample.fills)
    ordered = [s for unit in sorted(units, key=lambda unit: fullest not in unit) for s in unit]
    ordered.remove(fullest)
    return [fullest, *ordered]


def _copy(data: DataSet, samples: Sequence[_Sample], write: Callable[[str, str, bytes], None]) -> None:
    """Copy samples member by member; of samples that follow one another in a shard it is opened once."""
    for shard, members in groupby(samples, key=lambda sample: sample.shard):
        with storage.open_read(shard) as stream:
            for sample in members:
                for member in sample.members:
                    stream.seek(member.offset)
                    content = stream.read(member.length)
                    if len(content) != member.length:
                        raise OSError(f"{shard}: ends inside {member.name}; run spatialreward validate {data.out}")
                    write(sample.key, member.name.removeprefix(f"{sample.key}."), content)


def _finish(data: DataSet, out: str, shards: Sequence[tuple[ShardInfo, list[str]]]) -> Manifest:
    """Write metadata and card that know the new shards, copy the rest, and write the manifest last."""
    places = {key: info.name for info, keys in shards for key in keys}
    rows = [row | {"shard": places[row["key"]]} for row in data.rows]
    names = []
    for split in SPLITS:
        if own := [row for row in rows if row["split"] == split]:
            names.append(write_metadata(out, split, own))
    counts = Counter(info.split for info, _ in shards)
    for name in data.manifest.files:
        if name not in names:
            content = storage.read_bytes(storage.join(data.out, name))
            content = with_shard_counts(content.decode(), counts).encode() if name == CARD else content
            storage.write_bytes(storage.join(out, name), content)
            names.append(name)
    manifest = data.manifest.model_copy(
        update={
            "shards": sorted((info for info, _ in shards), key=lambda info: info.name),
            "files": hashes_of(out, names),
        }
    )
    write_manifest(out, manifest)
    return manifest
