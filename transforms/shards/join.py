"""The tables of all slices joined into the files of the data set, one slice at a time."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from schemas.vocabulary import SPLITS, Split
from transforms.shards.metadata import TRUTH_SCHEMA
from transforms.shards.tables import METADATA, PLACES, REJECTS, read_table, table_name


@dataclass(frozen=True)
class Joined:
    """A slice, each table sorted by key.

    Attributes:
        rows: metadata of the kept, every value final.
        rejects: what was set aside.
        truths: how derivation met the truth, kept or not.
        keys: of rows and rejects together, sorted.
    """

    rows: pa.Table
    rejects: pa.Table
    truths: pa.Table
    keys: list[str]

    def by_split(self) -> dict[Split, pa.Table]:
        """Return the rows of each split that has any."""
        found = {split: self.rows.filter(pc.equal(self.rows["split"], split)) for split in SPLITS}
        return {split: rows for split, rows in found.items() if len(rows)}


def join_slice(folder: str, number: int) -> Joined:
    """Return a slice whose candidates have their places."""
    candidates, places, rejects, truths = (
        read_table(table_name(folder, kind, number)) for kind in ("candidates", "places", "rejects", "truths")
    )
    kept = pc.not_equal(places["shard"], "")
    rows = candidates.select(METADATA.names)
    for name in PLACES.names[:3]:
        rows = rows.set_column(METADATA.get_field_index(name), METADATA.field(name), places[name])
    rows = rows.filter(kept)
    left_out = _left_out(candidates.filter(pc.invert(kept)), places.filter(pc.invert(kept)))
    order = [(name, "ascending") for name in ("key", "stage", "reason")]
    rejects = pa.concat_tables([rejects, left_out]).sort_by(order)
    truths = truths.append_column(TRUTH_SCHEMA.field("kept"), pc.is_in(truths["key"], rows["key"].combine_chunks()))
    keys = sorted(rows["key"].to_pylist() + rejects["key"].to_pylist())
    return Joined(rows, rejects, truths, keys)


def _left_out(candidates: pa.Table, places: pa.Table) -> pa.Table:
    level = pa.repeat(pa.scalar("candidate"), len(candidates))
    said = [places[name] for name in ("stage", "reason", "class", "detail")]
    return pa.table([level, candidates["key"], candidates["name"], *said], schema=REJECTS)
