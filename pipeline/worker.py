"""What a worker process does before its first element: one thread for OpenCV, a seat in the lock, a pid to watch."""

import atexit
import os
from typing import TypeVar

import apache_beam as beam
import cv2

from pipeline.lock import join_as_writer, lock_folder
from transforms import storage

T = TypeVar("T")


class _EnterFn(beam.DoFn):
    def __init__(self, out: str, pids: str, token: str) -> None:
        self.out, self.pids, self.token = out, pids, token

    def setup(self) -> None:
        cv2.setNumThreads(1)
        if self.token != "-":
            join_as_writer(lock_folder(self.out), self.token)
            seat = storage.join(self.pids, str(os.getpid()))
            storage.write_bytes(seat, b"")
            # Left behind only by a process that was killed, which is how the run learns of it.
            atexit.register(storage.remove, seat)

    def process(self, element: T) -> list[T]:
        return [element]


class EnterWorker(beam.PTransform):
    """`PCollection[T]` -> the same, in a process that is known to the run and ends with it."""

    def __init__(self, out: str, pids: str, token: str) -> None:
        super().__init__()
        self.out, self.pids, self.token = out, pids, token

    def expand(self, elements: beam.PCollection[T]) -> beam.PCollection[T]:
        """Pass every element on."""
        return elements | "Enter" >> beam.ParDo(_EnterFn(self.out, self.pids, self.token))
