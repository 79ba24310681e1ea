"""Annotated photos: outlines of every form, what is left out and why, and objects that an instruction can name."""

import json

import numpy as np
import pytest
from coco_files import compressed, runs, write_coco
from PIL import Image

from schemas.errors import UserError
from schemas.plan import InstanceRow, SourceItem
from schemas.reject import Reject
from transforms.sources.coco.annotations import find_annotated
from transforms.sources.coco.colour_words import colour_word
from transforms.sources.coco.objects import scene_objects
from transforms.sources.coco.outlines import instance_mask, outlines
from transforms.sources.coco.rle import counts_of, mask_of
from transforms.sources.decode import DecodeLimits
from transforms.sources.find import find_sources
from transforms.sources.read import inspect_item, load_source


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return find_sources(write_coco(tmp_path_factory.mktemp("coco")))


def disc(height=60, width=80, x=40, y=30, radius=18):
    rows, columns = np.ogrid[:height, :width]
    return (rows - y) ** 2 + (columns - x) ** 2 <= radius**2


@pytest.mark.parametrize("seed", range(20))
def test_run_lengths_come_back_from_both_forms(seed):
    mask = np.random.default_rng(seed).random((13, 17)) < (0.02, 0.3, 0.7, 0.98)[seed % 4]
    counts = runs(mask)
    assert counts_of(compressed(counts)) == counts
    assert np.array_equal(mask_of(counts, 13, 17), mask)


@pytest.mark.parametrize(("text", "problem"), [("\x01", "character"), ("P", "ends within")])
def test_broken_strings_are_told(text, problem):
    with pytest.raises(ValueError, match=problem):
        counts_of(text)


def test_outlines_draw_what_they_were_taken_from_with_holes():
    ring = disc() & ~disc(radius=8)
    rings, holes, _ = outlines({"counts": runs(ring), "size": [60, 80]}, 60, 80)
    row = InstanceRow(name="ring", group="thing", width=80, height=60, rings=rings, holes=holes)
    drawn = instance_mask(row, 60, 80)
    assert (drawn & ring).sum() / (drawn | ring).sum() > 0.85
    assert not drawn[30, 40] and len(rings[0]) < 80
    assert instance_mask(row, 120, 160).sum() == pytest.approx(4 * drawn.sum(), rel=0.15)


@pytest.mark.parametrize(
    "segmentation", [None, "text", [[1, 2]], [[1, 2, 3]], [["a", "b"]], {"counts": [3], "size": [1, 1]}, {"counts": 5}]
)
def test_segmentations_that_draw_nothing_are_refused(segmentation):
    with pytest.raises(ValueError):
        outlines(segmentation, 60, 80)


def test_every_image_and_every_fault_is_a_row(found):
    items = {entry.name: entry for entry in found if isinstance(entry, SourceItem)}
    rejects = {(entry.name.partition("#")[0], entry.reason) for entry in found if isinstance(entry, Reject)}
    assert len(items) == 7
    assert rejects == {
        ("astronaut.png", "bad_annotation"), ("chelsea.png", "bad_annotation"), ("../outside.jpg", "bad_name"),
        ("gone.jpg", "missing_file"),
    }  # fmt: skip
    assert items["astronaut.png"].rights.people == "yes" and items["coffee.png"].rights.people == "unknown"
    assert items["coffee.png"].rights.license == "CC-BY-2.0" and "example.org" in items["coffee.png"].rights.attribution
    assert max(len(item.model_dump_json()) for item in items.values()) < 4000


def test_entries_without_or_with_strange_identifiers_and_twice_the_same_image(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.jpg").touch()
    bad = {"image_id": [1], "category_id": 1, "segmentation": [[1]]}
    image = {"id": [1], "file_name": "a.jpg", "width": 9, "height": 9}
    data = {
        "images": [image, image],
        "annotations": [bad, bad],
        "categories": [{"id": 1, "name": "cup"}],
        "licenses": None,
    }
    (tmp_path / "a.json").write_text(json.dumps(data))
    made = list(find_annotated(f"coco:{tmp_path}/a.json:{tmp_path}/images"))
    names = [entry.name for entry in made]
    assert len(names) == len(set(names)) == 4
    reasons = [entry.reason for entry in made if isinstance(entry, Reject)]
    assert sorted(reasons) == ["bad_annotation", "bad_annotation", "duplicate_name"]


def test_a_missing_file_is_told_with_its_folder(found):
    gone = next(entry for entry in found if entry.name == "gone.jpg")
    assert "no gone.jpg in" in gone.detail and "images" in gone.detail


def test_a_loaded_photo_has_its_people_and_things(found):
    item = next(entry for entry in found if entry.name == "grace_hopper.jpg")
    source = load_source(inspect_item(item, DecodeLimits()), DecodeLimits())
    kinds = {o.name: o.kind for o in source.objects}
    assert kinds["person"] == "person" and kinds["tie"] == "clothing"
    assert "recolour" in next(o for o in source.objects if o.name == "tie").operations
    assert all(o.mask.shape == source.rgb.shape[:2] and o.mask.any() for o in source.objects)


def square(x, y, side=40, name="cup"):
    corners = [x, y, x + side, y, x + side, y + side, x, y + side]
    return InstanceRow(name=name, group="kitchen", width=300, height=200, rings=[corners], holes=[])


def test_things_of_one_name_are_told_apart_or_left_alone():
    rgb = np.full((200, 300, 3), 200, np.uint8)
    apart = scene_objects([square(10, 80), square(250, 80)], rgb)
    assert {o.place for o in apart} == {"on the left", "on the right"} and all(o.operations for o in apart)
    beside = scene_objects([square(120, 80, 20), square(150, 80, 20)], rgb)
    assert all(not o.operations for o in beside)
    (alone,) = scene_objects([square(120, 80)], rgb)
    assert alone.place == "-"


def test_what_the_frame_cuts_is_not_moved():
    (cut,) = scene_objects([square(0, 80)], np.full((200, 300, 3), 90, np.uint8))
    assert not cut.operations & {"move", "remove", "cutout", "replace"} and "recolour" in cut.operations


def test_a_colour_is_named_where_one_word_says_it():
    rgb = np.zeros((20, 20, 3), np.uint8)
    rgb[:] = (182, 34, 36)
    whole = np.ones((20, 20), bool)
    assert colour_word(rgb, whole) == "red"
    rgb[:10] = (40, 84, 176)
    assert colour_word(rgb, whole) == "-"


@pytest.mark.parametrize(
    ("content", "told"),
    [("nothing", "not valid JSON"), ("[]", "must be an object"), ('{"images": 3}', "field"), ("{}", "field")],
)
def test_a_file_that_is_no_annotation_file_is_told_by_name(tmp_path, content, told):
    (tmp_path / "images").mkdir()
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(UserError, match=told) as caught:
        list(find_annotated(f"coco:{tmp_path}/a.json:{tmp_path}/images"))
    assert "a.json" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("address", ["coco:a.json", "coco:images", "coco:nowhere.json:images"])
def test_an_address_of_another_form_is_told_the_form(tmp_path, address):
    with pytest.raises(UserError, match="coco:"):
        find_sources(address)


def test_json_of_the_items_is_stable(tmp_path):
    first, second = (find_sources(write_coco(tmp_path / name)) for name in ("one", "two"))
    plain = [[json.loads(e.model_dump_json(exclude={"uri", "detail"})) for e in part] for part in (first, second)]
    assert plain[0] == plain[1]


def test_what_is_left_out_is_counted(tmp_path, caplog):
    list(find_annotated(write_coco(tmp_path)))
    (line,) = [record.message for record in caplog.records]
    assert "annotations.json" in line and "1 crowds" in line and "2 unreadable" in line and "used; left out" in line


def test_a_picture_that_was_turned_since_is_set_aside(tmp_path):
    address = write_coco(tmp_path)
    path = tmp_path / "images" / "chelsea.png"
    Image.open(path).transpose(Image.Transpose.ROTATE_90).save(path)
    item = next(entry for entry in find_annotated(address) if entry.name == "chelsea.png")
    found = inspect_item(item, DecodeLimits())
    assert found.reason == "other_shape" and "upright it is" in found.detail


def test_the_largest_twelve_of_an_image_are_kept_largest_first(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.jpg").touch()
    square = [{
        "id": n, "image_id": 0, "category_id": 1, "segmentation": [[0, 0, 20 + n, 0, 20 + n, 20 + n, 0, 20 + n]],
    } for n in range(20)]  # fmt: skip
    data = {
        "annotations": square, "categories": [{"id": 1, "name": "cup"}],
        "images": [{"id": 0, "file_name": "a.jpg", "width": 200, "height": 150}],
    }  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps(data))
    (item,) = find_annotated(f"coco:{tmp_path}/a.json:{tmp_path}/images")
    assert [max(row.rings[0]) for row in item.instance_rows()] == [20 + n for n in range(19, 7, -1)]


def test_what_lies_outside_the_frame_is_cut_off():
    rings, *_ = outlines([[150, 20, 400, 20, 400, 120, 150, 120]], 100, 200)
    assert max(rings[0][::2]) == 200 and max(rings[0][1::2]) == 100
    with pytest.raises(ValueError, match="in the frame"):
        outlines([[300, 300, 360, 300, 360, 360]], 100, 200)
