"""Near duplicates among 64-bit hashes: exact for the Hamming radius it is given."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, pairwise
from math import comb

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from schemas.errors import UserError

BITS = 64
MOST_RADIUS = 15
ONE_WORKER_HASHES = 10_000_000
"""Distinct hashes, two a source, that one worker searches through; more are joined on Beam."""
MOST_PAIRS = 20_000_000
"""Above so many pairs nearly everything is alike, and memory would go first (16 bytes a pair, and copies)."""
BLOCK = 1 << 20
"""Pairs that are compared at a time: what bounds memory."""
LOOK_UP = 4
"""Time of finding a hash's neighbours in a band, in comparisons of two hashes (measured)."""
FEW = 48
"""Up to so many hashes, comparing all takes less time than sorting them."""

PairSearch = Callable[[np.ndarray, int], np.ndarray]
"""What `near_pairs` is."""


def near_pairs(hashes: np.ndarray, radius: int) -> np.ndarray:
    """Return all pairs of hashes within `radius` bits.

    Args:
        hashes: uint64 [N], distinct values.
        radius: bits, 0..15.

    Returns:
        int64 [P, 2], i < j in each row, sorted, no row twice.

    Raises:
        UserError: there are more than `MOST_PAIRS`.
    """
    pairs = gather(near_blocks(hashes, radius), len(hashes))
    check_number(len(pairs), radius)
    return pairs


def gather(blocks: Iterable[np.ndarray], count: int) -> np.ndarray:
    """Return all pairs of some blocks sorted, i < j, none twice; soon after `MOST_PAIRS` it takes no more of them.

    Args:
        blocks: int64 [P, 2] each, numbers below `count`.
    """
    found: list[np.ndarray] = [np.empty(0, np.int64)]
    held = 0
    for block in blocks:
        found.append(block.min(axis=1, initial=count) * count + block.max(axis=1, initial=0))
        held += len(block)
        if held > 2 * MOST_PAIRS:
            found = [np.unique(np.concatenate(found))]
            held = len(found[0])
            if held > MOST_PAIRS:
                break
    return np.stack(np.divmod(np.unique(np.concatenate(found)), max(count, 1)), axis=1)


def check_number(pairs: int, radius: int) -> None:
    """Refuse more pairs than one worker should hold.

    Raises:
        UserError: more than `MOST_PAIRS`.
    """
    if pairs > MOST_PAIRS:
        raise UserError(
            f"dedup.radius={radius}: more than {MOST_PAIRS} pairs of pictures are that near; lower dedup.radius"
        )


def bands(count: int, radius: int) -> list[tuple[int, int, int]]:
    """Return (first bit, end, flips): a pair within `radius` agrees in one of the bands but for so many bits.

    With m bands and radius = m f + a, two hashes within the radius differ in at most f bits of one of the first a + 1
    bands, or in at most f - 1 of one of the others: otherwise in (a + 1)(f + 1) + (m - a - 1) f > radius bits at least
    (Norouzi, Punjani and Fleet, "Fast search in Hamming space with multi-index hashing", CVPR 2012). Many narrow bands
    are looked up seldom and hold many hashes that are far apart, few wide ones the other way round: the number of bands
    is the one for which so many random hashes cost least.
    """

    def cost(found: list[tuple[int, int, int]]) -> float:
        return sum(
            sum(comb(high - low, k) for k in range(flips + 1)) * (LOOK_UP + count / 2 ** (high - low))
            for low, high, flips in found
        )

    return min((_bands(number, radius) for number in range(1, radius + 2)), key=cost)


def _bands(number: int, radius: int) -> list[tuple[int, int, int]]:
    flips, rest = divmod(radius, number)
    found = [(low, high, flips - (i > rest)) for i, (low, high) in enumerate(pairwise(edges_of(number)))]
    return [band for band in found if band[2] >= 0]


def edges_of(number: int) -> list[int]:
    """Return where so many bands of nearly equal width begin, and 64 behind them.

    >>> edges_of(3)
    [0, 21, 42, 64]
    """
    return np.linspace(0, BITS, number + 1).astype(int).tolist()


def near_blocks(hashes: np.ndarray, radius: int) -> Iterator[np.ndarray]:
    """Yield all pairs of hashes within `radius` bits, some at a time, int64 [P, 2], in any order and some twice.

    Args:
        hashes, radius: as for `near_pairs`.
    """
    if not 0 <= radius <= MOST_RADIUS:
        raise ValueError(f"radius must be 0..{MOST_RADIUS} bits, got {radius}")
    if len(hashes) <= FEW:
        yield _close(hashes, *np.triu_indices(len(hashes), 1), radius)
        return
    for low, high, flips in bands(len(hashes), radius):
        value = band_value(hashes, low, high)
        order = np.argsort(value, kind="stable")
        for left, right in _candidates(value[order], high - low, flips):
            yield _close(hashes, order[left], order[right], radius)


def band_value(hashes: np.ndarray, low: int, high: int) -> np.ndarray:
    """Return bits low..high - 1 of hashes, uint64 [N]."""
    return (hashes >> np.uint64(low)) & np.uint64((1 << (high - low)) - 1)


def _close(hashes: np.ndarray, i: np.ndarray, j: np.ndarray, radius: int) -> np.ndarray:
    close = np.bitwise_count(hashes[i] ^ hashes[j]) <= radius
    return np.stack([i[close], j[close]], axis=1)


def _candidates(ranked: np.ndarray, width: int, flips: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield pairs of places in sorted band values (uint64 [N]) that differ in at most `flips` of `width` bits."""
    place = np.arange(len(ranked))
    yield from _ranges(place, place + 1, np.searchsorted(ranked, ranked, "right"))
    for number in range(1, flips + 1):
        for bits in combinations(range(width), number):
            # From the side on which the highest of these bits is 0, so that no pair is met from both.
            left = place[(ranked >> np.uint64(bits[-1])) & np.uint64(1) == 0]
            wanted = ranked[left] ^ np.uint64(sum(1 << bit for bit in bits))
            yield from _ranges(left, np.searchsorted(ranked, wanted), np.searchsorted(ranked, wanted, "right"))


def _ranges(left: np.ndarray, first: np.ndarray, end: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield left[k] beside each of first[k] .. end[k] - 1, some `BLOCK` pairs at a time."""
    some = end > first
    left, first, count = left[some], first[some], (end - first)[some]
    upto = np.cumsum(count)
    begin = 0
    while begin < len(left):
        done = upto[begin] - count[begin]
        stop = max(begin + 1, int(np.searchsorted(upto, done + BLOCK, "right")))
        own = count[begin:stop]
        start = first[begin:stop] - (upto[begin:stop] - own - done)
        yield np.repeat(left[begin:stop], own), np.arange(upto[stop - 1] - done) + np.repeat(start, own)
        begin = stop


def connected_groups(count: int, edges: np.ndarray | Sequence[tuple[int, int]]) -> np.ndarray:
    """Return the group number (int64 [count]) of each node under the edges (int64 [E, 2])."""
    edges = np.asarray(edges, np.int64).reshape(-1, 2)
    graph = coo_matrix((np.ones(len(edges), np.int8), (edges[:, 0], edges[:, 1])), shape=(count, count))
    return connected_components(graph, directed=False)[1].astype(np.int64)
