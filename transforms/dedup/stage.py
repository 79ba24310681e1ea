"""Dedup on Beam: near pairs of many hashes; candidates get their fingerprints while their pixels are at hand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import apache_beam as beam
import numpy as np

from schemas.work import Span
from transforms.candidate import Candidate, SourceWork
from transforms.dedup.banding import Bucket, Crowd, deal, pairs_of_bucket, read_hashes, write_pairs
from transforms.dedup.fingerprint import fingerprint


def _add_fingerprint(candidate: Candidate) -> Candidate:
    return replace(candidate, fingerprint=fingerprint(candidate))


def fingerprint_work(work: SourceWork) -> SourceWork:
    """Fingerprint every candidate of a source."""
    return work.map("fingerprint", _add_fingerprint)


class FingerprintCandidates(beam.PTransform):
    """`PCollection[SourceWork]` -> the same with fingerprints."""

    def expand(self, work: beam.PCollection[SourceWork]) -> beam.PCollection[SourceWork]:
        """Hash."""
        return work | "Fingerprint" >> beam.Map(fingerprint_work)


Crowded = Mapping[tuple[int, int], int]


def _deal(span: Span, radius: int, crowded: Crowded) -> Iterator[tuple[Bucket, int]]:
    return deal(read_hashes(span), radius, crowded)


class _PairsFn(beam.DoFn):
    """Finds the pairs of buckets and writes them into files, some buckets' together."""

    HELD = 1 << 16

    def __init__(self, radius: int, folder: str) -> None:
        self.radius, self.folder = radius, folder

    def start_bundle(self) -> None:
        self.blocks: list[np.ndarray] = []
        self.held = 0

    def process(self, grouped: tuple[Bucket, Iterable[int]], crowded: Crowded) -> Iterator[int]:
        bucket, members = grouped
        pairs = pairs_of_bucket(bucket, members, self.radius, crowded.get(bucket[:2], 1))
        if len(pairs):
            self.blocks.append(pairs)
            self.held += len(pairs)
            if self.held >= self.HELD:
                self._write()
        yield len(pairs)

    def finish_bundle(self) -> None:
        if self.blocks:
            self._write()

    def _write(self) -> None:
        write_pairs(self.folder, np.concatenate(self.blocks))
        self.start_bundle()


class DealHashes(beam.PTransform):
    """`PCollection[Span]` (lines of hashes) -> `PCollection[tuple[Bucket, int]]`: every bucket a hash goes to."""

    def __init__(self, radius: int, crowds: beam.PCollection[Crowd]) -> None:
        super().__init__()
        self.radius, self.crowds = radius, crowds

    def expand(self, spans: beam.PCollection[Span]) -> beam.PCollection[tuple[Bucket, int]]:
        """Deal."""
        crowded = beam.pvalue.AsDict(self.crowds)
        return spans | "Deal" >> beam.FlatMap(_deal, self.radius, crowded).with_output_types(tuple[Bucket, int])


class CompareBuckets(beam.PTransform):
    """`PCollection[tuple[Bucket, Iterable[int]]]` -> `PCollection[int]`, pairs of each; these lie in `folder`."""

    def __init__(self, radius: int, crowds: beam.PCollection[Crowd], folder: str) -> None:
        super().__init__()
        self.radius, self.crowds, self.folder = radius, crowds, folder

    def expand(self, buckets: beam.PCollection[tuple[Bucket, Iterable[int]]]) -> beam.PCollection[int]:
        """Compare what meets."""
        crowded = beam.pvalue.AsDict(self.crowds)
        return buckets | "Compare" >> beam.ParDo(_PairsFn(self.radius, self.folder), crowded).with_output_types(int)
