"""Where pass 2 is cut for an accelerator: what is made goes through files, their names through a shuffle."""

from collections.abc import Callable
from typing import TypeVar

import apache_beam as beam

from pipeline.layout import Layout
from pipeline.worker import EnterWorker
from schemas.plan import SourcePlan
from transforms.candidate import SourceWork
from transforms.edits.make import CandidateMaker
from transforms.edits.stage import MakeParts, ReadParts

Step = TypeVar("Step", bound=beam.PTransform)


def at_accelerator(accelerator: str, step: Step) -> Step:
    """Ask for an accelerator, `-` for none, wherever a step runs; runners that know of none take no notice."""
    if accelerator != "-":
        step.with_resource_hints(accelerator=accelerator)
    return step


class MakeAndCut(beam.PTransform):
    """`PCollection[SourcePlan]` -> `PCollection[SourceWork]`, encoded; what comes out is where the accelerator is.

    A part that was made is not made again in a run that goes on.

    Args:
        maker: of the candidates.
        layout: of the build.
        at: asks for the accelerator.
    """

    def __init__(self, maker: CandidateMaker, layout: Layout, at: Callable[[beam.PTransform], beam.PTransform]) -> None:
        super().__init__()
        self.maker, self.layout, self.at = maker, layout, at

    def expand(self, plans: beam.PCollection[SourcePlan]) -> beam.PCollection[SourceWork]:
        """Make, write, spread, read."""
        return (
            plans
            | "MakeParts" >> MakeParts(self.maker, self.layout.made)  # MadePart
            | "SpreadParts" >> beam.Reshuffle()  # MadePart
            | "EnterParts" >> self.at(EnterWorker(self.layout))  # MadePart
            | "ReadParts" >> self.at(ReadParts())  # SourceWork
        )
