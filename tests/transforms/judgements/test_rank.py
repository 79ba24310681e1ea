from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary import OUTCOMES
from transforms.judgements.rank import RankInput, disagreements, rank_group

scores = st.sampled_from([-1.0, 0.0, 4.8045, 7.0, 10.0]) | st.floats(0, 10)
facts = st.lists(st.tuples(scores, st.sampled_from(OUTCOMES), st.booleans()), min_size=1, max_size=7)


def members(rows):
    return [RankInput(f"k{i}", *row) for i, row in enumerate(rows)]


def test_an_untouched_picture_never_beats_one_with_something_done():
    group = members([(4.8, "failed", False), (3.0, "over_edit", True), (9.0, "faithful", True)])
    assert rank_group(group) == {"k0": 3, "k1": 2, "k2": 1}
    assert disagreements(group) == 1


def test_an_untouched_picture_beats_an_unrelated_one():
    group = members([(4.8, "failed", False), (0.0, "unrelated", True)])
    assert rank_group(group) == {"k0": 1, "k1": 2}


def test_ties_share_a_rank_and_the_next_is_one_more():
    group = members([(7.0, "faithful", True), (7.0, "partial", True), (6.0, "partial", True)])
    assert rank_group(group) == {"k0": 1, "k1": 1, "k2": 2}
    assert disagreements(group) == 0


@given(facts)
def test_ranks_have_no_gaps_and_keep_the_rule_above_overall(rows):
    group = members(rows)
    ranks = rank_group(group)
    assert sorted(set(ranks.values())) == list(range(1, max(ranks.values()) + 1))
    for a, b in permutations(group, 2):
        if not a.any_done and b.any_done and b.outcome != "unrelated":
            assert ranks[b.key] < ranks[a.key]
        elif a.any_done == b.any_done and "unrelated" not in (a.outcome, b.outcome):
            assert (ranks[a.key] < ranks[b.key]) == (a.overall > b.overall)


@given(facts)
def test_disagreements_counts_the_pairs_in_opposite_order(rows):
    group = members(rows)
    ranks = rank_group(group)
    opposite = sum(1 for a, b in permutations(group, 2) if a.overall > b.overall and ranks[a.key] >= ranks[b.key])
    assert disagreements(group) == opposite


@given(facts, st.randoms())
def test_rank_does_not_depend_on_the_order_of_arrival(rows, random):
    group = members(rows)
    shuffled = random.sample(group, len(group))
    assert rank_group(shuffled) == rank_group(group)
