"""Near duplicates that two looks agree on: near difference hashes find candidates, and details confirm them."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from schemas.errors import UserError
from transforms.dedup.alike import AT_ONCE, alike
from transforms.dedup.near import PairSearch, connected_groups, near_pairs
from transforms.sources.detail import Details, read_details

MOST_COMPARED = 40_000_000_000
"""Candidates above which confirming them would take hours."""


class Hashed(Protocol):
    """Anything that carries the hash of a picture: `PictureHash`, or a record with its fields."""

    @property
    def dhash(self) -> str: ...  # noqa: D102
    @property
    def dhash_mirrored(self) -> str: ...  # noqa: D102
    @property
    def detail(self) -> str: ...  # noqa: D102


def hash_array(hexes: Sequence[str]) -> np.ndarray:
    """Return hashes of 16 hex digits as uint64 [N]."""
    return np.array([int(value, 16) for value in hexes], np.uint64)


def near_edges(hashes: Sequence[Hashed], radius: int, search: PairSearch = near_pairs) -> np.ndarray:
    """Return edges that link pictures of which one is a copy of another, mirrored copies included, int64 [E, 2].

    Two pictures are candidates if a hash of one is within the radius of a hash of the other; an edge needs details
    that agree too. The edges link the same groups as all confirmed pairs do, with fewer edges than pictures.

    Args:
        hashes: of the pictures.
        radius: Hamming distance up to which two hashes are near.
        search: finds near hashes.

    Raises:
        UserError: there are more candidates than one worker should compare.
    """
    count = len(hashes)
    both = hash_array([*(one.dhash for one in hashes), *(one.dhash_mirrored for one in hashes)])
    values, inverse = np.unique(both, return_inverse=True)
    pairs = search(values, radius)
    forest = np.empty((0, 2), np.int64)
    labels = np.arange(count)
    details = read_details([one.detail for one in hashes])
    for one, other in _candidates(inverse, pairs, radius):
        i, j = one % count, other % count
        new = labels[i] != labels[j]
        if not new.any():
            continue
        i, j, flipped = i[new], j[new], (one >= count)[new] != (other >= count)[new]
        same = alike(_rows(details, i), _rows(details, j), flipped)
        if same.any():
            forest = np.concatenate([forest, np.stack([i[same], j[same]], axis=1)])
            labels = connected_groups(count, forest)
            forest = _spanning(labels)
    return forest


def _rows(details: Details, rows: np.ndarray) -> Details:
    return Details(**{name: getattr(details, name)[rows] for name in Details.__dataclass_fields__})


def _spanning(labels: np.ndarray) -> np.ndarray:
    """Return edges that link each node to the first one of its group, int64 [E, 2]."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    edges = np.stack([first[inverse], np.arange(len(labels))], axis=1)
    return edges[edges[:, 0] != edges[:, 1]]


def _candidates(inverse: np.ndarray, pairs: np.ndarray, radius: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield numbers of hashes that are near each other, at most `AT_ONCE` pairs at a time.

    Args:
        inverse: number of the value of each hash.
        pairs: of values that are near, int64 [P, 2].
        radius: for the message.

    Raises:
        UserError: there are more than `MOST_COMPARED`.
    """
    order = np.argsort(inverse, kind="stable")
    counts = np.bincount(inverse)
    starts = np.concatenate([[0], np.cumsum(counts)])
    alone = np.flatnonzero(counts > 1)
    pairs = np.concatenate([np.stack([alone, alone], axis=1), pairs])
    sizes = counts[pairs[:, 0]] * counts[pairs[:, 1]]
    if sizes.sum() > MOST_COMPARED:
        raise UserError(
            f"dedup.radius={radius}: pictures have so like hashes that {int(sizes.sum())} pairs would have to be "
            "compared; lower dedup.radius, or build from fewer such pictures at a time"
        )
    upto = np.cumsum(sizes)
    for begin in range(0, int(sizes.sum()), AT_ONCE):
        place = np.arange(begin, min(begin + AT_ONCE, int(upto[-1])))
        which = np.searchsorted(upto, place, "right")
        within = place - (upto[which] - sizes[which])
        first, second = pairs[which].T
        one, other = np.divmod(within, counts[second])
        yield order[starts[first] + one], order[starts[second] + other]
