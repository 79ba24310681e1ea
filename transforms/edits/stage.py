"""Edits on Beam: plans become candidates. The only place where pixels enter the graph."""

import apache_beam as beam

from schemas.plan import SourcePlan
from schemas.work import MadePart
from transforms.candidate import SourceWork
from transforms.edits.made import make_part, read_part
from transforms.edits.make import CandidateMaker


class MakeParts(beam.PTransform):
    """`PCollection[SourcePlan]` -> `PCollection[MadePart]`: the same candidates, in files.

    Args:
        maker: of the candidates.
        kind: stands for code and machine.
        folder: for the files.
    """

    def __init__(self, maker: CandidateMaker, kind: str, folder: str) -> None:
        super().__init__()
        self.maker, self.kind, self.folder = maker, kind, folder

    def expand(self, plans: beam.PCollection[SourcePlan]) -> beam.PCollection[MadePart]:
        """Render, import and write."""
        made = beam.Map(make_part, maker=self.maker, kind=self.kind, folder=self.folder).with_output_types(MadePart)
        return plans | "RenderAndWrite" >> made


class ReadParts(beam.PTransform):
    """`PCollection[MadePart]` -> `PCollection[SourceWork]`."""

    def expand(self, parts: beam.PCollection[MadePart]) -> beam.PCollection[SourceWork]:
        """Read."""
        return parts | "Read" >> beam.Map(read_part)


class MakeCandidates(beam.PTransform):
    """`PCollection[SourcePlan]` -> `PCollection[SourceWork]`, every candidate encoded or set aside."""

    def __init__(self, maker: CandidateMaker) -> None:
        super().__init__()
        self.maker = maker

    def expand(self, plans: beam.PCollection[SourcePlan]) -> beam.PCollection[SourceWork]:
        """Render and import."""
        return plans | "RenderAndEncode" >> beam.Map(self.maker.make)
