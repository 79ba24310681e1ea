"""`spatialreward hashes`: a hash list of a benchmark's pictures, which builds keep away from."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from rich.console import Console
from rich.progress import track

from schemas.generate import hash_list_arrow_schema
from schemas.hash_list import HashRow
from schemas.plan import SourceItem
from schemas.reject import Reject
from transforms.dedup.confirmed import Hashed
from transforms.dedup.hash_lists import benchmark_name
from transforms.shards.metadata import write_table
from transforms.sources.decode import DecodeError, DecodeLimits
from transforms.sources.find import find_sources
from transforms.sources.hashing import picture_hash
from transforms.sources.read import inspect_item, load_edited

AT_ONCE = 8
"""Pictures that are read at a time: decoding holds no lock, and a store answers slowly."""


@dataclass(frozen=True)
class Listed:
    """A list that was written. Attributes: its rows; a row for each file that could not be read."""

    rows: tuple[HashRow, ...]
    rejects: tuple[Reject, ...]


def write_hash_list(address: str, out: str, console: Console) -> Listed:
    """Hash all pictures of a benchmark, of pairs both, and write the list; without any, nothing is written.

    Args:
        address: as for `find_sources`.
        out: file to write, NAME.parquet; NAME is what builds call the benchmark.
        console: where the progress bar goes.

    Raises:
        UserError: nothing usable is at the address, or `out` cannot be the name of a list.
    """
    benchmark_name(out)
    rows: list[HashRow] = []
    rejects: list[Reject] = []
    found = find_sources(address)
    for entry in track(_hashed(found), "Hashing", len(found), console=console):
        if isinstance(entry, Reject):
            rejects.append(entry)
        else:
            rows += entry
    rows.sort(key=lambda row: (row.name, row.instruction))
    if rows:
        write_table(out, (row.model_dump() for row in rows), hash_list_arrow_schema())
    return Listed(tuple(rows), tuple(rejects))


def _hashed(found: list[SourceItem | Reject]) -> Iterator[list[HashRow] | Reject]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(partial(_hash, limits=DecodeLimits()), found)


def _hash(entry: SourceItem | Reject, limits: DecodeLimits) -> list[HashRow] | Reject:
    record = inspect_item(entry, limits) if isinstance(entry, SourceItem) else entry
    if isinstance(record, Reject):
        return record
    pair = record.item.pair
    name = f"{pair.name} source" if pair else record.item.name
    rows = [_row(name, record, "-")]
    if pair:
        try:
            edited = load_edited(pair, limits)
        except (DecodeError, OSError) as error:  # changed since it was inspected, a moment ago
            return Reject(
                level="file", key=pair.name, name=pair.name, stage="decode", reason="unreadable",
                reject_class="error", detail=str(error),
            )  # fmt: skip
        rows.append(_row(f"{pair.name} edited", picture_hash(edited), pair.instruction))
    return rows


def _row(name: str, hashed: Hashed, instruction: str) -> HashRow:
    return HashRow(
        name=name,
        dhash=hashed.dhash,
        dhash_mirrored=hashed.dhash_mirrored,
        instruction=instruction,
        detail=hashed.detail,
    )
