"""The categories of an annotation file: their nouns, and which of them are people."""

from typing import NamedTuple

from transforms.sources.coco.file import Tables
from transforms.sources.coco.kinds import kind_of
from transforms.sources.coco.names import name_of


class Category(NamedTuple):
    """A category: noun, supercategory, and the problem that makes it unusable, "" for none."""

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
            problem = "has several names in the table of categories"
        found[own] = Category(name, group, kind_of(name, group) == "person", problem)
    return found
