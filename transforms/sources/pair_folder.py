"""Pairs in a folder, by the names of their files, or by a table that lies with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from schemas.plan import PairRow, Rights, SourceItem
from schemas.reject import Reject
from transforms import storage
from transforms.sources.files import absolute, printable_name, read_file
from transforms.sources.folder import bad_name
from transforms.sources.folder_tables import captions_of, other_fields
from transforms.sources.layouts import Form, Layout, PairFiles
from transforms.sources.pair_row import BadRowError, base_length, reject_row
from transforms.sources.rights import RightsTable, read_rights
from transforms.sources.roles import ROLES
from transforms.sources.text import NotUnicodeError, decode_text

_EXPECTED = {
    "dots": "named neither NAME.source.EXT nor NAME.edited.EXT",
    "folders": "in neither of the two folders of pairs",
    "files": "named neither source.EXT nor edited.EXT",
    "names": "named like neither picture of a pair",
    "plain": "named like neither picture of a pair",
}
"""Form of a layout -> what a picture that belongs to no pair is."""


def pairs_of_layout(
    folder: str, listed: Sequence[str], layout: Layout, rights: Rights, needs_instruction: bool = True
) -> Iterator[SourceItem | Reject]:
    """Yield an item, or a reject, for each pair of a folder, and a reject for each picture that belongs to none.

    The instruction is the text that belongs to the pair by its name, or that of a table (`folder_tables.CAPTIONS`) for
    one of its pictures. A `sources.csv` may give rights by the pair's name.

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
    captions = captions_of(folder, listed) if needs_instruction else {}
    texts = _Texts(folder, listed, layout.form, captions)
    for key, files in layout.pairs.items():
        if bad := next((name for name in files.source + files.edited if printable_name(name) != name), None):
            yield bad_name(bad)
            continue
        try:
            check_pictures(key, files)
            instruction = texts.of(key, files) if needs_instruction else "-"
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


@dataclass(frozen=True)
class _Texts:
    """Instructions of the pairs in a folder. Attributes: the folder, its files, form of its layout, those of tables."""

    folder: str
    listed: Sequence[str]
    form: Form
    captions: Mapping[str, str]

    def of(self, key: str, files: PairFiles) -> str:
        """Return the instruction of a pair.

        Raises:
            BadRowError: there is none, or there are two.
        """
        found = {text: name for name in files.texts if (text := _text_of(self.folder, name))}
        if len(found) > 1:
            raise BadRowError("ambiguous_instruction", f"{' and '.join(found.values())} say different things; keep one")
        if found:
            return next(iter(found))
        for picture in (*files.edited, *files.source):
            if caption := self.captions.get(picture) or self.captions.get(picture.rpartition("/")[2]):
                return caption
        if files.texts:
            raise BadRowError("missing_instruction", f"{files.texts[0]} is empty; write the instruction into it")
        raise BadRowError("missing_instruction", f"no {self._expected(key, files)}{self._hint}")

    def _expected(self, key: str, files: PairFiles) -> str:
        if self.form == "folders":
            return f"{files.edited[0].rpartition('.')[0]}.txt"
        return f"{key}.txt" if self.form != "files" else f"{files.edited[0].rpartition('/')[0] or '.'}/instruction.txt"

    @cached_property
    def _hint(self) -> str:
        """What the folder has in place of texts."""
        return other_fields(self.folder, self.listed) or "; write the instruction into a file of that name"


def _text_of(folder: str, name: str) -> str:
    try:
        return decode_text(read_file(storage.join(folder, name))).strip()
    except OSError as error:
        raise BadRowError(
            "bad_instruction", f"{name} cannot be read: {error.strerror or type(error).__name__}"
        ) from None
    except NotUnicodeError as error:
        raise BadRowError("bad_instruction", f"{name}: {error}") from None
