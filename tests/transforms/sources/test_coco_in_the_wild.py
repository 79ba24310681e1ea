"""Annotation files as other tools write them: LVIS, table exports, other encodings, rings and flags of every form."""

import gzip
import json

import numpy as np
import pytest
from coco_files import compressed, runs
from PIL import Image

from schemas.errors import UserError
from schemas.plan import InstanceRow, SourceItem
from schemas.reject import Reject
from transforms.sources.coco.annotations import find_annotated
from transforms.sources.coco.kinds import kind_of
from transforms.sources.coco.names import LONGEST, name_of, spoken
from transforms.sources.coco.objects import scene_objects
from transforms.sources.coco.outlines import instance_mask, outlines
from transforms.sources.decode import DecodeLimits
from transforms.sources.read import inspect_item

WIDTH, HEIGHT = 120, 90
SQUARE = [20, 30, 70, 30, 70, 80, 20, 80]


def picture(path, size=(WIDTH, HEIGHT)):
    path.parent.mkdir(parents=True, exist_ok=True)
    rgb = np.random.default_rng(len(str(path.name))).integers(0, 255, (size[1], size[0], 3), np.uint8)
    Image.fromarray(rgb).save(path)


def image(id=1, **fields):
    return {"id": id, "file_name": "a.png", "width": WIDTH, "height": HEIGHT} | fields


def annotation(**fields):
    return {"id": 9, "image_id": 1, "category_id": 3, "segmentation": [SQUARE], "iscrowd": 0} | fields


def category(name="kettle", **fields):
    return {"id": 3, "name": name} | fields


@pytest.fixture
def coco(tmp_path):
    """Return a function that writes an annotation file next to a.png and returns what is found of it."""
    picture(tmp_path / "photos" / "a.png")

    def find(*annotations, images=None, categories=None, text=None, name="set.json"):
        data = {
            "images": images if images is not None else [image()],
            "annotations": annotations,
            "categories": categories or [category()],
        }
        content = text(json.dumps(data, ensure_ascii=False)) if text else json.dumps(data).encode()
        (tmp_path / name).write_bytes(content)
        return list(find_annotated(f"coco:{tmp_path}/{name}:{tmp_path}/photos"))

    return find


def names(found):
    (item,) = [entry for entry in found if isinstance(entry, SourceItem)]
    return [row.name for row in item.instance_rows()]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("bow_(decorative_ribbons)", "bow"), ("baseball_glove", "baseball glove"), ("  Stop   Sign\n", "stop sign"),
        ("FIRE HYDRANT", "fire hydrant"), ("cell-phone", "cell phone"), ("T-shirt", "t-shirt"),
        ("flip-flops", "flip-flops"),
        ("street_sign.n.01", "street sign"), ("tv", "TV"), ("television_set", "television set"), ("SUV", "SUV"),
        ("christmas_tree", "Christmas tree"), ("Cup/Mug", "cup"), ("sofa; couch", "sofa"), ("wine.glass", "wine.glass"),
        ("human--person--individual", "individual"), ("nature--vegetation", "vegetation"),
        ("trafficCone", "traffic cone"),
        ("hair drier [appliance]", "hair drier"), ("jar (glass", "jar"), ("茶壶", "茶壶"), ("Teekanne", "teekanne"),
        ("tvmonitor", "TV"), ("diningtable", "dining table"), ("tree-merged", "tree"), ("wall-other-merged", "wall"),
        ("cup\u0007\u202e", "cup"), ("#cat", "cat"), ("", ""), ("42", ""), ("/m/01g317", ""), ("n02084071", ""),
        ("x", ""),
        ("a kettle " * 9, ""), ("(parenthesis)", ""),
    ],
)  # fmt: skip
def test_names_are_said_as_people_do(written, said):
    assert spoken(written) == said and len(said) <= LONGEST


def test_a_category_without_a_word_goes_by_its_synonym():
    assert name_of({"name": None, "synonyms": [None, "tea_kettle"], "synset": "kettle.n.01"}) == "tea kettle"
    assert name_of({"name": 7, "synset": "kettle.n.01"}) == "kettle"
    assert name_of({"name": ["kettle"], "synonyms": "pot"}) == ""


def test_lvis_names_reach_the_instances(coco):
    categories = [category("pew_(church_bench)"), {"id": 4, "name": "Salad_Bowl ", "supercategory": None}]
    smaller = [value // 2 for value in SQUARE]
    assert names(coco(annotation(), annotation(category_id=4, segmentation=[smaller]), categories=categories)) == [
        "pew", "salad bowl",
    ]  # fmt: skip


@pytest.mark.parametrize("value", [3, 3.0, "3", "3.0", " 3"])
def test_numbers_as_floats_and_text(coco, caplog, value):
    found = coco(
        annotation(category_id=value, image_id=value),
        images=[image(3.0, width=120.0, height="90")],
        categories=[category(id="3")],
    )
    assert names(found) == ["kettle"] and "3 numbers are written as 1.0" in caplog.text


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("http://images.cocodataset.org/train2017/000000391895.png", "000000391895.png"),
        ("http://images.cocodataset.org/train2017/000000391895.png", "train2017/000000391895.png"),
        ("https://example.org/val/b%20c.png?size=large#x", "b c.png"),
    ],
)
def test_an_image_that_only_has_an_address(coco, tmp_path, url, there):
    picture(tmp_path / "photos" / there)
    entry = {"id": 1, "coco_url": url, "width": WIDTH, "height": HEIGHT, "file_name": None}
    (item,) = coco(annotation(), images=[entry])
    assert item.name == there and names([item]) == ["kettle"]


@pytest.mark.parametrize(
    "written",
    [
        "sub/b.png", "sub\\b.png", ".\\sub\\b.png", "./sub/b.png", "C:\\Users\\me\\set\\sub\\b.png",
        "/data/set/sub/b.png",
        "../set/sub/b.png", "images/sub/b.png", "b.png", " sub/b.png ", "sub%2Fb.png",
    ],
)  # fmt: skip
def test_file_names_of_other_machines_and_folders(coco, tmp_path, written):
    picture(tmp_path / "photos" / "sub" / "b.png")
    (item,) = coco(annotation(), images=[image(file_name=written)])
    assert item.name == "sub/b.png" and inspect_item(item, DecodeLimits()).width == WIDTH


def test_what_is_not_below_the_folder_is_never_opened(coco, tmp_path):
    picture(tmp_path / "secret.png")
    picture(tmp_path / "photos" / "one" / "twice.png")
    picture(tmp_path / "photos" / "two" / "twice.png")
    written = ["../secret.png", str(tmp_path / "secret.png"), "twice.png", "a\0.png", "none.png", None]
    images = [image(), *(image(n + 2, file_name=name) for n, name in enumerate(written))]
    found = coco(annotation(), images=images)
    assert [entry.name for entry in found if isinstance(entry, SourceItem)] == ["a.png"]
    reasons = [entry.reason for entry in found if isinstance(entry, Reject)]
    assert sorted(reasons) == ["bad_name", "bad_name", *["missing_file"] * 4]
    assert all("none.png" in e.detail and "photos" in e.detail for e in found if e.name == "none.png")


def test_a_folder_that_holds_none_of_the_images_is_told(coco):
    with pytest.raises(UserError, match=r"none of its 2 images .* train/x\.png") as caught:
        coco(annotation(), images=[image(file_name="train/x.png"), image(2, file_name="y.png")])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "ring",
    [[], None, [1, 2], [1, 2, 3, 4], [1, 2, 3, 4, 5], [1, None, 3, 4, 5, 6], ["a", "b"], {}, "ring", 7, [[1, 2,
    3]], [1e400] * 6],
)  # fmt: skip
def test_a_bad_ring_leaves_the_good_one(coco, caplog, ring):
    (item,) = coco(annotation(segmentation=[ring, SQUARE]))
    (row,) = item.instance_rows()
    assert len(row.rings) == 1 and sorted(row.rings[0]) == sorted(SQUARE)
    assert "dropped: 1 rings that cannot be drawn" in caplog.text


@pytest.mark.parametrize(
    "segmentation", [SQUARE, [[[20, 30], [70, 30], [70, 80], [20, 80]]], [[str(v) for v in SQUARE]]]
)
def test_other_ways_to_write_a_ring(coco, segmentation):
    (item,) = coco(annotation(segmentation=segmentation))
    assert sorted(item.instance_rows()[0].rings[0]) == sorted(SQUARE)


@pytest.mark.parametrize("segmentation", [None, [], [[]], [None], {}, "missing"])
def test_a_box_alone_is_told_and_no_row(coco, caplog, segmentation):
    entry = annotation(bbox=[20, 30, 50, 50], segmentation=segmentation)
    if segmentation == "missing":
        del entry["segmentation"]
    (item,) = coco(entry, categories=[category("Woman")])
    assert item.instances == "[]" and item.rights.people == "yes"
    assert "1 without an outline (a box alone is not enough)" in caplog.text and "only whole photos" in caplog.text


@pytest.mark.parametrize(
    ("flag", "crowd"),
    [
        ("0", False),
        (0.0, False),
        (False, False),
        (None, False),
        ("false", False),
        ("", False),
        ("1", True),
        (True, True),
    ],
)
def test_crowds_in_every_spelling(coco, caplog, flag, crowd):
    (item,) = coco(annotation(iscrowd=flag))
    assert len(item.instance_rows()) == (not crowd) and ("1 crowds" in caplog.text) == crowd


@pytest.mark.parametrize("people", ["Person", "woman", "MAN", "girl", "boys", "child", "baby", "Lady",
    "pedestrian", "rider",
    "people", "bride", "Human face", "police_officer", "person.n.01", "human--rider--bicyclist", "traffic-cop",
    "人"])  # fmt: skip
@pytest.mark.parametrize("group", ["-", "Thing"])
def test_people_are_people(people, group):
    name = spoken(people)
    assert kind_of(name, group) == "person"
    square = {"name": name, "group": group, "width": WIDTH, "height": HEIGHT, "rings": [SQUARE], "holes": []}
    (shown,) = scene_objects([InstanceRow(**square)], np.full((HEIGHT, WIDTH, 3), 90, np.uint8))
    assert shown.kind == "person" and not {"retexture", "recolour", "replace"} & shown.operations


@pytest.mark.parametrize(
    ("name", "group", "kind"),
    [
        ("barber", "person", "person"), ("x ray", "Human", "person"), ("zebra", "-", "animal"),
        ("puppies", "Animals", "animal"),
        ("school bus", "-", "vehicle"), ("donut", "-", "food"), ("teddy bear", "-", "thing"),
        ("mouse", "electronic", "thing"),
        ("baby carriage", "-", "thing"), ("snowman", "-", "thing"), ("DVD player", "-", "thing"),
        ("manhole", "-", "thing"),
        ("tie", "accessory", "clothing"), ("kite", "sports", "thing"), ("bear", "none", "animal"),
    ],
)  # fmt: skip
def test_other_kinds(name, group, kind):
    assert kind_of(name, group) == kind


@pytest.mark.parametrize(
    "fields",
    [{"iscrowd": 1}, {"segmentation": [[1, 2, 3, 2, 3, 4]]}, {"segmentation": [[1]]}, {"segmentation": {"counts": 5}}],
)
def test_people_are_known_from_any_annotation(coco, fields):
    found = coco(annotation(), annotation(category_id=4, **fields), categories=[category(), category("Girl", id=4)])
    (item,) = [entry for entry in found if isinstance(entry, SourceItem)]
    assert item.rights.people == "yes"


@pytest.mark.parametrize(
    "text",
    [
        lambda t: b"\xef\xbb\xbf" + t.encode(),
        lambda t: t.encode("utf-16"),
        lambda t: t.encode("utf-16-be"),
        lambda t: t.encode("utf-32"),
        lambda t: gzip.compress(t.encode()),
        lambda t: t.replace("kettle", "ket\ttle").encode(),
    ],
    ids=["BOM", "UTF-16", "UTF-16 without a mark", "UTF-32", "gzip", "tab in a string"],
)
def test_encodings_and_packing(coco, text):
    assert [name.replace(" ", "") for name in names(coco(annotation(), text=text))] == ["kettle"]


def test_a_name_that_says_it_is_packed(coco):
    assert names(coco(annotation(), text=lambda t: gzip.compress(t.encode()), name="set.json.gz")) == ["kettle"]
    with pytest.raises(UserError, match="cannot be unpacked"):
        coco(annotation(), text=lambda t: gzip.compress(t.encode())[:-20])


def test_one_nan_costs_its_annotation_only(coco, caplog):
    bad, free = (
        annotation(segmentation=[[1, float("nan"), 3, 4, 5, 6]]),
        annotation(area=float("inf"), score=-float("inf")),
    )
    found = coco(
        free, bad, categories=[category("NaN bread, Infinity")], images=[image(extra='"NaN", \\Infinity: NaN')]
    )
    assert names(found) == ["NaN bread".lower()]
    (row,) = [entry for entry in found if isinstance(entry, Reject)]
    assert row.reason == "bad_annotation" and row.name == "a.png#1"


@pytest.mark.parametrize("form", ["list", "text", "bytes", "floats"])
def test_run_lengths_in_every_form(coco, form):
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[30:80, 20:70] = True
    counts = runs(mask)
    written = {"list": counts, "text": compressed(counts), "bytes": str(compressed(counts).encode()),
        "floats": [float(count) for count in counts]}[form]  # fmt: skip
    (item,) = coco(annotation(segmentation={"counts": written, "size": [float(HEIGHT), str(WIDTH)]}))
    (row,) = item.instance_rows()
    assert (instance_mask(row, HEIGHT, WIDTH) == mask).mean() > 0.97


def test_run_lengths_without_a_size_are_those_of_the_picture():
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[30:80, 20:70] = True
    assert outlines({"counts": runs(mask)}, HEIGHT, WIDTH) == outlines(
        {"counts": runs(mask), "size": [90, 120]}, 90, 120
    )
    with pytest.raises(ValueError, match="runs of"):
        outlines({"counts": runs(mask)}, HEIGHT, WIDTH + 1)


@pytest.mark.parametrize("transposed", [False, True])
def test_run_lengths_whose_size_is_turned_are_read_by_their_box(transposed):
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[10:60, 50:80] = True
    segmentation = {"counts": runs(mask.T if transposed else mask), "size": [WIDTH, HEIGHT]}
    rings, _, _ = outlines(segmentation, HEIGHT, WIDTH, [50, 10, 30, 50])
    points = np.array(rings[0]).reshape(-1, 2)
    assert np.abs(points.min(0) - (50, 10)).max() <= 1 and np.abs(points.max(0) - (79, 59)).max() <= 1
    for box in (None, [0, 0, 5, 5], [50, 10, float("nan"), 50], "box"):
        with pytest.raises(ValueError, match="size"):
            outlines(segmentation, HEIGHT, WIDTH, box)


def test_an_image_without_a_size_takes_its_file_s(coco, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.open(tmp_path / "photos" / "a.png").save(tmp_path / "photos" / "turned.png", exif=exif)
    (tmp_path / "photos" / "no.png").write_bytes(b"nothing")
    images = [image(width=None), image(2, file_name="turned.png", height=0), image(3, file_name="no.png", width="wide")]
    found = coco(annotation(), annotation(image_id=2), images=images)
    rows = {entry.name: entry.instance_rows()[0] for entry in found if isinstance(entry, SourceItem)}
    assert {name: (row.width, row.height) for name, row in rows.items()} == {
        "a.png": (WIDTH, HEIGHT), "turned.png": (HEIGHT, WIDTH),
    }  # fmt: skip
    (bad,) = [entry for entry in found if isinstance(entry, Reject)]
    assert bad.reason == "bad_size" and "no.png" in bad.detail


def test_images_of_one_id_are_told_apart_from_the_rest(coco, tmp_path):
    for name in ("b.png", "c.png"):
        picture(tmp_path / "photos" / name)
    found = coco(annotation(), images=[image(2), image(1, file_name="b.png"), image("1", file_name="c.png")])
    reasons = {entry.name: entry.reason for entry in found if isinstance(entry, Reject)}
    assert reasons == {"b.png": "duplicate_id", "c.png": "duplicate_id"}


def test_categories_that_cannot_be_named_cost_their_annotations(coco):
    categories = [
        category(None),
        category("cup", id=4),
        category("bowl", id=4),
        {"id": 5},
        category("7", id=6),
        None,
        "cup",
    ]
    found = coco(*(annotation(category_id=value) for value in (3, 4, 5, 6, 99, None)), categories=categories)
    told = [entry.detail for entry in found if isinstance(entry, Reject)]
    assert [text.partition("category_id ")[2] for text in told] == [
        "3 has no name that an instruction can use ('None')", "4 has several names in the table of categories",
        "5 has no name that an instruction can use ('None')", "6 has no name that an instruction can use ('7')",
        "99 is unknown", "None is unknown",
    ]  # fmt: skip


def test_entries_that_are_no_objects_are_left_out(coco, caplog):
    found = coco(None, 3, annotation(), [], images=[None, 5, image()])
    assert names(found) == ["kettle"]
    assert [(e.name, e.reason) for e in found if isinstance(e, Reject)] == [
        ("images#stray-1", "bad_entry"), ("images#stray-2", "bad_entry"),
    ]  # fmt: skip
    assert "3 no objects" in caplog.text


def test_the_same_annotation_twice_is_one(coco, caplog):
    assert names(coco(annotation(), annotation(id=10))) == ["kettle"]
    assert "1 listed again" in caplog.text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[{}]", "not a list"),
        ('{"images": [], "annotations": []}', "categories: is missing among images, annotations"),
        ('{"images": [], "annotations": [], "categories": ["cup"]}', "objects with id and name"),
        ('{"images": [], "annotations": [', "not valid JSON"), ("", "not valid JSON"),
    ],
)  # fmt: skip
def test_other_files_are_told_what_they_lack(coco, content, told):
    with pytest.raises(UserError, match=told):
        coco(text=lambda _: content.encode())
