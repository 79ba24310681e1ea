"""Shard writing in turns with a plain copy of the same bytes; a finished build, run again."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.speed.measure import FACTS, shard_of
from schemas.plan import SourcePlan
from transforms.candidate import SourceWork
from transforms.shards.staging import stage_source
from transforms.shards.writer import write_shard

COMMAND = [sys.executable, "-m", "pipeline.entry", "build", "--recipe", "demo"]
BLOCK = 1 << 20


def in_turns(ways: Sequence[Callable[[], object]], repeats: int) -> list[list[float]]:
    """Return the seconds of each way, one per repeat: forwards and backwards in turns."""
    seconds = [list[float]() for _ in ways]
    for repeat in range(repeats + 1):
        order = range(len(ways)) if repeat % 2 == 0 else reversed(range(len(ways)))
        for way in order:
            began = perf_counter()
            ways[way]()
            if repeat:  # the first warms caches
                seconds[way].append(perf_counter() - began)
    return seconds


def writing(works: Sequence[SourceWork], copies: int, repeats: int) -> tuple[int, float, float]:
    """Time the writing of one shard against a copy of it, read and written in blocks and forced to disk alike.

    Args:
        works: fingerprinted candidates.
        copies: how often they stand in the shard, under other keys.
        repeats: how often each is timed.

    Returns:
        Bytes of the shard; seconds to write it, and to copy it, medians.
    """
    with tempfile.TemporaryDirectory() as folder:
        staged = [stage_source(_renamed(work, copy), folder, FACTS) for copy in range(copies) for work in works]
        plan = shard_of(staged, folder)
        source, target = Path(folder, plan.task.name), Path(folder, "copy.tar")
        write = partial(write_shard, plan.task, plan.samples, folder, folder)
        written, copied = in_turns([write, lambda: _copy(source, target)], repeats)
        return source.stat().st_size, median(written), median(copied)


def _renamed(work: SourceWork, copy: int) -> SourceWork:
    plan: SourcePlan = work.plan.model_copy(update={"part": copy})
    return SourceWork(plan, work.candidates, work.truths)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as read, target.open("wb") as write:
        while block := read.read(BLOCK):
            write.write(block)
        write.flush()
        os.fsync(write.fileno())


def running_again(out: str, examples: int, repeats: int) -> list[float]:
    """Build a set once, then return the seconds of running the same command again, one per repeat."""
    command = [*COMMAND, "--out", out, "--num-examples", str(examples)]
    seconds = []
    for repeat in range(repeats + 1):
        began = perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        if repeat:
            seconds.append(perf_counter() - began)
    return seconds
