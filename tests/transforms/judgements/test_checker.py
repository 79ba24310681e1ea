import pytest

from schemas.example import Judgement, ScoredReasoning
from transforms.judgements.checker import check_judgement

SC = "<|bbox_1|> The cup is blue. <|bbox_2|> The spoon has changed. <|global|> One request, one fault."
PQ = "It looks natural."


def judgement(sc=SC, pq=PQ, **fields):
    good = Judgement.from_branches(
        ScoredReasoning.model_construct(reasoning=sc, score=[25, 12]),
        ScoredReasoning.model_construct(reasoning=pq, score=[20, 22]),
    )
    return good.model_copy(update=fields)


def test_a_good_judgement_has_no_problem():
    assert check_judgement(judgement(), [1, 2]) == []
    assert check_judgement(judgement(sc="<|global|> Nothing has changed."), []) == []


@pytest.mark.parametrize(
    ("sc", "problem"),
    [
        ("<|bbox_1|> The cup is blue. <|global|> One request.", "markers are"),
        ("<|bbox_2|> The spoon. <|bbox_1|> The cup. <|global|> One request.", "markers are"),
        (SC.replace("The spoon", "The spoon <|bbox_1|> again"), "markers are"),
        (SC.replace("<|global|>", "<|bbox_3|> A bowl. <|global|>"), "markers are"),
        (SC.replace("<|global|>", ""), "markers are"),
        (SC + " <|global|> Once more.", "markers are"),
        ("<|global|> One request. <|bbox_1|> The cup. <|bbox_2|> The spoon.", "markers are"),
        (SC + " <|im_end|>", "markers are"),
        (SC + " <|bbox_3", "markers are"),
        (SC.replace("The cup is blue.", ""), "no text"),
        ("<|bbox_1|> The cup. <|bbox_2|> The spoon. <|global|>", "no text"),
        ("", "reasoning is empty"),
    ],
)
def test_each_fault_of_the_citations_is_named(sc, problem):
    problems = check_judgement(judgement(sc=sc), [1, 2])
    assert any(line.startswith("semantic_consistency") and problem in line for line in problems)


@pytest.mark.parametrize("pq", ["<|bbox_1|> The cup looks natural.", "<|global|> It looks natural.", "  "])
def test_perceptual_quality_cites_nothing_and_says_something(pq):
    assert [line.split(":")[0] for line in check_judgement(judgement(pq=pq), [1, 2])] == ["perceptual_quality"]


@pytest.mark.parametrize("score", [[26, 0], [-2, 0], [25], [25, 25, 25]])
def test_a_score_out_of_range_is_named(score):
    bad = ScoredReasoning.model_construct(reasoning=PQ, score=score)
    assert any("score must be" in line for line in check_judgement(judgement(perceptual_quality=bad), [1, 2]))


@pytest.mark.parametrize("fields", [{"overall": 9.9}, {"reward": 0.1}])
def test_an_aggregate_that_does_not_follow_is_named(fields):
    assert any("do not follow" in line for line in check_judgement(judgement(**fields), [1, 2]))
