"""What pass 1 found, in files: one per span of sources, records and rows mixed."""

from collections.abc import Iterator

from schemas.plan import SourceItem, SourceRecord
from schemas.reject import Reject
from schemas.work import Inspected, Span
from transforms import storage
from transforms.sources.decode import DecodeLimits
from transforms.sources.read import inspect_item
from transforms.work import read_span


def inspect_span(span: Span, limits: DecodeLimits, folder: str) -> Inspected:
    """Open every source of a span and write what came of it into `folder`, in the order of the span."""
    found = [inspect_item(item, limits) for item in read_span(span, SourceItem)]
    lines = (f"{type(entry).__name__} {entry.model_dump_json()}\n" for entry in found)
    storage.write_bytes(_name(folder, span.number), "".join(lines).encode())
    usable = sum(isinstance(entry, SourceRecord) for entry in found)
    return Inspected(number=span.number, usable=usable, set_aside=len(found) - usable)


def read_inspected(folder: str, spans: int) -> Iterator[SourceRecord | Reject]:
    """Yield what was found in so many spans, in their order."""
    for number in range(spans):
        for line in storage.read_bytes(_name(folder, number)).splitlines():
            kind, _, text = line.partition(b" ")
            model = SourceRecord if kind == b"SourceRecord" else Reject
            yield model.model_validate_json(text)


def _name(folder: str, number: int) -> str:
    return storage.join(folder, f"{number:06d}.jsonl")
