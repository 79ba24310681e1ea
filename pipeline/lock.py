"""One run per output folder, and no orphan that goes on writing: two OS locks, held by main process and workers.

`.run.lock` is held exclusively by the main process. `.writers.lock` is held, shared, by every process that writes.
A worker that can take `.run.lock` knows that its main process is dead, and ends. A new run takes `.run.lock`, then
waits until nobody holds `.writers.lock`, so it never meets a dead run's last writer. The kernel frees both locks when
a process ends, however it ends.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.errors import UserError

RUN, WRITERS = ".run.lock", ".writers.lock"
ORPHAN_CHECK_SECONDS = 0.2
ORPHAN_GRACE_SECONDS = 30.0
EXIT_ORPHAN = 4


def _try_lock(path: Path, mode: int) -> int | None:
    """Return an open descriptor that holds the lock, or None if another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _wait_lock(path: Path, mode: int, seconds: float) -> int | None:
    deadline = time.monotonic() + seconds
    while (descriptor := _try_lock(path, mode)) is None and time.monotonic() < deadline:
        time.sleep(ORPHAN_CHECK_SECONDS / 2)
    return descriptor


@contextmanager
def run_lock(folder: str) -> Iterator[None]:
    """Hold the output folder for one run.

    Raises:
        UserError: another run holds it, or writers of a dead run do not end within 30 s.
    """
    root = Path(folder)
    # A dying worker of a dead run holds the run lock for an instant while it checks; hence the short wait.
    run = _wait_lock(root / RUN, fcntl.LOCK_EX, 4 * ORPHAN_CHECK_SECONDS)
    if run is None:
        raise UserError(
            f"--out {folder}: another build is running in this folder; wait for it or choose another folder"
        )
    try:
        writers = _wait_lock(root / WRITERS, fcntl.LOCK_EX, ORPHAN_GRACE_SECONDS)
        if writers is None:
            raise UserError(f"--out {folder}: workers of an earlier run still write here; end them and start again")
        os.close(writers)
        yield
    finally:
        os.close(run)


_joined: dict[str, int] = {}


def join_as_writer(folder: str) -> None:
    """Hold `.writers.lock` in this process until it ends, and end it when the main process has died.

    Called once per process by whoever writes below `folder`; more calls do nothing. In the main process itself the
    check finds `.run.lock` held, by itself, and nothing happens.
    """
    if folder in _joined:
        return
    writers = _wait_lock(Path(folder) / WRITERS, fcntl.LOCK_SH, ORPHAN_GRACE_SECONDS)
    if writers is None:
        raise RuntimeError(f"{folder}: another run took the folder while this worker started")
    _joined[folder] = writers
    threading.Thread(target=_end_when_orphaned, args=(Path(folder),), daemon=True).start()


def leave_as_writer(folder: str) -> None:
    """Give `.writers.lock` back (the main process, when its run is over and the process lives on)."""
    descriptor = _joined.pop(folder, None)
    if descriptor is not None:
        os.close(descriptor)


def _end_when_orphaned(root: Path) -> None:
    while str(root) in _joined:
        descriptor = _try_lock(root / RUN, fcntl.LOCK_SH) if (root / RUN).exists() else -1
        if descriptor is not None:
            if str(root) in _joined:
                os._exit(EXIT_ORPHAN)
            if descriptor >= 0:
                os.close(descriptor)
            return
        time.sleep(ORPHAN_CHECK_SECONDS)
