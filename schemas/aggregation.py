"""The one place where scores are aggregated (SpatialReward, arXiv 2602.07458: weights by grid search on 2k samples)."""

MAX_SCORE = 25
"""Every axis score is an integer 0..25, higher is better."""
UNJUDGED = -1
"""Score of an axis that nobody judged (an imported pair without an annotator)."""


def _check(score: list[int], name: str) -> list[int]:
    if len(score) != 2 or not all(isinstance(s, int) and UNJUDGED <= s <= MAX_SCORE for s in score):
        raise ValueError(f"{name} must be two integers 0..{MAX_SCORE}, or {UNJUDGED} for unjudged, got {score}")
    return score


def overall_score(semantic_consistency: list[int], perceptual_quality: list[int]) -> float:
    """Return the overall score, 0..10, rounded to 4 decimals; -1.0 if any axis is unjudged.

    `SC = (0.6 s1 + 0.4 s2) / 2.5`, `PQ = (0.5 nat + 0.5 art) / 2.5`, `O = SC^0.8 * PQ^0.2`.

    Args:
        semantic_consistency: `[instruction_following, over_editing]`, integers 0..25.
        perceptual_quality: `[naturalness, artifacts]`, integers 0..25.

    Raises:
        ValueError: a score is not two integers -1..25.

    >>> overall_score([25, 25], [25, 25])
    10.0
    >>> overall_score([0, 25], [25, 25])
    4.8045
    """
    following, over_editing = _check(semantic_consistency, "semantic_consistency")
    naturalness, artifacts = _check(perceptual_quality, "perceptual_quality")
    if UNJUDGED in (following, over_editing, naturalness, artifacts):
        return float(UNJUDGED)
    sc = (0.6 * following + 0.4 * over_editing) / 2.5
    pq = (0.5 * naturalness + 0.5 * artifacts) / 2.5
    return round(sc**0.8 * pq**0.2, 4)


def reward_score(overall: float) -> float:
    """Return the reward, 0..1, rounded to 4 decimals: a tenth of the overall score (0..10); -1.0 if unjudged."""
    return overall if overall == UNJUDGED else round(overall / 10, 4)
