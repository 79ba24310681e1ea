"""A sample beside what a model said about it."""

from dataclasses import dataclass

from pipeline.train.answers import PerceptualAnswer, SemanticAnswer
from schemas.aggregation import overall_score
from schemas.example import Example

AXES = ("instruction_following", "over_editing", "naturalness", "artifacts")
"""In the order of the published scores: the first two of SC, the others of PQ."""


@dataclass(frozen=True)
class Answered:
    """An example and its two answers; None for one that was not given in the right form.

    Samples that share an edited image share the answer about it.
    """

    example: Example
    semantic: SemanticAnswer | None
    perceptual: PerceptualAnswer | None

    @property
    def given(self) -> dict[str, int]:
        """Axis -> score, for the axes that were answered."""
        scores = dict(zip(AXES[:2], self.semantic.score, strict=True)) if self.semantic else {}
        return scores | (dict(zip(AXES[2:], self.perceptual.score, strict=True)) if self.perceptual else {})

    @property
    def right(self) -> dict[str, int]:
        """Axis -> score of the data set, for the axes that were judged."""
        judgement = self.example.judgement
        scores = [*judgement.semantic_consistency.score, *judgement.perceptual_quality.score]
        return {axis: score for axis, score in zip(AXES, scores, strict=True) if score >= 0}

    @property
    def overall(self) -> float | None:
        """The overall score of the answers, 0..10; None if one of them is missing."""
        if self.semantic is None or self.perceptual is None:
            return None
        return overall_score(self.semantic.score, self.perceptual.score)
