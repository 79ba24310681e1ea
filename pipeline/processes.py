"""The processes that this one started: which of them run, and how they are ended."""

import os
import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def is_alive(pid: int) -> bool:
    """Return whether a process of this machine runs (a zombie does not)."""
    if (stat := _stat(pid)) is not None:
        return stat[0] != "Z"
    if (_PROC / "self").is_dir():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def descendants() -> list[int]:
    """Return the processes that this one started, and those that they did."""
    parent_of = _parents()
    found, waiting = list[int](), [os.getpid()]
    while waiting:
        children = [pid for pid, parent in parent_of.items() if parent in waiting]
        found += children
        waiting = children
    return found


def kill(pids: Iterable[int]) -> None:
    """Kill the processes of these that still run, but never this one."""
    for pid in {*pids} - {os.getpid()}:
        if is_alive(pid):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def _parents() -> dict[int, int]:
    """Return process -> its parent, of all processes of this machine."""
    if (_PROC / "self").is_dir():
        pids = [int(path.name) for path in _PROC.iterdir() if path.name.isdecimal()]
        return {pid: int(stat[1]) for pid in pids if (stat := _stat(pid)) is not None}
    try:
        command = ["ps", "-A", "-o", "pid=,ppid="]
        listed = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False).stdout
    except FileNotFoundError:  # a machine without ps: its processes stay unknown
        return {}
    return {int(pid): int(parent) for pid, parent in map(str.split, listed.splitlines())}


def _stat(pid: int) -> list[str] | None:
    """Return what Linux says of a process behind its name (state, parent, …); None where it says nothing."""
    try:
        return (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
