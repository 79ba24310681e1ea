"""Overlap with benchmarks: which pictures are near a listed one, said and counted in one way."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.reject import Reject
from transforms.candidate import Candidate
from transforms.dedup.hash_lists import HashList
from transforms.dedup.near import PairSearch
from transforms.sources.hashing import dhash

OVERLAP = "benchmark_overlap"
"""Reason of what is set aside for it."""


def near_listed(
    hashes: np.ndarray, lists: Sequence[HashList], radius: int, search: PairSearch
) -> dict[int, tuple[str, int]]:
    """Return which pictures are near a listed one: number -> its benchmark, and by how many bits.

    Of several benchmarks the nearest counts, and among equals the first in order of names.

    Args:
        hashes: of the pictures and of their mirror images, uint64 [N, 2].
        lists: hashes to keep away from.
        radius: Hamming distance up to which two hashes are alike.
        search: who finds near hashes.
    """
    found: dict[int, tuple[str, int]] = {}
    for one in sorted(lists, key=lambda one: one.benchmark):
        distances = _distances(hashes, one.hashes, radius, search)
        for number in np.flatnonzero(distances <= radius).tolist():
            if number not in found or distances[number] < found[number][1]:
                found[number] = one.benchmark, int(distances[number])
    return found


def _distances(hashes: np.ndarray, listed: np.ndarray, radius: int, search: PairSearch) -> np.ndarray:
    """Return for each row of hashes (uint64 [N, 2]) the bits to the nearest listed one, above `radius` for farther."""
    values, places = np.unique(hashes, return_inverse=True)
    both = np.union1d(values, listed)
    is_listed = np.isin(both, listed)
    nearest = np.where(is_listed, 0, radius + 1)
    pairs = search(both, radius)
    pairs = np.concatenate([pairs, pairs[:, ::-1]])
    pairs = pairs[is_listed[pairs[:, 1]]]
    np.minimum.at(nearest, pairs[:, 0], np.bitwise_count(both[pairs[:, 0]] ^ both[pairs[:, 1]]).astype(np.int64))
    own: np.ndarray = nearest[np.searchsorted(both, values)][places.reshape(hashes.shape)].min(axis=1)
    return own


def reject_listed(candidate: Candidate, lists: Sequence[HashList], radius: int) -> Reject | None:
    """Return the row of a candidate whose edited picture is near a listed one; None for others."""
    value = dhash(candidate.edited.pixels)
    distances = [(one.distance(value), one.benchmark) for one in lists]
    bits, benchmark = min(distances, default=(radius + 1, "-"))
    if bits > radius:
        return None
    return candidate.rejected("dedup", OVERLAP, "duplicate", overlap_detail(benchmark, bits, radius))


def overlap_detail(benchmark: str, bits: int, radius: int) -> str:
    """Return what a row says of an overlap."""
    return f"{benchmark}: {bits} bits from one of its pictures, radius {radius}"


def overlaps(rejects: pa.Table) -> Counter[str]:
    """Return benchmark -> number of rows (columns `reason` and `detail`) that were set aside for it."""
    said = rejects.filter(pc.equal(rejects["reason"], OVERLAP))["detail"].to_pylist()
    return Counter(detail.partition(":")[0] for detail in said)
