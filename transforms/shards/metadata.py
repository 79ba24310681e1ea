"""The parquet files: one row per kept sample and split, one per file or candidate set aside, one per known truth."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.generate import metadata_arrow_schema, metadata_row, rejects_arrow_schema
from schemas.reject import Reject
from schemas.staging import TruthRow
from schemas.vocabulary import Split
from transforms import storage
from transforms.shards.writer import WrittenShard

TRUTH_SCHEMA = pa.schema(
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
        ("kept", pa.bool_()),
    ]
)


def _write(path: str, rows: Sequence[dict[str, Any]], schema: pa.Schema) -> None:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), stream, compression="zstd")
    storage.write_bytes(path, stream.getvalue())


def shard_rows(shard: WrittenShard) -> list[dict[str, Any]]:
    """Return the metadata rows of a shard, in its order."""
    return [metadata_row(example, shard.info.split, shard.info.name) for example in shard.examples]


def write_metadata(out: str, split: Split, rows: Iterable[dict[str, Any]]) -> str:
    """Write `metadata/SPLIT.parquet`, sorted by key; return its name."""
    name = f"metadata/{split}.parquet"
    _write(storage.join(out, name), sorted(rows, key=lambda row: row["key"]), metadata_arrow_schema())
    return name


def write_rejects(out: str, rejects: Iterable[Reject]) -> str:
    """Write `rejected.parquet`, sorted; return its name."""
    ordered = sorted(rejects, key=lambda reject: (reject.level, reject.key, reject.stage, reject.reason))
    rows = [{**reject.model_dump(exclude={"reject_class"}), "class": reject.reject_class} for reject in ordered]
    _write(storage.join(out, "rejected.parquet"), rows, rejects_arrow_schema())
    return "rejected.parquet"


def write_truth(out: str, truths: Iterable[TruthRow], kept: set[str]) -> None:
    """Write `report/truth.parquet`: how derivation met the truth on every candidate, kept or not."""
    rows = [{**row.model_dump(), "kept": row.key in kept} for row in sorted(truths, key=lambda row: row.key)]
    _write(storage.join(out, "report/truth.parquet"), rows, TRUTH_SCHEMA)
