"""An object put back or bent: nothing outside is touched, and what it becomes is what was asked."""

import cv2
import numpy as np
import pytest

from transforms.edits.bending import bend, lean, neck_of, tilt
from transforms.edits.in_place import about, put_back
from transforms.edits.scene import Scene


def person(height: int = 200, width: int = 220) -> np.ndarray:
    mask = np.zeros((height, width), np.uint8)
    cv2.circle(mask, (110, 60), 24, 1, -1)
    cv2.rectangle(mask, (102, 60), (118, 100), 1, -1)
    cv2.ellipse(mask, (110, 200), (70, 105), 0, 180, 360, 1, -1)
    return mask.astype(bool)


def photo_of(mask: np.ndarray) -> np.ndarray:
    rgb = np.random.default_rng(0).integers(90, 110, (*mask.shape, 3), np.uint8)
    rgb[mask] = (200, 60, 50)
    return rgb


def middle(mask: np.ndarray) -> tuple[float, float]:
    ys, xs = np.nonzero(mask)
    return float(xs.mean()), float(ys.mean())


@pytest.mark.parametrize("factor", [0.6, 1.5])
def test_an_object_put_back_has_the_size_asked_for(annotated, factor):
    scene = Scene(annotated)
    o = next(o for o in annotated.objects if o.id == "red")
    made = put_back(scene, o, about(middle(o.mask), factor * np.eye(2)), np.random.default_rng(0))
    assert made is not None
    assert made.mask.sum() == pytest.approx(factor**2 * o.mask.sum(), rel=0.1)
    assert np.allclose(middle(made.mask), middle(o.mask), atol=0.6)


def test_an_object_is_not_put_over_another(annotated):
    scene = Scene(annotated)
    red, blue = (next(o for o in annotated.objects if o.id == name) for name in ("red", "blue"))
    shift = np.subtract(middle(blue.mask), middle(red.mask))
    onto = np.column_stack([np.eye(2), shift])
    assert put_back(scene, red, onto, np.random.default_rng(0)) is None


@pytest.mark.parametrize("amount", [0.15, -0.15])
def test_what_leans_keeps_its_base_and_the_rest_of_the_photo(amount):
    mask = person()
    photo = photo_of(mask)
    bent = bend(photo, mask, lean(mask, amount, 1.2))
    assert bent is not None
    assert np.sign(middle(bent.mask)[0] - middle(mask)[0]) == np.sign(amount)
    out = bent.patch.over(photo)
    assert np.array_equal(out[-1], photo[-1]) and np.array_equal(out[:, :2], photo[:, :2])
    x1, y1, x2, y2 = bent.patch.box_xyxy
    inside = np.zeros(mask.shape, bool)
    inside[y1:y2, x1:x2] = bent.patch.alpha > 0
    assert np.array_equal(out[~inside], photo[~inside])


def test_a_head_is_found_and_tilts_by_itself():
    mask = person()
    neck = neck_of(mask)
    assert neck is not None and 80 < neck[1] < 104 and abs(neck[0] - 110) < 3
    bent = bend(photo_of(mask), mask, tilt(mask, neck, 36, 14))
    assert bent is not None
    assert middle(bent.mask[:80])[0] > middle(mask[:80])[0] + 3
    assert np.array_equal(bent.mask[140:], mask[140:])


def test_a_box_has_no_head():
    mask = np.zeros((100, 100), bool)
    mask[20:90, 30:70] = True
    assert neck_of(mask) is None


def test_a_warp_that_folds_over_is_refused():
    mask = person()
    assert bend(photo_of(mask), mask, lean(mask, 1.5, 1.0)) is None
