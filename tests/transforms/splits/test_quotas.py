import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from transforms.splits.mixture import Quotas, bounds
from transforms.splits.quotas import SLACK, Counted, Filling, Target, choose

KINDS = st.sampled_from(["faithful", "failed", "partial"])
PROGRAMS = st.lists(st.lists(KINDS, min_size=1, max_size=4), max_size=40)


def program(*outcomes, edit_type="color_alter", n_regions=1, overall=5.0):
    return [Counted(edit_type, outcome, n_regions, overall) for outcome in outcomes]


def count(kept, target, planned, sources):
    filling = Filling(target)
    for example in kept:
        filling.add([example])
    return filling.count(planned, sources)


def verdicts(programs, **target):
    return [verdict.reason for verdict in choose(programs, Target("part", **target))]


def test_whole_programs_are_kept_until_the_number_stands():
    programs = [program("faithful", "failed", "partial")] * 4
    assert verdicts(programs, num_examples=5) == ["", "", "over_num_examples", "over_num_examples"]
    assert verdicts(programs) == [""] * 4


def test_a_program_that_exceeds_a_quota_is_left_out_and_a_later_one_that_fits_is_kept():
    quotas = Quotas(outcome={"failed": 0.2})  # two of ten, three with the slack
    programs = [program("faithful", "failed"), program("failed", "failed", "failed"), program("faithful", "partial")]
    chosen = list(choose(programs, Target("part", 10, quotas)))
    assert [verdict.reason for verdict in chosen] == ["", "over_quota", ""]
    assert chosen[1].detail == "component part: outcome failed has 1 of 2"


@given(PROGRAMS, st.integers(1, 60), st.floats(0.05, 0.9))
def test_no_quota_is_exceeded_by_more_than_the_slack(programs, wanted, share):
    target = Target("part", wanted, Quotas(outcome={"failed": share}))
    made = [program(*outcomes) for outcomes in programs]
    kept = [m for m, verdict in zip(made, choose(made, target), strict=True) if not verdict.reason]
    failed = sum(example.outcome == "failed" for members in kept for example in members)
    assert failed < share * wanted * (1 + SLACK) + 1


def test_regions_and_scores_are_counted_in_bins():
    quotas = Quotas(regions={"0": 0.5, "2-4": 0.5}, overall={"0-1": 0.2, "2-10": 0.8})
    kept = [Counted("multi", "partial", n, overall) for n, overall in ((0, 1.99), (2, 2.0), (4, 10.0), (5, 0.0))]
    found = {(q.dimension, q.value): (q.kept, q.wanted) for q in count(kept, Target("part", 10, quotas), 9, 3).quotas}
    assert found == {
        ("regions", "0"): (1, 5),
        ("regions", "2-4"): (2, 5),
        ("overall", "0-1"): (2, 2),
        ("overall", "2-10"): (2, 8),
    }


def test_what_is_missing_is_named():
    quotas = Quotas(outcome={"failed": 0.5, "faithful": 0.5})
    result = count(program("faithful", "faithful", "faithful"), Target("people", 6, quotas), 12, 2)
    assert result.shortfalls() == ["people: examples: 3 of 6", "people: outcome failed: 0 of 3"]
    assert count(program("faithful"), Target(), 1, 1).shortfalls() == []


@pytest.mark.parametrize("text", ["", "x", "3-1", "-1", "1-x", "1.5"])
def test_what_is_no_bin_is_refused(text):
    with pytest.raises(ValueError, match="no bin"):
        bounds(text)


def test_shares_of_more_than_everything_are_refused():
    with pytest.raises(ValidationError, match=r"add up to 1\.2"):
        Quotas(outcome={"failed": 0.6, "faithful": 0.6})
