"""Pass 1 on Beam: every found item is opened once and becomes a small record, or a row, in a file."""

import apache_beam as beam
from apache_beam.utils.shared import Shared

from schemas.work import Inspected, Span
from transforms.sources.decode import DecodeLimits
from transforms.sources.embedding import Embedder, read_embedder
from transforms.sources.inspected import inspect_span


class _InspectFn(beam.DoFn):
    """Holds the model for embeddings, if there is one; the threads of a process share it."""

    def __init__(self, limits: DecodeLimits, folder: str, embedding: str) -> None:
        self.limits, self.folder, self.embedding, self.shared = limits, folder, embedding, Shared()

    def setup(self) -> None:
        self.model = self.shared.acquire(lambda: _Model(read_embedder(self.embedding)))

    def process(self, span: Span) -> list[Inspected]:
        return [inspect_span(span, self.limits, self.folder, self.model.embedder)]


class _Model:
    def __init__(self, embedder: Embedder | None) -> None:
        self.embedder = embedder


class InspectSources(beam.PTransform):
    """`PCollection[Span]` (of SourceItem) -> `PCollection[Inspected]`; the records lie in `folder`.

    Args:
        limits: of what is decoded.
        folder: for records and embeddings.
        embedding: model of these, path or address; `-` for none.
    """

    def __init__(self, limits: DecodeLimits, folder: str, embedding: str = "-") -> None:
        super().__init__()
        self.limits, self.folder, self.embedding = limits, folder, embedding

    def expand(self, spans: beam.PCollection[Span]) -> beam.PCollection[Inspected]:
        """Open every item."""
        inspect = _InspectFn(self.limits, self.folder, self.embedding)
        return spans | "Inspect" >> beam.ParDo(inspect).with_output_types(Inspected)
