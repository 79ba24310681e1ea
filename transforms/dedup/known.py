"""Sources beside those of a data set that is to be extended: which come too late, and which split others must go to."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.plan import SourceRecord
from schemas.reject import Reject
from schemas.sources import Kind, SourceRow
from schemas.vocabulary import Split
from transforms.dedup.config import DedupConfig
from transforms.dedup.confirmed import Hashed, near_edges
from transforms.dedup.near import PairSearch, connected_groups, near_pairs
from transforms.dedup.pictures import hashes_of, shared_picture_edges
from transforms.dedup.sources import LeakGroup, reject_source


@dataclass(frozen=True)
class Beside:
    """Records sorted by what is known already.

    Attributes:
        records: those that may be used.
        rejects: a row for each that may not.
        bound: name of a record -> the known row whose split it must share.
    """

    records: list[SourceRecord]
    rejects: list[Reject] = field(default_factory=list)
    bound: dict[str, SourceRow] = field(default_factory=dict)


def set_known_aside(
    records: Sequence[SourceRecord], known: Sequence[SourceRow], config: DedupConfig, search: PairSearch = near_pairs
) -> Beside:
    """Set aside photos and pairs that a data set has already.

    A source that it has is not used again. A photo that is nearly one of its sources goes too. A pair that shares a
    picture with it, exactly or nearly, as source or as edited, a photo that is one of its edited pictures, and what is
    of one of its scenes, must share the split. Where those stand in several splits, it goes.

    Args:
        records: of photos and pairs.
        known: the data set's pictures; its cut-outs do not count.
        config: what counts as near.
        search: who finds near hashes.
    """
    known = [row for row in known if row.kind != "cutout"]
    sources = [row for row in known if row.kind != "edited"]
    ids = {row.source_id for row in sources}
    near = _near(records, sources, config.radius, search)
    sharing = _sharing(records, known, config, search)
    scenes: dict[str, list[SourceRow]] = defaultdict(list)
    for row in known:
        if row.scene != "-":
            scenes[row.scene].append(row)
    result = Beside([])
    for record, like, shared in zip(records, near, sharing, strict=True):
        bound = [*like, *shared, *scenes[record.item.scene]]
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
        radius: Hamming distance up to which two hashes are alike.
        search: finds near hashes.
    """
    result = Beside([])
    known = [row for row in known if row.kind == "cutout"]
    for record, like in zip(records, _near(records, known, radius, search), strict=True):
        _bind(result, record, like)
    return result


def _bind(result: Beside, record: SourceRecord, bound: Sequence[SourceRow]) -> None:
    """Take a record whose split the known rows decide, if there are any; set it aside where they are of several."""
    if len({row.split for row in bound}) > 1:
        result.rejects.append(_between_splits(record, bound[0]))
        return
    result.records.append(record)
    if bound:
        result.bound[record.item.name] = bound[0]


def _between_splits(record: SourceRecord, row: SourceRow) -> Reject:
    detail = f"like {row.source_id} and others, which stand in several splits of the extended data set"
    return reject_source(record, "between_splits", detail)


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


def _sharing(
    records: Sequence[SourceRecord], known: Sequence[SourceRow], config: DedupConfig, search: PairSearch
) -> list[list[SourceRow]]:
    """Return, for each record, the known rows that are one of its pictures, or are nearly one of a pair's."""
    numbers: dict[str, list[int]] = defaultdict(list)
    hashes: list[Hashed] = [*known]
    for number, row in enumerate(known):
        numbers[row.source_id].append(number)
    for record in records:
        for identity, picture in hashes_of(record).items():
            if identity not in numbers:
                hashes.append(picture)
                numbers[identity].append(len(hashes) - 1)
    if not known or (not any(record.item.pair for record in records) and all(row.kind == "photo" for row in known)):
        return [[] for _ in records]
    if any(row.detail == "-" for row in known):  # of an earlier version: nothing would confirm what a wide radius finds
        config = config.model_copy(update={"shared_radius": config.radius})
    groups = connected_groups(len(hashes), shared_picture_edges(hashes, config, search))
    rows: dict[int, list[SourceRow]] = defaultdict(list)
    for group, row in zip(groups.tolist(), known, strict=False):
        rows[group].append(row)
    own = [{groups[number] for identity in record.picture_ids() for number in numbers[identity]} for record in records]
    return [[row for group in sorted(some) for row in rows[group]] for some in own]


@dataclass(frozen=True)
class Settled:
    """Groups of which each is bound to one split at most.

    Attributes:
        groups: of the records that stay.
        rejects: a row for each that does not.
        joins: group_id -> the known row whose split it must share, of the groups that hold a bound record.
    """

    groups: list[LeakGroup]
    rejects: list[Reject]
    joins: dict[str, SourceRow]


def settle_groups(groups: Iterable[LeakGroup], bound: Mapping[str, SourceRow]) -> Settled:
    """Set aside what binds a group to a second split: the split that binds most of its records has it.

    Args:
        groups: of sources.
        bound: see `Beside`.
    """
    result = Settled([], [], {})
    for group in groups:
        found = {record.item.name: bound[record.item.name] for record in group.sources if record.item.name in bound}
        counts = Counter(row.split for row in found.values())
        most = min(counts, key=lambda split: (-counts[split], split), default=None)
        leaving = {name: row for name, row in found.items() if row.split != most}
        stay = tuple(record for record in group.sources if record.item.name not in leaving)
        result.groups.append(LeakGroup(group.group_id, stay))
        result.rejects.extend(
            _between_splits(record, leaving[record.item.name])
            for record in group.sources
            if record.item.name in leaving
        )
        if most:
            result.joins[group.group_id] = next(row for row in found.values() if row.split == most)
    return result


def source_rows(
    groups: Iterable[LeakGroup], splits: Mapping[str, Split], joins: Mapping[str, SourceRow]
) -> list[SourceRow]:
    """Return the rows of pictures that are used: one for each source of a group, and for each other edited picture.

    Args:
        groups: of photos and pairs, or of cut-outs.
        splits: group_id -> split.
        joins: of `settle_groups`; such a group takes the known one's id.
    """
    return [
        SourceRow(
            source_id=identity,
            kind=kind,
            group_id=joins[group.group_id].group_id if group.group_id in joins else group.group_id,
            split=splits[group.group_id],
            scene=scene,
            dhash=picture.dhash,
            dhash_mirrored=picture.dhash_mirrored,
            detail=picture.detail,
        )
        for group in groups
        for identity, (kind, scene, picture) in _pictures(group).items()
    ]


def _pictures(group: LeakGroup) -> dict[str, tuple[Kind, str, Hashed]]:
    """Return id -> (kind, scene, hashes) of the pictures of a group."""
    found: dict[str, tuple[Kind, str, Hashed]] = {}
    for record in group.sources:
        found |= {identity: ("edited", "-", picture) for identity, picture in hashes_of(record).items()}
    return found | {record.source_id: (_kind(record), record.item.scene, record) for record in group.sources}


def _kind(record: SourceRecord) -> Kind:
    return "cutout" if record.item.cutout else "pair" if record.item.pair else "photo"
