"""The oracle: judgements of candidates whose outcome is known, from measured facts."""

from schemas.example import Judgement, ScoredReasoning
from schemas.keys import rng_for
from transforms.candidate import Candidate
from transforms.judgements.pq_reasoning import axis_severity, perceptual_quality
from transforms.judgements.sc_reasoning import sc_reasoning
from transforms.judgements.scores import instruction_following, over_edited, over_editing, undone


def judge(candidate: Candidate) -> Judgement:
    """Judge a candidate with known outcome and derived regions.

    Scores follow documented formulas (see `scores` and `pq_reasoning`); chance only chooses among phrasings.

    Raises:
        ValueError: the outcome or the share done of an edit is unknown, or no regions were derived.
    """
    if candidate.outcome == "unknown":
        raise ValueError(f"{candidate.key}: the oracle judges candidates with a known outcome alone")
    score = [instruction_following(candidate), over_editing(candidate)]
    reasoning = sc_reasoning(candidate, score, rng_for(candidate.key, "sc"))
    return Judgement.from_branches(
        ScoredReasoning(reasoning=reasoning, score=score),
        perceptual_quality(candidate.flaws, candidate.edited.info.sha256),
    )


def severities(candidate: Candidate) -> dict[str, float]:
    """Return how bad a candidate is on each axis, 0..1 with 4 decimals, by the name of its field in `Quality`.

    Each score is `round(25 * (1 - severity))`.
    """
    found = {
        "instruction_following": undone(candidate),
        "over_editing": over_edited(candidate),
        "naturalness": axis_severity(candidate.flaws, "naturalness"),
        "artifacts": axis_severity(candidate.flaws, "artifacts"),
    }
    return {f"severity_{axis}": round(value, 4) for axis, value in found.items()}
