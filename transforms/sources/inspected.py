"""What pass 1 found, in files: one per span of sources, records and rows mixed."""

from collections.abc import Iterable, Iterator

import numpy as np

from schemas.plan import SourceItem, SourceRecord
from schemas.reject import Reject
from schemas.work import Inspected, Span
from transforms import storage
from transforms.sources.decode import DecodeLimits
from transforms.sources.embedding import Embedder
from transforms.sources.read import inspect_item
from transforms.work import read_span


def inspect_span(span: Span, limits: DecodeLimits, folder: str, embedder: Embedder | None) -> Inspected:
    """Open every source of a span and write what came of it into `folder`, in the order of the span.

    With an embedder, the embeddings of all that can be used are written beside it.
    """
    vectors: list[np.ndarray] = []
    look = (lambda rgb: vectors.append(embedder.embed(rgb))) if embedder else None
    found = [inspect_item(item, limits, look) for item in read_span(span, SourceItem)]
    lines = (f"{type(entry).__name__} {entry.model_dump_json()}\n" for entry in found)
    if embedder:
        storage.write_bytes(_name(folder, span.number, "f16"), np.array(vectors, np.float16).tobytes())
    storage.write_bytes(_name(folder, span.number), "".join(lines).encode())
    usable = sum(isinstance(entry, SourceRecord) for entry in found)
    return Inspected(number=span.number, usable=usable, set_aside=len(found) - usable)


def inspected_spans(names: Iterable[str]) -> int:
    """Return how many spans are done, by the names of files.

    >>> inspected_spans(["000000.f16", "000000.jsonl", "000001.f16"])
    1
    """
    return sum(name.endswith(".jsonl") for name in names)


def read_inspected(folder: str, spans: int) -> Iterator[SourceRecord | Reject]:
    """Yield what was found in so many spans, in their order."""
    for number in range(spans):
        yield from _read(folder, number)


def read_embeddings(folder: str, spans: int) -> dict[str, np.ndarray]:
    """Return source_id -> embedding, float16 [D], of all that can be used, where `inspect_span` had an embedder."""
    found: dict[str, np.ndarray] = {}
    for number in range(spans):
        ids = [entry.source_id for entry in _read(folder, number) if isinstance(entry, SourceRecord)]
        vectors = np.frombuffer(storage.read_bytes(_name(folder, number, "f16")), np.float16)
        found |= dict(zip(ids, vectors.reshape(max(len(ids), 1), -1), strict=False))
    return found


def _read(folder: str, number: int) -> Iterator[SourceRecord | Reject]:
    for line in storage.read_bytes(_name(folder, number)).splitlines():
        kind, _, text = line.partition(b" ")
        model = SourceRecord if kind == b"SourceRecord" else Reject
        yield model.model_validate_json(text)


def _name(folder: str, number: int, suffix: str = "jsonl") -> str:
    return storage.join(folder, f"{number:06d}.{suffix}")
