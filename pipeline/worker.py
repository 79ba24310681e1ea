"""What a worker process does before its first element: code compared, one OpenCV thread, a seat in the lock, a pid."""

import atexit
import os
from typing import TypeVar

import apache_beam as beam
import cv2

from pipeline.config import code_digest
from pipeline.lock import join_as_writer
from transforms import storage

T = TypeVar("T")


def check_code(of_build: str) -> None:
    """Refuse to work for a build of other code (see `code_digest`): its staging would hold what it does not state.

    Raises:
        RuntimeError: this worker's code is another, as in an image that is older than the build.
    """
    if code_digest() != of_build:
        raise RuntimeError("this worker holds another version of the package than the build; make its image anew")


class _EnterFn(beam.DoFn):
    def __init__(self, out: str, pids: str, token: str) -> None:
        self.out, self.pids, self.token = out, pids, token
        self.code = code_digest()

    def setup(self) -> None:
        check_code(self.code)
        cv2.setNumThreads(1)
        if storage.is_local(self.out):
            join_as_writer(self.out, self.token)
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
