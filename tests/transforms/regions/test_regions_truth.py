"""Which derived regions are true ones, and what of it stands in a candidate's row."""

from dataclasses import replace

import numpy as np
import pytest

from schemas.example import EditRegion
from schemas.geometry import bbox_2d_from_xyxy, xyxy_from_mask
from transforms.candidate import EncodedTruth
from transforms.edits.triplet import TrueRegion, Truth
from transforms.regions.config import RegionsConfig
from transforms.regions.measure import measure
from transforms.regions.truth import box_f1, compare_with_truth, matched_boxes
from transforms.shards.codec import encode_image, encode_label_map

WIDTH, HEIGHT = 1000, 500
CUP, PLATE, FAR = (100, 100, 200, 200), (600, 100, 800, 300), (0, 400, 60, 460)


def derived(*boxes):
    return [
        EditRegion(
            id=number,
            label="changed area",
            bbox_2d=bbox_2d_from_xyxy(box, WIDTH, HEIGHT),
            edit_id=0,
            kind="collateral",
            area=0.01,
            delta_e=20.0,
            confidence=0.9,
        )
        for number, box in enumerate(boxes, start=1)
    ]


def truth_of(*boxes):
    regions = tuple(TrueRegion(number, "cup", box, 1, "requested") for number, box in enumerate(boxes, start=1))
    return Truth(np.zeros((HEIGHT, WIDTH), np.uint8), regions)


def hits(found, true):
    return compare_with_truth(derived(*found), np.zeros((HEIGHT, WIDTH), np.uint8), truth_of(*true)).hits


def test_hits_stand_in_the_order_of_the_regions():
    assert hits([FAR, PLATE, CUP], [CUP, PLATE]) == (False, True, True)
    assert hits([CUP], [CUP, PLATE]) == (True,)


def test_on_an_unedited_picture_no_region_is_true():
    assert hits([CUP, PLATE], []) == (False, False)
    assert hits([], [CUP]) == ()


def test_of_two_boxes_on_one_true_region_the_better_one_is_the_hit():
    loose, tight = (100, 100, 260, 200), (100, 100, 205, 200)
    assert hits([loose, tight], [CUP]) == (False, True)
    assert hits([tight, loose], [CUP]) == (True, False)


def test_a_box_half_of_which_is_the_region_is_a_hit_and_less_is_none():
    assert hits([(100, 100, 300, 200)], [CUP]) == (True,)
    assert hits([(100, 100, 302, 200)], [CUP]) == (False,)


def test_more_pairs_are_worth_more_than_one_perfect_pair():
    # The first box meets either true one, the second only the one that the first meets perfectly.
    first, second, other = (0, 0, 100, 100), (20, 0, 120, 100), (-20, 0, 80, 100)
    assert matched_boxes([first, second], [first, other]) == (True, True)
    assert box_f1([first, second], [first, other]) == 1.0


@pytest.fixture
def painted(hand, scenes):
    """A candidate with one painted ellipse, and the ellipse's mask and box."""
    before = scenes.photo()
    mask = scenes.ellipse(before.shape, (90, 100), (34, 26))
    images = {"source": encode_image(before), "edited": encode_image(scenes.paint(before, mask))}
    return replace(hand.candidate(), **images, regions=None), mask, xyxy_from_mask(mask)


def measured(candidate, label_map, *boxes):
    regions = tuple(TrueRegion(number, "coffee cup", box, 1, "requested") for number, box in enumerate(boxes, start=1))
    truth = EncodedTruth(encode_label_map(label_map.astype(np.uint8)), regions)
    return measure(replace(candidate, truth=truth), RegionsConfig(masks="none"), None)


def test_the_row_of_a_candidate_names_the_confidence_of_each_region(painted):
    candidate, mask, box = painted
    found = measured(candidate, mask, box)
    confidences = [region.confidence for region in found.candidate.regions.edit_region]
    assert len(confidences) == 1 and 0 < confidences[0] <= 1
    assert found.truth.confidences == confidences
    assert found.truth.hits == [True]


def test_a_region_beside_the_truth_or_without_any_is_no_hit(painted):
    candidate, mask, (x1, y1, x2, y2) = painted
    beside = measured(candidate, np.roll(mask, 150, axis=1), (x1 + 150, y1, x2 + 150, y2))
    assert (beside.truth.hits, beside.truth.n_truth) == ([False], 1)
    unedited = measured(candidate, np.zeros_like(mask))
    assert (unedited.truth.hits, unedited.truth.n_truth) == ([False], 0)
