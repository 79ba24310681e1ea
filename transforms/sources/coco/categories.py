"""The categories of an annotation file: what their things are called, and which of them are people."""

from typing import NamedTuple

from transforms.sources.coco.file import Tables
from transforms.sources.coco.kinds import kind_of
from transforms.sources.coco.names import name_of


class Category(NamedTuple):
    """A category: name and supercategory for an instruction, and what is wrong with it, "" where nothing is."""

    name: str
    group: str
    is_person: bool
    problem: str = ""


def categories_of(tables: Tables) -> dict[str, Category]:
    """Return the categories of a file by `identity` of their id."""
    found = {}
    for own, entry in tables.categories.items():
        name, given = name_of(entry), entry.get("supercategory")
        group = " ".join(given.split()) if isinstance(given, str) and given.strip() else "-"
        problem = "" if name else f"has no name that an instruction can use ({str(entry.get('name'))[:60]!r})"
        if own in tables.ambiguous:
            problem = "stands for several names in the table of categories"
        found[own] = Category(name, group, kind_of(name, group) == "person", problem)
    return found
