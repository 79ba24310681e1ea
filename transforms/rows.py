"""The one reader of a data set's parquet files: they may come from anybody, and unpack to no more than is read of them.

A few kilobytes of parquet can stand for billions of rows or gigabytes of one repeated text, so rows are unpacked in
small batches and the reading stops where the sum is beyond reason for the file's size.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.errors import UserError
from transforms.shortage import raise_without_room

BATCH_ROWS = 1024
FREE_BYTES, MOST_RATIO = 256 * 2**20, 200
"""What a file may unpack to: so many bytes in any case, and so many times its own size."""


def read_rows(
    data: bytes, place: str, columns: Sequence[str] | None = None, optional: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return the rows of a parquet file.

    Args:
        data: its content.
        place: what to call it in messages.
        columns: to read; all if None.
        optional: those of `columns` that a file of an earlier version may lack.

    Raises:
        UserError: it is damaged, lacks a column, or unpacks to more than 256 MB and 200 times its size.
    """
    return list(iter_rows(data, place, columns, optional))


def iter_rows(
    data: bytes, place: str, columns: Sequence[str] | None = None, optional: Sequence[str] = ()
) -> Iterator[dict[str, Any]]:
    """Yield what `read_rows` returns, a batch in memory at a time; raises as it does, on the way."""
    unpacked, most = 0, max(FREE_BYTES, MOST_RATIO * len(data))
    try:
        # A buffer of Arrow's own: a Python stream, closed by one of Arrow's threads as Python ends, aborts the process.
        file = pq.ParquetFile(pa.BufferReader(data))
        for batch in file.iter_batches(BATCH_ROWS, columns=None if columns is None else list(columns)):
            unpacked += batch.nbytes
            if unpacked > most:
                raise UserError(f"{place}: unpacks to more than {most} bytes from {len(data)}; it is no file of ours")
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError, OverflowError, MemoryError) as error:
        raise_without_room(error, FREE_BYTES)
        raise UserError(f"{place}: is no sound parquet file ({error}); get or build it again") from error
    if missing := set(columns or ()) - set(optional) - set(file.schema_arrow.names):
        raise UserError(f"{place}: has no column {', '.join(sorted(missing))}; build the data set again")
