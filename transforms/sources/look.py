"""Folders of photos that look like pairs: what they look like, and the question that is put to the user."""

from collections.abc import Sequence

from schemas.errors import UserError
from transforms import storage
from transforms.sources.files import is_image_name
from transforms.sources.folder_tables import pair_table, table_of_pictures
from transforms.sources.layouts import Layout, captioned, find_layout
from transforms.sources.roles import ROLES

PHOTOS, PAIRS = "photos:", "pairs:"
"""Beginnings of an address with which the user says what is in a folder."""
MOST_CAPTIONS = 0.5
"""Share of the pictures with a text of the same name from which the texts are taken for instructions or captions."""


def place_of(address: str) -> str:
    """Return an address without the word that says what is there."""
    return address.removeprefix(PHOTOS).removeprefix(PAIRS)


def refuse_pairs(folder: str, listed: Sequence[str], named_too: bool) -> None:
    """Ask about a folder that is to be read as photos and looks like pairs, or like photos with captions.

    Args:
        folder: path or address.
        listed: names of all files in it.
        named_too: also ask about NAME.source.EXT and NAME.edited.EXT.

    Raises:
        UserError: it does; the message says how, and what to give instead.
    """
    layout = find_layout(listed)
    if layout and (layout.form != "dots" or named_too):
        raise UserError(_question(folder, _look(layout), _photos_of(folder, layout)))
    if layout:
        return
    if table := pair_table(folder, listed):
        raise UserError(_question(table, "it names source and edited pictures", f"{PHOTOS}{folder}"))
    if said := table_of_pictures(folder, listed):
        raise UserError(
            f"--sources {folder}: looks like pairs or pictures with texts ({said}), and this recipe would edit every "
            f"picture and not read it; to import pairs: name its fields source, edited and instruction, and give the "
            f"file with --recipe pairs; to edit all pictures as photos: --sources {PHOTOS}{folder}"
        )
    pictures, texts = sum(map(is_image_name, listed)), captioned(listed)
    if pictures and texts > MOST_CAPTIONS * pictures:
        raise UserError(
            f"--sources {folder}: {texts} of {pictures} pictures have a text NAME.txt next to them, as the pictures of "
            f"pairs have, and this recipe does not read it; to edit these photos all the same: --sources "
            f"{PHOTOS}{folder}; pairs have two pictures each, for example NAME.source.EXT and NAME.edited.EXT"
        )


def refuse_rows(address: str) -> None:
    """Refuse a file of pairs under a recipe that edits photos."""
    raise UserError(
        f"--sources {address}: is a file of pairs, and this recipe edits photos; to import the pairs: --recipe pairs; "
        f"to import them next to edited photos: --sources {PAIRS}{address}"
    )


def _question(pairs: str, look: str, photos: str) -> str:
    return (
        f"--sources {pairs}: looks like pairs ({look}), and this recipe would edit every picture, edited ones too; to "
        f"import the pairs: --recipe pairs; to import them next to edited photos: --sources {PAIRS}{pairs}; to edit "
        f"photos: --sources {photos}"
    )


def _look(layout: Layout) -> str:
    first, *more = layout.complete or layout.pairs.values()
    if not layout.complete:
        firsts = [next((files.of(role)[0] for files in (first, *more) if files.of(role)), "") for role in ROLES]
        return f"no two belong together by their names, but {' and '.join(filter(None, firsts))} are named so"
    names = f"{first.source[0]} and {first.edited[0]}"
    return f"{names}, and {len(more)} more of that kind" if more else names


def _photos_of(folder: str, layout: Layout) -> str:
    """Return the address of all pictures as photos, after that of the sources alone if they are in one folder."""
    every = f"{PHOTOS}{folder}"
    if layout.form == "folders" and layout.complete:
        first, *_ = layout.complete[0].source[0].split("/")
        if all(files.source[0].startswith(f"{first}/") for files in layout.complete):
            return f"{PHOTOS}{storage.join(folder, first)}, or {every} for all pictures"
    return every
