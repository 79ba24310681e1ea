import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.edits.triplet import Flaw
from transforms.judgements.oracle import judge


def sc(candidate):
    return judge(candidate).semantic_consistency.score


def stranger(hand, **facts):
    return hand.region(**{"id": 1, "edit_id": 0, "kind": "collateral", "label": "spoon", **facts})


@pytest.mark.parametrize("outcome", ["faithful", "artifact"])
def test_a_faithful_edit_that_leaves_the_rest_alone_gets_everything(hand, outcome):
    assert sc(hand.candidate(outcome)) == [25, 25]


def test_a_lost_identity_costs_instruction_following_alone(hand):
    following, over = sc(hand.candidate("identity_shift", identity_lost=0.5))
    assert 0 < following < 25
    assert over == 25


@pytest.mark.parametrize(("done", "following"), [((1.0, 0.0), 12), ((1.0, 0.5, 0.0), 12), ((0.4, 0.4), 10)])
def test_a_partial_edit_gets_the_share_that_was_done(hand, done, following):
    edits = [hand.edit(i, done=share) for i, share in enumerate(done, 1)]
    assert sc(hand.candidate("partial", edits)) == [following, 25]


def test_a_failed_edit_follows_nothing_and_preserves_all_even_with_specks_below_any_region(hand):
    unchanged = hand.derived(status="unchanged", changed=0.001, delta_e=2.0)
    assert sc(hand.candidate("failed", [hand.edit(done=0.0)], unchanged)) == [0, 25]


def test_nothing_needed_doing(hand):
    assert sc(hand.candidate("already_true", regions=hand.derived(status="unchanged"))) == [25, 25]


def test_the_wrong_target_is_all_damage_whatever_edit_its_region_is_given_to(hand):
    undone = [hand.edit(done=0.0)]
    apart = sc(hand.candidate("wrong_target", undone, hand.derived(stranger(hand))))
    touching = sc(hand.candidate("wrong_target", undone, hand.derived(hand.region(label="spoon"))))
    assert apart == touching
    assert apart[0] == 0
    assert 5 <= apart[1] <= 18


def test_over_editing_costs_preservation_alone(hand):
    facts = hand.derived(hand.region(), stranger(hand, id=2), changed=0.03, delta_e=24.0)
    following, over = sc(hand.candidate("over_edit", regions=facts))
    assert following == 25
    assert 5 <= over <= 18


def test_a_drift_of_the_whole_frame_is_nearly_all_damage(hand):
    drift = stranger(hand, id=1, kind="global", box=(0, 0, 1000, 1000), area=0.97, delta_e=7.0)
    assert sc(hand.candidate("over_edit", regions=hand.derived(drift, hand.region(2))))[1] <= 6


def test_a_reversed_edit_follows_nothing_and_loses_only_what_changed_elsewhere(hand):
    undone = [hand.edit(done=0.0)]
    assert sc(hand.candidate("reversed", undone)) == [0, 25]
    elsewhere = hand.derived(hand.region(), changed=0.1, delta_e=10.0)
    assert sc(hand.candidate("reversed", undone, elsewhere))[1] < 20


def test_the_answer_to_another_instruction_gets_what_holds_and_all_its_changes_count(hand):
    edits = [hand.edit(done=1.0), hand.edit(2, done=0.0)]
    following, over = sc(hand.candidate("other_instruction", edits))
    assert following == 12
    assert over < 20


def test_an_unrelated_picture_gets_nothing(hand):
    for delta_e in (3.0, 30.0):
        whole = stranger(hand, box=(0, 0, 1000, 1000), area=1.0, delta_e=delta_e)
        assert sc(hand.candidate("unrelated", [hand.edit(done=0.0)], hand.derived(whole))) == [0, 0]


def test_a_whole_frame_edit_is_judged_by_structure_and_not_by_its_colours(hand):
    def over(structure):
        whole = hand.region(kind="global", box=(0, 0, 1000, 1000), area=1.0, delta_e=30.0)
        facts = hand.derived(whole, structure=structure, changed=1.0, delta_e=30.0)
        return sc(hand.candidate(edits=[hand.edit(edit_type="tone_transfer", value="warmer")], regions=facts))[1]

    assert [over(s) for s in (1.0, 0.9, -0.3)] == [25, 25, 0]
    assert 25 > over(0.8) > over(0.5) > 0


def test_a_tone_that_was_found_in_parts_only_has_no_outside(hand):
    facts = hand.derived(hand.region(area=0.4), structure=0.95, changed=0.5, delta_e=9.0)
    assert sc(hand.candidate(edits=[hand.edit(edit_type="tone_transfer", value="warmer")], regions=facts)) == [25, 25]


def test_what_does_not_rise_above_the_noise_costs_nothing(hand):
    facts = hand.derived(hand.region(), stranger(hand, id=2, area=0.2, delta_e=2.0), noise=2.5)
    assert sc(hand.candidate("over_edit", regions=facts)) == [25, 25]


def test_a_local_edit_beside_a_tone_may_take_its_share_of_the_structure(hand):
    edits = [hand.edit(edit_type="tone_transfer", value="warmer"), hand.edit(2, "subject-remove")]
    whole = hand.region(kind="global", box=(0, 0, 1000, 1000), area=0.8, delta_e=30.0)
    with_local = hand.derived(whole, hand.region(2, 2, area=0.2), structure=0.75)
    assert sc(hand.candidate(edits=edits, regions=with_local))[1] == 25


@given(
    area=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    delta_e=st.tuples(st.floats(0, 60), st.floats(0, 60)),
    outside=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_more_collateral_never_scores_higher(hand, area, delta_e, outside):
    def over(pick):
        facts = hand.derived(
            hand.region(),
            stranger(hand, id=2, area=pick(area), delta_e=pick(delta_e)),
            changed=pick(outside),
            delta_e=9.0,
        )
        return sc(hand.candidate("over_edit", regions=facts))[1]

    assert 0 <= over(max) <= over(min) <= 25


def test_scores_depend_on_no_key(hand):
    facts = hand.derived(hand.region(), stranger(hand, id=2))
    judged = [judge(hand.candidate("over_edit", regions=facts, key=f"k{i}")) for i in range(20)]
    assert len({(tuple(j.semantic_consistency.score), j.overall) for j in judged}) == 1
    assert len({j.semantic_consistency.reasoning for j in judged}) > 10


def test_equal_bytes_get_equal_perceptual_quality_whatever_was_asked(hand):
    flaws = (
        Flaw("seam", "a hard edge around the cup", 0.3, "artifacts"),
        Flaw("noise", "fine grain", 0.1, "naturalness"),
    )
    first = hand.candidate(flaws=flaws, key="a", edited_sha256="same")
    second = hand.candidate(
        "failed", [hand.edit(done=0.0)], hand.derived(), flaws=flaws[::-1], key="b", edited_sha256="same"
    )
    assert judge(first).perceptual_quality == judge(second).perceptual_quality


@pytest.mark.parametrize(
    ("severities", "scores"),
    [((), [25, 25]), ((0.2,), [25, 20]), ((0.5, 0.5), [25, 6]), ((1.0,), [25, 0]), ((0.001,), [25, 25])],
)
def test_flaws_add_up_on_their_own_axis(hand, severities, scores):
    flaws = [Flaw("seam", f"a seam of kind {i}", severity, "artifacts") for i, severity in enumerate(severities)]
    assert judge(hand.candidate(flaws=flaws)).perceptual_quality.score == scores


@pytest.mark.parametrize("fault", [{"outcome": "unknown"}, {"outcome": "faithful", "done": -1.0}])
def test_the_oracle_refuses_what_nobody_knows(hand, fault):
    with pytest.raises(ValueError, match="known"):
        judge(hand.candidate(fault["outcome"], [hand.edit(done=fault.get("done", 1.0))]))
