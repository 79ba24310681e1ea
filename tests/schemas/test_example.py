"""The Example: what it refuses, and that its canonical JSON reads back equal."""

import json
import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.aggregation import overall_score, reward_score
from schemas.example import MAX_REGIONS, Example, Judgement, ScoredReasoning, canonical_json
from schemas.vocabulary import EDIT_TYPES, OUTCOMES, RegionKind

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)
KEY = st.from_regex(r"[a-z0-9_-]{1,12}", fullmatch=True)
SHARE = st.floats(0, 1)
MEASURED = st.one_of(st.just(-1.0), st.floats(0, 1e4))


@st.composite
def boxes(draw):
    x1, y1 = draw(st.integers(0, 999)), draw(st.integers(0, 999))
    return [x1, y1, draw(st.integers(x1 + 1, 1000)), draw(st.integers(y1 + 1, 1000))]


@st.composite
def judgements(draw):
    scores = [draw(st.lists(st.integers(-1, 25), min_size=2, max_size=2)) for _ in range(2)]
    branches = [ScoredReasoning(reasoning=draw(TEXT), score=score) for score in scores]
    return Judgement.from_branches(*branches).model_dump()


def edits(count):
    return st.tuples(
        *(
            st.fixed_dictionaries(
                {
                    "id": st.just(number),
                    "edit_type": st.sampled_from(EDIT_TYPES),
                    "target": TEXT,
                    "value": TEXT,
                    "source_bbox_2d": st.one_of(st.just([]), boxes()),
                    "edited_bbox_2d": st.one_of(st.just([]), boxes()),
                    "done": st.floats(-1, 1),
                    "region_ids": st.lists(st.integers(1, 12), max_size=3),
                }
            )
            for number in range(1, count + 1)
        )
    ).map(list)


def regions(count):
    return st.tuples(
        *(
            st.fixed_dictionaries(
                {
                    "id": st.just(number),
                    "label": TEXT,
                    "bbox_2d": boxes(),
                    "edit_id": st.integers(0, 3),
                    "kind": st.sampled_from(get_args(RegionKind)),
                    "area": SHARE,
                    "delta_e": st.floats(0, 200),
                    "confidence": SHARE,
                }
            )
            for number in range(1, count + 1)
        )
    ).map(list)


IMAGE = st.fixed_dictionaries({"width": st.integers(1, 9000), "height": st.integers(1, 9000), "sha256": TEXT})
PROVENANCE = st.fixed_dictionaries(
    {
        "source_ids": st.lists(TEXT, min_size=1, max_size=3),
        **dict.fromkeys(["source_dataset", "license", "attribution", "editor", "region_method"], TEXT),
        **dict.fromkeys(["annotator", "recipe", "config_hash", "version"], TEXT),
        "seed": st.integers(-(2**31), 2**31),
    }
)
QUALITY_NAMES = ["truth_iou", "truth_f1", "registration_px", "noise_floor"]
EXAMPLES = st.fixed_dictionaries(
    {
        "key": KEY,
        "source_id": TEXT,
        "group_id": TEXT,
        "group_size": st.integers(1, 20),
        "instruction": TEXT,
        "edit_type": st.sampled_from(EDIT_TYPES),
        "edits": st.integers(1, 3).flatmap(edits),
        "edit_region": st.integers(0, 4).flatmap(regions),
        "outcome": st.sampled_from(OUTCOMES),
        "judgement": judgements(),
        "rank": st.integers(1, 20),
        "images": st.fixed_dictionaries({"source": IMAGE, "edited": IMAGE}),
        "provenance": PROVENANCE,
        "quality": st.fixed_dictionaries(dict.fromkeys(QUALITY_NAMES, MEASURED)),
    }
)


def fixed_example():
    """One valid record, small enough to break on purpose."""
    return {
        "key": "abc-p000-c0",
        "source_id": "abc",
        "group_id": "g",
        "group_size": 2,
        "instruction": "Make the cup blue.",
        "edit_type": "color_alter",
        "edits": [
            {
                "id": 1,
                "edit_type": "color_alter",
                "target": "cup",
                "value": "blue",
                "source_bbox_2d": [],
                "edited_bbox_2d": [1, 2, 3, 4],
                "done": 1.0,
                "region_ids": [1],
            }
        ],
        "edit_region": [
            {
                "id": 1,
                "label": "cup",
                "bbox_2d": [1, 2, 3, 4],
                "edit_id": 1,
                "kind": "requested",
                "area": 0.5,
                "delta_e": 20.0,
                "confidence": 1.0,
            }
        ],
        "outcome": "faithful",
        "judgement": {
            "semantic_consistency": {"reasoning": "fine", "score": [20, 15]},
            "perceptual_quality": {"reasoning": "fine", "score": [20, 15]},
            "overall": overall_score([20, 15], [20, 15]),
            "reward": reward_score(overall_score([20, 15], [20, 15])),
        },
        "rank": 1,
        "images": {name: {"width": 640, "height": 480, "sha256": "0" * 64} for name in ("source", "edited")},
        "provenance": {
            **dict.fromkeys(["source_dataset", "license", "attribution", "editor", "region_method"], "-"),
            **dict.fromkeys(["annotator", "recipe", "config_hash", "version"], "-"),
            "source_ids": ["abc"],
            "seed": 0,
        },
        "quality": {},
    }


def changed(path, value):
    record = fixed_example()
    *parents, last = path
    place = record
    for parent in parents:
        place = place[parent]
    place[last] = value
    return record


@given(EXAMPLES)
def test_canonical_json_reads_back_equal_and_is_stable(record):
    record = Example.model_validate(record)
    text = canonical_json(record)
    back = Example.model_validate_json(text)
    assert back == record
    assert canonical_json(back) == text


@given(EXAMPLES)
def test_every_float_has_a_point_and_every_field_a_value(record):
    tree = json.loads(canonical_json(Example.model_validate(record)), parse_int=lambda text: ("int", text))

    def floats(value, path=""):
        if isinstance(value, dict):
            return [entry for name, part in value.items() for entry in floats(part, f"{path}.{name}")]
        if isinstance(value, list):
            return [entry for part in value for entry in floats(part, path)]
        assert value is not None, path
        return [(path, value)]

    names = ("done", "area", "delta_e", "confidence", "overall", "reward", *QUALITY_NAMES)
    measured = [value for path, value in floats(tree) if path.endswith(tuple(f".{name}" for name in names))]
    assert len(measured) == 2 + len(QUALITY_NAMES) + len(record["edits"]) + 3 * len(record["edit_region"])
    assert all(isinstance(value, float) for value in measured)


@given(st.floats(0, 1), MEASURED)
def test_floats_have_at_most_four_decimals(area, noise):
    record = changed(["edit_region", 0, "area"], area)
    record["quality"] = {"noise_floor": noise}
    example = Example.model_validate(record)
    for given_value, kept in ((area, example.edit_region[0].area), (noise, example.quality.noise_floor)):
        assert kept == round(given_value, 4)
        assert re.fullmatch(r"-?\d+\.\d{1,4}", json.dumps(kept))


def test_canonical_json_is_compact_utf8_in_the_models_order():
    text = canonical_json(Example.model_validate(changed(["instruction"], "Färbe die Tasse blau 😀")))
    assert "Färbe die Tasse blau 😀".encode() in text
    assert b'"schema_version":"1.1","key":' in text
    assert b'"truth_iou":-1.0' in text
    assert list(json.loads(text)) == list(Example.model_fields)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (["key"], "A.b", "key must match"),
        (["key"], "", "key must match"),
        (["instruction"], "  ", "must not be empty"),
        (["edit_type"], "paint", "literal_error"),
        (["outcome"], "good", "literal_error"),
        (["edits"], [], "too_short"),
        (["edits", 0, "id"], 2, "edits: ids must be 1..1"),
        (["edits", 0, "done"], 1.5, "less_than_equal"),
        (["edits", 0, "source_bbox_2d"], [1, 2, 3], "bbox_2d must be"),
        (["edit_region", 0, "id"], 2, "edit_region: ids must be 1..1"),
        (["edit_region", 0, "bbox_2d"], [], "too_short"),
        (["edit_region", 0, "bbox_2d"], [5, 5, 5, 9], "bbox_2d must satisfy"),
        (["edit_region", 0, "area"], 1.2, "less_than_equal"),
        (["edit_region", 0, "delta_e"], -1.0, "greater_than_equal"),
        (["edit_region", 0, "kind"], "shadow", "literal_error"),
        (["judgement", "overall"], 9.9, "do not follow from the scores"),
        (["judgement", "reward"], 0.1, "do not follow from the scores"),
        (["judgement", "perceptual_quality", "score"], [26, 0], "less_than_equal"),
        (["judgement", "perceptual_quality", "score"], [1, 2, 3], "too_long"),
        (["judgement", "semantic_consistency", "reasoning"], "", "must not be empty"),
        (["rank"], 0, "greater_than_equal"),
        (["group_size"], 0, "greater_than_equal"),
        (["images", "source", "width"], 0, "greater_than_equal"),
        (["provenance", "source_ids"], [], "too_short"),
        (["provenance", "license"], None, "string_type"),
        (["quality", "truth_iou"], -2.0, "greater_than_equal"),
        (["quality", "truth_iou"], float("nan"), "greater_than_equal"),
        (["novelty"], 1, "extra_forbidden"),
    ],
)
def test_what_an_example_refuses(path, value, problem):
    Example.model_validate(fixed_example())
    with pytest.raises(ValidationError) as caught:
        Example.model_validate(changed(path, value))
    (error,) = caught.value.errors()
    assert problem in f"{error['type']} {error['msg']}"


def test_at_most_twelve_regions():
    region = fixed_example()["edit_region"][0]
    many = [{**region, "id": number} for number in range(1, MAX_REGIONS + 2)]
    assert len(Example.model_validate(changed(["edit_region"], many[:-1])).edit_region) == 12
    with pytest.raises(ValidationError):
        Example.model_validate(changed(["edit_region"], many))


def test_an_example_cannot_be_changed():
    example = Example.model_validate(fixed_example())
    with pytest.raises(ValidationError, match="frozen"):
        example.rank = 2
