"""Edits on Beam: plans become candidates. The only place where pixels enter the graph."""

import apache_beam as beam

from schemas.plan import SourcePlan
from transforms.candidate import SourceWork
from transforms.edits.make import CandidateMaker


class MakeCandidates(beam.PTransform):
    """`PCollection[SourcePlan]` -> `PCollection[SourceWork]`, every candidate encoded or set aside."""

    def __init__(self, maker: CandidateMaker) -> None:
        super().__init__()
        self.maker = maker

    def expand(self, plans: beam.PCollection[SourcePlan]) -> beam.PCollection[SourceWork]:
        """Render and import."""
        return plans | "RenderAndEncode" >> beam.Map(self.maker.make)
