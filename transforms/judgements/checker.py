"""What every judgement must satisfy, whoever wrote it."""

import re
from collections.abc import Sequence

from schemas.aggregation import MAX_SCORE, UNJUDGED, overall_score, reward_score
from schemas.example import Judgement, ScoredReasoning

MARKER = re.compile(r"<\|.*?\|>|<\||\|>")
"""A marker such as `<|bbox_1|>`, or what is left of a broken one."""
GLOBAL = "<|global|>"


def check_judgement(judgement: Judgement, region_ids: Sequence[int]) -> list[str]:
    """Return what is wrong with a judgement, one line each; [] if nothing is.

    Args:
        judgement: of an example.
        region_ids: ids of the example's regions, in order.
    """
    sc, pq = judgement.semantic_consistency, judgement.perceptual_quality
    expected = [f"<|bbox_{region_id}|>" for region_id in region_ids] + [GLOBAL]
    return [
        *_check_markers("semantic_consistency", sc.reasoning, expected),
        *_check_markers("perceptual_quality", pq.reasoning, []),
        *_check_score("semantic_consistency", sc),
        *_check_score("perceptual_quality", pq),
        *_check_aggregate(judgement),
    ]


def _check_markers(branch: str, reasoning: str, expected: list[str]) -> list[str]:
    problems = []
    found = MARKER.findall(reasoning)
    if found != expected:
        problems.append(f"{branch}: markers are {' '.join(found) or 'none'}, must be {' '.join(expected) or 'none'}")
    texts = MARKER.split(reasoning)
    spoken = texts[1:] if found else texts  # what stands before the first marker may be empty
    if not all(text.strip() for text in spoken):
        problems.append(f"{branch}: no text after a marker" if found else f"{branch}: reasoning is empty")
    return problems


def _check_score(branch: str, scored: ScoredReasoning) -> list[str]:
    if len(scored.score) == 2 and all(UNJUDGED <= value <= MAX_SCORE for value in scored.score):
        return []
    return [f"{branch}: score must be two integers 0..{MAX_SCORE}, or {UNJUDGED} for unjudged, got {scored.score}"]


def _check_aggregate(judgement: Judgement) -> list[str]:
    try:
        overall = overall_score(judgement.semantic_consistency.score, judgement.perceptual_quality.score)
    except ValueError:  # reported as the score's own fault
        return []
    if (judgement.overall, judgement.reward) == (overall, reward_score(overall)):
        return []
    return [f"overall {judgement.overall}, reward {judgement.reward} do not follow from the scores ({overall})"]
