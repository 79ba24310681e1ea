"""From items to records and pixels; every file that cannot be used becomes a row."""

import os

import numpy as np
import pytest
from PIL import Image
from skimage import data

from schemas.plan import PairRow, SourceItem, SourceRecord
from schemas.reject import Reject
from transforms.sources.bundled.objects import object_mask
from transforms.sources.bundled.photos import load_catalogue
from transforms.sources.decode import DecodeError, DecodeLimits, decode_image
from transforms.sources.find import find_sources
from transforms.sources.hashing import dhash_hex
from transforms.sources.identity import pixels_sha256, source_id
from transforms.sources.read import inspect_item, load_edited, load_source, read_bytes

PHOTO = np.ascontiguousarray(data.astronaut()[:96, 180:308])
LIMITS = DecodeLimits()


def item(path, edited=None):
    pair = edited and PairRow(name="pairs.jsonl:1", edited_uri=str(edited), instruction="do")
    return SourceItem(name="pairs.jsonl:1" if pair else path.name, uri=str(path), dataset="folder", pair=pair)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(PHOTO).save(path)
    return path


def test_record_of_a_photo(photo):
    record = inspect_item(item(photo), LIMITS)
    assert (record.width, record.height) == (128, 96)
    assert record.source_id == source_id(PHOTO)
    assert record.dhash == dhash_hex(PHOTO)
    assert record.dhash_mirrored == dhash_hex(PHOTO[:, ::-1])
    assert record.edited_sha256 == "-"


def test_source_and_edited_of_a_pair(photo, tmp_path):
    edited = tmp_path / "edited.bmp"
    Image.fromarray(PHOTO[::-1]).save(edited)
    record = inspect_item(item(photo, edited), LIMITS)
    assert record.edited_sha256 == pixels_sha256(PHOTO[::-1])
    assert np.array_equal(load_source(record, LIMITS).rgb, PHOTO)
    assert np.array_equal(load_edited(record.item.pair, LIMITS), PHOTO[::-1])


def test_a_bad_pair_says_which_image(photo, tmp_path):
    (tmp_path / "bad.png").write_bytes(b"")
    for pair, role in ((item(photo, tmp_path / "bad.png"), "edited"), (item(tmp_path / "bad.png", photo), "source")):
        reject = inspect_item(pair, LIMITS)
        assert (reject.name, reject.reason) == ("pairs.jsonl:1", "empty")
        assert reject.detail.startswith(f"{role} image {tmp_path}/bad.png: ")


def test_a_folder_of_good_and_bad_files(photo, tmp_path):
    encoded = photo.read_bytes()
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "truncated.png").write_bytes(encoded[: len(encoded) // 2])
    (tmp_path / "text.jpg").write_text("This is a shopping list.\n")
    (tmp_path / "renamed.jpg").write_bytes(encoded)
    Image.fromarray(PHOTO[:20]).save(tmp_path / "tiny.png")
    Image.new("RGB", (100, 100), "red").save(tmp_path / "blank.png")
    Image.new("1", (12000, 12000)).save(tmp_path / "bomb.png")
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (tmp_path / "folder.png").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.png")
    results = {i.name: inspect_item(i, LIMITS) for i in find_sources(str(tmp_path))}
    assert {name for name, r in results.items() if isinstance(r, SourceRecord)} == {"photo.png", "renamed.jpg"}
    rejects = [r for r in results.values() if isinstance(r, Reject)]
    assert {(r.level, r.stage, r.reject_class) for r in rejects} == {("file", "decode", "error")}
    assert all(r.key == r.name and str(tmp_path) not in r.detail for r in rejects)
    assert {r.name: r.reason for r in rejects if r.reason != "unreadable"} == {
        "empty.jpg": "empty",
        "truncated.png": "truncated",
        "text.jpg": "not_an_image",
        "tiny.png": "too_small",
        "blank.png": "blank",
        "bomb.png": "too_many_pixels",
    }
    assert {r.name for r in rejects if r.reason == "unreadable"} >= {"gone.png", "pipe.png"}


def test_a_large_file_is_not_read_whole(photo):
    limits = DecodeLimits(max_bytes=1000)
    assert len(read_bytes(str(photo), 1000)) == 1001
    assert inspect_item(item(photo), limits).reason == "too_many_bytes"


def test_a_changed_file_is_noticed(photo):
    record = inspect_item(item(photo), LIMITS)
    Image.fromarray(PHOTO[::-1]).save(photo)
    with pytest.raises(DecodeError, match="source_changed"):
        load_source(record, LIMITS)


def test_a_vanished_file_is_an_os_error(photo):
    record = inspect_item(item(photo), LIMITS)
    photo.unlink()
    with pytest.raises(FileNotFoundError):
        load_source(record, LIMITS)


def test_an_image_on_a_store(photo):
    import fsspec

    fsspec.filesystem("memory").pipe("/shelf/photo.png", photo.read_bytes())
    (found,) = find_sources("memory://shelf")
    assert np.array_equal(load_source(inspect_item(found, LIMITS), LIMITS).rgb, PHOTO)
    missing = found.model_copy(update={"uri": "memory://shelf/none.png"})
    assert inspect_item(missing, LIMITS).reason == "unreadable"


@pytest.fixture(scope="module")
def coffee():
    return next(photo for photo in load_catalogue() if photo.name == "coffee")


def bundled(name, limits):
    found = next(i for i in find_sources(None) if i.name == name)
    return load_source(inspect_item(found, limits), limits)


def test_a_bundled_photo_comes_with_its_scene(coffee):
    source = bundled("coffee", LIMITS)
    assert source.rgb.shape == (coffee.height, coffee.width, 3)
    assert np.array_equal(source.rgb, decode_image(read_bytes("bundled:coffee")))
    assert [o.id for o in source.objects] == [o.id for o in coffee.objects]
    for drawn, loaded in zip(coffee.objects, source.objects, strict=True):
        assert np.array_equal(loaded.mask, object_mask(drawn, coffee.width, coffee.height))
        assert (loaded.name, loaded.kind, loaded.operations) == (drawn.name, drawn.kind, drawn.operations)
    assert [s.px_per_metre for s in source.surfaces] == [s.px_per_metre for s in coffee.surfaces]
    assert source.surfaces


def test_a_bundled_photo_scaled_down_takes_its_scene_along(coffee):
    full, half = bundled("coffee", LIMITS), bundled("coffee", DecodeLimits(max_side=300))
    assert half.rgb.shape == (200, 300, 3)
    for large, small in zip(full.objects, half.objects, strict=True):
        assert small.mask.shape == (200, 300)
        assert small.mask.dtype == bool
        block = large.mask.reshape(200, 2, 300, 2).mean((1, 3)) >= 0.5
        assert np.array_equal(small.mask, block)
    for large, small in zip(full.surfaces, half.surfaces, strict=True):
        assert small.px_per_metre == pytest.approx(large.px_per_metre / 2)


def test_a_photo_of_a_folder_has_no_scene(photo):
    source = load_source(inspect_item(item(photo), LIMITS), LIMITS)
    assert (source.objects, source.surfaces) == ((), ())


def test_an_unknown_bundled_name():
    with pytest.raises(FileNotFoundError, match="no bundled photo nothing"):
        read_bytes("bundled:nothing")
