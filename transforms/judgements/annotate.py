"""Who judges a candidate: the oracle where truth is known, an imported judgement, or nobody. Always checked."""

from dataclasses import replace

from schemas.example import Judgement
from schemas.reject import Reject
from transforms.candidate import Candidate
from transforms.judgements.checker import check_judgement
from transforms.judgements.oracle import judge, severities
from transforms.judgements.precomputed import from_pair
from transforms.judgements.unjudged import unjudged

ORACLE = "oracle/2"


def _judgement(candidate: Candidate) -> tuple[str, Judgement]:
    if candidate.outcome != "unknown":
        return ORACLE, judge(candidate)
    if candidate.pair and candidate.pair.semantic_consistency and candidate.pair.perceptual_quality:
        return "imported", from_pair(candidate)
    return "none", unjudged(candidate)


def annotate(candidate: Candidate) -> Candidate | Reject:
    """Judge a candidate whose regions were derived; a judgement that fails the checker sets it aside."""
    assert candidate.regions is not None, candidate.key
    annotator, judgement = _judgement(candidate)
    problems = check_judgement(judgement, [region.id for region in candidate.regions.edit_region])
    if problems:
        return candidate.rejected("judge", "judgement_inconsistent", "filter", "; ".join(problems))
    quality = candidate.quality
    if annotator == ORACLE:
        quality = quality.model_copy(update=severities(candidate))
    return replace(candidate, judgement=judgement, annotator=annotator, quality=quality)
