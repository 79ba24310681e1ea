"""Pictures that pairs share, as source or as edited: what joins rows into one split, and what must not."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from schemas.picture_hash import PictureHash
from schemas.plan import SourceRecord
from schemas.reject import Reject
from schemas.sources import SourceRow
from transforms.dedup.near import connected_groups
from transforms.sources.content import PLACEHOLDER

Hashed = PictureHash | SourceRecord | SourceRow
FindNear = Callable[[Sequence[Hashed]], np.ndarray]
"""Returns edges between pictures that are nearly the same, int64 [E, 2], or as many as join the same ones."""
Row = tuple[int, int]
"""Numbers of a pair's source and edited picture."""


@dataclass(frozen=True, eq=False)
class Pictures:
    """The pictures of some records; those with exactly the same pixels are one.

    Attributes:
        numbers: first 16 hex digits of a picture's sha256 -> its number, from 0.
        near: int64 [E, 2], edges between pictures that are nearly the same.
    """

    numbers: Mapping[str, int]
    near: np.ndarray

    def of(self, record: SourceRecord) -> list[int]:
        """Return the numbers of a record's source and, for a pair, of its edited picture."""
        return [self.numbers[identity] for identity in record.picture_ids()]


def hashes_of(record: SourceRecord) -> dict[str, Hashed]:
    """Return id -> hashes of a record's source and, for a pair, of its edited picture."""
    return dict(zip(record.picture_ids(), [record, record.edited] if record.edited else [record], strict=False))


def pictures_of(records: Sequence[SourceRecord], near: FindNear) -> Pictures:
    """Number the pictures of records, and find those that are nearly the same; nothing is searched without pairs.

    Args:
        records: of photos and pairs.
        near: finds near pictures.
    """
    found: dict[str, Hashed] = {}
    for record in records:
        found |= hashes_of(record)
    pairs = any(record.item.pair for record in records)
    edges = near(list(found.values())) if pairs else np.empty((0, 2), np.int64)
    return Pictures({identity: number for number, identity in enumerate(found)}, edges)


def placeholders(rows: Sequence[Row], pictures: Pictures, limit: int) -> dict[int, int]:
    """Find outputs that many sources share, such as an editor's picture of a refusal.

    Sources that are nearly the same count once. A source does not count for an output that it is nearly the same as,
    nor for one that it was made of: a pair and its inverse are both edits.

    Args:
        rows: of all pairs.
        pictures: of all records.
        limit: sources that may share one output.

    Returns:
        Picture -> how many sources share it, of those above the limit and of pictures that are nearly one of them.
    """
    source, output = (_alike(pictures, {row[role] for row in rows}) for role in (0, 1))
    like: dict[int, set[int]] = defaultdict(set)  # picture -> groups of outputs that it belongs to, or is near
    for number, group in output.items():
        like[number].add(group)
    for one, other in [*pictures.near.tolist(), *pictures.near[:, ::-1].tolist()]:
        if other in output:
            like[one].add(output[other])
    made = {(group, source.get(edited, -1)) for first, edited in rows for group in like[first]}
    sharing: dict[int, set[int]] = defaultdict(set)
    for first, edited in rows:
        if output[edited] not in like[first] and (output[edited], source[first]) not in made:
            sharing[output[edited]].add(source[first])
    found = {number: max((len(sharing[group]) for group in groups), default=0) for number, groups in like.items()}
    return {number: count for number, count in found.items() if count > limit}


def _alike(pictures: Pictures, some: set[int]) -> dict[int, int]:
    """Return picture -> group, of some pictures that are linked with each other."""
    inside = np.isin(pictures.near, list(some)).all(axis=1)
    groups = connected_groups(len(pictures.numbers), pictures.near[inside])
    return {number: int(groups[number]) for number in some}


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
    shared = placeholders([(found[0], found[1]) for found in own if len(found) == 2], pictures, limit)
    kept, rejects = [], []
    for record, found in zip(records, own, strict=True):
        counts = [shared.get(number, 0) for number in found]
        if record.item.pair and any(counts):
            rejects.append(_reject(record.item.pair.name, "edited" if counts[1] else "source", max(counts), limit))
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
    used = sorted({number for numbers in own for number in numbers})
    near = pictures.near[np.isin(pictures.near, used).all(axis=1)]
    rows = np.array([numbers for numbers in own if len(numbers) == 2], np.int64).reshape(-1, 2)
    groups = connected_groups(len(pictures.numbers), np.concatenate([near, rows]))
    first: dict[int, int] = {}
    edges = [(first.setdefault(int(groups[numbers[0]]), i), i) for i, numbers in enumerate(own)]
    return np.array([edge for edge in edges if edge[0] != edge[1]], np.int64).reshape(-1, 2)
