"""Processes for work without Beam: many small tasks, each with a result."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess

import cv2

from pipeline.interruption import leave_to_parent

_LEFT_TO_PARENT = (signal.SIGINT, signal.SIGHUP)


@contextmanager
def worker_pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool of processes that end with this one, however it ends; tasks not begun are dropped on the way out.

    Each has one thread for OpenCV and leaves Ctrl-C and a closed terminal to this process, from its first moment.

    Args:
        jobs: processes.
    """
    resource_tracker.ensure_running()  # its start unblocks signals
    pool = ProcessPoolExecutor(jobs, mp_context=_Context(), initializer=_enter)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


class _Process(SpawnProcess):
    """A process that begins with the signals blocked that its parent answers: a child inherits what is blocked."""

    def start(self) -> None:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _LEFT_TO_PARENT)
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Context(SpawnContext):
    Process = _Process


def _enter() -> None:
    cv2.setNumThreads(1)
    leave_to_parent()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _LEFT_TO_PARENT)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
