"""`bbox_2d` and pixels: the conversion covers the box, errs by less than a unit, and is stable."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas.geometry import SCALE, BBox2D, bbox_2d_from_xyxy, iou_xyxy, xyxy_from_bbox_2d, xyxy_from_mask

BBOX = TypeAdapter(BBox2D)
SIDES = st.one_of(st.sampled_from([32, 8000, 1, 999, 1000, 1001]), st.integers(1, 8000))


@st.composite
def framed_boxes(draw, sides=SIDES):
    width, height = draw(sides), draw(sides)
    x1, y1 = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    return (x1, y1, draw(st.integers(x1 + 1, width)), draw(st.integers(y1 + 1, height))), width, height


@st.composite
def bboxes(draw):
    x1, y1 = draw(st.integers(0, SCALE - 1)), draw(st.integers(0, SCALE - 1))
    return [x1, y1, draw(st.integers(x1 + 1, SCALE)), draw(st.integers(y1 + 1, SCALE))]


@given(framed_boxes())
@example(((31, 31, 32, 32), 32, 32))
@example(((7999, 0, 8000, 1), 8000, 8000))
def test_always_valid_and_covers_the_box_within_one_unit(case):
    box, width, height = case
    bbox = bbox_2d_from_xyxy(box, width, height)
    assert BBOX.validate_python(bbox) == bbox
    for axis, size in ((0, width), (1, height)):
        low, high = box[axis] * SCALE / size, box[axis + 2] * SCALE / size
        assert low - 1 < bbox[axis] <= low
        assert high <= bbox[axis + 2] < high + 1


@given(framed_boxes())
def test_round_trip_covers_the_box_and_is_wider_by_less_than_a_unit(case):
    box, width, height = case
    back = xyxy_from_bbox_2d(bbox_2d_from_xyxy(box, width, height), width, height)
    assert 0 <= back[0] < back[2] <= width
    assert 0 <= back[1] < back[3] <= height
    for axis, size in ((0, width), (1, height)):
        unit = size / SCALE
        assert box[axis] - unit < back[axis] <= box[axis]
        assert box[axis + 2] <= back[axis + 2] < box[axis + 2] + unit


@given(framed_boxes(st.integers(1, SCALE)))
def test_round_trip_is_exact_up_to_1000_pixels(case):
    box, width, height = case
    assert xyxy_from_bbox_2d(bbox_2d_from_xyxy(box, width, height), width, height) == box


@given(framed_boxes())
def test_a_second_round_changes_nothing(case):
    box, width, height = case
    first = xyxy_from_bbox_2d(bbox_2d_from_xyxy(box, width, height), width, height)
    again = bbox_2d_from_xyxy(first, width, height)
    assert again == bbox_2d_from_xyxy(box, width, height)
    assert xyxy_from_bbox_2d(again, width, height) == first


@given(bboxes(), SIDES, SIDES)
def test_any_bbox_has_pixels_inside_the_frame(bbox, width, height):
    x1, y1, x2, y2 = xyxy_from_bbox_2d(bbox, width, height)
    assert 0 <= x1 < x2 <= width
    assert 0 <= y1 < y2 <= height


@given(st.sampled_from([32, 8000]), st.data())
def test_boxes_are_half_open(side, data):
    """Boxes that share an edge share it in `bbox_2d` too, but for rounding."""
    cut = data.draw(st.integers(1, side - 1))
    left = bbox_2d_from_xyxy((0, 0, cut, side), side, side)
    right = bbox_2d_from_xyxy((cut, 0, side, side), side, side)
    assert left[0] == 0
    assert right[2:] == [SCALE, SCALE]
    assert 0 <= left[2] - right[0] <= 1
    assert (left[2] == right[0]) == (cut * SCALE % side == 0)


@pytest.mark.parametrize("side", [32, 8000])
def test_the_whole_frame_is_the_whole_scale(side):
    assert bbox_2d_from_xyxy((0, 0, side, side), side, side) == [0, 0, 1000, 1000]
    assert xyxy_from_bbox_2d([0, 0, 1000, 1000], side, side) == (0, 0, side, side)


def test_known_values():
    assert bbox_2d_from_xyxy((1, 2, 3, 5), 32, 32) == [31, 62, 94, 157]
    assert xyxy_from_bbox_2d([31, 62, 94, 157], 32, 32) == (1, 2, 3, 5)
    assert bbox_2d_from_xyxy((7999, 7999, 8000, 8000), 8000, 8000) == [999, 999, 1000, 1000]


def test_numpy_integers_become_integers():
    box = tuple(np.array([1, 2, 3, 4], np.int64))
    assert all(type(value) is int for value in bbox_2d_from_xyxy(box, 10, 10))


@pytest.mark.parametrize(
    "box", [(0, 0, 0, 5), (3, 3, 2, 5), (-1, 0, 5, 5), (0, 0, 33, 5), (0, 31, 5, 33), (5, 5, 5, 5)]
)
def test_boxes_that_are_empty_or_leave_the_frame_are_refused(box):
    with pytest.raises(ValueError, match="empty or leaves the 32x32 frame"):
        bbox_2d_from_xyxy(box, 32, 32)


@pytest.mark.parametrize("bbox", [[0, 0, 0, 1], [0, 0, 1001, 5], [-1, 0, 5, 5], [5, 0, 4, 5], [1, 2, 3]])
def test_invalid_bboxes_are_refused(bbox):
    with pytest.raises(ValidationError, match="bbox_2d must"):
        BBOX.validate_python(bbox)
    with pytest.raises(ValueError, match="bbox_2d must"):
        xyxy_from_bbox_2d(bbox, 32, 32)


def test_an_unknown_bbox_is_valid_but_has_no_pixels():
    assert BBOX.validate_python([]) == []
    with pytest.raises(ValueError, match="has no pixels"):
        xyxy_from_bbox_2d([], 32, 32)


@given(framed_boxes(st.integers(1, 60)))
def test_box_of_a_mask(case):
    (x1, y1, x2, y2), width, height = case
    mask = np.zeros((height, width), bool)
    assert xyxy_from_mask(mask) is None
    mask[y1, x1] = mask[y2 - 1, x2 - 1] = True
    assert xyxy_from_mask(mask) == (x1, y1, x2, y2)


@given(framed_boxes(st.just(24)), framed_boxes(st.just(24)))
def test_iou_is_that_of_the_pixels(a, b):
    masks = []
    for (x1, y1, x2, y2), width, height in (a, b):
        mask = np.zeros((height, width), bool)
        mask[y1:y2, x1:x2] = True
        masks.append(mask)
    expected = (masks[0] & masks[1]).sum() / (masks[0] | masks[1]).sum()
    assert iou_xyxy(a[0], b[0]) == pytest.approx(expected)
    assert iou_xyxy(a[0], b[0]) == iou_xyxy(b[0], a[0])
