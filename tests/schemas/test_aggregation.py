"""The aggregate: range, monotone in every score, known values, unjudged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.aggregation import MAX_SCORE, UNJUDGED, overall_score, reward_score

SCORES = st.lists(st.integers(0, MAX_SCORE), min_size=4, max_size=4)


@given(SCORES)
def test_range_and_four_decimals(scores):
    overall = overall_score(scores[:2], scores[2:])
    assert 0.0 <= overall <= 10.0
    assert overall == round(overall, 4)
    assert isinstance(overall, float)


@given(SCORES)
def test_the_stated_formula(scores):
    sc = (0.6 * scores[0] + 0.4 * scores[1]) / 2.5
    pq = (0.5 * scores[2] + 0.5 * scores[3]) / 2.5
    assert overall_score(scores[:2], scores[2:]) == pytest.approx(sc**0.8 * pq**0.2, abs=5.1e-5)


@given(SCORES, st.integers(0, 3))
def test_a_higher_score_never_lowers_the_aggregate(scores, axis):
    higher = [*scores]
    higher[axis] = min(MAX_SCORE, scores[axis] + 1)
    assert overall_score(higher[:2], higher[2:]) >= overall_score(scores[:2], scores[2:])


@given(st.lists(st.integers(1, MAX_SCORE - 1), min_size=4, max_size=4), st.integers(0, 3))
def test_a_higher_score_raises_it_when_no_score_is_zero(scores, axis):
    higher = [*scores]
    higher[axis] += 1
    assert overall_score(higher[:2], higher[2:]) > overall_score(scores[:2], scores[2:])


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([25, 25, 25, 25], 10.0),
        ([0, 0, 25, 25], 0.0),
        ([25, 25, 0, 0], 0.0),
        ([0, 25, 25, 25], 4.8045),  # 10 * 0.4 ** 0.8: an unchanged picture
        ([25, 0, 25, 25], 6.6454),  # 10 * 0.6 ** 0.8
        ([25, 25, 25, 0], 8.7055),  # 10 * 0.5 ** 0.2
        ([25, 25, 0, 25], 8.7055),
        ([10, 10, 10, 10], 4.0),
    ],
)
def test_known_values(scores, expected):
    assert overall_score(scores[:2], scores[2:]) == expected


@given(SCORES, st.sets(st.integers(0, 3), min_size=1))
def test_unjudged_when_any_score_is(scores, axes):
    for axis in axes:
        scores[axis] = UNJUDGED
    assert overall_score(scores[:2], scores[2:]) == -1.0
    assert reward_score(-1.0) == -1.0


@given(SCORES)
def test_reward_is_a_tenth(scores):
    overall = overall_score(scores[:2], scores[2:])
    assert 0.0 <= reward_score(overall) <= 1.0
    assert reward_score(overall) == pytest.approx(overall / 10, abs=5.1e-5)
    assert reward_score(overall) == round(reward_score(overall), 4)


@pytest.mark.parametrize("bad", [[25], [25, 25, 25], [26, 0], [-2, 0], [1.5, 2], ["1", 2], []])
def test_other_scores_are_refused(bad):
    with pytest.raises(ValueError, match="semantic_consistency must be two integers"):
        overall_score(bad, [25, 25])
    with pytest.raises(ValueError, match="perceptual_quality must be two integers"):
        overall_score([25, 25], bad)
