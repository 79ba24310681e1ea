"""Pictures that pairs share, as source or as edited: what joins rows into one split, and what must not."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from schemas.errors import UserError
from schemas.plan import SourceRecord
from schemas.reject import Reject
from transforms.dedup.config import DedupConfig
from transforms.dedup.confirmed import Hashed, near_edges
from transforms.dedup.near import PairSearch, connected_groups, near_pairs
from transforms.sources.content import PLACEHOLDER


@dataclass(frozen=True, eq=False)
class Pictures:
    """The pictures of some records. Pictures with the same pixels, or nearly the same, are one.

    Attributes:
        numbers: first 16 hex digits of a picture's sha256 -> its number; nearly the same ones have the same.
    """

    numbers: Mapping[str, int]

    def of(self, record: SourceRecord) -> list[int]:
        """Return the numbers of a record's source and, for a pair, of its edited picture."""
        return [self.numbers[identity] for identity in record.picture_ids()]


def hashes_of(record: SourceRecord) -> dict[str, Hashed]:
    """Return id -> hash of a record's source and, for a pair, of its edited picture."""
    return dict(zip(record.picture_ids(), [record, record.edited] if record.edited else [record], strict=False))


def pictures_of(records: Sequence[SourceRecord], config: DedupConfig, search: PairSearch = near_pairs) -> Pictures:
    """Number the pictures of records; without pairs, those that are nearly the same are not searched for.

    Args:
        records: of photos and pairs.
        config: what counts as near.
        search: finds near hashes.
    """
    found: dict[str, Hashed] = {}
    for record in records:
        found |= hashes_of(record)
    edges: np.ndarray = np.empty((0, 2), np.int64)
    if any(record.item.pair for record in records):
        edges = shared_picture_edges(list(found.values()), config, search)
    return Pictures(dict(zip(found, connected_groups(len(found), edges).tolist(), strict=True)))


def shared_picture_edges(hashes: Sequence[Hashed], config: DedupConfig, search: PairSearch) -> np.ndarray:
    """Return `near_edges` within `config.shared_radius`, or within `config.radius` where too much is that near."""
    try:
        return near_edges(hashes, config.shared_radius, search)
    except UserError:
        return near_edges(hashes, config.radius, search)


def placeholders(rows: Sequence[tuple[int, int]], limit: int) -> dict[int, int]:
    """Find outputs that many sources share, such as an editor's picture of a refusal.

    A source does not count for an output that is nearly itself, nor for one that it was made of: a pair and its inverse
    are both edits.

    Args:
        rows: numbers of source and edited picture, of all pairs.
        limit: sources that may share one output.

    Returns:
        Picture -> how many sources share it, of those that more than `limit` share.
    """
    made = set(rows)
    sharing: dict[int, set[int]] = defaultdict(set)
    for source, edited in rows:
        if source != edited and (edited, source) not in made:
            sharing[edited].add(source)
    return {edited: len(sources) for edited, sources in sharing.items() if len(sources) > limit}


def drop_placeholders(
    records: Sequence[SourceRecord], pictures: Pictures, limit: int
) -> tuple[list[SourceRecord], list[Reject]]:
    """Return the records that stay, and the rows of pairs one of whose pictures is a placeholder.

    Args:
        records: of photos and pairs.
        pictures: theirs.
        limit: see `placeholders`.
    """
    own = [pictures.of(record) for record in records]
    shared = placeholders([(found[0], found[1]) for found in own if len(found) == 2], limit)
    kept, rejects = [], []
    for record, found in zip(records, own, strict=True):
        counts = [shared.get(number, 0) for number in found]
        if record.item.pair and any(counts):
            rejects.append(_reject(record.item.pair.name, "edited" if counts[-1] else "source", max(counts), limit))
        else:
            kept.append(record)
    return kept, rejects


def _reject(name: str, role: str, count: int, limit: int) -> Reject:
    return Reject(
        level="file",
        key=name,
        name=name,
        stage="dedup",
        reason=PLACEHOLDER,
        reject_class="filter",
        detail=f"its {role} picture is the output of {count} different sources, as that of a refusal is; if these are "
        f"edits, raise dedup.max_shared_output={limit}",
    )


def shared_edges(records: Sequence[SourceRecord], pictures: Pictures) -> np.ndarray:
    """Return int64 [E, 2]: edges that link records which share a picture, exactly or nearly, in any role.

    Args:
        records: some of those that `pictures` are of.
        pictures: see `pictures_of`.
    """
    own = [pictures.of(record) for record in records]
    rows = [(numbers[0], numbers[-1]) for numbers in own]
    groups = connected_groups(1 + max(pictures.numbers.values(), default=0), np.array(rows, np.int64))
    first: dict[int, int] = {}
    edges = [(first.setdefault(int(groups[numbers[0]]), i), i) for i, numbers in enumerate(own)]
    return np.array([edge for edge in edges if edge[0] != edge[1]], np.int64).reshape(-1, 2)
