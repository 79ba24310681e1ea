"""Regions on Beam."""

from typing import Any

import apache_beam as beam
from apache_beam.utils.shared import Shared

from schemas.staging import TruthRow
from transforms.candidate import Candidate, SourceWork
from transforms.regions.config import RegionsConfig
from transforms.regions.measure import measure
from transforms.regions.refiner import make_refiner
from transforms.regions.result import MaskRefiner


class _Model:
    """What the threads of a process share; each holds it, and with the last of them it goes."""

    def __init__(self, refiner: MaskRefiner | None) -> None:
        self.refiner = refiner


class _DeriveFn(beam.DoFn):
    """Holds the mask refiner, which is rebuilt on the worker from its settings and never pickled."""

    def __init__(self, config: RegionsConfig) -> None:
        self.config, self.shared = config, Shared()

    def setup(self) -> None:
        self.model = self.shared.acquire(lambda: _Model(make_refiner(self.config)))

    def process(self, work: SourceWork, *_: Any) -> list[SourceWork]:
        truths: dict[str, TruthRow] = {}

        def step(candidate: Candidate) -> Candidate:
            measured = measure(candidate, self.config, self.model.refiner)
            if measured.truth:
                truths[candidate.key] = measured.truth
            return measured.candidate

        derived = work.map("regions", step)
        return [SourceWork(derived.plan, derived.candidates, truths)]


class DeriveRegions(beam.PTransform):
    """`PCollection[SourceWork]` -> the same with regions, and how they met the truth."""

    def __init__(self, config: RegionsConfig) -> None:
        super().__init__()
        self.config = config

    def expand(self, work: beam.PCollection[SourceWork]) -> beam.PCollection[SourceWork]:
        """Derive."""
        return work | "Derive" >> beam.ParDo(_DeriveFn(self.config))
