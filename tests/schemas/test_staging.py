import pytest
from pydantic import ValidationError

from schemas.staging import TruthRow


def row(**facts):
    known = {"key": "k-p0-c0", "outcome": "faithful", "edit_type": "color_alter", "area": 0.1}
    figures = {"truth_iou": 0.8, "truth_f1": 1.0, "n_truth": 1, "n_derived": 2}
    return TruthRow(**{**known, **figures, "confidences": [0.9, 0.61234], "hits": [True, False], **facts})


def test_a_truth_row_comes_back_from_its_text_with_confidences_of_four_decimals():
    assert row().confidences == [0.9, 0.6123]
    assert TruthRow.model_validate_json(row().model_dump_json()) == row()


@pytest.mark.parametrize("facts", [{"confidences": [0.9]}, {"hits": [True]}, {"n_derived": 3}])
def test_each_derived_region_has_one_confidence_and_one_hit(facts):
    with pytest.raises(ValidationError, match=r"k-p0-c0: .* derived regions"):
        row(**facts)


def test_a_confidence_is_a_share():
    with pytest.raises(ValidationError, match="confidences"):
        row(confidences=[0.9, 1.2])
