"""Peak resident memory of a process and all that it started, by what it says it is doing."""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAUSE = 0.02
"""Seconds between two looks."""
PAGE_KB = 4
PASSES = ("pass 1", "pass 3")


@dataclass(frozen=True)
class Peaks:
    """One run.

    Attributes:
        examples: asked for.
        candidates: staged.
        mb: pass -> peak over all processes together, MB (10^6 bytes); memory that processes share counts in each.
        seconds: pass -> how long it took.
    """

    examples: int
    candidates: int
    mb: dict[str, float]
    seconds: dict[str, float]


@dataclass(frozen=True)
class Line:
    """Attributes: KB (1000 bytes) that each example adds, and MB that a run takes before the first."""

    slope_kb: float
    intercept_mb: float


def line(small: Peaks, large: Peaks, name: str) -> Line:
    """Return the straight line through two runs."""
    slope = (large.mb[name] - small.mb[name]) / (large.examples - small.examples)
    return Line(slope * 1000, small.mb[name] - slope * small.examples)


def measure(examples: int) -> Peaks:
    """Run both passes on so many examples in a process of their own, and watch it and its workers.

    Raises:
        RuntimeError: it failed.
    """
    peaks = dict.fromkeys(PASSES, 0)
    seconds = dict.fromkeys(PASSES, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.memory.passes", str(examples), folder]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        said = ["start"]
        reader = threading.Thread(target=lambda lines: said.extend(map(str.strip, lines)), args=(process.stdout,))
        reader.start()
        last = time.monotonic()
        while process.poll() is None:
            name, now = said[-1], time.monotonic()
            if name in peaks:
                peaks[name] = max(peaks[name], sum(map(resident, family(process.pid))))
                seconds[name] += now - last
            last = now
            time.sleep(PAUSE)
        reader.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    candidates = int(said[-1].split()[1])
    return Peaks(examples, candidates, {name: peak / 1e6 for name, peak in peaks.items()}, seconds)


def family(pid: int) -> Iterator[int]:
    """Yield a process and its descendants."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from family(int(child))


def resident(pid: int) -> int:
    """Return the resident memory of a process, bytes; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_KB * 1024
    except (OSError, IndexError):
        return 0
