"""Paths as people write them in rows, and what is said of those that lead nowhere."""

import os

import pytest
from PIL import Image

from schemas.plan import PairRow, SourceItem
from transforms.sources.decode import DecodeLimits
from transforms.sources.missing import alternative, why_unreadable
from transforms.sources.pair_row import base_length
from transforms.sources.read import inspect_item
from transforms.sources.row_path import resolve


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("tree.png", "in/tree.png", "in/my tree.png", "odd\\name.png", "100%25.png"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        Image.effect_noise((64, 64), 80).convert("RGB").save(path)
    monkeypatch.setenv("HOME", str(tmp_path / "in"))
    return str(tmp_path)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("in/tree.png", "in/tree.png"),
        ("in\\tree.png", "in/tree.png"),
        (".\\in\\tree.png", "in/tree.png"),
        ("odd\\name.png", "odd\\name.png"),
        (" tree.png\n", "tree.png"),
        ('"in\\tree.png"', "in/tree.png"),
        ("'tree.png' ", "tree.png"),
        ("in/my%20tree.png", "in/my tree.png"),
        ("100%25.png", "100%25.png"),
        ("~/my tree.png", "in/my tree.png"),
        ("file:tree.png", "tree.png"),
        ("in//.//tree.png", "in/tree.png"),
        ("nowhere\\x.png", "nowhere/x.png"),
    ],
)
def test_a_path_is_what_is_there(folder, written, meant):
    assert resolve(written, folder) == f"{folder}/{meant}"


def test_file_addresses_are_paths(folder):
    assert resolve(f"file://{folder}/in/my%20tree.png", folder) == f"{folder}/in/my tree.png"
    assert resolve(f"FILE://localhost{folder}/tree.png", folder) == f"{folder}/tree.png"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("https://example.org/a.png", "on the store that holds the file"),
        ("gs://bucket/a.png", "on the store that holds the file"),
        ("file://server/share/a.png", "names another machine"),
        ("D:\\pictures\\a.png", "Windows drive"),
        ("d:/pictures/a.png", "Windows drive"),
        ("\\\\server\\share\\a.png", "Windows drive"),
        ("in\\..\\..\\a.png", "leaves the folder"),
        ("data:image/png;base64,iVBORw0KGgo=", "is a picture itself"),
        ("a\0.png", "zero byte"),
    ],
)
def test_what_cannot_be_meant_says_what_to_write(folder, written, words):
    with pytest.raises(ValueError, match=words):
        resolve(written, folder)


def test_backslashes_are_slashes_on_a_store():
    assert resolve("in\\a.png", "gs://bucket/set") == "gs://bucket/set/in/a.png"


def detail_of(folder, source, edited="tree.png"):
    uri, edited_uri = resolve(source, folder), resolve(edited, folder)
    pair = PairRow(name="l:1", edited_uri=edited_uri, instruction="Go")
    item = SourceItem(name="l:1", uri=uri, dataset="pairs", base_length=base_length(folder, uri), pair=pair)
    row = inspect_item(item, DecodeLimits(min_side=8))
    assert row.reason == "unreadable"
    return row.detail


@pytest.mark.parametrize(
    ("source", "detail"),
    [
        ("in\\Tree.PNG", "source image in/Tree.PNG: no such file; 'tree.png' is there, which differs in upper and"),
        ("IN/tree.png", "source image IN/tree.png: no such file; 'in' is there, which differs in upper and lower"),
        ("tree.jpg", "source image tree.jpg: no such file; 'tree.png' is there"),
        ("out/tree.png", "source image out/tree.png: no such file; there is no folder 'out'"),
        ("bush.png", "source image bush.png: no such file"),
        ("in", "source image in: is a folder; name the picture in it"),
        ("x" * 300, f"source image {'x' * 117}...: File name too long"),
        ("/no/such/a.png", "source image /no/such/a.png: no such file"),
        ("~/bush.png", "source image in/bush.png: no such file"),
    ],
)
def test_a_picture_that_is_not_there_is_named_with_what_is(folder, source, detail):
    assert detail_of(folder, source).startswith(detail)


def test_the_edited_picture_is_named_too_and_no_place_of_this_machine(folder):
    detail = detail_of(folder, "tree.png", "in/none.png")
    assert detail == "edited image in/none.png: no such file" and folder not in detail


def test_accents_in_another_unicode_form_are_pointed_at(tmp_path):
    (tmp_path / "cafe\u0301.png").write_bytes(b"x")
    assert "'cafe\u0301.png' is there" in alternative(str(tmp_path / "caf\u00e9.png"))
    assert alternative("memory://shelf/none.png") == ""
    assert why_unreadable("memory://shelf/none.png", FileNotFoundError(2, "x")) == "no such object in the store"


def test_a_picture_without_permission_says_so(tmp_path):
    error = PermissionError(13, os.strerror(13))
    assert why_unreadable(str(tmp_path / "a.png"), error) == "Permission denied"
