import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary import EDIT_TYPES, OUTCOMES
from transforms.edits.triplet import Flaw
from transforms.judgements.checker import check_judgement
from transforms.judgements.oracle import judge
from transforms.judgements.pq_reasoning import perceptual_quality
from transforms.judgements.wording import a, is_plural

KINDS = ("requested", "collateral", "artifact", "global")
labels = st.sampled_from(["-", "changed area", "flowers", "cup of coffee", "eye on the left", "a red ball", "trees"])
known = [outcome for outcome in OUTCOMES if outcome != "unknown"]


@st.composite
def judged(draw, hand):
    done = st.sampled_from([0.0, 0.05, 0.5, 0.9, 1.0])
    values = st.sampled_from(["-", "blue", "“OPEN”", "wood", "a {strange} value", "green marbles"])
    edits = [
        hand.edit(
            i, draw(st.sampled_from(EDIT_TYPES)), draw(labels), draw(values), draw(done), (0, 0, 99, 99), (5, 5, 99, 99)
        )
        for i in range(1, draw(st.integers(1, 5)) + 1)
    ]
    regions = [
        hand.region(
            i,
            draw(st.integers(0, len(edits))),
            draw(st.sampled_from(KINDS)),
            draw(labels),
            area=draw(st.floats(0, 1)),
            delta_e=draw(st.floats(0, 80)),
        )
        for i in range(1, draw(st.integers(0, 12)) + 1)
    ]
    facts = hand.derived(*regions, changed=draw(st.floats(0, 1)), delta_e=draw(st.floats(0, 50)))
    return hand.candidate(draw(st.sampled_from(known)), edits, facts, key=draw(st.text("abc", max_size=3)))


@given(st.data())
def test_every_judgement_passes_the_checker_and_reads_as_sentences(hand, data):
    candidate = data.draw(judged(hand))
    judgement = judge(candidate)
    text = judgement.semantic_consistency.reasoning
    assert check_judgement(judgement, [region.id for region in candidate.regions.edit_region]) == []
    assert judgement == judge(candidate)
    spoken = re.sub(r"<\|.*?\|> ", "", text)
    assert not re.search(
        r"  | [.,;:]|\.\.|\bthe (a|an|the) |\ban? (a|an|the) |[{]\w+_?[}]", spoken.replace("{strange}", "strange")
    )
    assert all(
        (part[0].isupper() or part[0] == "“") and part.endswith((".", "”"))
        for part in re.split(r" (?=<\|)", text)
        for part in [part[part.index("> ") + 2 :]]
    )


@pytest.mark.parametrize("outcome", known)
def test_wording_varies_by_key_and_scores_do_not(hand, outcome):
    edits = [hand.edit(done=0.0 if outcome in ("failed", "wrong_target", "reversed", "unrelated") else 1.0)]
    regions = [] if outcome in ("failed", "already_true") else [hand.region(edit_id=0 if outcome == "unrelated" else 1)]
    all_judged = [judge(hand.candidate(outcome, edits, hand.derived(*regions), key=f"k{i}")) for i in range(30)]
    assert len({j.semantic_consistency.reasoning for j in all_judged}) >= 4
    assert len({j.overall for j in all_judged}) == 1


def test_the_text_states_the_request_what_is_seen_where_and_how_strong(hand):
    facts = hand.derived(hand.region(), hand.region(2, 0, "collateral", "flowers", (700, 700, 900, 900), 0.25, 10.0))
    strong, clear = "strong|marked|pronounced|striking", "clear|distinct|plain|evident"
    for i in range(30):
        text = judge(hand.candidate("over_edit", regions=facts, key=f"k{i}")).semantic_consistency.reasoning
        first, second, whole = re.split(r" ?<\|\w+\|> ", text)[1:]
        assert all(
            re.search(word, first.lower())
            for word in (
                "coffee cup",
                " left.*(upper|top|above|higher)|(upper|top|above|higher).* left",
                "blue",
                strong,
            )
        ), first
        assert all(
            re.search(word, second.lower())
            for word in ("flowers", " right.*(lower|bottom|below)|(lower|bottom|below).* right", clear)
        ), second
        assert ("coffee cup" in whole and "blue" in whole) or "changes" in whole, whole
        assert not re.search("flowers (has|is) ", second)


def test_how_large_a_change_is_is_told_in_shares_or_as_the_box_itself(hand):
    said = {
        part
        for i in range(60)
        for part in ("3%", "3.0%", "20%", "a fifth", "[100, 100]", "[100, 100, 300, 300]")
        if part in judge(hand.candidate(key=f"k{i}")).semantic_consistency.reasoning
    }
    assert len(said) >= 4


def test_what_is_missing_is_said(hand):
    edits = [hand.edit(), hand.edit(2, "subject-remove", "spoons", "-", 0.0)]
    for i in range(10):
        text = judge(hand.candidate("partial", edits, key=f"k{i}")).semantic_consistency.reasoning
        assert "the spoons are still there" in text or "the spoons have not been removed" in text


def test_both_ends_of_a_move_are_told_apart(hand):
    move = hand.edit(
        edit_type="motion_change", target="spoon", value="-", source=(600, 600, 800, 800), edited=(0, 0, 200, 200)
    )
    regions = hand.region(1, box=(0, 0, 200, 200)), hand.region(2, box=(600, 600, 800, 800))
    for i in range(20):
        text = judge(hand.candidate(edits=[move], regions=hand.derived(*regions), key=f"k{i}"))
        new, old = re.split(r" ?<\|\w+\|> ", text.semantic_consistency.reasoning)[1:3]
        assert re.search("new place|is now (in|close|near|by)", new), new
        assert re.search("(old|former|previous) place|(now free|empty now)|(nothing is left|is gone)", old.lower()), old
        if "of the width" in (way := new.split(". ")[0]):
            assert "60% of the width to the left and 60% of the height up" in way


def test_a_drift_is_told_as_one_of_the_whole_picture_and_a_defect_as_a_defect(hand):
    drift = hand.region(1, 0, "collateral", "changed area", (0, 0, 1000, 1000), 0.95, 8.0)
    patch = hand.region(2, 0, "collateral", "smeared patch", (700, 700, 900, 900), 0.02, 18.0)
    for i in range(10):
        text = judge(
            hand.candidate("over_edit", regions=hand.derived(drift), key=f"k{i}")
        ).semantic_consistency.reasoning
        assert "whole picture" in text.split("<|global|>")[0]
        facts = hand.derived(hand.region(), patch)
        text = judge(hand.candidate("artifact", regions=facts, key=f"k{i}")).semantic_consistency.reasoning
        assert "A smeared patch" in text.split("<|bbox_2|>")[1]


@pytest.mark.parametrize(
    ("value", "source", "edited", "words"),
    [
        ("-", (10, 10, 90, 90), (), ("gone", "removed", "disappeared", "taken out", "erased", "is left")),
        (
            "-",
            (),
            (10, 10, 90, 90),
            (
                "been added",
                "now appears",
                "inserted",
                "placed",
                "one now sees",
                "there is now",
                "appeared",
                "been put in",
            ),
        ),
        ("dark red", (10, 10, 90, 90), (10, 10, 90, 90), ("dark red",)),
        ("star", (10, 10, 90, 90), (10, 10, 90, 90), ("request",)),
    ],
)
def test_edits_of_people_say_what_was_done(hand, value, source, edited, words):
    badge = hand.edit(edit_type="ps_human", target="badge", value=value, source=source, edited=edited)
    text = judge(hand.candidate(edits=[badge])).semantic_consistency.reasoning.split("<|global|>")[0]
    assert any(word in text.lower() for word in words), text


def test_a_look_with_an_aside_is_named_by_its_first_words(hand):
    look = hand.edit(edit_type="tone_transfer", target="whole picture", value="faded, like an old print")
    text = judge(hand.candidate(edits=[look])).semantic_consistency.reasoning
    assert "faded" in text
    assert "print" not in text


def test_a_target_that_names_its_place_is_not_placed_twice(hand):
    star = hand.edit(target="star on the left")
    for i in range(10):
        text = judge(hand.candidate(edits=[star], key=f"k{i}")).semantic_consistency.reasoning
        assert "upper left" not in text


def test_perceptual_quality_names_visible_flaws_alone(hand):
    flaws = [
        Flaw("seam", "a hard edge around the ball", 0.5, "artifacts"),
        Flaw("noise", "fine grain", 0.01, "artifacts"),
        Flaw("light", "light from the wrong side", 0.2, "naturalness"),
    ]
    for i in range(10):
        pq = judge(hand.candidate(flaws=flaws, edited_sha256=f"e{i}")).perceptual_quality
        assert "hard edge around the ball" in pq.reasoning.lower()
        assert "light from the wrong side" in pq.reasoning.lower()
        assert "grain" not in pq.reasoning
        assert "coffee cup" not in pq.reasoning


@pytest.mark.parametrize(
    ("noun", "article"), [("hour hand", "an hour hand"), ("grass", "grass"), ("glass of water", "a glass of water")]
)
def test_articles(noun, article):
    assert a(noun) == article


@pytest.mark.parametrize(
    ("noun", "plural"),
    [
        ("roof tiles on the top roof", True),
        ("lens", False),
        ("people", True),
        ("cup and saucer", True),
        ("grass", False),
    ],
)
def test_number(noun, plural):
    assert is_plural(noun) is plural


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("much smaller", ("now much smaller", "become much smaller")),
        ("lean to the left", ("pose", "lean to the left")),
        ("upside down", ("turned upside down",)),
        ("-", ("moved", "place", "move of", "shift of")),
    ],
)
def test_motions_in_place_are_told_as_what_they_are(hand, value, words):
    edit = hand.edit(
        edit_type="motion_change", target="mug", value=value, source=(0, 0, 200, 200), edited=(5, 0, 99, 99)
    )
    for i in range(12):
        region = hand.region(label="mug", box=(0, 0, 200, 200))
        reasoning = judge(hand.candidate(edits=[edit], regions=hand.derived(region), key=f"k{i}"))
        seen = reasoning.semantic_consistency.reasoning.split("<|global|>")[0]
        assert any(word in seen for word in words), seen


def test_wording_varies_with_the_facts_held_equal(hand):
    """One region, one request: what differs between a hundred texts is wording alone."""
    texts = [judge(hand.candidate(key=f"k{i}")).semantic_consistency.reasoning for i in range(100)]
    grams = [tuple(words[i : i + 4]) for words in (t.split() for t in texts) for i in range(len(words) - 3)]
    assert len(set(texts)) > 98
    assert len(set(grams)) / len(grams) > 0.2


def test_no_sentence_about_quality_begins_small():
    flaws = [Flaw("noise", "some softness overall", 0.2, "artifacts"), Flaw("light", "a mug", 0.5, "naturalness")]
    for number in range(300):
        text = perceptual_quality(flaws[: 1 + number % 2], f"{number:064x}").reasoning
        assert not re.search(r"\. [a-z]", text), text
