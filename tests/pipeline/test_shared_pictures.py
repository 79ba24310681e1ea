"""Which pictures of two splits are named: equal ones in any role, copies of sources and of what was imported."""

import hashlib
import io

import cv2
import numpy as np
import pytest
from PIL import Image
from tiny_dataset import manifest_of, photo, sample

from pipeline.shared_pictures import SharedPictures
from schemas.manifest import Accounting

NOTHING = Accounting(
    files_found=0, files_used=0, files_set_aside=0, candidates_planned=0, candidates_kept=0, candidates_set_aside=0
)
MANIFEST = manifest_of([], NOTHING)
SOURCE, EDITED = photo(1), cv2.circle(photo(1), (120, 30), 20, (240, 240, 40), -1)


def resaved(rgb, quality=70, side=None):
    image = Image.fromarray(rgb)
    image = image.resize((side, side * image.height // image.width)) if side else image
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return np.array(Image.open(stream))


def found(*shown, manifest=MANIFEST):
    """Return the problems of (split, key, outcome, role, pixels)."""
    pictures = SharedPictures()
    example, _ = sample(0, 0, "failed", [], 1, (0, 25))
    for split, key, outcome, role, rgb in shown:
        of = example.model_copy(update={"key": key, "outcome": outcome})
        pictures.add(split, of, role, hashlib.sha256(rgb.tobytes()).hexdigest(), lambda rgb=rgb: rgb)
    return list(pictures.problems(manifest))


@pytest.mark.parametrize("roles", [("source", "source"), ("edited", "source"), ("edited", "edited")])
@pytest.mark.parametrize("keys", [("a-i000", "b-i000"), ("a-p000-c0", "b-p000-c0")])
def test_equal_pictures_of_two_splits_are_named_with_both_places(roles, keys):
    (line,) = found(*(
        (split, key, "unknown", role, EDITED) for split, key, role in zip(("train", "test"), keys, roles, strict=True)
    ))  # fmt: skip
    one, other = (f"{role} picture of {key}" for role, key in zip(roles, keys, strict=True))
    assert line == f"one picture in 2 splits: {one} (train) and {other} (test)"


@pytest.mark.parametrize("copy", [resaved(EDITED, 60), resaved(EDITED, 85, side=112), EDITED[:, ::-1]])
def test_a_copy_of_an_imported_edited_picture_is_named(copy):
    (line,) = found(
        ("train", "a-i000", "unknown", "source", photo(2)), ("train", "a-i000", "unknown", "edited", EDITED),
        ("validation", "b-i000", "unknown", "source", np.ascontiguousarray(copy)),
    )  # fmt: skip
    assert line.startswith("nearly one picture in 2 splits: edited picture of a-i000 (train) and source picture of b-i")


def test_a_copy_of_a_photo_is_named_and_what_was_rendered_is_not():
    copy = resaved(SOURCE, 80)
    (line,) = found(
        ("train", "a-p000-c0", "failed", "source", SOURCE), ("test", "b-p000-c0", "partial", "source", copy)
    )
    assert line.startswith("nearly one picture in 2 splits: source picture of ")
    assert not found(
        ("train", "a-p000-c0", "faithful", "edited", SOURCE), ("test", "b-p000-c0", "partial", "source", copy)
    )
    assert not found(
        ("train", "a-p000-c0", "reversed", "source", SOURCE), ("test", "b-p000-c0", "partial", "source", copy)
    )


def test_other_pictures_one_split_and_pictures_without_content_are_no_problem():
    blank = np.full((96, 128, 3), 250, np.uint8)
    shown = [(split, f"{split}-i{i:03d}", "unknown", role, rgb) for split, i, role, rgb in (
        ("train", 0, "source", SOURCE), ("train", 0, "edited", EDITED), ("train", 1, "source", EDITED),
        ("train", 1, "edited", blank), ("test", 0, "source", photo(5)), ("test", 0, "edited", blank),
    )]  # fmt: skip
    assert not found(*shown)


def test_nothing_is_asked_of_a_build_that_compared_less():
    copy = resaved(EDITED, 60)
    shown = [("train", "a-i000", "unknown", "edited", EDITED), ("test", "b-i000", "unknown", "source", copy)]
    assert found(*shown)
    exact = MANIFEST.model_copy(update={"near_radius": 0, "shared_radius": 0})
    assert not found(*shown, manifest=exact)
