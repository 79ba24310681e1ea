"""How work reaches the workers, and what one does first: code compared, one thread for OpenCV, a seat in the lock."""

import atexit
import os
from typing import Any, TypeVar

import apache_beam as beam
import cv2

from pipeline.config import code_digest
from pipeline.layout import Layout
from pipeline.lock import join_as_writer, lock_folder
from schemas.example import Model
from schemas.work import Span, WorkList
from transforms import storage
from transforms.work import read_span, spans_of

T = TypeVar("T")


def check_code(of_build: str) -> None:
    """Refuse to work for a build of other code (see `code_digest`): its staging would hold what it does not state.

    Raises:
        RuntimeError: this worker's code is another, as in an image that is older than the build.
    """
    if code_digest() != of_build:
        raise RuntimeError(
            "this worker holds another version of the package than the build; start the build again, and on Dataflow "
            "make the image anew"
        )


class _EnterFn(beam.DoFn):
    def __init__(self, layout: Layout) -> None:
        self.layout, self.code = layout, code_digest()

    def setup(self) -> None:
        check_code(self.code)
        cv2.setNumThreads(1)
        if self.layout.token != "-":
            join_as_writer(lock_folder(self.layout.out), self.layout.token)
            seat = storage.join(self.layout.pids, str(os.getpid()))
            storage.write_bytes(seat, b"")
            # Left behind only by a process that was killed, which is how the run learns of it.
            atexit.register(storage.remove, seat)

    def process(self, element: T) -> list[T]:
        return [element]


class EnterWorker(beam.PTransform):
    """`PCollection[T]` -> the same, in a process that is known to the run and ends with it."""

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.layout = layout

    def expand(self, elements: beam.PCollection[T]) -> beam.PCollection[T]:
        """Pass every element on."""
        return elements | "Enter" >> beam.ParDo(_EnterFn(self.layout)).with_output_types(elements.element_type)


class SpreadWork(beam.PTransform):
    """`PCollection[WorkList]` -> `PCollection[Span]`, dealt out to all workers, each known to the run.

    The graph holds the list's name alone, so that its size does not grow with the work.
    """

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.layout = layout

    def expand(self, work: beam.PCollection[WorkList]) -> beam.PCollection[Span]:
        """Find the spans and spread them."""
        return (
            work
            | "Spans" >> beam.FlatMap(spans_of).with_output_types(Span)  # Span
            | "Spread" >> beam.Reshuffle()  # Span
            | "Enter" >> EnterWorker(self.layout)  # Span
        )


class _ReadFn(beam.DoFn):
    def __init__(self, model: type[Model]) -> None:
        self.model = model

    def process(self, span: Span, *_: Any) -> list[Model]:
        return read_span(span, self.model)


class ReadWork(beam.PTransform):
    """`PCollection[Span]` -> the records of a model that stand there, on the worker that has the span."""

    def __init__(self, model: type[Model]) -> None:
        super().__init__()
        self.model = model

    def expand(self, spans: beam.PCollection[Span]) -> beam.PCollection[Model]:
        """Read."""
        return spans | "Read" >> beam.ParDo(_ReadFn(self.model)).with_output_types(self.model)
