"""Pass 1 on Beam: every found item is opened once and becomes a small record, or a row, in a file."""

import apache_beam as beam

from schemas.work import Inspected, Span
from transforms.sources.decode import DecodeLimits
from transforms.sources.inspected import inspect_span


class InspectSources(beam.PTransform):
    """`PCollection[Span]` (of SourceItem) -> `PCollection[Inspected]`; the records lie in `folder`."""

    def __init__(self, limits: DecodeLimits, folder: str) -> None:
        super().__init__()
        self.limits, self.folder = limits, folder

    def expand(self, spans: beam.PCollection[Span]) -> beam.PCollection[Inspected]:
        """Open every item."""
        return spans | "Inspect" >> beam.Map(inspect_span, limits=self.limits, folder=self.folder)
