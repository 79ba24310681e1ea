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
from transforms.dedup.pictures import drop_placeholders, pictures_of, shared_edges
from transforms.dedup.similar import similar_edges

MIN_SOURCES_FOR_SHARE = 100
"""Below this many sources, two per cent is less than two pictures, and the share says nothing."""


@dataclass(frozen=True)
class LeakGroup:
    """Sources that must stand in one split: near duplicates, photos of one scene, pairs that share a picture.

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

    @property
    def largest_group(self) -> int:
        """Pairs of the group that has most of them, 0 without pairs."""
        return max((sum(r.item.pair is not None for r in group.sources) for group in self.groups), default=0)


def deduplicate_sources(
    records: Sequence[SourceRecord],
    lists: Sequence[HashList],
    config: DedupConfig,
    search: PairSearch = near_pairs,
    embeddings: Mapping[str, np.ndarray] | None = None,
) -> Deduplicated:
    """Merge exact duplicates, set near duplicates and overlap with benchmarks aside, group what must not be split.

    Identical photos are one source: the first name in sorted order stays. Of near-duplicate photos the largest
    stays; none that is the source of a pair. Imported pairs are never set aside for being alike: those that share a
    picture, exactly or nearly, as source or as edited, share a group; those whose output many sources share are
    rejected.

    Args:
        records: of photos and pairs.
        lists: of benchmarks to keep away from.
        config: what counts as near and as similar.
        search: who finds near hashes.
        embeddings: source_id -> float16 [D], of length 1: similar ones share a group and all stay. None for none.

    Raises:
        UserError: one group of near or of similar photos holds more than `config.max_group_share` of the photos.
    """
    ordered = sorted(records, key=lambda record: (record.item.name, record.source_id))
    kept, rejects = _drop_exact(ordered)
    kept, overlap = _drop_listed(kept, lists, config.radius, search)
    pictures = pictures_of(kept, config, search)
    kept, placeholders = drop_placeholders(kept, pictures, config.max_shared_output)
    edges = near_edges(kept, config.radius, search)
    largest = _largest(kept, edges)
    _check_largest(kept, edges, f"dedup.radius={config.radius}: one group of near duplicates", config)
    kept, near, edges = _drop_near(kept, edges)
    similar = similar_edges([record.source_id for record in kept], embeddings or {}, config.similarity)
    said = f"dedup.similarity={config.similarity}: one group of similar photos"
    _check_largest(kept, similar, said, config)
    edges = np.concatenate([edges, _scene_edges(kept), shared_edges(kept, pictures), similar])
    return Deduplicated(_groups(kept, edges), tuple(rejects + overlap + placeholders + near), largest)


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
    paired = {record.source_id: record for record in records if record.item.pair}
    rejects = []
    for record in records:
        pair = record.item.pair
        identity = (record.source_id, record.edited_sha256, pair.instruction if pair else "-")
        if identity in first:
            reason = "duplicate_pair" if pair else "duplicate_source"
            rejects.append(reject_source(record, reason, f"same pixels as {first[identity].item.name}"))
        elif pair is None and record.source_id in paired:
            detail = f"same pixels as the source of {paired[record.source_id].item.name}"
            rejects.append(reject_source(record, "duplicate_source", detail))
        else:
            first[identity] = record
    return list(first.values()), rejects


def _drop_listed(
    records: list[SourceRecord], lists: Sequence[HashList], radius: int, search: PairSearch
) -> tuple[list[SourceRecord], list[Reject]]:
    near = near_listed(records, lists, radius, search)
    rejects = [reject_source(records[i], OVERLAP, overlap_detail(*found, radius)) for i, found in sorted(near.items())]
    return [record for i, record in enumerate(records) if i not in near], rejects


def _largest(records: Sequence[SourceRecord], edges: np.ndarray, pairs: bool = True) -> int:
    """Return how many sources, or photos alone, the largest group of near duplicates holds, 0 without any."""
    groups = connected_groups(len(records), edges)
    found = {(int(g), r.source_id) for g, r in zip(groups, records, strict=True) if pairs or r.item.pair is None}
    return int(np.bincount([group for group, _ in found], minlength=1).max())


def _check_largest(records: Sequence[SourceRecord], edges: np.ndarray, group: str, config: DedupConfig) -> None:
    """Refuse a group that is too large. Pairs do not count: none is dropped, and turns of a session are alike."""
    photos = sum(record.item.pair is None for record in records)
    largest = _largest(records, edges, pairs=False)
    if photos >= MIN_SOURCES_FOR_SHARE and largest > config.max_group_share * photos:
        raise UserError(
            f"{group} holds {largest} of {photos} photos; be stricter (a lower dedup.radius, a higher "
            "dedup.similarity), or raise dedup.max_group_share if the photos really are that alike"
        )


def _drop_near(records: list[SourceRecord], edges: np.ndarray) -> tuple[list[SourceRecord], list[Reject], np.ndarray]:
    groups = connected_groups(len(records), edges)
    best: dict[int, int] = {}
    for index, record in enumerate(records):
        current = best.get(int(groups[index]))
        if current is None or _worth(record) > _worth(records[current]):
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


def _worth(record: SourceRecord) -> tuple[bool, int]:
    """Return the sort key of near duplicates: a pair, which stays anyway, before the largest photo."""
    return record.item.pair is not None, record.width * record.height


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
