"""Every text that comes along with a source is clean, and the item says what was changed."""

import json
import unicodedata
from pathlib import Path

from PIL import Image

from schemas.plan import InstanceRow, Rights, SourceItem
from schemas.reject import Reject
from transforms.shards.tables import reject_row
from transforms.sources.cleaned import clean_entry
from transforms.sources.cutouts import find_cutouts
from transforms.sources.find import find_all_sources, find_sources

SCORED = {"reasoning": "Nice\x07 edit.\nClean.", "score": [20, 20]}


def pictures(folder, *names):
    for name in names:
        Image.new("RGB", (8, 8)).save(folder / name)


def row(**facts):
    return {"source": "a.png", "edited": "b.png", "instruction": "Add a lamp."} | facts


def written(tmp_path, *lines):
    pictures(tmp_path, "a.png", "b.png")
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
    return str(path)


def test_every_text_of_a_pair_is_cleaned_and_counted(tmp_path):
    dirty = row(
        instruction="Add a\x00 lamp\u202e.",
        editor="e\u0301ditor\x1b[31m",
        license="CC0-1.0\x07",
        attribution="Zoë\tX",
        scene="room\u200b1",
        semantic_consistency=SCORED,
        perceptual_quality=SCORED,
    )
    (item,) = find_sources(written(tmp_path, dirty))
    pair = item.pair
    assert (pair.instruction, pair.editor, item.scene) == ("Add a lamp.", "éditor", "room1")
    assert item.rights == Rights(license="CC0-1.0", attribution="Zoë X")
    assert pair.semantic_consistency.reasoning == pair.perceptual_quality.reasoning == "Nice edit. Clean."
    assert sorted(item.cleaned) == [
        *["characters not in NFC"],
        *["control characters"] * 5,
        *["direction controls"],
        *["invisible characters"],
        *["line breaks and tabs"] * 3,
    ]


def test_a_clean_row_is_as_it_was_and_one_without_a_text_is_rejected(tmp_path):
    clean, empty = find_sources(written(tmp_path, row(), row(instruction="\u200b\u202e\x07")))
    assert clean.cleaned == () and clean.pair.instruction == "Add a lamp."
    assert isinstance(empty, Reject) and (empty.name, empty.reason) == ("rows.jsonl:2", "missing_instruction")
    assert clean_entry(clean) is clean


def test_equal_texts_in_two_unicode_forms_are_equal(tmp_path):
    texts = [unicodedata.normalize(form, "Añade un café y 한국 и й") for form in ("NFC", "NFD")]
    one, two = find_sources(written(tmp_path, *(row(instruction=text) for text in texts)))
    assert one.pair.instruction == two.pair.instruction and (one.cleaned, two.cleaned) == (
        (),
        ("characters not in NFC",),
    )


def test_half_an_emoji_and_raw_controls_do_not_cost_the_row(tmp_path):
    cut = rb'{"source": "a.png", "edited": "b.png", "instruction": "Add a kite \ud83e"}'
    raw = b'{"source": "a.png", "edited": "b.png", "instruction": "Add\x07 a\tkite"}'
    no_json = b'{"source": "a.png", '
    one, two, three = find_sources(written(tmp_path, cut, raw, no_json))
    assert (one.pair.instruction, one.cleaned) == ("Add a kite \ufffd", ("damaged characters",))
    assert (two.pair.instruction, two.cleaned) == ("Add a kite", ("line breaks and tabs", "control characters"))
    assert three.reason == "not_json"


def test_captions_and_tables_beside_pictures_are_cleaned(tmp_path):
    pictures(tmp_path, "lamp.source.png", "lamp.edited.png")
    (tmp_path / "lamp.txt").write_text("Add\x07 a lamp\nplease", encoding="utf-8")
    (tmp_path / "sources.csv").write_text("name,license,attribution\nlamp,CC0-1.0,Me\u2028\u202e\n", encoding="utf-8")
    (item,) = find_sources(str(tmp_path))
    assert item.pair.instruction == "Add a lamp please" and item.rights.attribution == "Me"
    assert len(item.cleaned) == 4


def test_a_table_names_files_in_either_unicode_form(tmp_path):
    decomposed = unicodedata.normalize("NFD", "café.png")
    pictures(tmp_path, decomposed)
    (tmp_path / "sources.csv").write_text("name,license\ncafé.png,CC0-1.0\n", encoding="utf-8")
    (item,) = find_sources(str(tmp_path))
    assert item.rights.license == "CC0-1.0" and item.name == decomposed and item.uri.endswith(decomposed)


def test_names_of_files_are_shown_with_their_controls_spelled_out(tmp_path):
    pictures(tmp_path, "a\x1b[31m.png", "a\n.png", "a.png")
    items = find_sources(str(tmp_path))
    assert [item.name for item in items] == ["a\\n.png", "a\\x1b[31m.png", "a.png"]
    assert all(Path(item.uri).read_bytes().startswith(b"\x89PNG") for item in items)
    (other := tmp_path / "other").mkdir()
    pictures(other, "b.png")
    assert {item.name for item in find_all_sources([str(tmp_path), str(other)])} > {"other/b.png"}


def test_what_cutouts_and_categories_are_called(tmp_path):
    pictures(tmp_path, "Gar\u0301fio_2.png", "แก้วน้ำ.png", "x.png")
    (tmp_path / "cutouts.csv").write_text("name,called\nx.png,red\u200b mug\x07\n", encoding="utf-8")
    called = {item.cutout.called: item.cleaned for item in find_cutouts(str(tmp_path), Rights())}
    assert called == {"gaŕfio": (), "แก้วน้ำ": (), "red mug": ("control characters", "invisible characters")}
    rows = [
        InstanceRow(name=name, group="g", width=9, height=9, rings=[], holes=[]) for name in ("cup\x07", "tasse\u0301")
    ]
    item = SourceItem(name="a", uri="a", dataset="coco", instances=f"[{','.join(r.model_dump_json() for r in rows)}]")
    cleaned = clean_entry(item)
    assert [row.name for row in cleaned.instance_rows()] == ["cup", "tassé"]
    assert cleaned.cleaned == ("control characters", "characters not in NFC")


def test_no_row_of_a_reject_holds_a_control():
    bad = Reject(
        level="file", key="a\x1b", name="a\x1b", stage="s", reason="r", reject_class="error", detail="no \u202eeno\x07"
    )
    assert reject_row(clean_entry(bad)) == {
        "level": "file",
        "key": "a\\x1b",
        "name": "a\\x1b",
        "stage": "s",
        "reason": "r",
        "class": "error",
        "detail": "no \\u202eeno\\x07",
    }
