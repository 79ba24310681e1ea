"""The tables between the steps of pass 3: per slice of staged candidates, in files, so that no shuffle carries rows.

A slice holds parts whose keys follow one another, so tables that are sorted by key follow one another too: what needs
all rows in order reads slice after slice, and holds one at a time.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.generate import metadata_arrow_schema, rejects_arrow_schema, sources_arrow_schema
from schemas.reject import Reject
from schemas.sources import SourceRow
from schemas.work import Collected, ShardTask
from transforms import storage
from transforms.shards.assemble import Entry, Placed

TRUTHS = pa.schema(
    [
        ("key", pa.string()),
        ("outcome", pa.string()),
        ("edit_type", pa.string()),
        ("truth_iou", pa.float64()),
        ("truth_f1", pa.float64()),
        ("n_truth", pa.int64()),
        ("n_derived", pa.int64()),
        ("area", pa.float64()),
        ("confidences", pa.list_(pa.float64())),
        ("hits", pa.list_(pa.bool_())),
    ]
)
"""How derivation met the truth, per candidate that has one."""
METADATA = metadata_arrow_schema()
REJECTS = rejects_arrow_schema()
SOURCES = sources_arrow_schema()
CANDIDATES = pa.schema(
    [
        *METADATA,
        ("program_id", pa.string()),
        ("order", pa.string()),
        ("jsonl", pa.string()),
        ("line", pa.int64()),
        ("copy_id", pa.string()),
        ("any_done", pa.bool_()),
        ("fills", pa.int64()),
        ("source_detail", pa.string()),
        ("regions_detail", pa.string()),
    ]
)
"""Metadata rows, before anyone knows their place, what assembling needs besides, and what confirms copies."""
PLACES = pa.schema(
    [
        ("shard", pa.string()),
        ("rank", pa.int64()),
        ("group_size", pa.int64()),
        ("stage", pa.string()),
        ("reason", pa.string()),
        ("class", pa.string()),
        ("detail", pa.string()),
    ]
)
"""A row for each row of `CANDIDATES`: its place, or, where `shard` is empty, why it has none."""


def table_name(folder: str, kind: str, number: int) -> str:
    """Return the path of a slice's table: of candidates, places, rejects or truths."""
    return storage.join(folder, f"{kind}-{number:06d}.parquet")


def file_rejects_name(folder: str) -> str:
    """Return the path of the table of files that pass 1 set aside."""
    return storage.join(folder, "files.parquet")


def reject_row(reject: Reject) -> dict[str, Any]:
    """Return a row of `rejected.parquet`."""
    return {**reject.model_dump(exclude={"reject_class"}), "class": reject.reject_class}


def write_rows(path: str, rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> None:
    """Write a table."""
    with storage.atomic_writer(path) as stream:
        pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), stream, compression="zstd")


def write_file_rejects(folder: str, rejects: Iterable[Reject]) -> None:
    """Write the table of files that pass 1 set aside, sorted."""
    ordered = sorted(rejects, key=lambda reject: (reject.key, reject.stage, reject.reason))
    write_rows(file_rejects_name(folder), [reject_row(reject) for reject in ordered], REJECTS)


def sources_name(folder: str) -> str:
    """Return the path of the table of sources."""
    return storage.join(folder, "sources.parquet")


def write_sources(folder: str, rows: Iterable[SourceRow]) -> None:
    """Write the table of sources, sorted."""
    ordered = sorted((row.model_dump() for row in rows), key=lambda row: (row["source_id"], row["kind"]))
    write_rows(sources_name(folder), ordered, SOURCES)


def read_table(path: str, columns: Sequence[str] | None = None) -> pa.Table:
    """Return a table, or some of its columns."""
    # A buffer of Arrow's own: a Python stream, closed by one of Arrow's threads as Python ends, aborts the process.
    source = pa.BufferReader(storage.read_bytes(path))
    return pq.read_table(source, columns=None if columns is None else list(columns), use_threads=False)


def read_entries(folder: str, collected: Collected) -> list[Entry]:
    """Return what assembling needs of a slice's candidates, in the order of their keys."""
    table = read_table(table_name(folder, "candidates", collected.number), Entry._fields)
    assert len(table) == collected.candidates, collected
    columns = [_shared(table[name].to_pylist()) for name in Entry._fields]
    return [Entry(*values) for values in zip(*columns, strict=True)]


def read_details(folder: str, numbers: Iterable[int], keys: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return key -> details of the source and of the edited part, for some candidates of some slices."""
    found: dict[str, tuple[str, str]] = {}
    for number in numbers if keys else ():
        table = read_table(table_name(folder, "candidates", number), ["key", "source_detail", "regions_detail"])
        some = table.filter(pc.is_in(table["key"], pa.array(sorted(keys), pa.string())))
        for key, source, regions in zip(*(column.to_pylist() for column in some.columns), strict=True):
            found[key] = source, regions
    return found


def _shared(values: list[Any]) -> list[Any]:
    """Return the values, equal ones held once for all."""
    seen: dict[Any, Any] = {}
    return [seen.setdefault(value, value) for value in values]


def write_samples(folder: str, task: ShardTask, samples: Iterable[Placed]) -> None:
    """Write which samples a shard has, in order."""
    lines = (json.dumps(sample) + "\n" for sample in samples)
    storage.write_bytes(_samples_name(folder, task), "".join(lines).encode())


def read_samples(folder: str, task: ShardTask) -> list[Placed]:
    """Return the samples of a shard, in order."""
    return [Placed(*json.loads(line)) for line in storage.read_bytes(_samples_name(folder, task)).splitlines()]


def _samples_name(folder: str, task: ShardTask) -> str:
    return storage.join(folder, f"samples-{task.split}-{task.index:05d}.json")
