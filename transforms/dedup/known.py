"""Sources beside those of a data set that is to be extended: which come too late, and which split others must go to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.plan import SourceRecord
from schemas.reject import Reject
from schemas.sources import SourceRow
from schemas.vocabulary import Split
from transforms.dedup.confirmed import near_edges
from transforms.dedup.near import PairSearch, connected_groups, near_pairs
from transforms.dedup.sources import LeakGroup, reject_source


@dataclass(frozen=True)
class Beside:
    """Records sorted by what is known already.

    Attributes:
        records: those that may be used.
        rejects: a row for each that may not.
        bound: source_id -> the known row whose split it must share.
    """

    records: list[SourceRecord]
    rejects: list[Reject] = field(default_factory=list)
    bound: dict[str, SourceRow] = field(default_factory=dict)


def set_known_aside(
    records: Sequence[SourceRecord], known: Sequence[SourceRow], radius: int, search: PairSearch = near_pairs
) -> Beside:
    """Set aside photos and pairs that a data set has already.

    A source that it has is not used again. A photo that is nearly one of its sources goes too; a pair whose source is,
    and a photo of one of its scenes, share that source's split. Where those stand in several splits, it goes.

    Args:
        records: of photos and pairs.
        known: the data set's sources; its cut-outs do not count.
        radius: Hamming distance up to which two hashes are alike.
        search: who finds near hashes.
    """
    known = [row for row in known if row.kind != "cutout"]
    ids = {row.source_id for row in known}
    near = _near(records, known, radius, search)
    scenes: dict[str, list[SourceRow]] = defaultdict(list)
    for row in known:
        if row.scene != "-":
            scenes[row.scene].append(row)
    result = Beside([])
    for record, like in zip(records, near, strict=True):
        bound = [*like, *scenes[record.item.scene]]
        if record.source_id in ids:
            result.rejects.append(reject_source(record, "known_source", "the data set that is extended has it"))
        elif like and record.item.pair is None:
            detail = f"nearly the same as {like[0].source_id} of the data set that is extended"
            result.rejects.append(reject_source(record, "near_known_source", detail))
        else:
            _bind(result, record, bound)
    return result


def bind_cutouts(
    records: Sequence[SourceRecord], known: Sequence[SourceRow], radius: int, search: PairSearch = near_pairs
) -> Beside:
    """Let cut-outs share the split of those of a data set that they are, or are like; none is lent to two splits.

    Args:
        records: of cut-outs.
        known: the data set's sources; its cut-outs alone count.
        radius, search: as above.
    """
    result = Beside([])
    known = [row for row in known if row.kind == "cutout"]
    for record, like in zip(records, _near(records, known, radius, search), strict=True):
        _bind(result, record, like)
    return result


def _bind(result: Beside, record: SourceRecord, bound: Sequence[SourceRow]) -> None:
    """Take a record whose split the known rows decide, if there are any; set it aside where they are of several."""
    if len({row.split for row in bound}) > 1:
        detail = f"like {bound[0].source_id} and others, which stand in several splits of the extended data set"
        result.rejects.append(reject_source(record, "between_splits", detail))
        return
    result.records.append(record)
    if bound:
        result.bound[record.source_id] = bound[0]


def _near(
    records: Sequence[SourceRecord], known: Sequence[SourceRow], radius: int, search: PairSearch
) -> list[list[SourceRow]]:
    """Return, for each record, the known rows that a chain of near duplicates leads to, sorted by source_id."""
    if not known:
        return [[] for _ in records]
    groups = connected_groups(len(known) + len(records), near_edges([*known, *records], radius, search))
    by_group: dict[int, list[SourceRow]] = defaultdict(list)
    for group, row in zip(groups[: len(known)].tolist(), known, strict=True):
        by_group[group].append(row)
    return [sorted(by_group[g], key=lambda row: row.source_id) for g in groups[len(known) :].tolist()]


def bound_groups(groups: Iterable[LeakGroup], bound: Mapping[str, SourceRow]) -> dict[str, SourceRow]:
    """Return group_id -> the known row whose split it must share, of the groups that hold a bound source."""
    return {g.group_id: bound[s.source_id] for g in groups for s in g.sources if s.source_id in bound}


def source_rows(
    groups: Iterable[LeakGroup], splits: Mapping[str, Split], joins: Mapping[str, SourceRow]
) -> list[SourceRow]:
    """Return the rows of sources that are used, one for each source_id of a group.

    Args:
        groups: of photos and pairs, or of cut-outs.
        splits: group_id -> split.
        joins: of `bound_groups`; such a group takes the known one's id.
    """
    return [
        SourceRow(
            source_id=source_id,
            kind="cutout" if record.item.cutout else "pair" if record.item.pair else "photo",
            group_id=joins[group.group_id].group_id if group.group_id in joins else group.group_id,
            split=splits[group.group_id],
            scene=record.item.scene,
            dhash=record.dhash,
            dhash_mirrored=record.dhash_mirrored,
            detail=record.detail,
        )
        for group in groups
        for source_id, record in {record.source_id: record for record in group.sources}.items()
    ]
