"""A user's library of cut-outs: a folder of named pictures with transparency, and what `cutouts.csv` says of them."""

from pathlib import PurePosixPath

import regex

from schemas.errors import UserError
from schemas.plan import UNKNOWN_HEIGHT, CutoutRow, Rights, SourceItem
from schemas.reject import Reject
from transforms import storage
from transforms.sources.cleaned import clean_entry
from transforms.sources.files import absolute, is_image_name, list_visible, path_kind, printable_name
from transforms.sources.folder import bad_name
from transforms.sources.missing import alternative
from transforms.sources.rights import rights_of
from transforms.sources.row_path import tidied
from transforms.sources.table import read_table
from transforms.texts.clean import clean_text

FILE_NAME = "cutouts.csv"
COLUMNS = ("name", "called", "height_m", "license", "attribution")
HEIGHTS_M = (0.005, 30.0)
"""Natural heights that are believed, metres."""


def find_cutouts(folder: str, rights: Rights) -> list[SourceItem | Reject]:
    """Find the cut-outs of a folder and its subfolders, sorted by name, without opening them.

    What a cut-out is called stands in its file's name (`red-mug_2.png` is a "red mug"), or in the column `called` of
    `cutouts.csv`, whose other columns are `name` (of the file), `height_m` (how high the thing is, metres), `license`
    and `attribution`.

    Args:
        folder: path or address.
        rights: of all that the file says nothing about.

    Raises:
        UserError: no such folder, no image in it, or a damaged `cutouts.csv`.
    """
    kind = path_kind(folder, "--cutouts ")
    if kind == "missing" and storage.is_local(folder) and path_kind(tidied(folder)) == "folder":
        return find_cutouts(tidied(folder), rights)
    if kind != "folder":
        problem = f"no such folder{alternative(folder)}" if kind == "missing" else "is a file, not a folder"
        raise UserError(f"--cutouts {folder}: {problem}; give one that holds PNG or WebP files with transparency")
    listed = list_visible(folder, warn=True)
    names = [name for name in listed if is_image_name(name)]
    if not names:
        raise UserError(f"--cutouts {folder}: no image in it; give one that holds PNG or WebP files with transparency")
    rows = _rows(storage.join(folder, FILE_NAME), set(names), rights) if FILE_NAME in listed else {}
    return [clean_entry(_item(folder, name, rows.get(name), rights)) for name in names]


def _item(folder: str, name: str, row: tuple[CutoutRow, Rights] | None, rights: Rights) -> SourceItem | Reject:
    if printable_name(name) != name:
        return bad_name(name)
    cutout, own = row or (CutoutRow(called="-"), rights)
    if cutout.called == "-":
        cutout = cutout.model_copy(update={"called": called_by_name(name)})
    uri = storage.join(absolute(folder), name)
    return SourceItem(name=f"cutouts/{name}", uri=uri, dataset="cutouts", rights=own, cutout=cutout)


def called_by_name(name: str) -> str:
    """Return what a file's name calls its picture.

    >>> called_by_name("kitchen/Red-Mug_02.png"), called_by_name("17.png"), called_by_name("แก้วน้ำ-2.png")
    ('red mug', 'thing', 'แก้วน้ำ')
    """
    words = regex.findall(r"\p{L}[\p{L}\p{M}\u200c\u200d]*", clean_text(PurePosixPath(name).stem).lower())
    return " ".join(words) or "thing"


def _rows(place: str, names: set[str], rights: Rights) -> dict[str, tuple[CutoutRow, Rights]]:
    found: dict[str, tuple[CutoutRow, Rights]] = {}
    for name, at, cells in read_table(place, COLUMNS, names):
        cutout = CutoutRow(called=cells.get("called") or "-", height_m=_height(at, cells.get("height_m", "")))
        found[name] = (cutout, rights_of(cells, rights))
    return found


def _height(place: str, cell: str) -> float:
    if not cell:
        return UNKNOWN_HEIGHT
    low, high = HEIGHTS_M
    try:
        height = float(cell)
    except ValueError:
        height = -1.0
    if not low <= height <= high:
        raise UserError(f"{place}: column height_m: {cell!r}; write metres, {low} to {high:g}, or leave it empty")
    return height
