"""Values of a JSON file: one per line, or a document as a whole."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic_core import from_json

from schemas.errors import UserError
from transforms.texts.json_text import mended_json

MOST_BYTES = 2 << 30
"""A document that is read as a whole is held in memory; lines are not bounded."""
_BOM = b"\xef\xbb\xbf"


def read_json_lines(lines: Iterable[bytes]) -> Iterator[tuple[int, Any]]:
    """Yield (number of the line, its value) of every line that is not empty; a ValueError in place of a bad value."""
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(_BOM) if number == 1 else line
        if text.strip():
            yield number, _parsed(text.strip())


def _parsed(text: bytes | str) -> Any:
    try:
        return from_json(text)
    except ValueError as error:
        data = text.encode() if isinstance(text, str) else text
        if (mended := mended_json(data)) not in (None, data):
            return from_json(mended)
        return ValueError(_not_utf8(text) or f"is no JSON ({' '.join(str(error).split())})")


def _not_utf8(text: bytes | str) -> str:
    try:
        return "" if isinstance(text, str) else text.decode()[:0]
    except UnicodeDecodeError as error:
        return f"is not UTF-8 (byte {error.start}); save the file again as UTF-8"


def starts_document(start: str, required: Iterable[str]) -> bool:
    """Return whether a JSON file should be tried as a whole, by its first characters.

    A list; an object over several lines; or one that wraps a list, on one line.
    """
    line, _, rest = start.partition("\n")
    if line.startswith("["):
        return True
    value = _parsed(line)
    if isinstance(value, ValueError):
        return line.startswith("{")
    return not rest.strip() and isinstance(value, dict) and not _is_record(value, required)


def read_json_document(data: bytes, encoding: str, shown: str, required: Iterable[str]) -> Iterator[Any] | None:
    """Return the records of a JSON document; None if the file is no sequence of JSON values as a whole.

    Args:
        data: content of the file.
        encoding: of the text.
        shown: what messages call it.
        required: fields of a record, see `record_file.read_records`.

    Raises:
        UserError: it is an object that holds several lists, so that nobody knows which one is meant.
    """
    try:
        values = _sequence(data.decode(encoding).removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    if len(values) != 1:
        return iter(values)
    (value,) = values
    if isinstance(value, list):
        return iter(value)
    if isinstance(value, dict) and not _is_record(value, required):
        return _unwrapped(value, shown)
    return iter(values)


def _sequence(text: str) -> list[Any]:
    try:
        return [from_json(text)]
    except ValueError:
        if mended := mended_json(text.encode()):
            return [from_json(mended)]  # perhaps several values
    values, at, decoder = [], 0, json.JSONDecoder()
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        value, at = decoder.raw_decode(text, at)
        values.append(value)
    return values


def _is_record(value: dict[str, Any], required: Iterable[str]) -> bool:
    names = {str(key).strip().lower() for key in value}
    return any(name in names and not isinstance(value.get(name), list | dict) for name in required)


def _unwrapped(value: dict[str, Any], shown: str) -> Iterator[Any]:
    lists = {key: rows for key, rows in value.items() if isinstance(rows, list)}
    objects = [key for key, rows in lists.items() if rows and isinstance(rows[0], dict)]
    if len(objects) == 1:
        return iter(lists[objects[0]])
    if objects:
        raise UserError(f"{shown}: holds several lists ({', '.join(objects)}); write the one that is meant to a file")
    nested = [rows for rows in value.values() if isinstance(rows, list | dict)]
    if len(nested) == len(value) > 0:
        kind = "columns" if lists else "objects"
        raise UserError(
            f"{shown}: is an object of {kind} ({', '.join(list(value)[:5])}); write a list of objects, one a pair"
        )
    return iter([value])
