"""Pictures of the report: what is drawn where, the same bytes each time, links that lead somewhere."""

import io
import json
import re

import numpy as np
import pytest
from PIL import Image
from rich.console import Console
from tiny_dataset import CUP, HEIGHT, WIDTH, samples, write_dataset

from pipeline.dataset import open_dataset
from pipeline.inspect import inspect_key
from pipeline.report.choice import keys_by_outcome, spread_over_groups
from pipeline.report.contact_sheet import contact_sheet
from pipeline.report.draw import NO_FONT, draw_example, draw_overlay, region_colour
from pipeline.report.lettering import can_draw, font_for, wrap
from pipeline.report.write import write_report
from schemas.errors import UserError


def quiet():
    return Console(file=io.StringIO(), width=160)


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    out = tmp_path_factory.mktemp("pictures") / "out"
    write_dataset(out)
    write_report(str(out), quiet())
    return out


@pytest.fixture(scope="module")
def first(reported):
    """The first sample: one region, the cup."""
    return next(open_dataset(str(reported)).samples("data/train-00000-of-00001.tar"))


def test_overlay_tints_the_mask_and_leaves_the_rest(first):
    edited, label_map = first.image("edited"), first.label_map()
    region = first.example().edit_region[0]
    drawn = draw_overlay(edited, [region], label_map)
    inside = (slice(CUP[1] + 30, CUP[3] - 6), slice(CUP[0] + 6, CUP[2] - 6))
    expected = edited[inside] + 0.38 * (np.array(region_colour(region)) - edited[inside])
    assert np.abs(drawn[inside] - expected).max() <= 1
    assert np.array_equal(drawn[:, CUP[2] + 4 :][HEIGHT // 2 :], edited[:, CUP[2] + 4 :][HEIGHT // 2 :])
    assert drawn.shape == (HEIGHT, WIDTH, 3) and drawn.dtype == np.uint8


def test_overlay_without_regions_is_the_picture(first):
    edited = first.image("edited")
    assert np.array_equal(draw_overlay(edited, [], np.zeros((HEIGHT, WIDTH), np.uint8)), edited)


def test_many_regions_in_a_tiny_picture_are_drawn():
    example, _ = samples()["train"][2]
    region = example.edit_region[0]
    many = [region.model_copy(update={"id": k, "label": "a label that is far too long"}) for k in range(1, 13)]
    assert draw_overlay(np.zeros((32, 32, 3), np.uint8), many, np.ones((32, 32), np.uint8)).any()


def test_panel_grows_with_the_instruction(first):
    pictures = first.image("source"), first.image("edited"), first.label_map()
    example = first.example()
    longer = example.model_copy(update={"instruction": "Paint it " + "very " * 120 + "blue."})
    short, tall = draw_example(*pictures, example), draw_example(*pictures, longer)
    assert tall.shape[0] > short.shape[0] and tall.shape[1] == short.shape[1]
    assert np.array_equal(short, draw_example(*pictures, example))


def test_wrap_keeps_every_word_within_the_width():
    from PIL import ImageFont

    font = ImageFont.load_default(16)
    text = "one two three four five six seven eight nine ten " * 5
    lines = wrap(text, font, 200)
    assert " ".join(lines).split() == text.split()
    assert max(font.getlength(line) for line in lines) <= 200


SAID = {
    "Chinese": "把左边的杯子涂成深蓝色，盘子保持原样。",
    "Thai": "เปลี่ยนถ้วยทางซ้ายเป็นสีน้ำเงินเข้ม",
    "Arabic": "اطل الكوب على اليسار باللون الأزرق",
    "Burmese": "ဘယ်ဘက်ခွက်ကို အပြာရောင်ပြောင်းပါ",
    "emoji": "Paint it 💙👩🏽\u200d🚒",
    "controls": "Paint\x00 it\n\u202eeulb\ud83d",
}


@pytest.mark.parametrize("language", SAID)
def test_an_instruction_in_any_script_is_drawn_within_the_panel(first, language):
    pictures = first.image("source"), first.image("edited"), first.label_map()
    example = first.example()
    plain = draw_example(*pictures, example)
    said = example.model_copy(update={"instruction": SAID[language] * 20})
    said = said.model_copy(
        update={"edit_region": [r.model_copy(update={"label": SAID[language]}) for r in said.edit_region]}
    )
    drawn = draw_example(*pictures, said)
    assert drawn.shape[1] == plain.shape[1] and (drawn.shape[0] > plain.shape[0]) == can_draw(SAID[language])
    margin = 512 // 32
    below = drawn[plain.shape[0] // 2 :, -margin + 2 :]
    assert (below == 255).all(), "a line is longer than the panel is wide"


def test_a_panel_says_where_to_find_what_no_font_has(first):
    pictures = first.image("source"), first.image("edited"), first.label_map()
    panels = [
        draw_example(*pictures, first.example().model_copy(update={"instruction": text}))
        for text in (SAID["Chinese"], SAID["Burmese"], NO_FONT, "Paint it.")
    ]
    assert np.array_equal(panels[0], panels[1]) and np.array_equal(panels[0], panels[2])
    assert not np.array_equal(panels[0], panels[3])


def test_an_endless_instruction_makes_no_endless_picture(first):
    pictures = first.image("source"), first.image("edited"), first.label_map()
    heights = [
        draw_example(*pictures, first.example().model_copy(update={"instruction": "я" * count})).shape[0]
        for count in (10_000, 20_000)
    ]
    assert heights[0] == heights[1] < 1200


@pytest.mark.parametrize("language", [name for name in SAID if name != "controls"])
def test_lines_of_any_script_keep_every_character_within_the_width(language):
    text = SAID[language] * 4
    font = font_for(text, 16)
    lines = wrap(text, font, 150)
    assert len(lines) > 1 and max(font.getlength(line) for line in lines) <= 150
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_letters_come_from_the_font_that_has_them():
    assert [font_for(text, 16).getname()[0] for text in ("red", "красный", "κόκκινο", "把")] == [
        "Aileron",
        "DejaVu Sans",
        "DejaVu Sans",
        "Aileron",
    ]


def test_choice_is_fixed_and_keeps_groups_whole(reported):
    rows = open_dataset(str(reported)).rows
    chosen = spread_over_groups(rows, 4)
    assert chosen == spread_over_groups(rows[::-1], 4)
    assert len(chosen) == 6 and len({key.rsplit("-", 1)[0] for key in chosen}) == 2
    by_outcome = keys_by_outcome(rows, 2)
    assert list(by_outcome) == ["faithful", "failed", "partial", "over_edit"]
    assert by_outcome == keys_by_outcome(rows[::-1], 2) and len(by_outcome["failed"]) == 2


def test_a_sheet_without_samples_is_refused():
    with pytest.raises(ValueError, match="no samples"):
        contact_sheet("failed", [])


def test_every_link_of_the_gallery_leads_to_a_file_beside_it(reported):
    page = (reported / "report" / "gallery.html").read_text()
    links = re.findall(r'(?:href|src)="([^"]+)"', page)
    pictures = {path.name for path in (reported / "report").glob("*.png")}
    assert pictures >= {"distributions.png", "overview.png"} and sum("sheet-" in name for name in pictures) == 4
    assert {link for link in links if "/" not in link} == pictures
    assert len(links) == len(pictures) + 2 * 3 * 9  # per sample three pictures, shown and linked
    assert all((reported / "report" / link).is_file() for link in links)
    assert "http" not in page and str(reported) not in page
    assert page.count("<article") == 9


def test_gallery_shows_any_script_and_escapes_what_comes_from_outside(tmp_path):
    by_split, script = samples(), '<script>alert("x")</script>'
    texts = ["把杯子涂成蓝色", "اطل الكوب باللون الأزرق", "Paint\x07 it \x1b[31m\u202eblue", script]
    by_split["train"] = [
        (example.model_copy(update={"instruction": texts[min(place, 3)]}), images)
        for place, (example, images) in enumerate(by_split["train"])
    ]
    write_dataset(tmp_path, by_split)
    write_report(str(tmp_path), quiet())
    page = (tmp_path / "report" / "gallery.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert all(f'<h2 dir="auto">{text}</h2>' in page for text in (*texts[:2], "Paint it blue"))
    assert not set(page) & {"\x07", "\x1b", "\u202e"}


def test_a_second_report_gives_the_same_files_and_leaves_no_old_ones(reported):
    folder = reported / "report"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    (folder / "sheet-artifact.png").write_bytes(b"old")
    (folder / "gallery" / "old.jpg").write_bytes(b"old")
    write_report(str(reported), quiet())
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_no_file_of_a_report_says_where_the_data_set_lies(reported):
    for path in (reported / "report").rglob("*.*"):
        assert str(reported).encode() not in path.read_bytes(), path


def test_inspect_prints_the_record_and_draws_it(reported):
    console = quiet()
    key = samples()["validation"][1][0].key
    example, path = inspect_key(str(reported), key, console)
    text = console.file.getvalue()
    assert json.loads(text[text.index("{") : text.rindex("}") + 1])["key"] == example.key == key
    with Image.open(path) as panel:
        assert panel.width > 3 * 512


def test_inspect_without_a_key_takes_the_first_and_refuses_a_strange_one(reported):
    assert inspect_key(str(reported), None, quiet())[0].key == samples()["train"][0][0].key
    with pytest.raises(UserError, match="no such sample"):
        inspect_key(str(reported), "nothing", quiet())
