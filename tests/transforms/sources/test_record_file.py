"""Files of pairs in every format: equal rows come out of each, and what cannot be read is refused once."""

import gzip
import json
import os

import pytest

from schemas.errors import UserError
from schemas.plan import SourceItem
from schemas.reject import Reject
from transforms.sources.pairs import find_pairs
from transforms.sources.record_file import read_records

ROWS = [
    {"source": "day/lake.jpg", "edited": "day/lake2.jpg", "instruction": "Freeze the lake, please."},
    {"source": "oak.png", "edited": "oak2.png", "instruction": "Färbe die Eiche rot."},
]
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
ARRAY = json.dumps(ROWS)


def separated(by):
    """Return the rows as a table."""
    lines = [by.join(["source", "edited", "instruction"])]
    lines += [by.join([row["source"], row["edited"], f'"{row["instruction"]}"']) for row in ROWS]
    return "\n".join([*lines, ""])


TABLE = separated(",")


def rows_of(path):
    found = list(find_pairs(str(path)))
    assert all(isinstance(item, SourceItem) for item in found), found
    base = str(path.parent) + "/"
    return [
        (item.uri.removeprefix(base), item.pair.edited_uri.removeprefix(base), item.pair.instruction) for item in found
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.jsonl", LINES.encode()),
        ("p.ndjson", LINES.encode()),
        ("p.jsonl", b"\xef\xbb\xbf" + LINES.encode()),
        ("p.jsonl", LINES.replace("\n", "\r\n").encode()),
        ("p.jsonl", LINES.encode("utf-16")),
        ("p.jsonl", LINES.encode("utf-16-le")),
        ("p.jsonl", b"\xfe\xff" + LINES.encode("utf-16-be")),
        ("p.json", LINES.encode("utf-32")),
        ("p.jsonl.gz", gzip.compress(LINES.encode())),
        ("p.jsonl", gzip.compress(LINES.encode())),
        ("p.json.GZ", gzip.compress(ARRAY.encode())),
        ("p.json", ARRAY.encode()),
        ("p.jsonl", ARRAY.encode()),
        ("p.json", json.dumps(ROWS, indent=3).encode()),
        ("p.json", b"\xef\xbb\xbf" + json.dumps(ROWS, indent=3).encode()),
        ("p.json", json.dumps({"version": 2, "note": ["x"], "items": ROWS}).encode()),
        ("p.json", json.dumps({"items": ROWS}, indent=1).encode()),
        ("p.jsonl", "\n".join(json.dumps(row, indent=2) for row in ROWS).encode()),
        ("p.jsonl", "".join(map(json.dumps, ROWS)).encode()),
        ("p.csv", TABLE.encode()),
        ("p.csv", TABLE.encode("utf-16")),
        ("p.csv", b"\xef\xbb\xbf" + TABLE.replace("\n", "\r\n").encode()),
        ("p.csv", TABLE.replace("source,edited,instruction", " Source , EDITED,Instruction").encode()),
        ("p.csv", separated(";").encode()),
        ("p.tsv", separated("\t").encode()),
        ("p.txt", TABLE.encode()),
        ("p.csv.gz", gzip.compress(TABLE.encode())),
    ],
)
def test_every_format_gives_the_same_pairs(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    assert rows_of(path) == [(row["source"], row["edited"], row["instruction"]) for row in ROWS]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("p.parquet", b"PAR1\0\0", ["is a Parquet file", "JSON Lines"]),
        ("p.xlsx", b"PK\x03\x04\0\0", ["Excel", "CSV (UTF-8)"]),
        ("p.jsonl", b"PK\x03\x04\0\0", ["ZIP", "unpack it"]),
        ("p.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", ["old Excel", "CSV (UTF-8)"]),
        ("p.jsonl.zst", b"\x28\xb5\x2f\xfd\0", ["zstd", "gzip"]),
        ("p.tar", b"a.jpg" + b"\0" * 252 + b"ustar\0", ["tar archive", "unpack"]),
        ("p.jsonl.gz", gzip.compress(LINES.encode() * 30)[:70], ["damaged gzip file"]),
        ("p.jsonl", b"", ["is empty"]),
        ("p.json", b"[]", ["empty list"]),
        ("p.csv", b"source,edited,instruction\n\n", ["no rows"]),
        ("p.csv", b"a.png,b.png,Make it so\n", ["first line must name the columns"]),
        ("p.csv", b"source,Source,instruction\na,b,c\n", ["two columns have one name"]),
        ("p.csv", "source,edited,instruction\na,b,Zoë\n".encode("latin-1"), ["save it again as UTF-8"]),
        ("p.jsonl", b"{'source': 'a'}\n{'source': 'b'}\n", ["holds no JSON object", "2 entries"]),
        ("p.jsonl", b'["a", "b"]\n', ["holds no JSON object", "is a text, not an object"]),
        ("p.jsonl", b"[" * 4000, ["holds no JSON object"]),
        ("p.json", json.dumps({"train": ROWS, "test": ROWS}).encode(), ["several lists (train, test)"]),
        ("p.json", json.dumps({"7": ROWS[0], "8": ROWS[1]}).encode(), ["object of objects", "list of objects"]),
        ("p.json", json.dumps({"source": ["a"], "edited": ["b"]}).encode(), ["object of columns"]),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_once_by_name(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        list(find_pairs(str(path)))
    message = str(caught.value)
    assert message.startswith(str(path)) and "\n" not in message
    assert all(word in message for word in words), message


def test_what_is_no_file_is_refused_by_name(tmp_path):
    os.mkfifo(tmp_path / "p.jsonl")
    with pytest.raises(UserError, match=r"p\.jsonl: cannot be read"):
        list(find_pairs(str(tmp_path / "p.jsonl")))


@pytest.mark.parametrize("wrap", ["%s", "[%s]"])
def test_one_bad_entry_among_good_ones_is_a_row(tmp_path, wrap):
    between = "\n" if wrap == "%s" else ","
    path = tmp_path / "p.json"
    path.write_text(wrap % between.join([json.dumps(ROWS[0]), "41", json.dumps(ROWS[1])]))
    first, bad, last = find_pairs(str(path))
    assert isinstance(first, SourceItem) and isinstance(last, SourceItem)
    assert (bad.name, bad.reason) == ("p.json:2", "bad_field") and "is a number" in bad.detail


def test_a_broken_first_line_is_a_row_and_the_others_are_read(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text('{"source": "a.p\n' + LINES)
    bad, *good = find_pairs(str(path))
    assert (bad.name, bad.reason) == ("p.jsonl:1", "not_json")
    assert [item.name for item in good] == ["p.jsonl:2", "p.jsonl:3"]


def test_a_ragged_table_has_a_row_for_each_bad_line(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("source,edited,instruction\na.png,b.png,Cut it, please\na.png,b.png\nc.png,d.png,Fine\n")
    wide, short, good = find_pairs(str(path))
    assert (wide.reason, wide.name) == ("bad_field", "p.csv:2") and "4 cells for 3 columns" in wide.detail
    assert (short.reason, short.name) == ("missing_field", "p.csv:3") and "instruction" in short.detail
    assert good.name == "p.csv:4"


def test_words_for_nothing_in_a_table_are_nothing(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("source,edited,instruction,editor,people\na.png,b.png,Cut it,NaN,None\nnan,b.png,Cut it,x,yes\n")
    good, bad = find_pairs(str(path))
    assert (good.pair.editor, good.rights.people) == ("unknown", "unknown")
    assert isinstance(bad, Reject) and bad.detail.startswith("source (empty): missing")


def test_lines_are_read_in_a_stream_and_garbage_is_not_collected(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text(LINES * 3)
    records = read_records(str(path), "p.jsonl", ("source",))
    assert next(records).number == 1
    records.close()
