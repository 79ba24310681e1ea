"""The parquet files: one row per kept sample and split, one per file or candidate set aside, one per known truth."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.reject import Reject
from schemas.staging import TruthRow
from schemas.vocabulary import Split
from transforms import storage
from transforms.shards.tables import METADATA, REJECTS, TRUTHS, reject_row

TRUTH_SCHEMA = TRUTHS.append(pa.field("kept", pa.bool_()))
REJECTED, TRUTH = "rejected.parquet", "report/truth.parquet"
ROW_GROUP = 16_384
"""Rows of a row group: what a writer holds, some 10 MB of metadata."""


def metadata_name(split: Split) -> str:
    """Return the name of a split's metadata, relative to the data set."""
    return f"metadata/{split}.parquet"


class TableWriter:
    """A parquet file that is being written; see `open_table`. Its bytes do not depend on how many rows come at once."""

    def __init__(self, file: pq.ParquetWriter, schema: pa.Schema) -> None:
        self._file, self._schema, self._waiting, self._written = file, schema, schema.empty_table(), False

    def write(self, table: pa.Table) -> None:
        """Append rows, in order."""
        self._waiting = pa.concat_tables([self._waiting, table.cast(self._schema)])
        while len(self._waiting) >= ROW_GROUP:
            self._group(self._waiting.slice(0, ROW_GROUP))
            self._waiting = self._waiting.slice(ROW_GROUP)

    def end(self) -> None:
        """Write what waits; a table without rows has one row group too."""
        if len(self._waiting) or not self._written:
            self._group(self._waiting)

    def _group(self, rows: pa.Table) -> None:
        self._file.write_table(rows.combine_chunks())
        self._written = True


@contextmanager
def open_table(path: str, schema: pa.Schema) -> Iterator[TableWriter]:
    """Yield a writer of a parquet file, which appears under its name as a whole or not at all."""
    with storage.atomic_writer(path) as stream, pq.ParquetWriter(stream, schema, compression="zstd") as file:
        writer = TableWriter(file, schema)
        yield writer
        writer.end()


def _write(path: str, rows: Iterable[dict[str, Any]], schema: pa.Schema) -> None:
    with open_table(path, schema) as writer:
        writer.write(pa.Table.from_pylist(list(rows), schema=schema))


def write_metadata(out: str, split: Split, rows: Iterable[dict[str, Any]]) -> str:
    """Write `metadata/SPLIT.parquet`, sorted by key; return its name."""
    name = metadata_name(split)
    _write(storage.join(out, name), sorted(rows, key=lambda row: row["key"]), METADATA)
    return name


def write_rejects(out: str, rejects: Iterable[Reject]) -> str:
    """Write `rejected.parquet`, sorted; return its name."""
    ordered = sorted(rejects, key=lambda reject: (reject.level, reject.key, reject.stage, reject.reason))
    _write(storage.join(out, REJECTED), map(reject_row, ordered), REJECTS)
    return REJECTED


def write_truth(out: str, truths: Iterable[TruthRow], kept: set[str]) -> None:
    """Write `report/truth.parquet`: how derivation met the truth on every candidate, kept or not."""
    rows = [{**row.model_dump(), "kept": row.key in kept} for row in sorted(truths, key=lambda row: row.key)]
    _write(storage.join(out, TRUTH), rows, TRUTH_SCHEMA)
