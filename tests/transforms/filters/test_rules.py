import pytest
from pydantic import ValidationError

from schemas.example import Quality
from schemas.vocabulary import OUTCOMES
from transforms.filters.rules import FiltersConfig, check_candidate

CHANGED = [outcome for outcome in OUTCOMES if outcome not in ("failed", "already_true", "unknown")]


def reason(candidate, **config):
    verdict = check_candidate(candidate, FiltersConfig(**config))
    return verdict and verdict.reason


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_sound_candidate_of_every_outcome_is_kept(hand, outcome):
    unchanged = outcome in ("failed", "already_true")
    fault = [hand.region(2, 0, "collateral")] if outcome in ("over_edit", "artifact") else []
    regions = hand.derived(status="unchanged") if unchanged else hand.derived(hand.region(), *fault)
    truth = None if outcome == "unknown" else hand.truth() if unchanged else hand.truth("requested")
    assert reason(hand.candidate(outcome, regions=regions, truth=truth, quality=Quality(truth_iou=0.8))) is None


def test_frames_that_do_not_meet_matter_only_where_truth_is_unknown(hand):
    lost = hand.derived(status="unregistrable")
    assert reason(hand.candidate("unknown", regions=lost)) == "unregistrable"
    assert reason(hand.candidate("failed", regions=lost, truth=hand.truth())) is None


@pytest.mark.parametrize("outcome", CHANGED)
def test_an_outcome_that_changes_the_picture_needs_a_region(hand, outcome):
    assert reason(hand.candidate(outcome, regions=hand.derived())) == "no_visible_change"


@pytest.mark.parametrize("outcome", ["over_edit", "artifact"])
def test_a_fault_made_on_purpose_must_show(hand, outcome):
    assert reason(hand.candidate(outcome)) == "fault_without_region"


def test_an_imported_edit_may_have_failed(hand):
    assert reason(hand.candidate("unknown", regions=hand.derived(status="unchanged"))) is None


@pytest.mark.parametrize(("iou", "expected"), [(0.29, "regions_disagree_with_truth"), (0.3, None)])
def test_boxes_must_show_what_was_edited(hand, iou, expected):
    assert reason(hand.candidate(truth=hand.truth("requested"), quality=Quality(truth_iou=iou))) == expected


def test_an_unrelated_picture_has_nothing_to_compare(hand):
    assert reason(hand.candidate("unrelated", truth=hand.truth("global"), quality=Quality(truth_iou=0.0))) is None


@pytest.mark.parametrize("outcome", ["failed", "already_true"])
def test_a_false_alarm_on_an_unedited_picture_is_set_aside(hand, outcome):
    assert reason(hand.candidate(outcome)) == "regions_disagree_with_truth"


def test_the_row_names_the_candidate_and_the_values_that_decided(hand):
    row = check_candidate(
        hand.candidate(truth=hand.truth("requested"), quality=Quality(truth_iou=0.1)), FiltersConfig()
    )
    assert (row.key, row.stage, row.reject_class) == ("k-p0-c0", "filter", "filter")
    assert "0.1" in row.detail
    assert "0.3" in row.detail


def test_the_row_bears_the_name_of_the_file_or_pair(hand):
    row = check_candidate(hand.candidate(name="pairs.jsonl:7", regions=hand.derived()), FiltersConfig())
    assert (row.name, row.key, row.reason) == ("pairs.jsonl:7", "k-p0-c0", "no_visible_change")


def test_as_many_regions_as_a_record_holds_are_too_many(hand):
    crowd = [hand.region(i) for i in range(1, 13)]
    assert reason(hand.candidate(regions=hand.derived(*crowd))) == "too_many_regions"
    assert reason(hand.candidate(regions=hand.derived(*crowd[:11]))) is None
    assert reason(hand.candidate(regions=hand.derived(*crowd)), max_regions=12) is None


def doubtful(hand, confidence, **facts):
    return hand.region(**facts).model_copy(update={"confidence": confidence})


def test_a_requested_region_of_low_confidence_sets_aside_where_a_minimum_is_asked(hand):
    sure = hand.region(id=1)
    candidate = hand.candidate(regions=hand.derived(sure, doubtful(hand, 0.59, id=2, label="red kettle")))
    assert reason(candidate) is None
    assert reason(candidate, min_region_confidence=0.59) is None
    row = check_candidate(candidate, FiltersConfig(min_region_confidence=0.6))
    assert (row.stage, row.reason, row.reject_class) == ("filter", "region_confidence_low", "filter")
    assert row.detail == "faithful: region 2 (red kettle) has confidence 0.5900, minimum 0.6"


def test_a_whole_frame_region_of_an_edit_is_a_requested_one(hand):
    whole = doubtful(hand, 0.2, kind="global")
    assert reason(hand.candidate(regions=hand.derived(whole)), min_region_confidence=0.5) == "region_confidence_low"


def test_the_confidence_of_what_was_not_asked_does_not_matter(hand):
    regions = hand.derived(hand.region(id=1), doubtful(hand, 0.1, id=2, edit_id=0, kind="collateral"))
    assert reason(hand.candidate(regions=regions), min_region_confidence=0.8) is None
    assert reason(hand.candidate("failed", regions=hand.derived()), min_region_confidence=1.0) is None


@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_a_minimum_beyond_all_confidences_is_refused(value):
    with pytest.raises(ValidationError, match="min_region_confidence"):
        FiltersConfig(min_region_confidence=value)


def test_an_unknown_key_is_refused():
    with pytest.raises(ValidationError, match="min_iou"):
        FiltersConfig(min_iou=0.5)


def test_an_edit_that_was_carried_out_must_have_a_region(hand):
    edits = (hand.edit(id=1), hand.edit(id=2, target="sky"))
    one_found = hand.derived(hand.region(id=1, edit_id=1))
    verdict = check_candidate(hand.candidate(edits=edits, regions=one_found), FiltersConfig())
    assert verdict.reason == "edit_without_region"
    assert "edit 2" in verdict.detail
    assert check_candidate(hand.candidate("wrong_target", edits=edits, regions=one_found), FiltersConfig()) is None


@pytest.mark.parametrize(
    "instruction", ["brighter", "vintage", "变亮", "もっと明るく", "ทำให้สว่าง", "ပိုလင်းအောင်လုပ်ပါ", "2x"]
)
def test_one_word_of_any_script_is_an_instruction(hand, instruction):
    assert reason(hand.candidate(instruction=instruction)) is None


@pytest.mark.parametrize("instruction", ["", "...", "!?", "👍", "___", "\u3164"])
def test_no_word_at_all_is_none(hand, instruction):
    assert reason(hand.candidate(instruction=instruction)) == "instruction_too_short"


def test_the_shortest_instruction_is_a_setting_for_any_script(hand):
    said = ("brighter", "make it brighter", "变亮", "变亮一点", "สว่าง")
    found = [reason(hand.candidate(instruction=text), min_instruction_words=3) for text in said]
    assert found == ["instruction_too_short", None, "instruction_too_short", None, None]
