"""Existing pairs (source, edited, instruction): a file of rows, or a folder of named files."""

from collections.abc import Iterator, Sequence

from schemas.errors import UserError
from schemas.plan import Rights, SourceItem
from schemas.reject import Reject
from transforms.sources import layouts
from transforms.sources.files import absolute, is_image_name, kinds_of, list_visible, path_kind, printable_name
from transforms.sources.folder_tables import other_fields, pair_table
from transforms.sources.layouts import find_layout, is_pair_member
from transforms.sources.pair_folder import pairs_of_layout
from transforms.sources.pair_row import PICTURES, REQUIRED, pair_of_row, reject_row
from transforms.sources.record_file import READ as FILES_READ
from transforms.sources.record_file import read_records

__all__ = ["READ", "find_pairs", "is_pair_member"]

READ = f"{layouts.READ}; or a file of rows with the fields {', '.join(REQUIRED)}: {FILES_READ}"
"""What is read as pairs, for messages."""


def find_pairs(
    path: str, rights: Rights | None = None, needs_instruction: bool = True
) -> Iterator[SourceItem | Reject]:
    """Find existing pairs without opening their images.

    A file has rows (JSON Lines, JSON, CSV, TSV, gzip or not, in any Unicode encoding): `source`, `edited` (paths) and
    `instruction`; optional `edit_type`, `editor`, `license`, `attribution`, `people`, `scene`, `semantic_consistency`,
    `perceptual_quality`. Paths are read as `row_path.resolve` says. Empty lines do not count.

    A folder has one of the layouts of `layouts.find_layout`, or a file of rows next to its pictures. Images that belong
    to no pair become rejects.

    Args:
        path: the file or folder, a path or address.
        rights: that hold where a row says nothing.
        needs_instruction: a pair without an instruction is refused; otherwise none is looked for.

    Yields:
        One item, or one reject, per row or NAME: a bad row is never an exception.

    Raises:
        UserError: a folder without pairs, or a file that cannot be read as a whole.
    """
    rights = rights or Rights()
    required = REQUIRED if needs_instruction else PICTURES
    if path_kind(path) != "folder":
        return _rows(path, rights, required)
    listed = list_visible(path, warn=True)
    layout = find_layout(listed)
    if (layout is None or layout.form != "dots") and (table := pair_table(path, listed)):
        return _rows(table, rights, required)
    if layout is None:
        raise UserError(_no_pair(path, listed))
    return pairs_of_layout(path, listed, layout, rights, needs_instruction)


def _rows(path: str, rights: Rights, required: tuple[str, ...]) -> Iterator[SourceItem | Reject]:
    folder, _, file_name = absolute(path).rpartition("/")
    for record in read_records(path, path, required):
        name = f"{printable_name(file_name)}:{record.number}"
        if record.fields is None:
            yield reject_row(name, record.reason, record.problem)
        else:
            yield pair_of_row(record.fields, name, folder, rights, required)


def _no_pair(folder: str, listed: Sequence[str]) -> str:
    pictures = sum(map(is_image_name, listed))
    found = f"among {pictures} pictures" if pictures else f"among its files ({kinds_of(listed)})"
    return (
        f"--sources {folder}: no pair found {found}{other_fields(folder, listed)}; what is read: {READ}. Edits are "
        "rendered on photos by --recipe photos"
    )
