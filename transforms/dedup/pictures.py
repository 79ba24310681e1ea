"""Pictures that pairs share, as source or as edited: what joins rows into one split, and what must not."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from schemas.errors import UserError
from schemas.picture_hash import PictureHash
from schemas.plan import SourceRecord
from schemas.reject import Reject
from transforms.dedup.config import DedupConfig
from transforms.dedup.confirmed import Hashed, near_edges
from transforms.dedup.near import PairSearch, connected_groups, near_pairs
from transforms.sources.content import PLACEHOLDER
from transforms.sources.detail import read_details

LEVELS = 12
"""Luma, 0..255, by which a cell of a thumbnail may change when a picture is saved again."""
MOST_LINKED = 2000
"""Pictures linked by near hashes whose thumbnails are compared with each other; of more, details alone decide."""


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
    """Return edges within `config.shared_radius`, or within `config.radius` where too much is that near.

    Pictures are linked that `near_edges` takes for copies, and those that were saved again. int64 [E, 2].
    """
    try:
        return np.concatenate([find(hashes, config.shared_radius, search) for find in (near_edges, _saved_again)])
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


def _saved_again(hashes: Sequence[Hashed], radius: int, search: PairSearch) -> np.ndarray:
    """Return edges between pictures that differ by no more than saving, resizing or mirroring does, int64 [E, 2].

    Among pictures that near hashes link, whatever their details, the luma of no cell of two thumbnails may differ by
    more than `LEVELS`. This finds copies of plain pictures whose details are told apart by the noise of encoding.
    """
    bare = [PictureHash(dhash=one.dhash, dhash_mirrored=one.dhash_mirrored) for one in hashes]
    groups = connected_groups(len(bare), near_edges(bare, radius, search))
    order, counts = np.argsort(groups, kind="stable"), np.bincount(groups)
    several = [some for some in np.split(order, np.cumsum(counts)[:-1]) if 1 < len(some) <= MOST_LINKED]
    return np.concatenate([np.empty((0, 2), np.int64), *(_equal_thumbnails(hashes, some) for some in several)])


def _equal_thumbnails(hashes: Sequence[Hashed], some: np.ndarray) -> np.ndarray:
    """Return `_saved_again` among some pictures (int64 [N], their numbers); those without details have no copies."""
    details = read_details([hashes[number].detail for number in some])
    some, frame, scale = some[details.known], details.frame[details.known], details.scale[details.known, 0]
    if not len(some):
        return np.empty((0, 2), np.int64)
    luma = frame * (scale.astype(np.float32) / 127)[:, None, None]
    plain, mirrored = (cells.reshape(len(some), -1) for cells in (luma, luma[:, :, ::-1]))
    both = cKDTree(np.concatenate([plain, mirrored]))
    near = cKDTree(plain).sparse_distance_matrix(both, LEVELS, p=np.inf, output_type="ndarray")
    return np.stack([some[near["i"]], some[near["j"] % len(some)]], axis=1)
