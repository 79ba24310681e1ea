"""Shards on Beam: staging at the end of pass 2, and pass 3 from staged rows to tars. Records only, never pixels."""

from collections.abc import Iterator, Sequence
from typing import Any

import apache_beam as beam

from schemas.manifest import ShardInfo
from transforms import storage
from transforms.candidate import SourceWork
from transforms.shards.assemble import Assembled, Entry, ShardPlan, assemble, entry_of
from transforms.shards.metadata import shard_rows
from transforms.shards.staging import RunFacts, StagedSource, read_rows, stage_source
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


def _read(name: str, staging: str) -> Iterator[Any]:
    for line, row in enumerate(read_rows(storage.read_bytes(storage.join(staging, name)))):
        if row.truth:
            yield beam.pvalue.TaggedOutput("truths", row.truth)
        if row.reject:
            yield beam.pvalue.TaggedOutput("rejects", row.reject)
        if row.record:
            yield entry_of(row.record, name, line)


class ReadStaged(beam.PTransform):
    """`PCollection[str]` (names of jsonl files) -> tagged `entries`, `rejects`, `truths`."""

    def __init__(self, staging: str) -> None:
        super().__init__()
        self.staging = staging

    def expand(self, names: beam.PCollection[str]) -> Any:
        """Read."""
        return names | "ReadRows" >> beam.FlatMap(_read, staging=self.staging).with_outputs(
            "rejects", "truths", main="entries"
        ).with_output_types(Entry)


class AssembleShards(beam.PTransform):
    """`PCollection[Entry]` -> `PCollection[Assembled]`, one element: the arithmetic of the whole set."""

    def __init__(self, targets: Sequence[Target], target_samples: int, seed: int) -> None:
        super().__init__()
        self.targets, self.target_samples, self.seed = targets, target_samples, seed

    def expand(self, entries: beam.PCollection[Entry]) -> beam.PCollection[Assembled]:
        """Assemble."""
        return (
            entries
            | "GatherEntries" >> beam.combiners.ToList()  # [Entry]
            | "Assemble" >> beam.Map(assemble, self.targets, self.target_samples, self.seed)  # Assembled
        )


WrittenRows = tuple[ShardInfo, list[dict[str, Any]]]


def _write(plan: ShardPlan, staging: str, out: str) -> WrittenRows:
    written = write_shard(plan, staging, out)
    return written.info, shard_rows(written)


class WriteShards(beam.PTransform):
    """`PCollection[ShardPlan]` -> `PCollection[(ShardInfo, metadata rows)]`."""

    def __init__(self, staging: str, out: str) -> None:
        super().__init__()
        self.staging, self.out = staging, out

    def expand(self, plans: beam.PCollection[ShardPlan]) -> beam.PCollection[WrittenRows]:
        """Write."""
        return plans | "WriteShard" >> beam.Map(_write, staging=self.staging, out=self.out)
