"""A slice of staged parts becomes tables: rows of its candidates, of what was set aside, of how truth was met."""

from collections.abc import Mapping
from typing import Any

from schemas.generate import metadata_row
from schemas.work import Collected, Span, StagedSlice
from transforms import storage
from transforms.shards.assemble import entry_of
from transforms.shards.staging import read_rows
from transforms.shards.tables import CANDIDATES, REJECTS, TRUTHS, reject_row, table_name, write_rows
from transforms.work import read_span

UNPLACED = "-"


def collect(span: Span, staging: str, folder: str) -> Collected:
    """Write the tables of a slice into `folder`, each sorted by key; reasoning text stays in staging."""
    (staged,) = read_span(span, StagedSlice)
    candidates, rejects, truths = [], [], []
    for name in staged.names:
        for line, row in enumerate(read_rows(storage.read_bytes(storage.join(staging, name)))):
            if row.truth:
                truths.append(row.truth.model_dump())
            if row.reject:
                rejects.append(reject_row(row.reject))
            if row.record:
                entry = entry_of(row.record, name, line)
                mark = row.record.fingerprint
                details = {"source_detail": mark.source_detail, "regions_detail": mark.regions_detail}
                candidates.append(metadata_row(row.record.example, entry.split, UNPLACED) | entry._asdict() | details)
    tables = (("candidates", candidates, CANDIDATES), ("rejects", rejects, REJECTS), ("truths", truths, TRUTHS))
    for kind, rows, schema in tables:
        write_rows(table_name(folder, kind, staged.number), sorted(rows, key=_order), schema)
    return Collected(number=staged.number, candidates=len(candidates), set_aside=len(rejects))


def _order(row: Mapping[str, Any]) -> tuple[str, ...]:
    return row["key"], row.get("stage", ""), row.get("reason", "")
