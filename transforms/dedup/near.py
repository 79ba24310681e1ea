"""Near duplicates among 64-bit hashes: exact for the Hamming radius it is given."""

from itertools import pairwise

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

BITS = 64


def near_pairs(hashes: np.ndarray, radius: int) -> np.ndarray:
    """Return all pairs of hashes within `radius` bits, by multi-index hashing.

    Two hashes that differ in at most r bits agree in at least one of r + 1 bands (Norouzi, Punjani and Fleet,
    "Fast search in Hamming space with multi-index hashing", CVPR 2012), so only pairs that share a band are compared.

    Args:
        hashes: uint64 [N], distinct values.
        radius: bits, 0..15.

    Returns:
        int64 [P, 2], i < j in each row, sorted, no row twice.
    """
    if not 0 <= radius <= 15:
        raise ValueError(f"radius must be 0..15 bits, got {radius}")
    found = [_pairs_in_band(hashes, radius, band) for band in _bands(radius + 1)]
    pairs = np.concatenate(found) if found else np.empty((0, 2), np.int64)
    return np.unique(pairs, axis=0)


def _bands(count: int) -> list[tuple[int, int]]:
    edges = np.linspace(0, BITS, count + 1).astype(int)
    return [(int(low), int(high)) for low, high in pairwise(edges)]


def _pairs_in_band(hashes: np.ndarray, radius: int, band: tuple[int, int]) -> np.ndarray:
    low, high = band
    mask = np.uint64(((1 << (high - low)) - 1) & 0xFFFFFFFFFFFFFFFF)
    value = (hashes >> np.uint64(low)) & mask
    order = np.argsort(value, kind="stable")
    ranked = value[order]
    found = []
    # Every bucket is walked by growing distance within the sorted run, so memory stays at one array per step.
    step = 1
    left = np.arange(max(len(order) - 1, 0))
    while left.size:
        left = left[left + step < len(order)]
        left = left[ranked[left] == ranked[left + step]]
        i, j = order[left], order[left + step]
        close = np.bitwise_count(hashes[i] ^ hashes[j]) <= radius
        found.append(np.stack([np.minimum(i, j)[close], np.maximum(i, j)[close]], axis=1))
        step += 1
    return np.concatenate(found).astype(np.int64) if found else np.empty((0, 2), np.int64)


def connected_groups(count: int, edges: np.ndarray) -> np.ndarray:
    """Return the group number (int64 [count]) of each node under the edges (int64 [E, 2])."""
    edges = np.asarray(edges, np.int64).reshape(-1, 2)
    graph = coo_matrix((np.ones(len(edges), np.int8), (edges[:, 0], edges[:, 1])), shape=(count, count))
    return connected_components(graph, directed=False)[1].astype(np.int64)
