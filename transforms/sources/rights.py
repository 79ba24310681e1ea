"""`sources.csv`: licence, attribution, people and scene of single images of a folder."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from schemas.errors import UserError
from schemas.plan import Rights
from transforms import storage
from transforms.sources.table import read_table

FILE_NAME = "sources.csv"
COLUMNS = ("name", "license", "attribution", "people", "scene")


@dataclass(frozen=True)
class RightsTable:
    """Rights of every image of a folder: its own row's, or the default.

    Attributes:
        default: for images without a row, and for empty cells.
        rows: name -> (rights, scene).
    """

    default: Rights
    rows: dict[str, tuple[Rights, str]]

    def of(self, name: str) -> tuple[Rights, str]:
        """Return rights and scene (`-` for none) of an image."""
        return self.rows.get(name, (self.default, "-"))


def read_rights(folder: str, default: Rights | None, names: Collection[str], listed: Collection[str]) -> RightsTable:
    """Read `sources.csv` of a folder, if there is one.

    Its first line names the columns: `name`, and any of `license, attribution, people, scene`.

    Args:
        folder: that holds the file.
        default: rights that hold where the file says nothing.
        names: what a row may be about.
        listed: names of all files in the folder.

    Raises:
        UserError: the file is damaged; the message names line and column.
    """
    default = default or Rights()
    if FILE_NAME not in listed:
        return RightsTable(default, {})
    place = storage.join(folder, FILE_NAME)
    rows: dict[str, tuple[Rights, str]] = {}
    for name, at, cells in read_table(place, COLUMNS, names):
        own = rights_of(cells, default)
        if (people := people_of(own.people)) is None:
            raise UserError(f"{at}: column people: {own.people!r}; write yes, no or unknown")
        own = own.model_copy(update={"people": people})
        rows[name] = (own, cells.get("scene") or "-")
    return RightsTable(default, rows)


def people_of(value: object) -> str | None:
    """Return yes, no or unknown for what people write in that field; None if it is something else.

    >>> people_of(True), people_of(" No "), people_of(0), people_of("?"), people_of("some")
    ('yes', 'no', 'no', 'unknown', None)
    """
    if isinstance(value, bool | int | float):
        return "yes" if value else "no"
    word = str(value).strip().lower()
    return next((people for people, words in _PEOPLE.items() if word in words), None)


_PEOPLE = {
    "yes": ("yes", "y", "true", "1"),
    "no": ("no", "n", "false", "0", "none"),
    "unknown": ("unknown", "-", "?", ""),
}


def rights_of(cells: Mapping[str, str], default: Rights) -> Rights:
    """Return the rights that a row of a table states, the default's where a cell is missing or empty."""
    return Rights(
        license=cells.get("license") or default.license,
        attribution=cells.get("attribution") or default.attribution,
        people=cells.get("people") or default.people,
    )
