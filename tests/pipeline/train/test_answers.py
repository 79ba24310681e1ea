"""Answers: exactly the published form, and nothing else is taken for one."""

import json

import pytest
from tiny_dataset import samples

from pipeline.train.answers import (
    BOX_DIGITS,
    SCORE_DIGITS,
    digit_kinds,
    parse_perceptual,
    parse_semantic,
    perceptual_answer,
    semantic_answer,
)
from schemas.example import Judgement, ScoredReasoning


@pytest.fixture(scope="module")
def examples():
    return [example for members in samples().values() for example, _ in members]


def test_answers_have_the_published_keys_in_their_order_and_read_back(examples):
    for example in examples:
        sc, pq = semantic_answer(example), perceptual_answer(example)
        assert list(json.loads(sc)) == ["edit_region", "reasoning", "score"]
        assert list(json.loads(pq)) == ["reasoning", "score"]
        assert all(list(region) == ["id", "label", "bbox_2d"] for region in json.loads(sc)["edit_region"])
        said = parse_semantic(sc)
        assert [region.bbox_2d for region in said.edit_region] == [region.bbox_2d for region in example.edit_region]
        assert said.score == example.judgement.semantic_consistency.score
        assert parse_perceptual(pq).score == example.judgement.perceptual_quality.score


def test_what_nobody_judged_has_no_answer(examples):
    unjudged = ScoredReasoning(reasoning="-", score=[-1, -1])
    example = examples[0].model_copy(update={"judgement": Judgement.from_branches(unjudged, unjudged)})
    assert semantic_answer(example) is None and perceptual_answer(example) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        '{"edit_region": [], "reasoning": "<|global|> x", "score": [12, 30]}',
        '{"edit_region": [], "reasoning": "<|global|> x", "score": [12.5, 3]}',
        '{"edit_region": [], "reasoning": "<|global|> x", "score": [12, 3]',
        '{"edit_region": [], "reasoning": "<|global|> x", "score": [12, 3]} and more',
        '{"edit_region": [{"id": 2, "label": "a", "bbox_2d": [0, 0, 5, 5]}], "reasoning": "x", "score": [1, 1]}',
        '{"edit_region": [{"id": 1, "label": "a", "bbox_2d": [5, 0, 5, 5]}], "reasoning": "x", "score": [1, 1]}',
        '{"edit_region": [{"id": 1, "label": "a", "bbox_2d": []}], "reasoning": "x", "score": [1, 1]}',
        '{"reasoning": "x", "score": [1, 1]}',
    ],
)
def test_what_is_not_that_form_is_not_read(text):
    assert parse_semantic(text) is None


def test_digits_of_boxes_and_scores_are_told_from_others():
    answer = (
        '{"edit_region": [{"id": 1, "label": "cup 9", "bbox_2d": [10, 200, 30, 1000]}], '
        '"reasoning": "\\"score\\": [3, 3] <|bbox_1|> 7", "score": [25, 4]}'
    )
    kinds = digit_kinds(answer)
    assert "".join(c for c, kind in zip(answer, kinds, strict=True) if kind == BOX_DIGITS) == "10200301000"
    assert "".join(c for c, kind in zip(answer, kinds, strict=True) if kind == SCORE_DIGITS) == "254"
