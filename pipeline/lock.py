"""One run per output folder, and no orphan that goes on writing: two OS locks, held by main process and workers.

`.run.lock` is held exclusively by the main process, which writes a token into it. `.writers.lock` is held, shared, by
every process that writes. A worker that finds `.run.lock` free, or another token in it, knows that its main process is
dead, and ends. A new run takes `.run.lock`, then waits until nobody holds `.writers.lock`, so it never meets a dead
run's last writer. The kernel frees both locks when a process ends, however it ends.
"""

import fcntl
import os
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline import exit_codes
from schemas.errors import UserError
from schemas.keys import digest
from transforms import storage
from transforms.marks import RUN
from transforms.retry import interrupted

WRITERS = ".writers.lock"
RUN_VARIABLE = "SPATIALREWARD_RUN"
"""Environment variable that tells the processes of a run which one it is: its token, a space, the lock's folder."""
ORPHAN_CHECK_SECONDS = 0.2
ORPHAN_GRACE_SECONDS = 30.0


def lock_folder(out: str) -> str:
    """Return where the locks of an output folder lie: in it, or, for an address, in one of this machine's own.

    On an address the lease (`pipeline.lease`) keeps other machines away, and these locks this machine's own workers.
    """
    if storage.is_local(out):
        return out
    return str(Path(tempfile.gettempdir()) / f"spatialreward-{os.getuid()}-{digest(out)[:16]}")


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
def run_lock(folder: str) -> Iterator[str]:
    """Hold the output folder for one run; yields the run's token, which its workers need.

    Raises:
        UserError: another run holds it, writers of a dead run do not end within 30 s, or it is not writable.
        InterruptedRunError: the disk is full.
    """
    root = Path(folder)
    try:
        # A dying worker of a dead run holds the run lock for an instant while it checks; hence the short wait.
        run = _wait_lock(root / RUN, fcntl.LOCK_EX, 4 * ORPHAN_CHECK_SECONDS)
    except OSError as error:
        raise UserError(
            f"--out {folder}: is not writable ({error.strerror}); change its rights or choose another folder"
        ) from None
    if run is None:
        raise UserError(f"--out {folder}: another run holds this folder; wait for it or choose another folder")
    _held.append(run)
    token = uuid.uuid4().hex
    try:
        _write_token(run, token, folder)
        writers = _wait_lock(root / WRITERS, fcntl.LOCK_EX, ORPHAN_GRACE_SECONDS)
        if writers is None:
            raise UserError(f"--out {folder}: workers of an earlier run still write here; end them and start again")
        os.close(writers)
        os.environ[RUN_VARIABLE] = f"{token} {root.absolute()}"
        yield token
    finally:
        os.environ.pop(RUN_VARIABLE, None)
        _held.remove(run)
        os.close(run)


@contextmanager
def no_run(folder: str, what: str) -> Iterator[None]:
    """Keep runs away from a folder while it is read; a folder without a lock, a copy, is read as it is.

    Args:
        folder: the output folder of runs; it need not be writable.
        what: the kind of run, for the message.

    Raises:
        UserError: a run holds the folder.
    """
    try:
        descriptor = os.open(Path(folder) / RUN, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield
        return
    try:
        if not _shares(descriptor):
            raise UserError(
                f"{folder}: {what} is going on in it; wait for its end, or interrupt it and go on with it later"
            )
        yield
    finally:
        os.close(descriptor)


def _shares(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_token(run: int, token: str, folder: str) -> None:
    try:
        os.ftruncate(run, 0)
        os.pwrite(run, token.encode(), 0)
    except OSError as error:
        raise interrupted(folder, error) from None


_held: list[int] = []


def drop_inherited_locks() -> None:
    """Close a forked child's copies of the run locks: it may outlive its parent, and must not hold the folder then."""
    while _held:
        os.close(_held.pop())


_joined: dict[str, int] = {}


def join_as_writer(folder: str, token: str) -> None:
    """Hold `.writers.lock` in this process until it ends, and end it when its run is over.

    Called once per process by whoever writes below `folder`; more calls do nothing. In the main process itself the
    check finds `.run.lock` held, by itself, and nothing happens.
    """
    if folder in _joined:
        return
    root = Path(folder)
    if not _is_running(root, token):
        os._exit(exit_codes.MACHINE)
    writers = _wait_lock(root / WRITERS, fcntl.LOCK_SH, ORPHAN_GRACE_SECONDS)
    if writers is None:
        os._exit(exit_codes.MACHINE)
    _joined[folder] = writers
    threading.Thread(target=_end_when_orphaned, args=(root, token, writers), daemon=True).start()


def end_with_run() -> None:
    """End this process when the run that started it is over. Without such a run nothing happens.

    A worker is bound to its run as a writer when it is given work; one that is still starting when the main process is
    killed would wait for it for minutes.
    """
    token, _, folder = os.environ.get(RUN_VARIABLE, "").partition(" ")
    if folder:
        threading.Thread(target=_end_when_over, args=(Path(folder), token), daemon=True).start()


def _end_when_over(root: Path, token: str) -> None:
    while _is_running(root, token):
        time.sleep(ORPHAN_CHECK_SECONDS)
    os._exit(exit_codes.MACHINE)


def leave_as_writer(folder: str) -> None:
    """Give `.writers.lock` back (the main process, when its run is over and the process lives on)."""
    descriptor = _joined.pop(folder, None)
    if descriptor is not None:
        os.close(descriptor)


def _is_running(root: Path, token: str) -> bool:
    """Return whether the run with this token still holds the folder."""
    try:
        if (root / RUN).read_text(encoding="utf-8") != token:
            return False
        free = _try_lock(root / RUN, fcntl.LOCK_SH)
    except FileNotFoundError:
        return False
    if free is not None:
        os.close(free)
    return free is None


def _end_when_orphaned(root: Path, token: str, writers: int) -> None:
    while _joined.get(str(root)) == writers:
        if not _is_running(root, token) and _joined.get(str(root)) == writers:
            os._exit(exit_codes.MACHINE)
        time.sleep(ORPHAN_CHECK_SECONDS)
