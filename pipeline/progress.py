"""Progress of a build, read from commit marks, and the watch over its worker processes."""

import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from pipeline import exit_codes, interruption
from pipeline.processes import descendants, is_alive, kill
from schemas.errors import InterruptedRunError
from transforms import storage

POLL_SECONDS = 0.5
REMOTE_POLL_SECONDS = 30.0
"""Where workers live on other machines: each look lists the whole staging in a store, for which time and money go."""


@contextmanager
def watch(
    console: Console, title: str, total: int | None, done: Callable[[], int], pids: str, watch_workers: bool
) -> Iterator[None]:
    """Show a bar that follows `done()` while the block runs, and end the run at once when a worker dies.

    Args:
        console: where the bar goes.
        title: what is being counted.
        total: its end, None if unknown.
        done: how far it is; called every half second, or every 30 s where workers live on other machines.
        pids: folder with one file per worker process, named by its pid.
        watch_workers: False where workers live on other machines.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    stop = threading.Event()
    seconds = POLL_SECONDS if watch_workers else REMOTE_POLL_SECONDS
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        task = progress.add_task(title, total=total)

        def follow() -> None:
            while not stop.wait(seconds):
                with suppress(OSError, InterruptedRunError):  # a store that does not answer now: the next time
                    progress.update(task, completed=done())
                if watch_workers:
                    _end_if_worker_died(pids)

        thread = threading.Thread(target=follow, daemon=True)
        thread.start()
        before, threading.excepthook = threading.excepthook, partial(_end_if_worker_failed, pids)
        try:
            yield
        finally:
            threading.excepthook = before
            stop.set()
            thread.join()
            progress.update(task, completed=done())


def _end_if_worker_died(pids: str) -> None:
    workers = [int(name) for name in storage.list_files(pids)]
    dead = [pid for pid in workers if not is_alive(pid)]
    if not dead:
        return
    _end(f"worker process {dead[0]} died (killed, or out of memory)", [pid for pid in workers if pid not in dead])


_WORKER_THREAD = "run_worker"
"""The thread of Beam's that waits for a worker process; its error is told by Python alone, and the run would hang."""
_ABORTED = re.compile(r"(-6|134)$")
"""How a process ends that libraries abort while it is taken down, all work done."""


def _end_if_worker_failed(pids: str, told: threading.ExceptHookArgs) -> None:
    """Hook for errors of threads: a worker that ends before it has a seat is known to Beam's thread alone."""
    if told.thread is None or told.thread.name != _WORKER_THREAD or _ABORTED.search(str(told.exc_value)):
        threading.__excepthook__(told)
    else:
        _end_if_worker_died(pids)  # which names it, if it had a seat
        _end(f"a worker process died ({told.exc_value})", map(int, storage.list_files(pids)))


def _end(cause: str, workers: Iterable[int]) -> NoReturn:
    if interruption.caught(wait=True):  # a signal to all of them
        interruption.end()
    kill([*workers, *descendants()])  # some have no seat yet, and would wait for a run that is gone
    sys.stderr.write(f"\nspatialreward: {cause}; what is staged is safe: run the same command again to go on\n")
    sys.stderr.flush()
    time.sleep(0.1)
    os._exit(exit_codes.MACHINE)
