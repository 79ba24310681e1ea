"""What texts from outside are freed of, and what must stay as it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.texts.clean import (
    CONTROLS,
    DAMAGED,
    DIRECTIONS,
    INVISIBLE,
    LINE_BREAKS,
    NOT_NFC,
    Cleaner,
    clean_text,
    shown_name,
)
from transforms.texts.json_text import mended_json

ODD = "\u200d\u200c\u200b\ufeff क्ष👩🚒\ufe0f🏴\U000e0067\U000e007f\ud83d\ude00\u0301e\t\n\x00\x1b[m\u202e\u2066"


@pytest.mark.parametrize(
    ("given_text", "wanted", "kinds"),
    [
        ("Add a\x00 red\x07 kite", "Add a red kite", [CONTROLS]),
        ("Add \x1b[1;31mred\x1b[0m paint\x9b", "Add red paint", [CONTROLS]),
        ("one\r\n two\tthree\u2028four", "one two three four", [LINE_BREAKS]),
        ("\u202eetihw eht\u202c sky \u2067x\u2069", "etihw eht sky x", [DIRECTIONS]),
        ("\ufeffAdd\u200b a soft\u00adly lit lamp\u2060", "Add a softly lit lamp", [INVISIBLE]),
        ("cafe\u0301 \u1112\u1161\u11ab", "café 한", [NOT_NFC]),
        ("a kite \ud83e\ude81 and half \ud83e", "a kite 🪁 and half \ufffd", [DAMAGED]),
        ("hidden \U000e0061\U000e0062", "hidden", [INVISIBLE]),
        ("bell\x07\nand\u202e e\u0301", "bell and é", [LINE_BREAKS, CONTROLS, DIRECTIONS, NOT_NFC]),
    ],
)
def test_what_goes_and_how_it_is_counted(given_text, wanted, kinds):
    clean = Cleaner()
    assert clean(given_text) == wanted and clean.changes == kinds


@pytest.mark.parametrize(
    "text",
    [
        "رنگ ماشین را عوض می\u200cکنم",  # Persian, a joiner inside a word
        "क्\u200dष को हटाओ",  # Hindi, a half form
        "ന്\u200d മാറ്റുക",  # Malayalam, at the end of a word
        "add 👩🏽\u200d🚒 and 👨\u200d👩\u200d👧 and ❤️",
        "the flag 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "เพิ่มน้ำ, thêm nước, ཆུ་སྣོན།",
        "全角　スペース and a no-break\u00a0space",
        "plain ASCII: <b>, \\n, {x} & 100 %",
    ],
)
def test_what_scripts_and_emoji_need_stays(text):
    clean = Cleaner()
    assert clean(text) == text and clean.changes == []


def test_blanks_around_a_text_are_no_fault():
    clean = Cleaner()
    assert clean(" \n\tPaint it.\r\n") == "Paint it." and clean.changes == []
    assert [clean_text(text) for text in ("", " \n", "\u200b\u202e\x07")] == ["", "", ""]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(ODD))))
def test_a_clean_text_is_on_one_line_can_be_encoded_and_stays_clean(text):
    once = clean_text(text)
    assert clean_text(once) == once and len(once.splitlines()) <= 1 and once == once.strip()
    assert once.encode().decode() == once and "\x00" not in once and "\u202e" not in once


def test_names_of_files_stay_distinct():
    names = ["a\x07.png", "a.png", "a\n.png", "a\u202e.png"]
    shown = [shown_name(name) for name in names]
    assert shown == ["a\\x07.png", "a.png", "a\\n.png", "a\\u202e.png"]
    assert shown_name("ภาพ\u0e48 né e\u0301.png") == "ภาพ\u0e48 né e\u0301.png", (
        "no letter is changed: files are found by it"
    )


def test_json_with_raw_controls_and_half_an_emoji_is_read():
    assert mended_json(b'{"a": "b\x07\tc"}') == rb'{"a": "b\u0007\tc"}'
    assert mended_json(rb'{"a": "\ud83e\ude81 \ud83e"}').decode() == '{"a": "🪁 \ufffd"}'
    assert mended_json(b'{"a": ') is None and mended_json(b"\xff") is None and mended_json(b"[" * 100_000) is None
