"""Folders, `sources.csv` and pairs: what is found, and what each mistake is told."""

import errno
import json
import os

import numpy as np
import pytest
from PIL import Image
from skimage import data

from pipeline.config import load_recipe
from pipeline.seen import seen_hash
from schemas.errors import UserError
from schemas.plan import Rights, SourceItem
from schemas.reject import Reject
from transforms.sources.decode import DecodeLimits
from transforms.sources.find import find_all_sources, find_sources
from transforms.sources.folder import find_images
from transforms.sources.pairs import find_pairs
from transforms.sources.read import inspect_item
from transforms.texts.clean import shown_name

PHOTO = np.ascontiguousarray(data.astronaut()[:96, 180:308])
MINE = Rights(license="CC-BY-4.0", attribution="A. Person", people="no")


def save(path, pixels=PHOTO):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


@pytest.fixture
def photos(tmp_path):
    for name in ("b.png", "a.jpg", "sub/c.webp", ".hidden.png", ".cache/d.png"):
        save(tmp_path / name)
    for name in ("notes.txt", "a.json", "table.csv", "README", "Thumbs.db"):
        (tmp_path / name).write_text("text")
    return tmp_path


def message(call):
    with pytest.raises(UserError) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_images_by_name_sorted_hidden_and_sidecars_left_out(photos):
    items = list(find_images(str(photos), MINE))
    assert [item.name for item in items] == ["a.jpg", "b.png", "sub/c.webp"]
    assert items[2].uri == str(photos / "sub" / "c.webp")
    assert all((item.dataset, item.rights, item.scene, item.pair) == ("folder", MINE, "-", None) for item in items)


def test_extension_in_any_case_and_formats_that_are_refused_later(tmp_path):
    for name in ("A.JPG", "b.Heic", "c.avif", "d.svg", "jpg"):
        (tmp_path / name).write_bytes(b"")
    assert [item.name for item in find_images(str(tmp_path))] == ["A.JPG", "b.Heic", "c.avif", "d.svg"]


def test_relative_folder_and_trailing_slash(photos, monkeypatch):
    monkeypatch.chdir(photos.parent)
    for folder in (photos.name, photos.name + "/", "./" + photos.name):
        items = find_sources(folder)
        assert [item.name for item in items] == ["a.jpg", "b.png", "sub/c.webp"]
        assert all(os.path.isabs(item.uri) and os.path.isfile(item.uri) for item in items)


def test_odd_names_are_found_and_names_that_are_not_utf8_become_rows(tmp_path):
    for name in ("a b#c%20.png", "été.png", "x::y.png", "[1].png"):
        save(tmp_path / name)
    with open(os.path.join(os.fsencode(tmp_path), b"caf\xe9.png"), "wb") as stream:
        stream.write(b"x")
    found = find_sources(str(tmp_path))
    assert {i.name for i in found if isinstance(i, SourceItem)} == {"a b#c%20.png", "été.png", "x::y.png", "[1].png"}
    (bad,) = [i for i in found if isinstance(i, Reject)]
    assert (bad.reason, bad.name) == ("bad_name", "caf\\udce9.png")


def test_a_linked_folder_is_not_followed(photos):
    (photos / "sub" / "loop").symlink_to(photos)
    assert len(list(find_images(str(photos)))) == 3


def test_missing_folder_file_and_empty_folder(tmp_path):
    (tmp_path / "empty").mkdir()
    save(tmp_path / "photo.png")
    assert "no such" in message(lambda: list(find_images(str(tmp_path / "none"))))
    assert "no such file or folder" in message(lambda: find_sources(str(tmp_path / "none")))
    assert "not a folder" in message(lambda: list(find_images(str(tmp_path / "photo.png"))))
    assert "is one picture" in message(lambda: find_sources(str(tmp_path / "photo.png")))
    assert "no image in it" in message(lambda: find_sources(str(tmp_path / "empty")))


def test_an_unknown_store_is_a_users_mistake():
    assert "cannot be reached" in message(lambda: find_sources("nostore://bucket/photos"))


def test_a_store_is_read_like_a_folder():
    import fsspec

    store = fsspec.filesystem("memory")
    store.pipe("/bucket/photos/a.png", b"x")
    store.pipe("/bucket/photos/sub/b.png", b"x")
    (a, b) = find_sources("memory://bucket/photos/")
    assert (a.name, b.name) == ("a.png", "sub/b.png")
    assert b.uri == "memory://bucket/photos/sub/b.png"


def test_sources_csv(photos):
    (photos / "sources.csv").write_text(
        '\ufeffname,license,people,attribution,scene\n\nb.png,CC0-1.0,yes,"Doe, Jane",s1\nsub/c.webp,,,,s1\n', "utf-8"
    )
    a, b, c = find_sources(str(photos), MINE)
    assert (a.rights, a.scene) == (MINE, "-")
    assert (b.rights, b.scene) == (Rights(license="CC0-1.0", attribution="Doe, Jane", people="yes"), "s1")
    assert (c.rights, c.scene) == (MINE, "s1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name,licence\n", r"sources\.csv:1: unknown column 'licence'"),
        ("license\nMIT\n", r"sources\.csv:1: .*name the column name"),
        ("name,name\n", r"sources\.csv:1: .*none twice"),
        ("", r"sources\.csv:1: "),
        ("name,people\na.jpg,maybe\n", r"sources\.csv:2: column people: 'maybe'"),
        ("name,license\na.jpg,MIT\nz.jpg,MIT\n", r"sources\.csv:3: column name: no image 'z\.jpg'"),
        ("name,license\na.jpg,MIT\na.jpg,MIT\n", r"sources\.csv:3: column name: 'a\.jpg' has a row already"),
        ("name,license\na.jpg,MIT,extra\n", r"sources\.csv:2: 3 cells for 2 columns"),
        ('name,license\na.jpg,"MIT\n', r"sources\.csv: not a UTF-8 CSV"),
    ],
)
def test_mistakes_in_sources_csv_name_line_and_column(photos, text, expected):
    (photos / "sources.csv").write_text(text)
    with pytest.raises(UserError, match=expected):
        find_sources(str(photos))


def test_sources_csv_in_another_encoding(photos):
    (photos / "sources.csv").write_bytes("name,attribution\na.jpg,Zoë\n".encode("latin-1"))
    assert "UTF-8" in message(lambda: find_sources(str(photos)))


def test_bundled_photos():
    items = find_sources(None)
    assert len(items) >= 10
    assert {item.dataset for item in items} == {"bundled"}
    assert all(item.uri == f"bundled:{item.name}" and item.rights.license != "unknown" for item in items)
    scenes = {item.name: item.scene for item in items}
    assert scenes["motorcycle_left"] == scenes["motorcycle_right"]
    assert find_sources(None, Rights()) == items
    assert "carry their own" in message(lambda: find_sources(None, MINE))


def write_lines(path, *lines):
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return str(path)


GOOD = {"source": "a.jpg", "edited": "sub/b.png", "instruction": " make it blue "}


def test_jsonl_pairs(tmp_path):
    scores = {"reasoning": "fine", "score": [20, 21]}
    full = {**GOOD, "edit_type": "color_alter", "editor": "x/1", "license": "MIT", "people": "yes", "scene": "s"}
    full |= {"semantic_consistency": scores, "perceptual_quality": scores, "a field of their own": 1}
    path = write_lines(tmp_path / "pairs.jsonl", GOOD, "", full)
    first, second = find_sources(path, MINE)
    assert (first.name, first.pair.name, first.dataset) == ("pairs.jsonl:1", "pairs.jsonl:1", "pairs")
    assert (first.uri, first.pair.edited_uri) == (str(tmp_path / "a.jpg"), str(tmp_path / "sub/b.png"))
    assert (first.rights, first.pair.instruction, first.pair.edit_type) == (MINE, "make it blue", "unknown")
    assert second.name == "pairs.jsonl:3"
    assert second.rights == Rights(license="MIT", attribution="A. Person", people="yes")
    assert (second.scene, second.pair.editor, second.pair.edit_type) == ("s", "x/1", "color_alter")
    assert second.pair.semantic_consistency.score == [20, 21]


@pytest.mark.parametrize(
    ("line", "reason", "detail"),
    [
        ("{not json", "not_json", "line"),
        ('{"source": "\\ud800"}', "missing_field", "edited, instruction"),
        ("[" * 5000, "not_json", "line"),
        ("[1, 2]", "bad_field", "line"),
        ({"source": "a.jpg", "edited": "b.jpg"}, "missing_field", "instruction"),
        ({**GOOD, "instruction": 5}, "bad_field", "instruction"),
        ({**GOOD, "instruction": "  "}, "missing_field", "instruction (empty): missing"),
        ({**GOOD, "source": None}, "missing_field", "source (null): missing"),
        ({**GOOD, "people": "some"}, "bad_field", "people"),
        ({**GOOD, "perceptual_quality": {"reasoning": "x", "score": [26, 0]}}, "bad_field", "perceptual_quality.score"),
        ({**GOOD, "perceptual_quality": {"reasoning": "x", "score": [1]}}, "bad_field", "perceptual_quality.score"),
        ({**GOOD, "source": "../a.jpg"}, "bad_path", "leaves the folder"),
        ({**GOOD, "edited": "sub/../../a.jpg"}, "bad_path", "leaves the folder"),
        ({**GOOD, "source": "http://host/a.jpg"}, "bad_path", "on the store"),
        ({**GOOD, "source": "gs://bucket/a.jpg"}, "bad_path", "on the store"),
    ],
)
def test_a_bad_line_is_a_row_with_its_number_and_reason(tmp_path, line, reason, detail):
    path = write_lines(tmp_path / "pairs.jsonl", GOOD, line, GOOD)
    first, bad, last = find_sources(path)
    assert isinstance(first, SourceItem)
    assert isinstance(last, SourceItem)
    assert (bad.name, bad.key, bad.level, bad.stage, bad.reason) == ("pairs.jsonl:2",) * 2 + ("file", "read", reason)
    assert detail in bad.detail
    assert "\n" not in bad.detail


def test_bytes_that_are_not_utf8_and_a_byte_order_mark(tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r\n" + b'{"source": "\xff"}\n')
    good, bad = find_sources(str(path))
    assert isinstance(good, SourceItem)
    assert bad.reason == "not_json"


def test_absolute_paths_are_taken_as_given_and_dots_are_resolved(tmp_path):
    rows = [{**GOOD, "source": "/elsewhere/a.jpg"}, {**GOOD, "source": "./sub/../..a.jpg"}]
    first, second = find_sources(write_lines(tmp_path / "pairs.jsonl", *rows))
    assert (first.uri, second.uri) == ("/elsewhere/a.jpg", str(tmp_path / "..a.jpg"))


def test_jsonl_on_a_store_keeps_to_it():
    import fsspec

    rows = [GOOD, {**GOOD, "source": "memory://other/a.jpg"}, {**GOOD, "source": "/etc/a.jpg"}]
    rows += [{**GOOD, "source": "memory://x::file:///etc/a.jpg"}, {**GOOD, "source": "file:///etc/a.jpg"}]
    fsspec.filesystem("memory").pipe("/set/pairs.jsonl", "\n".join(map(json.dumps, rows)).encode())
    found = find_sources("memory://set/pairs.jsonl")
    assert [i.uri for i in found[:2]] == ["memory://set/a.jpg", "memory://other/a.jpg"]
    assert [i.reason for i in found[2:]] == ["bad_path"] * 3


def test_an_empty_jsonl_is_a_users_mistake(tmp_path):
    assert "is empty" in message(lambda: find_sources(write_lines(tmp_path / "pairs.jsonl", "", "")))


def test_folder_of_pairs(tmp_path):
    for name in ("cat.source.png", "cat.edited.jpg", "sub/dog.source.jpg", "sub/dog.edited.PNG"):
        save(tmp_path / name)
    (tmp_path / "cat.txt").write_text("\ufeffMake the cat blue.\n", "utf-8")
    (tmp_path / "sub" / "dog.txt").write_text("Remove the dog.")
    (tmp_path / "sources.csv").write_text("name,license,scene\nsub/dog,MIT,park\n")
    cat, dog = find_sources(str(tmp_path), MINE)
    assert (cat.name, cat.uri, cat.rights) == ("cat", str(tmp_path / "cat.source.png"), MINE)
    assert (cat.pair.edited_uri, cat.pair.instruction) == (str(tmp_path / "cat.edited.jpg"), "Make the cat blue.")
    assert (dog.name, dog.rights.license, dog.scene) == ("sub/dog", "MIT", "park")


def test_incomplete_pairs_in_a_folder_are_rows(tmp_path):
    for name in ("a.source.png", "b.edited.png", "c.source.png", "c.edited.png", "d.source.png", "d.edited.png"):
        save(tmp_path / name)
    for name in ("e.source.png", "e.edited.png", "e.edited.jpg", "f.source.png", "f.edited.png", "stray.png"):
        save(tmp_path / name)
    (tmp_path / "d.txt").write_text(" \n")
    (tmp_path / "f.txt").write_bytes(b"\xff\xff")
    rows = {row.name: row.reason for row in find_pairs(str(tmp_path))}
    assert rows == {
        "stray.png": "no_pair",
        "a": "missing_edited",
        "b": "missing_source",
        "c": "missing_instruction",
        "d": "missing_instruction",
        "e": "ambiguous_pair",
        "f": "bad_instruction",
    }


def test_several_sources_keep_their_names_apart(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "cat.png").write_bytes(b"x")
    (tmp_path / "b" / "sources.csv").write_text("name,license,scene\ncat.png,MIT,yard\n")
    addresses = [str(tmp_path / "a"), f"{tmp_path / 'b'}/", "scenes:2", "bundled:"]
    found = find_all_sources(addresses, MINE)
    names = [item.name for item in found]
    assert names[:4] == ["a/cat.png", "b/cat.png", "scene-000000", "scene-000001"] and len(names) == 16
    assert (found[0].rights, found[1].rights.license, found[1].scene) == (MINE, "MIT", "b/yard")
    assert found[5].rights.license != MINE.license, "bundled photos keep their own"
    assert find_all_sources([], scenes=3) == find_sources(None, scenes=3)
    assert find_all_sources(addresses[:1], MINE) == find_sources(addresses[0], MINE)


def test_two_sources_of_one_name_are_refused(tmp_path):
    for folder in ("x/photos", "y/photos"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "cat.png").write_bytes(b"x")
    both = [str(tmp_path / folder) for folder in ("x/photos", "y/photos")]
    assert "is called like" in message(lambda: find_all_sources(both))
    assert "is called like" in message(lambda: find_all_sources(["scenes:3", "scenes:3"]))
    assert "no such file" in message(lambda: find_all_sources([both[0], str(tmp_path / "none")]))


def test_rights_are_refused_where_all_sources_carry_their_own():
    assert "carry their own" in message(lambda: find_all_sources(["scenes:3"], MINE))
    assert "carry their own" in message(lambda: find_all_sources(["scenes:3", "bundled:"], MINE))


def test_thumbnails_and_bins_are_passed_over_and_counted(photos, caplog):
    for name in (
        "@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", "sub/@eaDir/c.webp/SYNOPHOTO_THUMB_XL.jpg", "#recycle/old.png",
        "__MACOSX/sub/._c.jpg", "._a.jpg", ".thumbnails/1.jpg", ".ipynb_checkpoints/a-checkpoint.jpg",
        "lost+found/1.jpg", "$RECYCLE.BIN/x.png",
        "My.photoslibrary/resources/derivatives/A_1_105_c.jpeg", ".IMG_1.HEIC.icloud",
        "@eaDir/notes.txt", ".DS_Store", "Thumbs.db",
    ):  # fmt: skip
        path = photos / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    assert [item.name for item in find_sources(str(photos))] == ["a.jpg", "b.png", "sub/c.webp"]
    (line,) = [record.message for record in caplog.records]
    assert "2 in thumbnails of a NAS (@eaDir)" in line and "1 in a NAS's recycle bin" in line
    assert "1 in iCloud that are not downloaded" in line and "1 in lost+found" in line
    assert "1 in previews of a photo library" in line
    assert [item.name for item in find_images(str(photos / "@eaDir" / "a.jpg"))] == ["SYNOPHOTO_THUMB_M.jpg"]


def test_a_folder_of_nothing_but_thumbnails_says_so(tmp_path):
    (tmp_path / "@eaDir" / "a.jpg").mkdir(parents=True)
    save(tmp_path / "@eaDir" / "a.jpg" / "SYNOPHOTO_THUMB_M.jpg")
    assert "1 in thumbnails of a NAS" in message(lambda: find_sources(str(tmp_path)))


@pytest.mark.parametrize("encode", ["utf-8", "utf-16"])
@pytest.mark.parametrize("by", [",", ";", "\t"])
def test_sources_csv_as_programs_write_it(photos, encode, by):
    lines = [["Name", "People", "license"], ["sub\\c.webp", "TRUE", "MIT"], ["./a.jpg", "N", ""]]
    (photos / "sources.csv").write_bytes("\r\n".join(by.join(line) for line in lines).encode(encode))
    a, _, c = find_sources(str(photos), MINE)
    assert (a.rights.people, a.rights.license) == ("no", "CC-BY-4.0")
    assert (c.rights.people, c.rights.license) == ("yes", "MIT")


def test_sources_csv_points_at_names_in_other_case(photos):
    (photos / "sources.csv").write_text("name,license\nA.JPG,MIT\n")
    assert "(but 'a.jpg': upper and lower case count)" in message(lambda: find_sources(str(photos)))


MANIFEST = '{"schema_version": "1.1", "config_hash": "0", "shards": []}'


def test_what_a_command_of_ours_writes_below_the_sources_is_no_source(photos):
    for mark, text in (
        ("finished/manifest.json", MANIFEST),
        ("begun/.run.lock", "token"),
        ("sub/training/.run.lock", "token"),
        ("leased/.lease/00000003", "{}"),
    ):
        (photos / mark).parent.mkdir(parents=True)
        (photos / mark).write_text(text)
        folder = photos / mark.replace(".lease/", "").rpartition("/")[0]
        save(folder / "report" / "sheet.png")
        save(folder / "loss.png")
    for name, text in (("app/manifest.json", '{"name": "an app", "icons": []}'), ("web/manifest.json", "no JSON")):
        save((photos / name).parent / "icon.png")
        (photos / name).write_text(text)
    found = [item.name for item in find_images(str(photos))]
    assert found == ["a.jpg", "app/icon.png", "b.png", "sub/c.webp", "web/icon.png"]


@pytest.mark.parametrize(("mark", "text"), [("manifest.json", MANIFEST), (".run.lock", "token")])
def test_a_data_set_itself_is_refused_as_a_source(mark, text, photos):
    (photos / mark).write_text(text)
    assert "is what a command of ours wrote" in message(lambda: find_sources(str(photos)))


def test_odd_names_are_sources_and_one_that_is_not_utf8_is_a_row(tmp_path):
    names = ["new\nline.jpg", "ta\tb.png", "-dash.jpg", "q'uo\"te.jpg", "caf\u00e9.png", "cafe\u0301.png"]
    names.append("x" * 240 + ".png")
    for name in [*names, "\u202etrick.png", os.fsdecode(b"lat\xe9in.png")]:
        with open(tmp_path / name, "wb") as stream:
            Image.fromarray(PHOTO).save(stream, "PNG")
    found = find_sources(str(tmp_path))
    items = {item.name: inspect_item(item, DecodeLimits()) for item in found if isinstance(item, SourceItem)}
    assert {shown_name(name) for name in [*names, "\u202etrick.png"]} == items.keys()
    assert not [record for record in items.values() if isinstance(record, Reject)]
    (row,) = [item for item in found if isinstance(item, Reject)]
    assert (row.name, row.reason) == ("lat\\udce9in.png", "bad_name")


def test_names_in_a_file_of_pairs_that_this_machine_cannot_write(tmp_path, monkeypatch):
    """A zero byte; and a locale's encoding without the letter, as Python tells it."""

    def refuse(path):
        raise UnicodeEncodeError("latin-1", str(path), 0, 1, "ordinal not in range(256)")

    lines = [{"source": f"a{odd}.png", "edited": "b.png", "instruction": "make it so"} for odd in ("\0", "\u4e2d")]
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    zero, item = find_sources(str(path))
    assert (zero.reason, zero.name) == ("bad_path", "pairs.jsonl:1")
    assert seen_hash(load_recipe("pairs"), [item], "-")  # a build asks how they lie before it opens them
    with monkeypatch.context() as patch:
        patch.setattr("transforms.sources.files.open_file", refuse)
        row = inspect_item(item, DecodeLimits())
    assert (row.reason, row.name) == ("unreadable", "pairs.jsonl:2")
    assert "cannot be written in this locale" in row.detail and "PYTHONUTF8=1" in row.detail


def test_a_folder_that_may_not_be_listed_is_named(photos, caplog, monkeypatch):
    """Root may list any folder, so that the refusal is made."""
    (photos / "locked").mkdir()
    save(photos / "locked" / "d.jpg")
    listed = os.scandir

    def refuse(path):
        if str(path).endswith("locked"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert [item.name for item in find_sources(str(photos))] == ["a.jpg", "b.png", "sub/c.webp"]
    line, _ = [record.message for record in caplog.records]
    assert f"cannot be listed: 1, the first {photos}/locked: Permission denied" in line
