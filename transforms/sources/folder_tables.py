"""Tables that lie in a folder with pictures: of pairs, of instructions, or with fields of other names."""

from collections.abc import Iterator, Sequence
from typing import Any

from schemas.errors import UserError
from transforms import storage
from transforms.sources.cutouts import FILE_NAME as CUTOUTS
from transforms.sources.files import is_image_name
from transforms.sources.pair_row import PICTURES, is_nothing
from transforms.sources.record_file import is_large, is_record_file, mentions, read_records
from transforms.sources.rights import FILE_NAME as RIGHTS
from transforms.sources.roles import TEXT_WORDS, likely_field, word_of
from transforms.sources.row_path import shortened

CAPTIONS = ("file_name", "instruction")
"""Fields of a table that gives instructions to the pictures of a folder."""
SHOWN = 6
"""Fields that a message lists."""
MOST_TABLES = 20


def pair_table(folder: str, listed: Sequence[str]) -> str:
    """Return the path of the table of pairs directly in a folder; "" if there is none.

    Raises:
        UserError: there are several.
    """
    tables = _tables_with(folder, listed, PICTURES)
    if len(tables) > 1:
        raise UserError(f"{folder}: holds several files of pairs ({', '.join(tables[:4])}); give the path of each")
    return storage.join(folder, tables[0]) if tables else ""


def captions_of(folder: str, listed: Sequence[str]) -> dict[str, str]:
    """Return file name -> instruction of the tables in a folder that have both fields (`CAPTIONS`)."""
    found: dict[str, str] = {}
    for table in _tables_with(folder, listed, CAPTIONS):
        place = storage.join(folder, table)
        for record in read_records(place, place, CAPTIONS):
            name, text = ((record.fields or {}).get(field) for field in CAPTIONS)
            if isinstance(name, str) and isinstance(text, str) and not is_nothing(text):
                found[name.strip().replace("\\", "/")] = text.strip()
    return found


def other_fields(folder: str, listed: Sequence[str]) -> str:
    """Return which fields a table in a folder has in place of those that are read, as the end of a sentence, or ""."""
    for name, first in _first_rows(folder, listed):
        if not first:
            continue
        has = ", ".join(shortened(key) for key in list(first)[:SHOWN])
        return (
            f"; {name} has {has}, and is read when it has source, edited and instruction (or {' and '.join(CAPTIONS)} "
            "for pictures that are paired by their names)"
        )
    return ""


def table_of_pictures(folder: str, listed: Sequence[str]) -> str:
    """Return what a table in a folder says of its pictures, if its first row names two, or one and a text; or ""."""
    pictures = {name for name in listed if is_image_name(name)}
    for name, first in _first_rows(folder, listed):
        named = [key for key, value in first.items() if str(value).replace("\\", "/").removeprefix("./") in pictures]
        texts = [key for key in first if word_of(key) in TEXT_WORDS or likely_field(key) == "instruction"]
        if len(named) > 1 or (named and texts):
            fields = ", ".join(shortened(key) for key in [*named, *texts][:SHOWN])
            return f"{name} has {fields} for its pictures"
    return ""


def _first_rows(folder: str, listed: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (name, fields of the first record) of the tables directly in a folder, but for large JSON documents."""
    for name in _tables(listed):
        place = storage.join(folder, name)
        try:
            if not is_large(place):
                first = next((record.fields for record in read_records(place, name, PICTURES) if record.fields), {})
                yield name, {str(key): value for key, value in first.items()}
        except (UserError, OSError):
            continue


def _tables(listed: Sequence[str]) -> list[str]:
    """Return the names of the tables directly in a folder; among many, JSON documents are those of single pictures."""
    found = [name for name in listed if "/" not in name and is_record_file(name) and name not in (RIGHTS, CUTOUTS)]
    many = len(found) > MOST_TABLES
    return [name for name in found if not (many and name.lower().endswith(".json"))][:MOST_TABLES]


def _tables_with(folder: str, listed: Sequence[str], fields: Sequence[str]) -> list[str]:
    return [name for name in _tables(listed) if mentions(storage.join(folder, name), fields)]
