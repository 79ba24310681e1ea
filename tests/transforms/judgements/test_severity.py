"""Each score is what its measured severity rounds to."""

import pytest

from schemas.aggregation import MAX_SCORE
from transforms.edits.triplet import Flaw
from transforms.judgements.annotate import annotate

CASES = [
    ("faithful", 1.0, 0.0),
    ("partial", 0.37, 0.0),
    ("partial", 0.81, 0.0),
    ("identity_shift", 1.0, 0.3),
    ("identity_shift", 1.0, 0.9),
    ("failed", 0.0, 0.0),
]


def annotated(hand, outcome, done, lost, **facts):
    regions = hand.derived() if outcome == "failed" else hand.derived(hand.region(), changed=0.05, delta_e=9.0)
    facts = {"edits": [hand.edit(done=done)], "regions": regions, "identity_lost": lost, **facts}
    return annotate(hand.candidate(outcome, **facts))


@pytest.mark.parametrize(("outcome", "done", "lost"), CASES)
def test_scores_round_their_severities(hand, outcome, done, lost):
    flaws = (Flaw("noise", "a loss of texture", 0.13, "artifacts"), Flaw("light", "odd light", 0.41, "naturalness"))
    made = annotated(hand, outcome, done, lost, flaws=flaws)
    scores = made.judgement.semantic_consistency.score + made.judgement.perceptual_quality.score
    found = [
        getattr(made.quality, f"severity_{axis}")
        for axis in ("instruction_following", "over_editing", "naturalness", "artifacts")
    ]
    assert scores == [round(MAX_SCORE * (1 - severity)) for severity in found]
    assert found[2:] == [0.41, 0.13]


def test_more_lost_identity_follows_the_instruction_less(hand):
    scores = [
        annotated(hand, "identity_shift", 1.0, lost).judgement.semantic_consistency.score[0] for lost in (0.1, 0.4, 0.8)
    ]
    assert scores == sorted(scores, reverse=True) and len(set(scores)) == 3


def test_an_imported_judgement_has_no_measured_severity(hand):
    quality = hand.candidate("unknown").quality
    assert quality.severity_over_editing == -1.0
