"""The parquet files: one row per kept sample and split, one per file or candidate set aside, one per known truth."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.vocabulary import Split
from transforms import storage
from transforms.shards.tables import METADATA, TRUTHS

TRUTH_SCHEMA = TRUTHS.append(pa.field("kept", pa.bool_()))
REJECTED, TRUTH = "rejected.parquet", "report/truth.parquet"
ROW_GROUP = 16_384
"""Rows of a row group: what a writer holds, some 10 MB of metadata."""
CHUNK = 4096
"""Rows that are made a table at a time."""


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


def write_table(path: str, rows: Iterable[dict[str, Any]], schema: pa.Schema) -> None:
    """Write rows as they come, some in memory at a time."""
    with open_table(path, schema) as table:
        for some in chunks_of(rows):
            table.write(pa.Table.from_pylist(some, schema=schema))


def chunks_of(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield rows in lists, for what takes some at once."""
    rows = iter(rows)
    while some := list(islice(rows, CHUNK)):
        yield some


def write_metadata(out: str, split: Split, rows: Iterable[dict[str, Any]]) -> str:
    """Write `metadata/SPLIT.parquet`, sorted by key; return its name."""
    name = metadata_name(split)
    write_table(storage.join(out, name), sorted(rows, key=lambda row: row["key"]), METADATA)
    return name
