"""Seconds that each way takes to find all near pairs: one worker, the join on Beam, brute force."""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.table import NOTHING, Table
from pipeline.layout import Layout
from pipeline.near import joined_pairs
from pipeline.runner import make_options
from transforms.dedup.near import near_pairs

QUERIES = 1 << 10
"""Hashes that brute force compares with all; its time for all is that times their number."""


def made_hashes(count: int) -> np.ndarray:
    """Return about `count` random hashes, one in thirteen a copy of another within 0 to 7 bits; uint64, sorted."""
    rng = np.random.default_rng(count)
    hashes = rng.integers(0, 2**64, count, dtype=np.uint64)
    copies = count // 13
    hashes[-copies:] = hashes[rng.integers(0, count - copies, copies)]
    for _ in range(7):
        flipped = np.uint64(1) << rng.integers(0, 64, copies).astype(np.uint64)
        hashes[-copies:] ^= np.where(rng.random(copies) < 0.5, flipped, np.uint64(0))
    return np.unique(hashes)


def brute_force_seconds(hashes: np.ndarray, radius: int) -> float:
    """Return the CPU seconds of comparing each hash with all behind it, from a sample of them."""
    rng = np.random.default_rng(0)
    sample = rng.choice(hashes, min(QUERIES, len(hashes)), replace=False)
    started = time.process_time()
    for value in sample:
        np.flatnonzero(np.bitwise_count(hashes ^ value) <= radius)
    return (time.process_time() - started) / len(sample) * len(hashes) / 2


def _seconds(search: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    started = time.process_time()
    found = search()
    return time.process_time() - started, found


def measure(count: int, radius: int, join_up_to: int) -> tuple[str, ...]:
    """Return a row: CPU seconds of one worker, ratios of the others to it."""
    hashes = made_hashes(count)
    seconds, pairs = _seconds(lambda: near_pairs(hashes, radius))
    brute = brute_force_seconds(hashes, radius)
    joined = NOTHING
    if count <= join_up_to:
        with TemporaryDirectory() as folder:
            layout = Layout(Path(folder).as_posix(), "-")
            taken, same = _seconds(lambda: joined_pairs(hashes, radius, make_options(1, ()), layout))
        assert np.array_equal(pairs, same), "the join found other pairs"
        joined = f"{taken / seconds:.1f} ×"
    return f"{count:,}, radius {radius}", f"{len(pairs):,}", f"{seconds:.1f}", joined, f"{brute / seconds:.0f} ×"


def speed_table(rows: tuple[tuple[str, ...], ...]) -> Table:
    """Return the table of some rows."""
    note = f"CPU seconds in one process. Brute force: {QUERIES} hashes against all, times their number."
    return Table("Near pairs", ("hashes", "pairs", "one worker, s", "join on Beam", "brute force"), rows, note)
