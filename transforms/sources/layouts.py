"""Which files of a folder are the two pictures of a pair, and its text, by their names alone."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from transforms.sources.files import is_image_name
from transforms.sources.roles import EDITED_WORDS, ROLES, SOURCE_WORDS, TEXT_WORDS, Role, role_of, split_name, word_of

Form = Literal["dots", "folders", "files", "names", "plain"]
READ = (
    "NAME.source.EXT with NAME.edited.EXT and NAME.txt; two folders such as source/ and edited/ (input/ output/, "
    "before/ after/, original/ edited/, control/ target/) with files of equal names and NAME.txt in one of them; a "
    "folder for each pair with source.EXT, edited.EXT, instruction.txt"
)
"""The layouts, for messages."""
ALONE = "pair"
"""Name of the one pair of a folder that holds source.EXT and edited.EXT."""


_HINT = re.compile("|".join(["^[ab]/", *sorted(SOURCE_WORDS | EDITED_WORDS)]), re.IGNORECASE)
"""Without one of these in a name of a picture there is no layout: it spares large folders of photos a closer look."""


class _Place(NamedTuple):
    """Meaning of a file's name. Attributes: name of its pair; role, or text; parent of the folder naming the role."""

    key: str
    role: Role | Literal["text"]
    parent: str


@dataclass(frozen=True)
class PairFiles:
    """Files of one pair, names relative to the folder. Attributes: by role, candidates; and its texts."""

    source: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    def of(self, role: Role) -> tuple[str, ...]:
        """Return the pictures that may be this one."""
        return self.source if role == "source" else self.edited


@dataclass(frozen=True)
class Layout:
    """How pairs lie in a folder.

    Attributes:
        form: `dots`: NAME.source.EXT; `folders`: source/NAME.EXT; `files`: NAME/source.EXT; `names`: NAME_before.EXT;
            `plain`: NAME.EXT and NAME_edited.EXT.
        pairs: name of the pair -> its files.
        others: pictures that belong to none.
    """

    form: Form
    pairs: dict[str, PairFiles]
    others: tuple[str, ...]

    @property
    def complete(self) -> list[PairFiles]:
        """The pairs that have both pictures."""
        return [files for files in self.pairs.values() if files.source and files.edited]


def is_pair_member(name: str) -> bool:
    """Return whether a file is a pair's image by its name, NAME.source.EXT or NAME.edited.EXT.

    >>> is_pair_member("a/cat.source.png"), is_pair_member("a/source.png")
    (True, False)
    """
    place = _dots(name)
    return is_image_name(name) and place is not None and place.role in ROLES


def find_layout(names: Sequence[str]) -> Layout | None:
    """Return the layout of pairs in a folder; None if no two of its pictures are named like a pair's.

    Args:
        names: of all files below it, relative to it.
    """
    images = [name for name in names if is_image_name(name)]
    if not any(map(_HINT.search, images)):
        return None
    texts = [name for name in names if name.lower().endswith(".txt")]
    dots = _grouped("dots", _dots, images, texts)
    if dots.complete:
        return dots
    folders = _Folders(images)
    by_folder = _grouped("folders", folders.place, images, texts)
    if folders.parents and (not folders.weak or 2 * len(by_folder.complete) > len(by_folder.pairs)):
        return by_folder
    layouts = [_grouped("files", _file, images, texts), _grouped("names", _name, images, texts)]
    plain = _grouped("plain", _plain, images, texts)
    if 4 * len(plain.complete) > len(images):  # in a folder of photos, a few may well be edited ones of others
        layouts.append(plain)
    return next((layout for layout in layouts if layout.complete), dots if dots.pairs else None)


def captioned(names: Sequence[str]) -> int:
    """Return how many pictures have a text of the same name next to them."""
    texts = {name.rpartition(".")[0] for name in names if name.lower().endswith(".txt")}
    return sum(name.rpartition(".")[0] in texts for name in names if is_image_name(name))


def _grouped(
    form: Form, place_of: Callable[[str], _Place | None], images: Iterable[str], texts: Iterable[str]
) -> Layout:
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"source": [], "edited": [], "text": []})
    others = []
    for name in images:
        place = place_of(name)
        if place is None or place.role == "text":
            others.append(name)
        else:
            found[place.key][place.role].append(name)
    for name in texts:
        place = place_of(name)
        key = place.key if place else name.rpartition(".")[0]
        if key in found:
            found[key]["text"].append(name)
    pairs = {
        key: PairFiles(tuple(files["source"]), tuple(files["edited"]), tuple(files["text"]))
        for key, files in sorted(found.items())
    }
    return Layout(form, pairs, tuple(others))


def _dots(name: str) -> _Place | None:
    """Return the place of NAME.source.EXT, NAME.edited.EXT, and of their texts NAME.edited.txt."""
    stem, _, _ = name.rpartition(".")
    rest, dot, role = stem.rpartition(".")
    if not dot or not rest or rest.endswith("/"):
        return None
    if role in TEXT_WORDS:
        return _Place(rest, "text", "")
    return next((_Place(rest, known, "") for known in ROLES if role == known), None)


def _file(name: str) -> _Place | None:
    """Return the place of NAME/source.EXT, NAME/edited.EXT, NAME/instruction.txt."""
    folder, _, file = name.rpartition("/")
    word = word_of(file.rpartition(".")[0])
    role = role_of(word) or ("text" if word in TEXT_WORDS else None)
    return _Place(folder or ALONE, role, "") if role else None


def _name(name: str) -> _Place | None:
    """Return the place of NAME_before.EXT, after-001.EXT, NAME_instruction.txt."""
    folder, slash, file = name.rpartition("/")
    rest, word = split_name(file.rpartition(".")[0])
    role = role_of(word) or ("text" if word in TEXT_WORDS else None)
    return _Place(f"{folder}{slash}{rest}", role, "") if role else None


def _plain(name: str) -> _Place | None:
    """Return the place of NAME.EXT, NAME_edited.EXT, NAME.txt."""
    place = _name(name)
    if place and place.role != "source":
        return place
    return _Place(name.rpartition(".")[0], "source" if is_image_name(name) else "text", "")


class _Folders:
    """The folders of a tree whose names are those of a pair's pictures, where both are in one parent folder.

    Attributes:
        parents: in which both are.
        weak: they are called A and B alone, as folders of photos may be too.
    """

    def __init__(self, images: Sequence[str]) -> None:
        roles: dict[str, set[str]] = defaultdict(set)
        for name in images:
            for place in _folder_places(name, role_of):
                roles[place.parent].add(place.role)
        self.parents = {parent for parent, own in roles.items() if len(own) == len(ROLES)}
        tops = {name.partition("/")[0].lower() for name in images if "/" in name}
        self.weak = not self.parents and tops >= {"a", "b"}
        self._role_of: Callable[[str], Role | None] = _letter_role if self.weak else role_of
        if self.weak:
            self.parents = {""}

    def place(self, name: str) -> _Place | None:
        """Return the place of a file by the outermost folder that counts."""
        places = _folder_places(name, self._role_of)
        return next((place for place in places if place.parent in self.parents), None)


def _letter_role(word: str) -> Role | None:
    return "source" if word == "a" else "edited" if word == "b" else None


def _folder_places(name: str, role_of_word: Callable[[str], Role | None]) -> Iterator[_Place]:
    """Yield the places of source/NAME.EXT, edited/NAME.EXT, captions/NAME.txt, a folder that counts after the other."""
    parts = name.split("/")
    parts[-1] = parts[-1].rpartition(".")[0]
    for index, part in enumerate(parts[:-1]):
        word = word_of(part)
        is_text = word in TEXT_WORDS and name.lower().endswith(".txt")
        if role := role_of_word(word) or ("text" if is_text else None):
            yield _Place("/".join([*parts[:index], *parts[index + 1 :]]), role, "/".join(parts[:index]))
