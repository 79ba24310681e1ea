import numpy as np
import pytest

from transforms.edits.change import Request
from transforms.edits.language import CLAUSES, clause_for, instruction_for, place_of

REQUESTS = {
    "tone": Request("tone", "whole picture", "warmer"),
    "recolour": Request("recolour", "red cup", "blue", "on the left", mentions_place=True),
    "add": Request("add", "orange ball", "-", "on the floor"),
    "remove": Request("remove", "ribbons"),
    "replace": Request("replace", "egg", "orange"),
    "move": Request("move", "mug", destination="to the left"),
    "text": Request("text", "sign", "OPEN"),
    "background": Request("background", "cat", "a clear blue sky"),
    "retexture": Request("retexture", "table", "white marble"),
    "style": Request("style", "whole picture", "an oil painting"),
    "resize": Request("resize", "red ball", "much bigger"),
    "pose": Request("pose", "cat", "lean to the left"),
    "turn": Request("turn", "coin", "upside down"),
}


@pytest.mark.parametrize("operation", sorted(CLAUSES))
def test_every_operation_is_asked_for_in_many_ways(operation):
    rng = np.random.default_rng(0)
    request = REQUESTS[operation]
    clauses = {clause_for(request, rng) for _ in range(200)}
    assert len(clauses) >= 6
    for clause in clauses:
        assert "{" not in clause and "  " not in clause and " -" not in clause and clause.strip() == clause
        assert request.target in clause or operation in ("tone", "style", "background")
        assert request.value in clause or request.value == "-"


def test_a_place_that_is_needed_is_always_named():
    rng = np.random.default_rng(1)
    assert all("on the left" in clause_for(REQUESTS["recolour"], rng) for _ in range(60))


def test_articles_and_number_agree():
    rng = np.random.default_rng(2)
    added = {clause_for(REQUESTS["add"], rng) for _ in range(60)}
    assert all("an orange ball" in clause for clause in added)
    swapped = {clause_for(Request("replace", "ribbons", "egg"), rng) for _ in range(100)}
    assert all("an egg" in clause for clause in swapped) and not any("ribbons is" in clause for clause in swapped)


def test_instructions_vary_and_name_every_request():
    rng = np.random.default_rng(3)
    made = [instruction_for([REQUESTS["recolour"], REQUESTS["add"], REQUESTS["text"]], rng) for _ in range(200)]
    assert len(set(made)) > 190
    for text in made:
        assert "red cup" in text and "orange ball" in text and "OPEN" in text
        assert text[0].isupper() and "{" not in text


@pytest.mark.parametrize(
    ("x", "y", "said"), [(10, 50, "on the left"), (50, 50, "in the middle"), (95, 5, "in the upper right corner")]
)
def test_places_are_named_as_they_lie(x, y, said):
    mask = np.zeros((100, 100), bool)
    mask[y - 3 : y + 3, x - 3 : x + 3] = True
    assert place_of(mask) == said


def test_a_colour_takes_its_article():
    asked = Request("recolour", "roof", "orange")
    clauses = {clause_for(asked, np.random.default_rng(seed)) for seed in range(60)}
    assert any("an orange color" in clause for clause in clauses)
    assert not any(" a orange" in clause for clause in clauses)
