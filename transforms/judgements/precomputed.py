"""Judgements that came along with an imported pair: kept, with their scores untouched."""

from schemas.example import Judgement, ScoredReasoning
from transforms.candidate import Candidate
from transforms.judgements.checker import MARKER, check_judgement
from transforms.judgements.scores import derived_regions
from transforms.judgements.unjudged import regions_as_measured


def from_pair(candidate: Candidate) -> Judgement:
    """Return the judgement that came with the candidate's pair, its scores and text kept.

    Citations that do not match the derived regions point at boxes that are not in the record. Then the markers, never
    the words, are dropped: measured facts about each derived region come first, the given text after `<|global|>`.

    Raises:
        ValueError: the pair came without a judgement, or no regions were derived.
    """
    pair = candidate.pair
    if pair is None or pair.semantic_consistency is None or pair.perceptual_quality is None:
        raise ValueError(f"{candidate.key}: no judgement came along with this pair")
    given = Judgement.from_branches(pair.semantic_consistency, pair.perceptual_quality)
    if not check_judgement(given, [region.id for region in derived_regions(candidate).edit_region]):
        return given
    sc = f"{regions_as_measured(candidate)} <|global|> {_without_markers(given.semantic_consistency)}".strip()
    return Judgement.from_branches(
        ScoredReasoning(reasoning=sc, score=given.semantic_consistency.score),
        ScoredReasoning(reasoning=_without_markers(given.perceptual_quality), score=given.perceptual_quality.score),
    )


def _without_markers(scored: ScoredReasoning) -> str:
    return " ".join(MARKER.sub(" ", scored.reasoning).split()) or "No reasoning came along with these scores."
