"""Near duplicates that two looks agree on: near difference hashes find candidates, and details confirm them."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from schemas.errors import UserError
from transforms.dedup.alike import Looks, looks_of
from transforms.dedup.near import PairSearch, connected_groups, near_pairs

AT_ONCE = 1 << 16
"""Candidates that are confirmed at a time."""
MOST_COMPARED = 400_000_000
"""Candidates above which confirming them takes long: those of 10,000 pictures with one hash, mirrored ones included."""


class Hashed(Protocol):
    """Anything that carries the hash of a picture: a `PictureHash`, or a record with its fields."""

    @property
    def dhash(self) -> str:
        """See `PictureHash`."""

    @property
    def dhash_mirrored(self) -> str:
        """See `PictureHash`."""

    @property
    def detail(self) -> str:
        """See `PictureHash`."""


def hash_array(hashes: Sequence[Hashed]) -> np.ndarray:
    """Return the difference hashes of pictures and of their mirror images, uint64 [N, 2]."""
    values = [(int(one.dhash, 16), int(one.dhash_mirrored, 16)) for one in hashes]
    return np.array(values, np.uint64).reshape(-1, 2)


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
    # Hash 2 k is picture k's own and hash 2 k + 1 that of its mirror image.
    values, inverse = np.unique(hash_array(hashes).reshape(-1), return_inverse=True)
    pairs = search(values, radius)
    groups = _Members(inverse, len(values))
    several = np.flatnonzero(groups.counts > 1)
    pairs = np.concatenate([np.stack([several, several], axis=1), pairs])
    _check_number(groups, groups, pairs, radius)
    looks = _looks_of_some(hashes, groups.of(pairs) // 2)
    labels = np.arange(count)
    forest = np.empty((0, 2), np.int64)
    for one, other in _candidates(groups, groups, pairs):
        # Of two hashes of one value both orders come; one is enough.
        new = (labels[one // 2] != labels[other // 2]) & ((one < other) | (inverse[one] != inverse[other]))
        one, other = one[new], other[new]
        i, j = one // 2, other // 2
        same = looks.alike(i, looks, j, (one ^ other) % 2 == 1)
        if same.any():
            labels = connected_groups(count, np.concatenate([forest, np.stack([i[same], j[same]], axis=1)]))
            forest = _spanning(labels)
    return forest


def nearest_listed(
    pictures: Sequence[Hashed], listed: np.ndarray, looks: Looks, radius: int, search: PairSearch
) -> np.ndarray:
    """Return for each picture the bits to the nearest listed one that shows the same, int64 [N]; radius + 1 for none.

    Args:
        pictures: to compare.
        listed: hashes of listed pictures, as of `hash_array`.
        looks: of the listed pictures.
        radius, search: as for `near_edges`.
    """
    values, inverse = np.unique(
        np.concatenate([hash_array(pictures).reshape(-1), listed.reshape(-1)]), return_inverse=True
    )
    own, others = (_Members(part, len(values)) for part in np.split(inverse, [2 * len(pictures)]))
    pairs = search(values, radius)
    equal = np.arange(len(values))
    pairs = np.concatenate([np.stack([equal, equal], axis=1), pairs, pairs[:, ::-1]])
    pairs = pairs[(own.counts[pairs[:, 0]] > 0) & (others.counts[pairs[:, 1]] > 0)]
    _check_number(own, others, pairs, radius)
    mine = _looks_of_some(pictures, own.of(pairs[:, :1]) // 2)
    bits = np.bitwise_count(values[pairs[:, 0]] ^ values[pairs[:, 1]])
    nearest = np.full(len(pictures), radius + 1)
    for distance in range(radius + 1):
        for one, other in _candidates(own, others, pairs[bits == distance]):
            new = nearest[one // 2] > distance
            one, other = one[new], other[new]
            same = mine.alike(one // 2, looks, other // 2, (one ^ other) % 2 == 1)
            nearest[one[same] // 2] = distance
    return nearest


class _Members:
    """Hashes by their value: how many have each (`counts`), their numbers in its order, where each value begins."""

    def __init__(self, inverse: np.ndarray, values: int) -> None:
        self.counts = np.bincount(inverse, minlength=values)
        self.order = np.argsort(inverse, kind="stable")
        self.starts = np.concatenate([[0], np.cumsum(self.counts)])

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return the numbers of all hashes of some values."""
        wanted = np.zeros(len(self.counts), bool)
        wanted[values] = True
        return self.order[np.repeat(wanted, self.counts)]


def _looks_of_some(hashes: Sequence[Hashed], numbers: np.ndarray) -> Looks:
    """Return looks of all pictures, read for those that are candidates: few are where pictures differ."""
    wanted = np.zeros(len(hashes), bool)
    wanted[numbers] = True
    return looks_of([one.detail for one in hashes], wanted)


def _spanning(labels: np.ndarray) -> np.ndarray:
    """Return edges that link each node to the first one of its group, int64 [E, 2]."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    edges = np.stack([first[inverse], np.arange(len(labels))], axis=1)
    return edges[edges[:, 0] != edges[:, 1]]


def _check_number(one: _Members, other: _Members, pairs: np.ndarray, radius: int) -> None:
    number = int((one.counts[pairs[:, 0]] * other.counts[pairs[:, 1]]).sum())
    if number > MOST_COMPARED:
        raise UserError(
            f"dedup.radius={radius}: so many pictures have nearly one hash that {number} pairs are to be compared, "
            f"more than {MOST_COMPARED}; lower dedup.radius, or build from fewer of them and add the rest by --extend"
        )


def _candidates(one: _Members, other: _Members, pairs: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield numbers of hashes whose values are one of some pairs, int64 [P] each, at most `AT_ONCE` at a time."""
    sizes = one.counts[pairs[:, 0]] * other.counts[pairs[:, 1]]
    upto = np.cumsum(sizes)
    total = int(sizes.sum())
    begin, some = 0, AT_ONCE // 64
    while begin < total:
        # A few at first: where all are copies of one, these already link most of them.
        end = min(begin + some, total)
        place = np.arange(begin, end)
        which = np.searchsorted(upto, place, "right")
        left, right = pairs[which].T
        row, column = np.divmod(place - (upto[which] - sizes[which]), other.counts[right])
        yield one.order[one.starts[left] + row], other.order[other.starts[right] + column]
        begin, some = end, min(2 * some, AT_ONCE)
