"""Rows of a file of pairs: required fields are named when they are missing, optional ones may say nothing."""

import pytest

from schemas.plan import Rights, SourceItem
from schemas.reject import Reject
from transforms.sources.given_types import unknown_types
from transforms.sources.pair_row import OPTIONAL, edit_type_of, pair_of_row

ROW = {"source": "k/7.webp", "edited": "k/8.webp", "instruction": "Let it rain."}
THEIRS = Rights(license="CC0-1.0", attribution="A. Hill", people="no")


def read(**fields):
    return pair_of_row(ROW | fields, "list.jsonl:4", "/data", THEIRS)


@pytest.mark.parametrize("nothing", [None, "", "  \t", float("nan"), [], {}])
@pytest.mark.parametrize("field", OPTIONAL)
def test_an_optional_field_that_says_nothing_is_not_there(field, nothing):
    assert read(**{field: nothing}) == read()


def test_all_optional_fields_may_say_nothing_at_once():
    assert read(**dict.fromkeys(OPTIONAL)) == read()
    assert read().rights == THEIRS


@pytest.mark.parametrize("nothing", [None, "", " ", float("nan"), []])
@pytest.mark.parametrize("field", ["source", "edited", "instruction"])
def test_a_required_field_that_says_nothing_is_missing_by_name(field, nothing):
    row = read(**{field: nothing})
    assert isinstance(row, Reject) and row.reason == "missing_field"
    assert row.detail.startswith(f"{field} (") and "the row has source, edited, instruction" in row.detail


@pytest.mark.parametrize(
    ("fields", "renames"),
    [
        (["src_img", "tgt_img", "caption"], "src_img to source, tgt_img to edited, caption to instruction"),
        (["before", "after", "editing_prompt"], "before to source, after to edited, editing_prompt to instruction"),
        (["original-image", "Edited Image", "edit_instruction"], "original_image to source, edited_image to edited"),
    ],
)
def test_fields_of_other_names_are_listed_and_renames_suggested(fields, renames):
    row = pair_of_row(dict.fromkeys(fields, "x"), "list.jsonl:4", "/data", THEIRS)
    assert row.detail.startswith("source, edited, instruction: missing; the row has ")
    assert f"rename {renames}" in row.detail


def test_what_describes_the_result_is_not_suggested_as_instruction():
    row = pair_of_row({"source": "a", "edited": "b", "edited_caption": "x"}, "l:1", "/data", THEIRS)
    assert row.detail == "instruction: missing; the row has source, edited, edited_caption"


def test_names_of_fields_count_in_any_case():
    fields = {"Source": "a.png", " EDITED ": "b.png", "Instruction": "Go", "Edit Type": "multi", "source": "c.png"}
    row = pair_of_row(fields, "l:1", "/data", THEIRS)
    assert (row.uri, row.pair.edited_uri, row.pair.edit_type) == ("/data/c.png", "/data/b.png", "multi")


@pytest.mark.parametrize(
    ("given", "known", "kept"),
    [
        ("subject-remove", "subject-remove", "subject-remove"),
        ("Subject Remove", "subject-remove", "Subject Remove"),
        (" TEXT-CHANGE ", "text_change", "TEXT-CHANGE"),
        (["tone transfer"], "tone_transfer", "tone transfer"),
        ("Replace", "unknown", "Replace"),
        ("画风", "unknown", "画风"),
        (["remove", "multi"], "unknown", "remove, multi"),
        (12, "unknown", "12"),
        ({"task": "add"}, "unknown", '{"task": "add"}'),
        (None, "unknown", "-"),
        ("", "unknown", "-"),
    ],
)
def test_an_edit_type_is_known_or_kept_in_its_own_words(given, known, kept):
    assert edit_type_of(given) == (known, kept)
    assert (read(edit_type=given).pair.edit_type, read(edit_type=given).pair.given_type) == (known, kept)


def test_words_outside_the_vocabulary_are_counted_in_one_line():
    found = [read(edit_type=word) for word in ("Swap", "Swap", "Add", "multi", "Unknown", None)]
    assert unknown_types(found) == ("3 pairs have an edit type outside the vocabulary, kept as unknown: Swap 2, Add 1")
    assert unknown_types(found[3:]) == ""
    assert unknown_types([read(edit_type=str(number)) for number in range(10)]).endswith("7 1, and 2 more")


@pytest.mark.parametrize(
    ("given", "people"),
    [(True, "yes"), (False, "no"), ("Y", "yes"), ("false", "no"), (2, "yes"), (0, "no"), ("UNKNOWN", "unknown")],
)
def test_people_are_said_in_many_ways(given, people):
    assert read(people=given).rights.people == people


@pytest.mark.parametrize(("given", "editor"), [(4711, "4711"), (2.0, "2"), (" e/1 ", "e/1"), (["e/2"], "e/2")])
def test_an_editor_may_be_a_number(given, editor):
    assert read(editor=given).pair.editor == editor


def test_scores_may_be_whole_floats_texts_and_partly_absent():
    given = {"reasoning": None, "score": [25.0, None], "model": "m"}
    row = read(semantic_consistency=given, perceptual_quality='{"reasoning": "clean", "score": ["7", 8]}')
    assert (row.pair.semantic_consistency.score, row.pair.semantic_consistency.reasoning) == ([25, -1], "-")
    assert (row.pair.perceptual_quality.score, row.pair.perceptual_quality.reasoning) == ([7, 8], "clean")


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"instruction": 3}, "instruction: is a number (3); write a text"),
        ({"instruction": ["Go", "Stop"]}, "instruction: is a list of 2; write a text"),
        ({"source": ["a.png", "b.png"]}, "source: is a list of 2; write the path of one picture"),
        ({"edited": {"bytes": "x", "path": "y"}}, "edited: is an object (bytes, path); write the path of one picture"),
        ({"editor": True}, "editor: is true or false (True); write a text, or leave it out"),
        ({"people": "a crowd"}, "people: 'a crowd'; write yes, no or unknown"),
        ({"perceptual_quality": [1, 2]}, "perceptual_quality: is a list of 2; write {"),
        ({"perceptual_quality": "fine"}, "perceptual_quality: write {"),
        ({"semantic_consistency": {"score": [9.5, 1]}}, "semantic_consistency.score.0: "),
        ({"instruction": "half \ud83d"}, "instruction: holds half a character"),
    ],
)
def test_a_value_of_another_kind_is_named_with_what_to_write(fields, detail):
    row = read(**fields)
    assert isinstance(row, Reject) and row.reason == "bad_field"
    assert row.detail.startswith(detail)


def test_a_row_without_instruction_is_an_item_where_none_is_needed():
    row = pair_of_row({"source": "a", "edited": "b"}, "l:1", "/data", THEIRS, required=("source", "edited"))
    assert isinstance(row, SourceItem) and row.pair.instruction == "-"


def test_judgements_in_the_form_of_a_record():
    scored = {"reasoning": "The lamp is on.", "score": [24, 19]}
    unjudged = {"reasoning": "-", "score": [-1, -1]}
    whole = {"semantic_consistency": scored, "perceptual_quality": unjudged, "overall": 9.1}
    item = read(**{"judgement": whole})
    assert item.pair.semantic_consistency.score == [24, 19]
    assert item.pair.perceptual_quality.score == [-1, -1]
    own = read(**{"judgement": whole, "semantic_consistency": unjudged})
    assert own.pair.semantic_consistency.score == [-1, -1]  # a field of its own comes first
    bad = read(**{"judgement": {"perceptual_quality": {"score": [26, 1]}}})
    assert (bad.reason, bad.detail.startswith("perceptual_quality.score")) == ("bad_field", True)
    assert read(**{"judgement": "good"}).pair.perceptual_quality is None
