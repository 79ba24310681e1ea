"""Processes for work without Beam: many small tasks, each with a result."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

import cv2


@contextmanager
def worker_pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool of processes that end with this one, however it ends; tasks not begun are dropped on the way out.

    Each has one thread for OpenCV and leaves an interrupt to this process.

    Args:
        jobs: processes.
    """
    pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_enter)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _enter() -> None:
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
