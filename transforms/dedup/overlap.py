"""Overlap with benchmarks: which pictures are near a listed one, said and counted in one way."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.reject import Reject
from transforms.candidate import Candidate
from transforms.dedup.confirmed import Hashed, nearest_listed
from transforms.dedup.hash_lists import HashList
from transforms.dedup.near import PairSearch

OVERLAP = "benchmark_overlap"
"""Reason of what is set aside for it."""


def near_listed(
    pictures: Sequence[Hashed], lists: Sequence[HashList], radius: int, search: PairSearch
) -> dict[int, tuple[str, int]]:
    """Return which pictures are copies of a listed one: number -> its benchmark, and by how many bits.

    Of several benchmarks the nearest counts, and among equals the first in order of names.

    Args:
        pictures: to compare.
        lists: pictures to keep away from.
        radius: Hamming distance up to which two hashes are near.
        search: finds near hashes.
    """
    found: dict[int, tuple[str, int]] = {}
    for one in sorted(lists, key=lambda one: one.benchmark):
        distances = nearest_listed(pictures, one.hashes, one.looks, radius, search)
        for number in np.flatnonzero(distances <= radius).tolist():
            if number not in found or distances[number] < found[number][1]:
                found[number] = one.benchmark, int(distances[number])
    return found


def reject_listed(candidate: Candidate, lists: Sequence[HashList], radius: int) -> Reject | None:
    """Return the row of a candidate whose edited picture is near a listed one; None for others."""
    rgb = candidate.edited.pixels
    distances = [(one.distance(rgb, radius), one.benchmark) for one in lists]
    bits, benchmark = min(distances, default=(radius + 1, "-"))
    if bits > radius:
        return None
    return Reject(
        level="candidate",
        key=candidate.key,
        name=candidate.pair.name if candidate.pair else candidate.key,
        stage="dedup",
        reason=OVERLAP,
        reject_class="duplicate",
        detail=overlap_detail(benchmark, bits, radius),
    )


def overlap_detail(benchmark: str, bits: int, radius: int) -> str:
    """Return what a row says of an overlap."""
    return f"{benchmark}: {bits} bits from one of its pictures, radius {radius}"


def overlaps(rejects: pa.Table) -> Counter[str]:
    """Return benchmark -> number of rows (columns `reason` and `detail`) that were set aside for it."""
    said = rejects.filter(pc.equal(rejects["reason"], OVERLAP))["detail"].to_pylist()
    return Counter(detail.partition(":")[0] for detail in said)
