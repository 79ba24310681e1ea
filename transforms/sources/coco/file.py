"""An annotation file read in a stream: its small tables at once, its annotations one by one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import ijson

from schemas.errors import UserError
from transforms.sources.files import open_file

TABLES = frozenset({"images", "categories", "licenses"})
LISTS = TABLES | {"annotations"}


@dataclass(frozen=True)
class Tables:
    """All of an annotation file but its annotations.

    Attributes:
        images: its entries as they stand.
        categories, licenses: entries by `identity` of their id.
    """

    images: list[dict[str, Any]]
    categories: dict[str, dict[str, Any]]
    licenses: dict[str, dict[str, Any]]


def read_tables(place: str) -> Tables:
    """Read the tables of an annotation file.

    Raises:
        UserError: it is no JSON, or holds no lists of images, annotations and categories.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    builder, table, entry = None, "", ""
    with _opened(place) as stream:
        first = True
        for prefix, event, value in ijson.parse(stream, use_float=True):
            if first and event != "start_map":
                raise UserError(f"{place}: must be an object with images, annotations and categories")
            first = False
            if builder is not None:
                builder.event(event, value)
                if prefix == entry and event == "end_map":
                    found[table].append(builder.value)
                    builder = None
            elif event == "start_array" and prefix in LISTS:
                table, entry = prefix, f"{prefix}.item"
                found[table] = []
            elif prefix == entry and table in TABLES:
                if event != "start_map":
                    raise _no_list(place, table)
                builder = ijson.ObjectBuilder()
                builder.event(event, value)
    for field in ("images", "annotations", "categories"):
        if field not in found:
            raise _no_list(place, field)
    return Tables(
        images=found["images"],
        categories={identity(c.get("id")): c for c in found["categories"] if "name" in c},
        licenses={identity(c.get("id")): c for c in found.get("licenses", [])},
    )


def annotations_of(place: str) -> Iterator[dict[str, Any]]:
    """Yield the annotations of a file, as they stand.

    Raises:
        UserError: one is no object.
    """
    with _opened(place) as stream:
        for entry in ijson.items(stream, "annotations.item", use_float=True):
            if not isinstance(entry, dict):
                raise _no_list(place, "annotations")
            yield entry


def identity(value: Any) -> str:
    """Return an identifier as text: whatever stands there can be looked up."""
    return json.dumps(value, sort_keys=True)


def _no_list(place: str, field: str) -> UserError:
    return UserError(f"{place}: field {field}: must be a list of objects; give a COCO instances file")


@contextmanager
def _opened(place: str) -> Iterator[IO[bytes]]:
    try:
        with open_file(place) as stream:
            yield stream
    except ijson.JSONError as error:
        said = " ".join(str(error).split())[:120]
        raise UserError(f"{place}: not valid JSON ({said}); give a COCO instances file") from None
