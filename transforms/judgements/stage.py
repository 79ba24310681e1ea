"""Judgements on Beam."""

import apache_beam as beam

from transforms.candidate import SourceWork
from transforms.judgements.annotate import annotate


def judge_work(work: SourceWork) -> SourceWork:
    """Judge every candidate of a source."""
    return work.map("judge", annotate)


class JudgeCandidates(beam.PTransform):
    """`PCollection[SourceWork]` -> the same with checked judgements."""

    def expand(self, work: beam.PCollection[SourceWork]) -> beam.PCollection[SourceWork]:
        """Judge."""
        return work | "Judge" >> beam.Map(judge_work)
