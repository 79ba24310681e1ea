"""Files of records: JSON Lines, JSON, CSV and TSV, in any Unicode encoding, gzip or not; others are refused by name."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from schemas.errors import UserError
from transforms.sources.files import open_file
from transforms.sources.json_records import MOST_BYTES, read_json_document, read_json_lines, starts_document
from transforms.sources.text import encoding_of

READ = "JSON Lines (.jsonl, .ndjson), JSON (a list of objects), CSV or TSV with a header, each also as .gz"
"""The formats, for messages."""
HEAD, GLANCE = 1 << 16, 1 << 24
_ENDINGS = ("jsonl", "ndjson", "jsonlines", "json", "csv", "tsv")
_AS_JSONL = 'write its rows as JSON Lines, {"source": "a.jpg", "edited": "b.jpg", "instruction": "..."} on each line'
_FOREIGN = (
    (b"PAR1", f"is a Parquet file, which is not read; {_AS_JSONL}"),
    (b"PK\x03\x04", "is a ZIP archive or an Excel file; unpack it, or save the sheet as CSV (UTF-8)"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel or Word file; save the sheet as CSV (UTF-8)"),
    (b"ARROW1", f"is an Arrow file, which is not read; {_AS_JSONL}"),
    (b"SQLite format 3", f"is a database; {_AS_JSONL}"),
    (b"\x28\xb5\x2f\xfd", "is packed with zstd; unpack it, or pack it with gzip"),
    (b"BZh", "is packed with bzip2; unpack it, or pack it with gzip"),
    (b"\xfd7zXZ", "is packed with xz; unpack it, or pack it with gzip"),
    (b"7z\xbc\xaf", "is a 7z archive; unpack it"),
    (b"\x80", f"is a pickle or another binary file, which is not read; {_AS_JSONL}"),
    (b"\x89PNG", "is one picture; give the folder that holds it"),
    (b"\xff\xd8\xff", "is one picture; give the folder that holds it"),
    (b"GIF8", "is one picture; give the folder that holds it"),
    (b"RIFF", "is one picture or a film; give the folder that holds it"),
    (b"%PDF", f"is a PDF file; {_AS_JSONL}"),
)
"""First bytes -> what such a file is and what to do."""
_NOTHING = frozenset({"nan", "NaN", "None", "null", "NULL", "<NA>", "N/A"})
"""Words that programs write into an empty cell."""


@dataclass(frozen=True)
class Record:
    """One record of a file. Attributes: its line, or its number in a list; its fields; what is wrong if it has none."""

    number: int
    fields: Mapping[str, Any] | None
    reason: str = "-"
    problem: str = "-"


def is_record_file(name: str) -> bool:
    """Return whether a file may hold records by its name.

    >>> is_record_file("a/pairs.jsonl.GZ"), is_record_file("a/pairs.parquet")
    (True, False)
    """
    return name.lower().removesuffix(".gz").rpartition(".")[2] in _ENDINGS


def is_large(path: str) -> bool:
    """Return whether a file is a JSON document of more than `GLANCE` bytes, which costs seconds to look at."""
    with open_file(path) as stream:
        start = _start(stream.read(HEAD))
        return start[:1] in ("{", "[") and starts_document(start, ()) and len(stream.read(GLANCE)) == GLANCE


def mentions(path: str, fields: Iterable[str]) -> bool:
    """Return whether a file of records seems to have these fields, by its first bytes; False if it cannot be read."""
    try:
        with open_file(path) as stream:
            head = stream.read(HEAD)
        if head.startswith(b"\x1f\x8b"):
            head = zlib.decompressobj(wbits=31).decompress(head, HEAD)
    except (OSError, zlib.error, UserError):
        return False
    start = _start(head)
    if start[:1] in ("{", "["):
        return all(f'"{field}"' in start for field in fields)
    return set(fields) <= _header_cells(start)


def read_records(path: str, shown: str, required: tuple[str, ...]) -> Iterator[Record]:
    """Yield the records of a file in their order; a bad one among good ones has a problem in place of fields.

    The format follows from the content: JSON begins with a bracket, everything else is a table whose first line names
    its columns. A JSON document is a list of objects, an object that holds one such list, or objects one behind the
    other.

    Args:
        path: path or address.
        shown: what messages call the file.
        required: fields of a record; an object that has one of them is a record, not a wrapper around a list of them.

    Raises:
        UserError: the file is missing or holds nothing that can be read; the message says what it is and what to do.
    """
    try:
        with open_file(path) as stream:
            yield from _read(stream, path, shown, required)
    except UnicodeDecodeError:
        raise UserError(f"{shown}: is not text in UTF-8 or UTF-16; save it again as UTF-8") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UserError(f"{shown}: is a damaged gzip file ({error}); pack or download it again") from None
    except OSError as error:
        raise UserError(
            f"{shown}: cannot be read ({error.strerror or error}); see that it is a file of yours"
        ) from None


def _read(stream: IO[bytes], path: str, shown: str, required: tuple[str, ...]) -> Iterator[Record]:
    if not stream.seekable():  # of a web server that serves no ranges
        stream = io.BytesIO(stream.read())
    packed: Any = stream
    head = stream.read(HEAD)
    if head.startswith(b"\x1f\x8b"):
        stream.seek(0)
        packed = gzip.GzipFile(fileobj=stream)
        head = packed.read(HEAD)
    packed.seek(0)
    if problem := foreign(head):
        raise UserError(f"{shown}: {problem}")
    encoding, start = encoding_of(head[:4]), _start(head)
    if not start and len(head) < HEAD:
        raise UserError(f"{shown}: is empty; write one JSON object per line, or rows below a line with column names")
    ending = path.lower().removesuffix(".gz").rpartition(".")[2]
    is_table = start[:1] not in ("{", "[") and len(_header_cells(start) & set(required)) > 1
    if ending in ("csv", "tsv") or is_table:
        yield from _table(io.TextIOWrapper(packed, encoding.name, newline=""), start, shown)
    else:
        yield from _whole_or_lines(packed, encoding.name, start, shown, required)


def foreign(head: bytes) -> str:
    """Return what a file is and what to do, if its first bytes are of a format that is not read; "" otherwise.

    >>> foreign(b"PAR1").split(",")[0]
    'is a Parquet file'
    """
    if head[257:262] == b"ustar":
        return "is a tar archive; unpack it into a folder"
    return next((problem for start, problem in _FOREIGN if head.startswith(start)), "")


def _whole_or_lines(
    stream: IO[bytes], encoding: str, start: str, shown: str, required: tuple[str, ...]
) -> Iterator[Record]:
    """Yield the records of a JSON file: of a document if it is one as a whole, otherwise of its lines."""
    if starts_document(start, required):
        data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise UserError(f"{shown}: is one JSON text of more than {MOST_BYTES >> 30} GB; {_AS_JSONL}")
        if (values := read_json_document(data, encoding, shown, required)) is not None:
            yield from _numbered(enumerate(values, 1), shown)
            return
        stream.seek(0)
    lines: Iterator[bytes] = iter(stream)
    if not encoding.startswith("utf-8"):
        lines = (line.encode() for line in io.TextIOWrapper(stream, encoding))
    yield from _numbered(read_json_lines(lines), shown)


def _numbered(values: Iterator[tuple[int, Any]], shown: str) -> Iterator[Record]:
    """Yield records of JSON values; refuse a file in which no value is an object, once."""
    bad: list[Record] = []
    any_good = any_value = False
    for number, value in values:
        record, any_value = _record(number, value), True
        if record.fields is not None and not any_good:
            any_good = True
            yield from bad
        if any_good:
            yield record
        elif len(bad) < HEAD:
            bad.append(record)
    if not any_value:
        raise UserError(f"{shown}: holds an empty list; write one object for each pair into it")
    if bad and not any_good:
        first = bad[0]
        raise UserError(
            f"{shown}: holds no JSON object; the first of {len(bad)} entries, number {first.number}, "
            f"{first.problem.removeprefix('line: ')}; {READ} are read"
        )


def _record(number: int, value: Any) -> Record:
    if isinstance(value, ValueError):
        return Record(number, None, "not_json", f"line: {value}")
    if not isinstance(value, dict):
        return Record(number, None, "bad_field", f"line: is {_kind(value)}, not an object with fields")
    return Record(number, value)


def _kind(value: Any) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")


def _start(head: bytes) -> str:
    """Return the text of a file's first bytes, without what is blank before it."""
    encoding = encoding_of(head[:4])
    whole = head[: len(head) // encoding.unit * encoding.unit]
    return whole.decode(encoding.name, "replace").lstrip("\ufeff \t\r\n")


def _header_cells(start: str) -> set[str]:
    line = start.splitlines()[0] if start else ""
    return {cell.strip().strip('"').lower() for cell in line.split(delimiter_of(line))}


def delimiter_of(header: str) -> str:
    """Return what separates the cells of a table, by its first line: comma, semicolon or tab.

    >>> delimiter_of("source;edited;instruction")
    ';'
    """
    return max(",;\t", key=header.count)


def _table(stream: io.TextIOWrapper, start: str, shown: str) -> Iterator[Record]:
    """Yield the rows of a table; a cell with a word for nothing (`_NOTHING`) is empty."""
    any_row = False
    reader = csv.reader(stream, delimiter=delimiter_of(start.splitlines()[0]), strict=True)
    header: list[str] = []
    try:
        for row in reader:
            stripped = (cell.strip().lstrip("\ufeff") for cell in row)
            cells = ["" if cell in _NOTHING else cell for cell in stripped]
            if not any(cells):
                continue
            if not header:
                header = cells
                _check_header(header, shown)
                continue
            any_row = True
            if len(cells) > len(header):
                problem = f"{len(cells)} cells for {len(header)} columns; quote cells that hold commas"
                yield Record(reader.line_num, None, "bad_field", problem)
            else:
                yield Record(reader.line_num, dict(zip(header, cells, strict=False)))
    except csv.Error as error:
        raise UserError(
            f"{shown}:{reader.line_num}: is no sound table ({error}); save it again as CSV, UTF-8"
        ) from None
    if not any_row:
        raise UserError(f"{shown}: has no rows below the names of its columns")


def _check_header(header: list[str], shown: str) -> None:
    named = [name for name in header if name]
    if len({name.lower() for name in named}) < len(named):
        raise UserError(f"{shown}: two columns have one name ({', '.join(named)}); rename one")
    if any("/" in name or name.lower().endswith((".png", ".jpg", ".jpeg", ".webp")) for name in named):
        raise UserError(f"{shown}: its first line must name the columns, for example source,edited,instruction")
