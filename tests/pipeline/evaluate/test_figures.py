"""Figures on answers made up by hand, each with a known value."""

import pytest
from many_shards import groups

from pipeline.evaluate.answered import Answered
from pipeline.evaluate.blindness import Probed, blindness_figures
from pipeline.evaluate.figures import all_figures, pair_figures, parse_rates, region_figures, score_figures
from pipeline.train.answers import parse_perceptual, parse_semantic, perceptual_answer, semantic_answer


@pytest.fixture(scope="module")
def examples():
    """Faithful, over-edited and failed, ranks 1, 2, 3."""
    return [example for example, _ in groups(1, 0)[0]]


def right(example):
    return Answered(example, parse_semantic(semantic_answer(example)), parse_perceptual(perceptual_answer(example)))


def said(example, **changes):
    one = right(example)
    return Answered(example, one.semantic.model_copy(update=changes), one.perceptual)


def test_right_answers_have_full_marks(examples):
    found = all_figures([right(example) for example in examples])
    assert found["parse_sc"] == found["parse_pq"] == found["region_f1"] == found["region_iou"] == 1
    assert found["pairwise_accuracy"] == 1 and found["pairs"] == 3
    assert found["mae_over_editing"] == 0 and found["spearman_over_editing"] == pytest.approx(1)
    # All were given the same naturalness: there is no order to correlate.
    assert found["mae_naturalness"] == 0 and "spearman_naturalness" not in found


def test_an_answer_that_cannot_be_read_is_an_error_in_all_but_the_scores(examples):
    faithful, over_edit, failed = map(right, examples)
    lost = Answered(faithful.example, None, faithful.perceptual)
    assert parse_rates([lost, over_edit, failed])["parse_sc"] == pytest.approx(2 / 3)
    # Its one region of three is missed; its two pairs of three are wrong.
    assert region_figures([lost, over_edit, failed])["region_recall"] == pytest.approx(2 / 3)
    assert pair_figures([lost, over_edit, failed])["pairwise_accuracy"] == pytest.approx(1 / 3)
    assert score_figures([lost])["mae_naturalness"] == 0
    assert score_figures([lost])["mae_over_editing"] != score_figures([lost])["mae_over_editing"]


def test_a_tie_is_an_error_and_equal_ranks_are_no_pair(examples):
    faithful, over_edit, failed = examples
    tied = said(over_edit, score=faithful.judgement.semantic_consistency.score)
    assert pair_figures([right(faithful), tied])["pairwise_accuracy"] == 0
    assert pair_figures([right(failed), right(failed)])["pairs"] == 0
    backwards = failed.model_copy(update={"rank": 1}), faithful.model_copy(update={"rank": 2})
    assert pair_figures([right(example) for example in backwards])["pairs"] == 0


def test_boxes_are_matched_one_to_one(examples):
    faithful = examples[0]
    region = right(faithful).semantic.edit_region[0]
    x1, y1, x2, y2 = region.bbox_2d
    half = region.model_copy(update={"bbox_2d": [x1, y1, (x1 + x2) // 2, y2]})
    twice = [region, region.model_copy(update={"id": 2})]
    found = region_figures([said(faithful, edit_region=twice)])
    assert (found["region_precision"], found["region_recall"], found["region_iou"]) == (0.5, 1, 1)
    found = region_figures([said(faithful, edit_region=[half])])
    assert found["region_iou"] == pytest.approx(0.5, abs=0.01)
    assert region_figures([said(faithful, edit_region=[])])["region_recall"] == 0


def test_scores_are_compared_in_points(examples):
    off = [said(examples[0], score=[20, 24]), said(examples[1], score=[25, 11])]
    found = score_figures(off)
    assert found["mae_instruction_following"] == 2.5 and found["mae_over_editing"] == 1.5
    assert found["spearman_over_editing"] == pytest.approx(1)


def test_a_model_that_does_not_look_at_the_source_is_found_out(examples):
    answer = right(examples[0]).semantic
    none = answer.model_copy(update={"edit_region": [], "score": [0, 25]})
    low = answer.model_copy(update={"score": [0, 2]})
    blind = Probed(answer, {"unrelated": answer, "identical": answer, "control": answer})
    seeing = Probed(answer, {"unrelated": low, "identical": none, "control": answer})
    lost = Probed(answer, {"unrelated": None, "identical": None, "control": None})
    assert blindness_figures([blind])["source_unrelated_right"] == 0
    assert blindness_figures([blind])["source_identical_right"] == 0
    assert blindness_figures([blind])["source_control_right"] == 1
    assert blindness_figures([blind])["source_unrelated_change"] == 0
    found = blindness_figures([seeing])
    assert found["source_unrelated_right"] == found["source_identical_right"] == found["source_control_right"] == 1
    assert found["source_unrelated_change"] == 2 - answer.score[1]
    assert blindness_figures([seeing, lost])["source_identical_right"] == 0.5
    assert blindness_figures([seeing, lost])["source_identical_change"] == 25 - answer.score[1]
