"""Filters on Beam."""

import apache_beam as beam

from schemas.reject import Reject
from transforms.candidate import Candidate, SourceWork
from transforms.filters.rules import FiltersConfig, check_candidate


def filter_work(work: SourceWork, config: FiltersConfig) -> SourceWork:
    """Set every candidate aside that a rule refuses."""

    def step(candidate: Candidate) -> Candidate | Reject:
        return check_candidate(candidate, config) or candidate

    return work.map("filter", step)


class FilterCandidates(beam.PTransform):
    """`PCollection[SourceWork]` -> the same, refused candidates replaced by their rows."""

    def __init__(self, config: FiltersConfig) -> None:
        super().__init__()
        self.config = config

    def expand(self, work: beam.PCollection[SourceWork]) -> beam.PCollection[SourceWork]:
        """Filter."""
        return work | "Filter" >> beam.Map(filter_work, config=self.config)
