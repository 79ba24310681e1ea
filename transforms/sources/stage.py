"""Pass 1 on Beam: every found item is opened once and becomes a small record, or a row."""

import apache_beam as beam

from schemas.plan import SourceItem, SourceRecord
from schemas.reject import Reject
from transforms.sources.decode import DecodeLimits
from transforms.sources.read import inspect_item


class InspectSources(beam.PTransform):
    """`PCollection[SourceItem]` -> `PCollection[SourceRecord | Reject]`."""

    def __init__(self, limits: DecodeLimits) -> None:
        super().__init__()
        self.limits = limits

    def expand(self, items: beam.PCollection[SourceItem]) -> beam.PCollection[SourceRecord | Reject]:
        """Open every item."""
        return items | "Inspect" >> beam.Map(inspect_item, limits=self.limits)
