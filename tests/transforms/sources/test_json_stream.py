"""The tolerant stream yields what a lenient reader sees, wherever the pieces of a file are cut."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.sources.coco import json_stream
from transforms.sources.coco.json_stream import TolerantJson

TEXTS = st.text(alphabet='ab"\\N:,[]{}-/é人', max_size=6) | st.sampled_from(
    ["NaN", "Infinity", "-Infinity", "a: NaN,", '"NaN"', "\\", '\\"', "[-Infinity]"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.floats(allow_nan=True, allow_infinity=True) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def all_of(data):
    stream = TolerantJson(io.BytesIO(data))
    pieces = []
    while piece := stream.read(7):
        pieces.append(piece)
    assert stream.read() == b""
    return b"".join(pieces)


@settings(max_examples=300, deadline=None)
@given(VALUES, st.integers(1, 9), st.booleans(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_value_cut_anywhere(value, chunk, ascii_only, encoding):
    text = json.dumps({"a": value}, ensure_ascii=ascii_only)
    before, json_stream.CHUNK = json_stream.CHUNK, chunk
    try:
        found = all_of(text.encode(encoding))
    finally:
        json_stream.CHUNK = before

    def refuse(word):
        raise AssertionError(word)

    assert json.loads(found, parse_constant=refuse) == json.loads(text, parse_constant=lambda word: None)


def test_what_is_no_text_becomes_a_sign_for_it():
    assert all_of(b'{"a": "caf\xe9", "b": "x\ny\x00"}') == '{"a": "caf\ufffd", "b": "x y "}'.encode()
    assert all_of(b"") == b"" and all_of(b"{") == b"{"


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_a_word_at_the_very_end(word):
    assert all_of(f"[{word}".encode()) == b"[null" and all_of(f'["{word}'.encode()) == f'["{word}'.encode()
    assert all_of(f"[{word}s, a{word}]".encode()) == f"[{word}s, a{word}]".encode()
