"""Where pass 2 is cut: what is made goes through files, their names through a shuffle."""

from typing import TypeVar

import apache_beam as beam

from pipeline.config import ExecutionConfig, code_digest
from pipeline.layout import Layout
from pipeline.machine import cpu_features, versions
from pipeline.worker import EnterWorker
from schemas.keys import digest
from schemas.plan import SourcePlan
from transforms.candidate import SourceWork
from transforms.edits.make import CandidateMaker
from transforms.edits.stage import MakeParts, ReadParts

MAKING = (
    "candidate.py",
    "edits/",
    "marks.py",
    "retry.py",
    "shards/codec.py",
    "shortage.py",
    "sources/",
    "storage.py",
    "tar_writer.py",
    "tars.py",
    "texts/",
)
"""Code in `transforms` that decides what is made."""

Step = TypeVar("Step", bound=beam.PTransform)


def is_cut(execution: ExecutionConfig) -> bool:
    """Return whether pass 2 is two fused steps and not one."""
    return (execution.made, execution.accelerator) != ("-", "-")


def at_accelerator(accelerator: str, step: Step) -> Step:
    """Ask for an accelerator, `-` for none, wherever a step runs; runners that know of none take no notice."""
    if accelerator != "-":
        step.with_resource_hints(accelerator=accelerator)
    return step


class MakeAndCut(beam.PTransform):
    """`PCollection[SourcePlan]` -> `PCollection[SourceWork]`, encoded; what comes out is where the accelerator is.

    A part that was made is not made again: not in a run that goes on, and not in another build with the same plan of
    it, the same settings and code of making, on a machine of the same kind.

    Args:
        maker: of the candidates.
        execution: names the folder for what is made, and the accelerator.
        layout: of the build.
    """

    def __init__(self, maker: CandidateMaker, execution: ExecutionConfig, layout: Layout) -> None:
        super().__init__()
        self.maker, self.layout, self.accelerator = maker, layout, execution.accelerator
        self.folder = layout.made if execution.made == "-" else execution.made

    def expand(self, plans: beam.PCollection[SourcePlan]) -> beam.PCollection[SourceWork]:
        """Make, write, spread, read."""
        kind = digest(code_digest(MAKING), *map(str, sorted(versions().items())), *cpu_features())
        return (
            plans
            | "MakeParts" >> MakeParts(self.maker, kind, self.folder)  # MadePart
            | "SpreadParts" >> beam.Reshuffle()  # MadePart
            | "EnterParts" >> at_accelerator(self.accelerator, EnterWorker(self.layout))  # MadePart
            | "ReadParts" >> at_accelerator(self.accelerator, ReadParts())  # SourceWork
        )
