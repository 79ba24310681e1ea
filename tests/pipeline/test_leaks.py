"""Planted leaks: copies of training photos in validation, found in the shards by another method than the build's."""

import hashlib
import io

import cv2
import numpy as np
import pytest
from benchmarks.leaks.cli import is_merged, opened
from benchmarks.leaks.copies import COPIES
from PIL import Image
from rich.console import Console
from tiny_dataset import sample, write_dataset
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.leaks.features import features
from pipeline.leaks.find import find_leaks
from pipeline.leaks.match import AGREEING, match
from pipeline.leaks.propose import PROPOSED, Index, words
from schemas.example import ImageInfo, Images

PHOTOS = ("astronaut", "coffee", "chelsea", "camera")


@pytest.fixture(scope="module")
def photos():
    return {name: rgb for name, rgb in opened([]).items() if name in PHOTOS}


def jpeg(rgb):
    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(rgb)).save(stream, "JPEG", quality=95, subsampling="4:4:4")
    return stream.getvalue()


def untouched(name, rgb, outcome="failed"):
    """Return a valid sample whose edited picture is its source."""
    example, images = sample(0, 0, outcome, [], 1, (0, 25))
    data, source_id = jpeg(rgb), hashlib.sha256(name.encode()).hexdigest()[:16]
    info = ImageInfo(width=rgb.shape[1], height=rgb.shape[0], sha256=hashlib.sha256(data).hexdigest())
    mask = io.BytesIO()
    Image.new("L", (rgb.shape[1], rgb.shape[0])).save(mask, "PNG")
    changed = {
        "key": f"{source_id}-p000-c0",
        "source_id": source_id,
        "group_id": f"{source_id}-p000",
        "group_size": 1,
        "images": Images(source=info, edited=info),
        "provenance": example.provenance.model_copy(update={"source_ids": [source_id]}),
    }
    return example.model_copy(update=changed), {
        **images,
        "source.jpg": data,
        "edited.jpg": data,
        "mask.png": mask.getvalue(),
    }


def planted(out, photos, copies):
    """Write a set with the photos in train, and copies (name -> pixels) with one more photo in validation."""
    names = [name for name in photos if name != "camera"]
    train = [untouched(name, photos[name]) for name in names]
    validation = [untouched(f"copy of {name}", rgb) for name, rgb in copies.items()]
    write_dataset(out, {"train": train, "validation": [*validation, untouched("camera", photos["camera"])]})
    return {name: [example for example, _ in train][names.index(name)].key for name in names}


@pytest.mark.parametrize("kind", list(COPIES))
def test_every_kind_of_copy_is_found_in_the_shards_and_nothing_else(kind, photos, tmp_path):
    copied = {name: np.ascontiguousarray(COPIES[kind](photos[name])) for name in ("coffee",)}
    keys = planted(tmp_path, photos, copied)
    found = find_leaks(str(tmp_path), Console())
    assert {key for leak in found.leaks for key in leak.keys if key in keys.values()} == {keys[name] for name in copied}
    assert len(found.leaks) == 1 and found.pictures == 5
    assert all(leak.mirrored == ("mirrored" in kind) for leak in found.leaks)


def test_the_command_names_a_leak_and_fails_where_the_hashes_of_the_build_are_silent(photos, tmp_path):
    crop = COPIES["crop to 70 %"](photos["coffee"])
    assert not is_merged(photos["coffee"], crop)
    keys = planted(tmp_path, photos, {"coffee": crop})
    plain = CliRunner().invoke(app, ["validate", str(tmp_path)])
    assert plain.exit_code == 0, plain.output
    result = CliRunner().invoke(app, ["validate", str(tmp_path), "--leaks"])
    assert result.exit_code == 1
    assert "leaks" not in plain.output and "1 leaks" in result.output
    assert f"{keys['coffee']} (train)" in result.output


def test_what_the_build_merges_by_default(photos):
    sure = ["JPEG, quality 50", "half the size", "mirrored", "grey"]
    for name in ("astronaut", "coffee", "chelsea"):
        assert all(is_merged(photos[name], np.ascontiguousarray(COPIES[kind](photos[name]))) for kind in sure)
        assert not is_merged(photos[name], COPIES["crop to 50 %"](photos[name]))


def test_a_reversed_sample_does_not_stand_for_its_source(photos, tmp_path):
    """The source of a reversed sample is an edit; another sample of the source shows the photo itself."""
    first, images = untouched("coffee", photos["astronaut"], "failed")
    shown, shown_images = untouched("coffee", photos["coffee"])
    first = first.model_copy(update={"outcome": "reversed"})
    shown = shown.model_copy(update={"key": shown.key.replace("c0", "c1")})
    leaked = untouched("copy", photos["coffee"])
    write_dataset(tmp_path, {"train": [(first, images), (shown, shown_images)], "validation": [leaked]})
    (leak,) = find_leaks(str(tmp_path), Console()).leaks
    assert shown.key in leak.keys


def test_a_real_build_has_no_leak(small_build):
    result = CliRunner().invoke(app, ["validate", str(small_build), "--leaks"])
    assert result.exit_code == 0, result.output
    assert " 0 leaks" in result.output


def test_matches_that_no_copy_explains_agree_on_nothing(photos):
    plain = features(photos["coffee"])
    assert match(plain, plain).agreeing > 10 * AGREEING
    assert match(features(cv2.flip(photos["coffee"], 1)), plain).agreeing < AGREEING
    flat = features(np.full((64, 64, 3), 90, np.uint8))
    assert len(flat.points) == 0 and not match(flat, plain).same and not match(plain, flat).same


def test_the_index_proposes_what_is_allowed_alone_best_first(photos):
    known = [words(features(rgb)) for rgb in photos.values()]
    index = Index(known)
    everything = np.ones((len(known), len(known)), bool)
    assert [near[0] for near in index.nearest(known, everything)] == list(range(len(known)))
    others = index.nearest(known, ~np.eye(len(known), dtype=bool))
    assert all(i not in near and len(near) <= PROPOSED for i, near in enumerate(others))
    assert [list(near) for near in index.nearest(known[:1], np.zeros((1, len(known)), bool))] == [[]]


def test_pictures_that_share_a_thing_are_no_copies(photos):
    """The same cat in front of two grounds: many matches agree, the pictures do not."""
    shared, grounds = photos["chelsea"][:, :240], (photos["coffee"][:300, :360], photos["astronaut"][:300, :360])
    one, other = (np.concatenate([shared, ground[: len(shared), ::-1]], axis=1) for ground in grounds)
    found = match(features(one), features(other))
    assert found.agreeing >= AGREEING and not found.same
