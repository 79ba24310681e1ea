"""A build that is killed again and again, at random moments and in several ways, until it has finished.

After every kill nobody writes below the folder any more, and what stands under a shard's name is the whole shard. At
the end every file is that of an undisturbed build, and nothing temporary is left.
"""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from commands import COMMAND, files_of

from transforms.storage import TEMPORARY

WAYS = ("group", "main", "one")
"""All processes at once; the main process alone; any one of them, as the kernel does when memory is short."""
GRACE_SECONDS = 120
EXIT_INTERRUPTED = 4


@dataclass(frozen=True)
class Kill:
    """One kill.

    Attributes:
        build: number of the build, from 1.
        way: of `WAYS`, and whether "one" was the main process or a worker.
        seconds: after the start.
        phase: how far the build was.
        code: exit code of the main process; negative for a signal.
        gone: seconds until no process of the run was left.
    """

    build: int
    way: str
    seconds: float
    phase: str
    code: int
    gone: float


class SoakError(AssertionError):
    """The folder or the processes were not as they must be."""


def soak(
    folder: Path, arguments: Sequence[str], expected: dict[str, bytes], seconds: float, kills: int, seed: int
) -> Iterator[Kill]:
    """Build below `folder` and kill, until so many kills have hit and the last build has finished; yields each kill.

    Args:
        folder: each build gets a folder in it, removed when it was found good.
        arguments: of `spatialreward build`, without `--out`.
        expected: see `commands.files_of`; of an undisturbed build.
        seconds: that an undisturbed build takes; a kill falls into them, or into what a resumed one still needs.
        kills: how many.
        seed: of moments, ways and victims.

    Raises:
        SoakError: an orphan, a shard that is not whole, another byte, something temporary left, or a run that hangs.
    """
    rng = random.Random(seed)
    build, hits = 0, 0
    while hits < kills:
        build += 1
        out = folder / f"build-{build}"
        while True:
            way = rng.choice(WAYS) if hits < kills else None
            kill = _run(out, arguments, expected, rng, way, rng.uniform(0.0, 0.9) * seconds, build)
            if kill is None:
                break
            hits += 1
            yield kill
        _check_finished(out, expected)
        shutil.rmtree(out)


def _run(
    out: Path,
    arguments: Sequence[str],
    expected: dict[str, bytes],
    rng: random.Random,
    way: str | None,
    moment: float,
    build: int,
) -> Kill | None:
    """Start the build and kill it in that way at that moment; None when it has finished, before or in spite of it."""
    log = out.with_suffix(".log")
    with log.open("w") as stream:
        process = subprocess.Popen(
            [*COMMAND, "build", "--out", str(out), *arguments], stdout=stream, stderr=stream, start_new_session=True
        )
    began = time.monotonic()
    try:
        process.wait(moment if way else GRACE_SECONDS * 10)
    except subprocess.TimeoutExpired:
        if way is None:
            os.killpg(process.pid, signal.SIGKILL)
            raise SoakError(f"{out}: hangs; {_tail(log)}") from None
    if process.poll() is None:
        phase = _phase(out)
        way = _kill(process.pid, way or "group", rng)
        killed = time.monotonic()
        _wait_until_all_are_gone(process, log)
        gone = time.monotonic() - killed
        _check_interrupted(out, expected)
        code = process.wait()
        if code not in (0, -signal.SIGKILL, EXIT_INTERRUPTED):
            raise SoakError(f"{out}: exit code {code}; {_tail(log)}")
        return Kill(build, way, killed - began, phase, code, gone) if code else None
    if process.returncode:
        raise SoakError(f"{out}: exit code {process.returncode}; {_tail(log)}")
    return None


def _kill(group: int, way: str, rng: random.Random) -> str:
    if way == "group":
        os.killpg(group, signal.SIGKILL)
        return way
    victim = group if way == "main" else rng.choice(processes_of(group))
    os.kill(victim, signal.SIGKILL)
    return way if way == "main" else ("one: main" if victim == group else "one: worker")


def _wait_until_all_are_gone(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + GRACE_SECONDS
    while processes_of(process.pid):
        process.poll()
        if time.monotonic() > deadline:
            left = processes_of(process.pid)
            os.killpg(process.pid, signal.SIGKILL)
            raise SoakError(f"{len(left)} processes live {GRACE_SECONDS} s after the kill; {_tail(log)}")
        time.sleep(0.05)


def processes_of(group: int) -> list[int]:
    """Return the processes of a group that run (zombies do not)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, pgrp = entry.read_text().rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        if int(pgrp) == group and state not in "ZX":
            found.append(int(entry.parent.name))
    return sorted(found)


def _phase(out: Path) -> str:
    if (out / "manifest.json").exists():
        return "report"
    if (out / "data").exists():
        return "shards"
    if (out / "staging" / "inspected.jsonl").exists():
        return f"candidates, {len(list(out.rglob('staging/*/*/*.jsonl')))} staged"
    return "sources" if out.exists() else "start"


def _check_interrupted(out: Path, expected: dict[str, bytes]) -> None:
    if writers := [link for link in Path("/proc").glob("[0-9]*/fd/*") if _target(link).startswith(f"{out}/")]:
        raise SoakError(f"{out}: is still held open: {[str(link) for link in writers]}")
    for name in sorted(str(path.relative_to(out)) for path in (out / "data").rglob("*.tar")):
        if TEMPORARY not in name and (out / name).read_bytes() != expected.get(name):
            raise SoakError(f"{out / name}: stands under its name, but is not the whole shard")


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except OSError:  # closed meanwhile
        return ""


def _check_finished(out: Path, expected: dict[str, bytes]) -> None:
    if (found := files_of(out)) != expected:
        different = sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
        raise SoakError(f"{out}: differs from the undisturbed build in {different}")
    left = [str(path) for path in out.rglob("*") if TEMPORARY in path.name or path.name == "staging"]
    if left:
        raise SoakError(f"left behind: {left}")


def _tail(log: Path) -> str:
    return f"{log} ends: {log.read_text(errors='replace')[-2000:]}"
