"""The pairs that the regions tool is pointed at: a folder of named files, or a file of rows."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

from pipeline.regions_tool.record import PairRegions
from schemas.errors import UserError
from schemas.reject import Reject
from transforms import storage
from transforms.sources.files import absolute, is_image_name, list_visible, path_kind, printable_name
from transforms.sources.folder_tables import pair_table
from transforms.sources.layouts import READ, Layout, PairFiles, find_layout
from transforms.sources.missing import alternative
from transforms.sources.pair_folder import check_pictures
from transforms.sources.pair_row import PICTURES, BadRowError
from transforms.sources.pairs import find_pairs
from transforms.sources.record_file import READ as FILES_READ
from transforms.sources.row_path import tidied


@dataclass(frozen=True)
class Pair:
    """Two pictures of a name, and where they are."""

    name: str
    source: str
    edited: str

    @property
    def place(self) -> PurePath:
        """What is written for the pair is called this, in a folder; pairs of a subfolder lie in a subfolder there."""
        return PurePath(self.name)


@dataclass(frozen=True)
class Found:
    """What there is to measure. Attributes: pairs and rows that are none, in order; pictures that belong to no pair."""

    rows: tuple[Pair | PairRegions, ...]
    others: int = 0


def is_folder(path: str) -> bool:
    """Return whether a folder stands at a path or address."""
    return path_kind(path, "") == "folder"


def find_in_two(source: str, edited: str) -> Found:
    """Find pairs of equal names, but for their endings, in two folders, without opening their pictures.

    Raises:
        UserError: no two names are equal.
    """
    members: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"source": [], "edited": []})
    for role, folder in (("source", source), ("edited", edited)):
        for name in filter(is_image_name, list_visible(folder)):
            members[name.rpartition(".")[0]][role].append(storage.join(absolute(folder), name))
    pairs = {key: PairFiles(tuple(own["source"]), tuple(own["edited"])) for key, own in sorted(members.items())}
    if not any(files.source and files.edited for files in pairs.values()):
        raise UserError(f"{source}, {edited}: no two pictures have the same name; give folders of equal names")
    return Found(tuple(_row(key, files) for key, files in pairs.items()))


def find(path: str) -> Found:
    """Find pairs without opening their pictures.

    Folders (with subfolders, hidden ones left out) and files of rows are read as for a build of pairs
    (`transforms.sources.pairs.find_pairs`), but for the instruction, which may be missing. A name without its partner,
    or a row that is no pair, is a row with its reason.

    Raises:
        UserError: nothing there, or nothing that could be a pair.
    """
    kind = path_kind(path, "")
    if kind == "missing" and storage.is_local(path) and path_kind(tidied(path), "") != "missing":
        return find(tidied(path))
    if kind == "missing":
        raise UserError(
            f"{path}: no such file or folder{alternative(path)}; give a folder of pairs, a file of pairs (.jsonl), or "
            "two pictures"
        )
    if kind == "file" and is_image_name(path):
        raise UserError(f"{path}: one picture alone; give the edited one too, or a folder of pairs, or a .jsonl file")
    if kind == "file":
        return Found(tuple(_of_rows(path)))
    return _in_folder(path)


def _of_rows(path: str) -> Iterator[Pair | PairRegions]:
    for item in find_pairs(path, needs_instruction=False):
        name = item.name.replace(":", "-")  # files are called after it
        if isinstance(item, Reject):
            yield PairRegions.of_error(name, item.reason, item.detail)
        elif item.pair:
            yield Pair(name, item.uri, item.pair.edited_uri)


def _in_folder(path: str) -> Found:
    listed = list_visible(path, warn=True)
    layout = find_layout(listed)
    if (layout is None or layout.form != "dots") and (table := pair_table(path, listed)):
        return Found(tuple(_of_rows(table)))
    if layout is None:
        raise UserError(
            f"{path}: no pair in it; name pictures NAME.source.EXT and NAME.edited.EXT. What is read: {READ}; or a "
            f"file of rows with the fields {' and '.join(PICTURES)}: {FILES_READ}"
        )
    return Found(tuple(_rows(layout, absolute(path))), len(layout.others))


def _rows(layout: Layout, folder: str) -> Iterator[Pair | PairRegions]:
    for key, files in layout.pairs.items():
        row = _row(key, files)
        at = storage.join(folder, "")
        yield replace(row, source=at + row.source, edited=at + row.edited) if isinstance(row, Pair) else row


def _row(key: str, files: PairFiles) -> Pair | PairRegions:
    name = printable_name(key)
    if any(printable_name(file) != file for file in files.source + files.edited):
        return PairRegions.of_error(name, "bad_name", "the file's name is not UTF-8; rename it")
    try:
        check_pictures(name, files)
    except BadRowError as error:
        return PairRegions.of_error(name, error.reason, error.detail)
    return Pair(name, files.source[0], files.edited[0])
