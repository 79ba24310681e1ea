"""Shards on Beam: staging at the end of pass 2, and pass 3 from staged rows to tars. Rows lie in files."""

from collections.abc import Iterable, Sequence

import apache_beam as beam

from schemas.manifest import ShardInfo
from schemas.work import Collected, Placement, ShardTask, Span, WorkList
from transforms.candidate import SourceWork
from transforms.shards.collect import collect
from transforms.shards.place import place
from transforms.shards.staging import RunFacts, StagedSource, stage_source
from transforms.shards.tables import read_samples
from transforms.shards.writer import write_shard
from transforms.splits.quotas import Target


class StageSources(beam.PTransform):
    """`PCollection[SourceWork]` -> `PCollection[StagedSource]`: images, then the commit mark."""

    def __init__(self, folder: str, facts: RunFacts) -> None:
        super().__init__()
        self.folder, self.facts = folder, facts

    def expand(self, work: beam.PCollection[SourceWork]) -> beam.PCollection[StagedSource]:
        """Stage."""
        return work | "Stage" >> beam.Map(stage_source, folder=self.folder, facts=self.facts)


class CollectStaged(beam.PTransform):
    """`PCollection[Span]` (of StagedSlice) -> `PCollection[Collected]`; a set of tables for each slice."""

    def __init__(self, staging: str, tables: str) -> None:
        super().__init__()
        self.staging, self.tables = staging, tables

    def expand(self, spans: beam.PCollection[Span]) -> beam.PCollection[Collected]:
        """Collect."""
        return spans | "Collect" >> beam.Map(collect, staging=self.staging, folder=self.tables)


def _place(
    work: WorkList,
    collected: Iterable[Collected],
    tables: str,
    targets: Sequence[Target],
    target_samples: int,
    seed: int,
) -> Placement:
    slices = sorted(collected, key=lambda part: part.number)
    assert [part.number for part in slices] == list(range(work.spans)), f"{len(slices)} slices of {work.spans}"
    return place(slices, tables, targets, target_samples, seed)


class AssembleShards(beam.PTransform):
    """`PCollection[WorkList]`, one element -> `PCollection[Placement]`, one element, when all slices are collected."""

    def __init__(
        self,
        collected: beam.PCollection[Collected],
        tables: str,
        targets: Sequence[Target],
        target_samples: int,
        seed: int,
    ) -> None:
        super().__init__()
        self.collected = collected
        self.arguments = tables, targets, target_samples, seed

    def expand(self, work: beam.PCollection[WorkList]) -> beam.PCollection[Placement]:
        """Assemble: the arithmetic of the whole set, in one place."""
        return work | "Place" >> beam.Map(_place, beam.pvalue.AsIter(self.collected), *self.arguments)


def _write(task: ShardTask, tables: str, staging: str, out: str) -> ShardInfo:
    return write_shard(task, read_samples(tables, task), staging, out)


class WriteShards(beam.PTransform):
    """`PCollection[ShardTask]` -> `PCollection[ShardInfo]`."""

    def __init__(self, tables: str, staging: str, out: str) -> None:
        super().__init__()
        self.tables, self.staging, self.out = tables, staging, out

    def expand(self, tasks: beam.PCollection[ShardTask]) -> beam.PCollection[ShardInfo]:
        """Write."""
        return tasks | "WriteShard" >> beam.Map(_write, tables=self.tables, staging=self.staging, out=self.out)
