"""Lists of work in files: written by whoever plans, read in spans by whoever works, so that no graph carries them."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from schemas.example import Model
from schemas.work import Span, WorkList
from transforms import storage

M = TypeVar("M", bound=Model)


def write_work(name: str, records: Iterable[Model], per_span: int = 1) -> WorkList:
    """Write records as JSON lines; `per_span` of them are worked on together."""
    lines = 0
    with storage.atomic_writer(name) as stream:
        for record in records:
            stream.write(record.model_dump_json().encode() + b"\n")
            lines += 1
    return WorkList(name=name, lines=lines, per_span=per_span)


def spans_of(work: WorkList) -> Iterator[Span]:
    """Yield the spans of a list in order; the file is read through once."""
    offset = length = lines = number = 0
    with storage.open_read(work.name) as stream:
        for line in stream:
            length, lines = length + len(line), lines + 1
            if lines == work.per_span:
                yield Span(name=work.name, number=number, offset=offset, length=length)
                offset, length, lines, number = offset + length, 0, 0, number + 1
    if lines:
        yield Span(name=work.name, number=number, offset=offset, length=length)


def read_span(span: Span, model: type[M]) -> list[M]:
    """Return the records of a span."""
    with storage.open_read(span.name) as stream:
        stream.seek(span.offset)
        return [model.model_validate_json(line) for line in stream.read(span.length).splitlines()]
