"""Folders of pairs in the layouts that people have, and folders that look like pairs when photos are asked for."""

import json

import numpy as np
import pytest
from PIL import Image

from schemas.errors import UserError
from schemas.plan import SourceItem
from transforms.sources.find import find_all_sources, find_sources
from transforms.sources.layouts import find_layout
from transforms.sources.pairs import find_pairs

PIXELS = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)


def make(folder, *names, **texts):
    """Write pictures, and texts whose names are given with `__` for a slash and end in .txt."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(PIXELS).save(path)
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def pairs_in(folder):
    """Return name -> (source, edited, instruction), or the reason of a reject."""
    base = f"{folder}/"
    return {
        entry.name: (
            entry.uri.removeprefix(base), entry.pair.edited_uri.removeprefix(base), entry.pair.instruction
        ) if isinstance(entry, SourceItem) else entry.reason
        for entry in find_pairs(str(folder))
    }  # fmt: skip


@pytest.mark.parametrize(
    ("names", "texts", "name"),
    [
        (["input/ab.png", "output/ab.jpg"], {"output__ab": "Do it"}, "ab"),
        (["Before/ab.png", "After/ab.png"], {"Before__ab": "Do it"}, "ab"),
        (["original_images/ab.png", "edited_images/ab.png"], {"ab": "Do it"}, "ab"),
        (["src/x/ab.png", "tgt/x/ab.png"], {"captions__x__ab": "Do it"}, "x/ab"),
        (["val/control/ab.png", "val/target/ab.png"], {"val__prompts__ab": "Do it"}, "val/ab"),
        (["A/ab.png", "B/ab.png"], {"ab": "Do it"}, "ab"),
        (["ab_before.png", "ab_after.png"], {"ab": "Do it"}, "ab"),
        (["source-ab.png", "edited-ab.png"], {"ab": "Do it"}, "ab"),
        (["k/ab.original.png", "k/ab.edited.webp"], {"k__ab.instruction": "Do it"}, "k/ab"),
        (["ab/input.png", "ab/output.png"], {"ab__instruction": "Do it"}, "ab"),
        (["ab/source_image.png", "ab/edited_image.png"], {"ab__prompt": "Do it"}, "ab"),
        (["source.png", "edited.png"], {"instruction": "Do it"}, "pair"),
        (["ab.png", "ab-edited.jpg"], {"ab": "Do it"}, "ab"),
    ],
)
def test_every_layout_gives_its_pair(tmp_path, names, texts, name):
    assert pairs_in(make(tmp_path, *names, **texts)) == {name: (names[0], names[1], "Do it")}


def test_what_lacks_a_partner_or_a_text_is_named(tmp_path):
    make(tmp_path, "source/a.png", "edited/b.png", "source/c.png", "edited/c.png", "source/d.png", "edited/d.png")
    make(tmp_path, "source/e.png", "edited/e.png", "source/f.png", "source/f.jpg", "edited/f.png", "mask/c.png")
    make(tmp_path, source__d="one thing", edited__d="another", e=" ", source__g="for nobody")
    assert pairs_in(tmp_path) == {
        "mask/c.png": "no_pair",
        "a": "missing_edited",
        "b": "missing_source",
        "c": "missing_instruction",
        "d": "ambiguous_instruction",
        "e": "missing_instruction",
        "f": "ambiguous_pair",
    }
    details = {entry.name: entry.detail for entry in find_pairs(str(tmp_path))}
    assert "source/a.png" in details["a"] and "edited/c.txt" in details["c"]
    assert details["d"] == "edited/d.txt and source/d.txt say different things; keep one"


def test_equal_texts_in_both_folders_are_one(tmp_path):
    make(tmp_path, "source/a.png", "edited/a.png", source__a="Go on", edited__a="Go on\n")
    assert pairs_in(tmp_path)["a"][2] == "Go on"


def test_texts_in_utf16_are_read_and_others_refused(tmp_path):
    make(tmp_path, "source/a.png", "edited/a.png", "source/b.png", "edited/b.png")
    (tmp_path / "a.txt").write_text("Röter", "utf-16")
    (tmp_path / "b.txt").write_bytes("Röter".encode("latin-1"))
    assert pairs_in(tmp_path) == {"a": ("source/a.png", "edited/a.png", "Röter"), "b": "bad_instruction"}


def test_a_table_names_the_pairs_or_their_instructions(tmp_path):
    row = {"source": "old/1.png", "edited": "new/2.png", "instruction": "Shift it"}
    make(tmp_path / "rows", "old/1.png", "new/2.png")
    (tmp_path / "rows" / "metadata.jsonl").write_text(json.dumps(row))
    assert pairs_in(tmp_path / "rows") == {"metadata.jsonl:1": ("old/1.png", "new/2.png", "Shift it")}
    make(tmp_path / "texts", "source/1.png", "edited/1.png", "source/2.png", "edited/2.png")
    (tmp_path / "texts" / "metadata.csv").write_text("file_name,instruction\nedited/1.png,Shift it\n2.png,Turn it\n")
    assert [pair[2] for pair in pairs_in(tmp_path / "texts").values()] == ["Shift it", "Turn it"]


def test_several_tables_of_pairs_are_asked_about(tmp_path):
    make(tmp_path, "1.png")
    for name in ("train.jsonl", "test.jsonl"):
        (tmp_path / name).write_text(json.dumps({"source": "1.png", "edited": "1.png", "instruction": "Go"}))
    with pytest.raises(UserError, match=r"several files of pairs \(test\.jsonl, train\.jsonl\)"):
        find_pairs(str(tmp_path))


def test_a_table_with_other_fields_is_named_where_instructions_are_missing(tmp_path):
    make(tmp_path, "before/1.png", "after/1.png")
    (tmp_path / "list.jsonl").write_text(json.dumps({"img0": "before/1.png", "img1": "after/1.png", "cmd": "Go"}))
    (row,) = find_pairs(str(tmp_path))
    assert row.reason == "missing_instruction" and "list.jsonl has img0, img1, cmd" in row.detail


@pytest.mark.parametrize(
    "names",
    [
        ["cat.png", "dog.png"],
        ["before.png", "sub/after.png"],
        ["source/a.png", "more/b.png"],
        ["train/source/a.png", "test/edited/a.png"],
        ["a/1.png", "b/2.png"],
        ["resource/a.png", "credited/a.png"],
        ["original.png", "IMG_after_rain.png"],
        ["1.png", "1-edited.png", *(f"{number}.png" for number in range(2, 6))],
        [],
    ],
)
def test_photos_are_no_layout(names):
    assert find_layout(names) is None


def message(address, takes):
    with pytest.raises(UserError) as caught:
        find_all_sources([str(address)], takes=takes)
    assert "\n" not in str(caught.value)
    return str(caught.value)


LIKE_PAIRS = [
    ["original/a.png", "edited/a.png"],
    ["original/a.png", "edited/b.png"],
    ["a_input.png", "a_output.png", "many.png", "more.png"],
    ["7/before.png", "7/after.png"],
]


@pytest.mark.parametrize("takes", ["photos", "any"])
@pytest.mark.parametrize("names", LIKE_PAIRS)
def test_a_folder_that_looks_like_pairs_is_asked_about(tmp_path, names, takes):
    asked = message(make(tmp_path, *names), takes)
    assert "looks like pairs" in asked and names[0] in asked and names[1] in asked
    assert "--recipe pairs" in asked and f"pairs:{tmp_path}" in asked and f"photos:{tmp_path}" in asked
    every = find_all_sources([f"photos:{tmp_path}"], takes=takes)
    assert [item.name for item in every] == sorted(names) and not any(item.pair for item in every)


def test_pairs_by_name_are_imported_by_any_recipe_and_asked_about_by_one_for_photos(tmp_path):
    make(tmp_path, "a.source.png", "a.edited.png", a="Go")
    assert "a.source.png and a.edited.png" in message(tmp_path, "photos")
    for address, takes in ((tmp_path, "any"), (tmp_path, "pairs"), (f"pairs:{tmp_path}", "photos"), (tmp_path, None)):
        (item,) = find_all_sources([str(address)], takes=takes)
        assert item.pair.instruction == "Go"


def test_a_file_of_pairs_is_asked_about_by_a_recipe_for_photos(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("source,edited,instruction\na.png,b.png,Go\n")
    assert "is a file of pairs" in message(path, "photos")
    assert len(find_all_sources([f"pairs:{path}"], takes="photos")) == 1
    (tmp_path / "a.png").write_bytes(b"x")
    assert f"{path}: looks like pairs" in message(tmp_path, "any")


def test_photos_with_texts_are_asked_about(tmp_path):
    make(tmp_path, "a.png", "b.png", "c.png", a="a dog", b="a cat")
    assert "2 of 3 pictures have a text" in message(tmp_path, "photos")
    assert len(find_all_sources([f"photos:{tmp_path}"], takes="photos")) == 3
    make(tmp_path, "d.png", "e.png")
    assert len(find_all_sources([str(tmp_path)], takes="photos")) == 5, "a few texts are notes"


@pytest.mark.parametrize(
    ("row", "asks"),
    [
        ({"file_name": "a.png", "text": "a cat"}, True),
        ({"img": "a.png", "out": "b.png"}, True),
        ({"file_name": "a.png", "license": "MIT"}, False),
        ({"text": "a cat"}, False),
    ],
)
def test_a_table_that_speaks_of_the_pictures_is_asked_about(tmp_path, row, asks):
    make(tmp_path, "a.png", "b.png")
    (tmp_path / "metadata.jsonl").write_text(json.dumps(row))
    if asks:
        assert "metadata.jsonl has" in message(tmp_path, "photos")
    else:
        assert len(find_all_sources([str(tmp_path)], takes="photos")) == 2


def test_only_pairs_are_taken_by_a_recipe_for_pairs(tmp_path):
    make(tmp_path, "a.png", "b.png")
    refused = message(tmp_path, "pairs")
    assert "no pair found among 2 pictures" in refused
    assert all(word in refused for word in ("NAME.source.EXT", "before/", "instruction.txt", "JSON Lines", "CSV"))
    for address in ("bundled:", "scenes:3", f"photos:{tmp_path}", "coco:a.json:b"):
        assert "imports pairs and renders nothing" in message(address, "pairs")
    with pytest.raises(UserError, match="--sources: is missing"):
        find_all_sources([], takes="pairs")


def test_a_folder_without_pictures_says_what_it_holds(tmp_path):
    for name in ("x.parquet", "y.parquet", "README"):
        (tmp_path / name).write_bytes(b"PAR1")
    assert "among its files (.parquet 2, others 1)" in message(tmp_path, "pairs")
    assert "no image in it" in message(tmp_path, "photos") and ".parquet 2" in message(tmp_path, "photos")


def test_an_address_with_quotes_blanks_or_a_tilde_is_found(tmp_path, monkeypatch):
    make(tmp_path / "shots", "a.png")
    monkeypatch.setenv("HOME", str(tmp_path))
    for address in (f" {tmp_path}/shots ", f'"{tmp_path}/shots"', "~/shots", f"file://{tmp_path}/shots"):
        assert [item.name for item in find_sources(address)] == ["a.png"]
    for address, words in (("~/Shots", "'shots' is there"), (f"{tmp_path}/shots/*.png", "patterns are not read")):
        with pytest.raises(UserError, match=words):
            find_sources(address)


def test_names_of_several_places_are_kept_apart_under_their_words(tmp_path):
    make(tmp_path / "one", "a.source.png", "a.edited.png", a="Go")
    make(tmp_path / "two", "a.png")
    found = find_all_sources([f"pairs:{tmp_path}/one", f"photos:{tmp_path}/two/"], takes="photos")
    assert [item.name for item in found] == ["one/a", "two/a.png"]
