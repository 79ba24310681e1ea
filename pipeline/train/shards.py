"""Which shards a split has, what is in them, and their samples as a stream."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from webdataset.tariterators import group_by_keys

from pipeline.dataset import open_dataset
from schemas.errors import UserError
from schemas.vocabulary import Split
from transforms import storage
from transforms.rows import read_rows
from transforms.tars import read_members

MEMBERS = {"json", *(f"{name}.{suffix}" for name in ("source", "edited") for suffix in ("jpg", "png", "webp"))}
"""What training reads of a sample; masks are passed over."""
_COLUMNS = (
    "key",
    "shard",
    "edited_sha256",
    "instruction_following",
    "over_editing",
    "naturalness",
    "artifacts",
)


@dataclass(frozen=True)
class Shard:
    """A shard of a split. Attributes: its path or address, its samples, and the conversations that they make."""

    url: str
    samples: int
    conversations: int


@dataclass(frozen=True)
class Shards:
    """A split as training reads it.

    Attributes:
        shards: in the order of the manifest.
        repeated: keys of samples whose edited image another sample has too and asks about: they make no PQ
            conversation, so that each edited image is judged by itself once.
        config_hash: of the data set.
    """

    shards: tuple[Shard, ...]
    repeated: frozenset[str]
    config_hash: str


def list_shards(out: str, split: Split) -> Shards:
    """List the shards of a split.

    Args:
        out: folder or address (http, gs://) of a finished data set.
        split: which.

    Raises:
        UserError: no finished data set, or one without that split or without judgements.
    """
    data = open_dataset(out)
    infos = [info for info in data.manifest.shards if info.split == split]
    if not infos:
        raise UserError(f"{out}: no shard of split {split}; build a larger data set, or set its quota")
    path = storage.join(data.out, f"metadata/{split}.parquet")
    rows = read_rows(storage.read_bytes(path), path, _COLUMNS)
    counts, owners, repeated = Counter[str](), dict[str, str](), set[str]()
    for key, shard, edited, *scores in sorted(tuple(row[name] for name in _COLUMNS) for row in rows):
        following, over_editing, naturalness, artifacts = scores
        counts[shard] += min(following, over_editing) >= 0
        if owners.setdefault(edited, key) != key:
            repeated.add(key)
        else:
            counts[shard] += min(naturalness, artifacts) >= 0
    if not counts.total():
        raise UserError(f"{out}: no sample of split {split} has a judgement, so there is nothing to learn")
    shards = [Shard(storage.join(data.out, info.name), info.samples, counts[info.name]) for info in infos]
    return Shards(tuple(shards), frozenset(repeated), data.manifest.config_hash)


def stream_samples(url: str, start: int = 0) -> Iterator[dict[str, bytes]]:
    """Yield the samples of a shard from number `start` on, read in a stream: `__key__` and members by suffix.

    Args:
        url: path or address (http, gs://).
        start: samples to pass over.

    Raises:
        UserError: see `read_members`.
    """
    with storage.open_read(url) as stream:
        members = read_members(stream, url, lambda name: name.partition(".")[2] in MEMBERS)
        files = ({"fname": entry.name, "data": data, "__url__": url} for entry, data in members)
        yield from islice(group_by_keys(files, suffixes=MEMBERS), start, None)
