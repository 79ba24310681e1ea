import pytest

from schemas.example import ScoredReasoning
from schemas.plan import PairRow
from transforms.judgements.checker import check_judgement
from transforms.judgements.precomputed import from_pair
from transforms.judgements.unjudged import unjudged


def imported(hand, sc="", pq="It looks natural.", regions=1):
    facts = hand.derived(*(hand.region(i, 0, "requested", "changed area") for i in range(1, regions + 1)))
    pair = PairRow(
        name="pairs.jsonl:1",
        edited_uri="b.jpg",
        instruction="Make it blue.",
        semantic_consistency=ScoredReasoning(reasoning=sc, score=[17, 9]) if sc else None,
        perceptual_quality=ScoredReasoning(reasoning=pq, score=[20, 21]) if sc else None,
    )
    return hand.candidate(
        "unknown", [hand.edit(edit_type="unknown", target="-", value="-", done=-1.0)], facts, pair=pair
    )


@pytest.mark.parametrize("regions", [0, 1, 3])
def test_nobody_judged_is_said_and_no_score_is_given(hand, regions):
    judgement = unjudged(imported(hand, regions=regions))
    assert check_judgement(judgement, range(1, regions + 1)) == []
    assert judgement.semantic_consistency.score == judgement.perceptual_quality.score == [-1, -1]
    assert (judgement.overall, judgement.reward) == (-1.0, -1.0)
    assert "Nobody has judged" in judgement.semantic_consistency.reasoning
    assert "Nobody has judged" in judgement.perceptual_quality.reasoning


def test_a_judgement_that_fits_the_derived_regions_is_kept_as_it_is(hand):
    text = "<|bbox_1|> It is blue now. <|global|> Well done."
    judgement = from_pair(imported(hand, text))
    assert judgement.semantic_consistency.reasoning == text
    assert judgement.semantic_consistency.score == [17, 9]


@pytest.mark.parametrize("regions", [0, 2])
def test_citations_of_other_boxes_are_dropped_and_words_and_scores_kept(hand, regions):
    judgement = from_pair(
        imported(hand, "<|bbox_1|> It is blue now. <|global|> Well done.", "<|bbox_1|> It looks natural.", regions)
    )
    assert check_judgement(judgement, range(1, regions + 1)) == []
    assert judgement.semantic_consistency.reasoning.endswith("<|global|> It is blue now. Well done.")
    assert judgement.perceptual_quality.reasoning == "It looks natural."
    assert judgement.semantic_consistency.score == [17, 9]
    assert judgement.perceptual_quality.score == [20, 21]


def test_scores_without_reasoning_say_so(hand):
    judgement = from_pair(imported(hand, "<|global|>", "<|global|>"))
    assert "No reasoning" in judgement.semantic_consistency.reasoning
    assert check_judgement(judgement, [1]) == []


def test_a_pair_without_judgement_is_refused(hand):
    with pytest.raises(ValueError, match="no judgement"):
        from_pair(imported(hand))
