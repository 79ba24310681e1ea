"""Exact and near duplicates among sources: who stays, who is set aside, who must share a split."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from schemas.errors import UserError
from schemas.plan import SourceRecord
from schemas.reject import Reject
from transforms.dedup.config import DedupConfig
from transforms.dedup.confirmed import near_edges
from transforms.dedup.hash_lists import HashList
from transforms.dedup.near import PairSearch, connected_groups, near_pairs
from transforms.dedup.overlap import OVERLAP, near_listed, overlap_detail
from transforms.dedup.similar import similar_edges

MIN_SOURCES_FOR_SHARE = 100
"""Below this many sources, two per cent is less than two pictures, and the share says nothing."""


@dataclass(frozen=True)
class LeakGroup:
    """Sources that must stand in one split: near duplicates and photos of one scene.

    Attributes:
        group_id: source_id of its first member.
        sources: sorted by source_id; for pairs several records may share one source_id.
    """

    group_id: str
    sources: tuple[SourceRecord, ...]


@dataclass(frozen=True)
class Deduplicated:
    """Groups of what stays, a row for each record that does not, and the sources of the largest group of near ones."""

    groups: tuple[LeakGroup, ...]
    rejects: tuple[Reject, ...]
    largest: int


def deduplicate_sources(
    records: Sequence[SourceRecord],
    lists: Sequence[HashList],
    config: DedupConfig,
    search: PairSearch = near_pairs,
    embeddings: Mapping[str, np.ndarray] | None = None,
) -> Deduplicated:
    """Merge exact duplicates, set near duplicates and overlap with benchmarks aside, group what must not be split.

    Identical photos are one source: the first name in sorted order stays. Of near-duplicate photos the largest
    stays. Imported pairs are never set aside for their source alone; near-duplicate sources of pairs share a group.

    Args:
        records: of photos and pairs.
        lists: of benchmarks to keep away from.
        config: what counts as near and as similar.
        search: who finds near hashes.
        embeddings: source_id -> float16 [D], of length 1: similar ones share a group and all stay. None for none.

    Raises:
        UserError: one group of near or of similar sources holds more than `config.max_group_share` of the sources.
    """
    ordered = sorted(records, key=lambda record: (record.item.name, record.source_id))
    kept, rejects = _drop_exact(ordered)
    kept, overlap = _drop_listed(kept, lists, config.radius, search)
    edges = near_edges(kept, config.radius, search)
    largest = _largest(kept, edges)
    _check_largest(largest, len(kept), f"dedup.radius={config.radius}: one group of near duplicates", config)
    kept, near, edges = _drop_near(kept, edges)
    similar = similar_edges([record.source_id for record in kept], embeddings or {}, config.similarity)
    said = f"dedup.similarity={config.similarity}: one group of similar photos"
    _check_largest(_largest(kept, similar), len(kept), said, config)
    edges = np.concatenate([edges, _scene_edges(kept), similar])
    return Deduplicated(_groups(kept, edges), tuple(rejects + overlap + near), largest)


def group_cutouts(records: Sequence[SourceRecord], radius: int, search: PairSearch = near_pairs) -> Deduplicated:
    """Merge identical cut-outs, and group those that look alike, which must not be split; none of these is set aside.

    Args:
        records: of cut-outs.
        radius: Hamming distance up to which two hashes are alike.
        search: who finds near hashes.
    """
    kept, rejects = _drop_exact(sorted(records, key=lambda record: (record.item.name, record.source_id)))
    edges = near_edges(kept, radius, search)
    return Deduplicated(_groups(kept, edges), tuple(rejects), _largest(kept, edges))


def reject_source(record: SourceRecord, reason: str, detail: str) -> Reject:
    """Return the row of a source that is set aside as a duplicate."""
    name = record.item.pair.name if record.item.pair else record.item.name
    return Reject(
        level="file", key=name, name=name, stage="dedup", reason=reason, reject_class="duplicate", detail=detail
    )


def _drop_exact(records: list[SourceRecord]) -> tuple[list[SourceRecord], list[Reject]]:
    first: dict[tuple[str, str, str], SourceRecord] = {}
    rejects = []
    for record in records:
        pair = record.item.pair
        identity = (record.source_id, record.edited_sha256, pair.instruction if pair else "-")
        if identity in first:
            reason = "duplicate_pair" if pair else "duplicate_source"
            rejects.append(reject_source(record, reason, f"same pixels as {first[identity].item.name}"))
        else:
            first[identity] = record
    return list(first.values()), rejects


def _drop_listed(
    records: list[SourceRecord], lists: Sequence[HashList], radius: int, search: PairSearch
) -> tuple[list[SourceRecord], list[Reject]]:
    near = near_listed(records, lists, radius, search)
    rejects = [reject_source(records[i], OVERLAP, overlap_detail(*found, radius)) for i, found in sorted(near.items())]
    return [record for i, record in enumerate(records) if i not in near], rejects


def _largest(records: Sequence[SourceRecord], edges: np.ndarray) -> int:
    """Return how many sources the largest group of near duplicates holds, 0 without any source."""
    groups = connected_groups(len(records), edges)
    distinct = {(int(group), record.source_id) for group, record in zip(groups, records, strict=True)}
    return int(np.bincount([group for group, _ in distinct], minlength=1).max())


def _check_largest(largest: int, sources: int, group: str, config: DedupConfig) -> None:
    if sources >= MIN_SOURCES_FOR_SHARE and largest > config.max_group_share * sources:
        raise UserError(
            f"{group} holds {largest} of {sources} sources; be stricter (a lower dedup.radius, a higher "
            "dedup.similarity), or raise dedup.max_group_share if the sources really are that alike"
        )


def _drop_near(records: list[SourceRecord], edges: np.ndarray) -> tuple[list[SourceRecord], list[Reject], np.ndarray]:
    groups = connected_groups(len(records), edges)
    best: dict[int, int] = {}
    for index, record in enumerate(records):
        current = best.get(int(groups[index]))
        if current is None or record.width * record.height > records[current].width * records[current].height:
            best[int(groups[index])] = index
    keep = [i for i, record in enumerate(records) if record.item.pair or best[int(groups[i])] == i]
    dropped = sorted(set(range(len(records))) - set(keep))
    rejects = [
        reject_source(
            records[i], "near_duplicate_source", f"nearly the same as {records[best[int(groups[i])]].item.name}"
        )
        for i in dropped
    ]
    position = {old: new for new, old in enumerate(keep)}
    members: dict[int, int] = {}
    kept_edges = []
    for old in keep:
        first = members.setdefault(int(groups[old]), old)
        if first != old:
            kept_edges.append((position[first], position[old]))
    return [records[i] for i in keep], rejects, np.array(kept_edges, np.int64).reshape(-1, 2)


def _scene_edges(records: list[SourceRecord]) -> np.ndarray:
    first: dict[tuple[str, str], int] = {}
    edges = []
    for index, record in enumerate(records):
        for name in (("scene", record.item.scene), ("source", record.source_id)):
            if name[1] != "-":
                edges.append((first.setdefault(name, index), index))
    return np.array([edge for edge in edges if edge[0] != edge[1]], np.int64).reshape(-1, 2)


def _groups(records: list[SourceRecord], edges: np.ndarray) -> tuple[LeakGroup, ...]:
    members: dict[int, list[SourceRecord]] = {}
    for group, record in zip(connected_groups(len(records), edges), records, strict=True):
        members.setdefault(int(group), []).append(record)
    result = []
    for group_records in members.values():
        ordered = tuple(
            sorted(group_records, key=lambda r: (r.source_id, r.item.name, r.item.pair and r.item.pair.name))
        )
        result.append(LeakGroup(ordered[0].source_id, ordered))
    return tuple(sorted(result, key=lambda group: group.group_id))
