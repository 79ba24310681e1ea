"""Pairs in a folder, by the names of their files, or by a table that lies with them."""

from collections.abc import Iterator, Mapping, Sequence

from schemas.errors import UserError
from schemas.plan import PairRow, Rights, SourceItem
from schemas.reject import Reject
from transforms import storage
from transforms.sources.cutouts import FILE_NAME as CUTOUTS
from transforms.sources.files import absolute, printable_name, read_file
from transforms.sources.folder import bad_name
from transforms.sources.layouts import Layout, PairFiles
from transforms.sources.pair_row import BadRowError, base_length, is_nothing, reject_row
from transforms.sources.record_file import is_record_file, mentions, read_records
from transforms.sources.rights import FILE_NAME as RIGHTS
from transforms.sources.rights import RightsTable, read_rights
from transforms.sources.roles import ROLES
from transforms.sources.text import NotUnicodeError, decode_text

CAPTIONS = ("file_name", "instruction")
"""Fields of a table that gives instructions to the pictures of a folder."""
_EXPECTED = {
    "dots": "named neither NAME.source.EXT nor NAME.edited.EXT",
    "folders": "in neither of the two folders of pairs",
    "files": "named neither source.EXT nor edited.EXT",
    "names": "named like neither picture of a pair",
}
"""Form of a layout -> what a picture that belongs to no pair is."""


def tables_with(folder: str, listed: Sequence[str], fields: Sequence[str]) -> list[str]:
    """Return the names of tables directly in a folder that have these fields, as far as their first bytes tell."""
    own = (name for name in listed if "/" not in name and is_record_file(name) and name not in (RIGHTS, CUTOUTS))
    return [name for name in own if mentions(storage.join(folder, name), fields)]


def pairs_of_layout(
    folder: str, listed: Sequence[str], layout: Layout, rights: Rights, needs_instruction: bool = True
) -> Iterator[SourceItem | Reject]:
    """Yield an item, or a reject, for each pair of a folder, and a reject for each picture that belongs to none.

    The instruction is the text that belongs to the pair by its name, or that of a table (`CAPTIONS`) for one of its
    pictures. A `sources.csv` may give rights by the pair's name.

    Args:
        folder: path or address.
        listed: names of all files in it.
        layout: of the pairs.
        rights: that hold where `sources.csv` says nothing.
        needs_instruction: a pair without one is refused.

    Raises:
        UserError: a damaged `sources.csv`, or a table that cannot be read.
    """
    for name in layout.others:
        if printable_name(name) != name:
            yield bad_name(name)
        else:
            yield reject_row(name, "no_pair", f"{_EXPECTED[layout.form]}; rename or move it")
    table = read_rights(folder, rights, layout.pairs.keys(), listed)
    captions = _captions(folder, listed) if needs_instruction else {}
    for key, files in layout.pairs.items():
        if bad := next((name for name in files.source + files.edited if printable_name(name) != name), None):
            yield bad_name(bad)
            continue
        try:
            instruction = _instruction(folder, key, files, captions) if needs_instruction else "-"
            yield _item(absolute(folder), key, files, table, instruction)
        except BadRowError as error:
            yield reject_row(key, error.reason, error.detail)


def _item(folder: str, key: str, files: PairFiles, table: RightsTable, instruction: str) -> SourceItem:
    own, scene = table.of(key)
    source, edited = (storage.join(folder, files.of(role)[0]) for role in ROLES)
    return SourceItem(
        name=key,
        uri=source,
        dataset="pairs",
        scene=scene,
        rights=own,
        base_length=base_length(folder, source),
        pair=PairRow(name=key, edited_uri=edited, instruction=instruction),
    )


def check_pictures(key: str, files: PairFiles) -> None:
    """Refuse a pair that lacks a picture, or has several for one.

    Raises:
        BadRowError: what is missing, and the name of the file that is there.
    """
    for role in ROLES:
        names = files.of(role)
        if not names:
            (there, *_) = files.source + files.edited
            raise BadRowError(
                f"missing_{role}", f"no {role} picture of {key!r} for {there}; add it, or remove this one"
            )
        if len(names) > 1:
            raise BadRowError("ambiguous_pair", f"several files: {', '.join(names)}; keep one")


def _instruction(folder: str, key: str, files: PairFiles, captions: Mapping[str, str]) -> str:
    check_pictures(key, files)
    found = {text: name for name in files.texts if (text := _text_of(folder, name))}
    if len(found) > 1:
        raise BadRowError("ambiguous_instruction", f"{' and '.join(found.values())} say different things; keep one")
    if found:
        return next(iter(found))
    for picture in (*files.edited, *files.source):
        if caption := captions.get(picture) or captions.get(picture.rpartition("/")[2]):
            return caption
    if files.texts:
        raise BadRowError("missing_instruction", f"{files.texts[0]} is empty; write the instruction into it")
    raise BadRowError("missing_instruction", f"no {key}.txt; write the instruction into a file of that name")


def _text_of(folder: str, name: str) -> str:
    try:
        return decode_text(read_file(storage.join(folder, name))).strip()
    except OSError as error:
        raise BadRowError(
            "bad_instruction", f"{name} cannot be read: {error.strerror or type(error).__name__}"
        ) from None
    except NotUnicodeError as error:
        raise BadRowError("bad_instruction", f"{name}: {error}") from None


def _captions(folder: str, listed: Sequence[str]) -> dict[str, str]:
    """Return file name -> instruction of the tables in a folder that have both fields."""
    found: dict[str, str] = {}
    for table in tables_with(folder, listed, CAPTIONS):
        place = storage.join(folder, table)
        for record in read_records(place, place, CAPTIONS):
            name, text = ((record.fields or {}).get(field) for field in CAPTIONS)
            if isinstance(name, str) and isinstance(text, str) and not is_nothing(text):
                found[name.strip().replace("\\", "/")] = text.strip()
    return found


def only_table(folder: str, tables: Sequence[str]) -> str:
    """Return the name of the one table of pairs in a folder.

    Raises:
        UserError: there are several.
    """
    if len(tables) > 1:
        each = " ".join(f"--sources {storage.join(folder, name)}" for name in tables[:4])
        raise UserError(f"--sources {folder}: holds several files of pairs; give each: {each}")
    return tables[0]
