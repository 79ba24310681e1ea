"""Dedup on Beam: near pairs of many hashes; candidates get their fingerprints while their pixels are at hand."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import apache_beam as beam
import numpy as np

from schemas.reject import Reject
from schemas.work import Span
from transforms.candidate import Candidate, SourceWork
from transforms.dedup.banding import Bucket, Crowd, deal, pairs_of_bucket, read_hashes, write_pairs
from transforms.dedup.fingerprint import fingerprint
from transforms.dedup.hash_lists import HashList, read_copied_lists
from transforms.dedup.overlap import reject_listed


def fingerprint_work(work: SourceWork, lists: Sequence[HashList], radius: int) -> SourceWork:
    """Fingerprint every candidate of a source, and set those aside whose edited picture is near a listed one."""

    def step(candidate: Candidate) -> Candidate | Reject:
        return reject_listed(candidate, lists, radius) or replace(candidate, fingerprint=fingerprint(candidate))

    return work.map("fingerprint", step)


class _FingerprintFn(beam.DoFn):
    """Fingerprints with the hash lists of a folder, which a worker reads once."""

    def __init__(self, radius: int, folder: str) -> None:
        self.radius, self.folder = radius, folder

    def setup(self) -> None:
        self.lists = read_copied_lists(self.folder)

    def process(self, work: SourceWork) -> Iterator[SourceWork]:
        yield fingerprint_work(work, self.lists, self.radius)


class FingerprintCandidates(beam.PTransform):
    """`PCollection[SourceWork]` -> the same with fingerprints, copies of benchmarks set aside.

    Args:
        radius: Hamming distance up to which two hashes are alike.
        folder: of `copy_hash_lists`.
    """

    def __init__(self, radius: int, folder: str) -> None:
        super().__init__()
        self.radius, self.folder = radius, folder

    def expand(self, work: beam.PCollection[SourceWork]) -> beam.PCollection[SourceWork]:
        """Hash and compare."""
        return work | "Fingerprint" >> beam.ParDo(_FingerprintFn(self.radius, self.folder))


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
