"""An annotation file read in a stream: its small tables at once, its annotations one by one."""

import gzip
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ijson

from schemas.errors import UserError
from transforms.sources.coco.json_stream import TolerantJson
from transforms.sources.coco.values import identity
from transforms.sources.files import open_file

TABLES = frozenset({"images", "categories", "licenses"})
LISTS = TABLES | {"annotations"}
NEEDED = ("images", "annotations", "categories")


@dataclass(frozen=True)
class Tables:
    """All of an annotation file but its annotations.

    Attributes:
        images: its entries as they stand.
        categories, licenses: entries by `identity` of their id, the first of each.
        ambiguous: `identity` of the ids that categories of different names share.
        strays: how many entries of each list are no objects.
    """

    images: list[dict[str, Any]]
    categories: dict[str, dict[str, Any]]
    licenses: dict[str, dict[str, Any]]
    ambiguous: frozenset[str]
    strays: Counter[str]


def read_tables(place: str) -> Tables:
    """Read the tables of an annotation file.

    Raises:
        UserError: it is no JSON, or holds no lists of images, annotations and categories.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    strays: Counter[str] = Counter()
    fields: list[str] = []
    builder, table, entry = None, "", ""
    with _opened(place) as stream:
        first = True
        for prefix, event, value in ijson.parse(stream, use_float=True):
            if first and event != "start_map":
                raise _no_object(place, event)
            first = False
            if builder is not None:
                builder.event(event, value)
                if prefix == entry and event == "end_map":
                    found[table].append(builder.value)
                    builder = None
            elif not prefix and event == "map_key":
                fields.append(str(value))
            elif event == "start_array" and prefix in LISTS:
                table, entry = prefix, f"{prefix}.item"
                found[table] = []
            elif prefix == entry and table in TABLES:
                if event == "start_map":
                    builder = ijson.ObjectBuilder()
                    builder.event(event, value)
                elif not event.startswith("end_"):
                    strays[table] += 1
    for field in NEEDED:
        if field not in found:
            raise _no_list(place, field, fields)
    if found["categories"] == [] and strays["categories"]:
        raise UserError(f"{place}: field categories: must be a list of objects with id and name, as COCO has it")
    return _tables(found, strays)


def _tables(found: dict[str, list[dict[str, Any]]], strays: Counter[str]) -> Tables:
    categories: dict[str, dict[str, Any]] = {}
    ambiguous = set()
    for category in found["categories"]:
        own = identity(category.get("id"))
        if categories.setdefault(own, category).get("name") != category.get("name"):
            ambiguous.add(own)
    licenses = {identity(entry.get("id")): entry for entry in reversed(found.get("licenses", []))}
    return Tables(found["images"], categories, licenses, frozenset(ambiguous), strays)


def annotations_of(place: str) -> Iterator[Any]:
    """Yield the annotations of a file, as they stand."""
    with _opened(place) as stream:
        yield from ijson.items(stream, "annotations.item", use_float=True)


def _no_object(place: str, event: str) -> UserError:
    listed = ", not a list (as of results)" if event == "start_array" else ""
    return UserError(
        f"{place}: must be an object with images, annotations and categories{listed}; give a COCO instances file"
    )


def _no_list(place: str, field: str, fields: list[str]) -> UserError:
    problem = "must be a list of objects" if field in fields else f"is missing among {', '.join(fields[:12]) or 'none'}"
    return UserError(f"{place}: field {field}: {problem}; give a COCO instances file")


@contextmanager
def _opened(place: str) -> Iterator[TolerantJson]:
    try:
        with open_file(place) as stream:
            yield TolerantJson(stream)
    except ijson.JSONError as error:
        said = " ".join(str(error).split())[:120]
        raise UserError(f"{place}: not valid JSON ({said}); give a COCO instances file") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UserError(f"{place}: cannot be unpacked ({error}); get the file again") from None
