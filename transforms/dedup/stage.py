"""Dedup on Beam: candidates get their fingerprints while their pixels are at hand."""

from dataclasses import replace

import apache_beam as beam

from transforms.candidate import Candidate, SourceWork
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
