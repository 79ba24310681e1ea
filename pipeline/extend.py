"""`spatialreward build --extend`: a finished data set and what was built beside it, as one."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from operator import itemgetter
from typing import Any

from pipeline.dataset import DataSet, open_dataset
from pipeline.finish import SOURCES, BuildFacts, publish
from pipeline.publish.counts import CardCounts
from schemas.errors import UserError
from schemas.manifest import Accounting, BenchmarkCount, ComponentCount, Manifest, QuotaCount, ShardInfo
from schemas.plan import is_pair_key
from schemas.sources import SourceRow
from schemas.vocabulary import SPLITS
from schemas.work import shard_name
from transforms import storage
from transforms.shards.metadata import REJECTED, TRUTH, TRUTH_SCHEMA, chunks_of, metadata_name, write_table
from transforms.shards.tables import METADATA, REJECTS
from transforms.shards.tables import SOURCES as SOURCES_SCHEMA
from transforms.sources.detail import read_details
from transforms.sources.hashing import picture_hash
from transforms.sources.identity import source_id

Row = dict[str, Any]
CHUNK = 8 << 20


def open_extended(folder: str, image_format: str) -> DataSet:
    """Open the data set that is to be extended.

    Raises:
        UserError: it is not finished, an earlier version made it, or its pictures are in another format.
    """
    data = open_dataset(folder)
    if SOURCES not in data.manifest.files:
        raise UserError(f"--extend {folder}: has no {SOURCES}; an earlier version made it, build it again")
    first = next(data.samples(data.manifest.shards[0].name))
    if not any(suffix == f"source.{image_format}" for suffix in first.members):
        raise UserError(f"--extend {folder}: its pictures are not {image_format}; set shards.image_format as it was")
    return data


def known_sources(data: DataSet) -> list[SourceRow]:
    """Return the sources of a data set and the edited pictures of its imported pairs.

    Where an earlier version wrote no rows of those, they are looked at in the shards, as they ship.

    Raises:
        UserError: a row's detail is none.
    """
    rows = [SourceRow.model_validate(row) for row in data.read_rows(SOURCES)]
    for row in rows:
        try:
            read_details([row.detail])
        except ValueError as error:
            raise UserError(
                f"--extend {data.out}: {SOURCES}: source {row.source_id}: column detail: {error}; build it again"
            ) from None
    if data.manifest.shared_radius >= 0:
        return rows
    pairs = {row.source_id: row for row in rows if row.kind == "pair"}
    return [*rows, *(_edited_rows(data, pairs) if pairs else ())]


def _edited_rows(data: DataSet, pairs: Mapping[str, SourceRow]) -> Iterator[SourceRow]:
    """Yield a row for the edited picture of each sample that was imported.

    Args:
        data: the data set.
        pairs: source_id -> the row of a pair's source.
    """
    for info in data.manifest.shards:
        for sample in data.samples(info.name):
            if is_pair_key(sample.key) and (source := pairs.get(sample.key.rpartition("-")[0])):
                rgb = sample.image("edited")
                said = {"source_id": source_id(rgb), "kind": "edited", "scene": "-", **picture_hash(rgb).model_dump()}
                yield source.model_copy(update=said)


def join_datasets(old: DataSet, added: DataSet, out: str, facts: BuildFacts) -> Manifest:
    """Write both data sets as one, shards byte for byte under new numbers, the manifest last.

    Args:
        old: what is extended; its samples come first, its splits stay.
        added: what was built beside it.
        out: folder of the whole.
        facts: of the build that adds; accounting and mixture are sums.

    Raises:
        UserError: a file of `old` is not what its manifest says.
    """
    names, shards = _write_shards((old, added), out)
    counts = CardCounts()
    files = [REJECTED, SOURCES]
    for split in SPLITS:
        name = metadata_name(split)
        pieces = [_renamed(data, name, names[data.out]) for data in (old, added) if name in data.manifest.files]
        if pieces:
            files.append(name)
            write_table(storage.join(out, name), _counted(_merged(pieces, ("key",)), counts), METADATA)
    for name, schema, order in (
        (REJECTED, REJECTS, ("level", "key", "stage", "reason")),
        (SOURCES, SOURCES_SCHEMA, ("source_id", "kind")),
        (TRUTH, TRUTH_SCHEMA, ("key",)),
    ):
        tables = [data.iter_rows(name) for data in (old, added) if storage.exists(storage.join(data.out, name))]
        write_table(storage.join(out, name), _merged(tables, order), schema)
    parts = old.manifest, added.manifest
    manifest = added.manifest.model_copy(
        update={
            "accounting": _summed(*(part.accounting for part in parts)),
            "samples": {split: counts.samples[split] for split in SPLITS},
            "shards": shards,
            "mixture": _mixed(*(part.mixture for part in parts)),
            "benchmarks": _benchmarks(*(part.benchmarks for part in parts)),
            "near_radius": min(part.near_radius for part in parts),
            "shared_radius": min(part.shared_radius for part in parts),
            "largest_near": max(part.largest_near for part in parts),
            "largest_group": max(part.largest_group for part in parts),
            "embedder_sha256": "-",  # photos of one part were not compared with those of the other by it
            "extends": old.manifest_sha256,
            "cleaned": dict(sorted(sum((Counter(part.cleaned) for part in parts), Counter[str]()).items())),
        }
    )
    return publish(out, manifest, files, counts, facts)


def _write_shards(parts: Iterable[DataSet], out: str) -> tuple[dict[str, dict[str, str]], list[ShardInfo]]:
    """Copy the shards; return, for each data set's folder, old name -> new name, and what was written."""
    parts = list(parts)
    found = [(data, info) for split in SPLITS for data in parts for info in data.manifest.shards if info.split == split]
    totals = Counter(info.split for _, info in found)
    names: dict[str, dict[str, str]] = defaultdict(dict)
    written, index = [], Counter[str]()
    for data, info in found:
        name = shard_name(info.split, index[info.split], totals[info.split])
        index[info.split] += 1
        names[data.out][info.name] = name
        _copy(storage.join(data.out, info.name), storage.join(out, name), info.sha256)
        written.append(info.model_copy(update={"name": name}))
    return names, sorted(written, key=lambda info: info.name)


def _copy(source: str, target: str, sha256: str) -> None:
    digest = hashlib.sha256()
    with storage.open_read(source) as stream, storage.atomic_writer(target) as copy:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            copy.write(chunk)
        if digest.hexdigest() != sha256:
            raise UserError(f"{source}: sha256 is not the manifest's; the file was changed or cut")


def _renamed(data: DataSet, name: str, shards: Mapping[str, str]) -> Iterator[Row]:
    return (row | {"shard": shards[row["shard"]]} for row in data.iter_rows(name))


def _merged(parts: Iterable[Iterable[Row]], order: tuple[str, ...]) -> Iterator[Row]:
    return merge(*parts, key=itemgetter(*order))


def _counted(rows: Iterable[Row], counts: CardCounts) -> Iterator[Row]:
    for some in chunks_of(rows):
        counts.add(some)
        yield from some


def _summed(a: Accounting, b: Accounting) -> Accounting:
    return Accounting(**{name: getattr(a, name) + getattr(b, name) for name in Accounting.model_fields})


def _mixed(old: Iterable[ComponentCount], added: Iterable[ComponentCount]) -> tuple[ComponentCount, ...]:
    """Return the sums of components of one name, those of the old data set first."""
    result: dict[str, ComponentCount] = {}
    for part in [*old, *added]:
        known = result.get(part.component)
        result[part.component] = _sum_of(known, part) if known else part
    return tuple(result.values())


def _benchmarks(old: Iterable[BenchmarkCount], added: Iterable[BenchmarkCount]) -> tuple[BenchmarkCount, ...]:
    """Return the sums of equal lists."""
    result: dict[tuple[str, str], BenchmarkCount] = {}
    for one in [*old, *added]:
        place = one.benchmark, one.sha256
        if known := result.get(place):
            counted = BenchmarkCount.model_fields.keys() - {"benchmark", "sha256", "pictures"}
            one = one.model_copy(update={name: getattr(known, name) + getattr(one, name) for name in counted})
        result[place] = one
    return tuple(result[place] for place in sorted(result))


def _sum_of(a: ComponentCount, b: ComponentCount) -> ComponentCount:
    quotas: dict[tuple[str, str], QuotaCount] = {}
    for quota in [*a.quotas, *b.quotas]:
        place = quota.dimension, quota.value
        known = quotas.get(place, quota.model_copy(update={"wanted": 0, "kept": 0}))
        quotas[place] = known.model_copy(
            update={"wanted": known.wanted + quota.wanted, "kept": known.kept + quota.kept}
        )
    sums = {name: getattr(a, name) + getattr(b, name) for name in ("wanted", "planned", "kept", "sources")}
    return ComponentCount(component=a.component, **sums, quotas=list(quotas.values()))
