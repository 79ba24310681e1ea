"""The pairs that the regions tool is pointed at: a folder of named files, or a jsonl file."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from pipeline.regions_tool.record import PairRegions
from schemas.errors import UserError
from schemas.reject import Reject
from transforms import storage
from transforms.sources.files import absolute, is_image_name, list_visible, path_kind, printable_name
from transforms.sources.pairs import find_pairs, is_pair_member

_MEMBER = re.compile(r"(?P<stem>.+)\.(?P<role>source|edited)\.[^./]+")


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


def find(path: str) -> Found:
    """Find pairs without opening their pictures.

    A folder (with subfolders, hidden ones left out) holds `NAME.source.EXT` and `NAME.edited.EXT`, sorted by NAME; a
    `.jsonl` file has lines as for a build of pairs (`transforms.sources.pairs.find_pairs`), in its own order. A name
    without its partner, or a line that is no pair, is a row with its reason.

    Raises:
        UserError: nothing there, or nothing that could be a pair.
    """
    kind = path_kind(path)
    if kind == "missing":
        raise UserError(f"{path}: no such file or folder; give a folder of pairs, a .jsonl file, or two pictures")
    if kind == "file" and not path.endswith(".jsonl"):
        raise UserError(f"{path}: one picture alone; give the edited one too, or a folder of pairs, or a .jsonl file")
    found = _in_folder(path) if kind == "folder" else Found(tuple(_in_jsonl(path)))
    if not found.rows:
        raise UserError(f"{path}: no pair in it; name pictures NAME.source.EXT and NAME.edited.EXT")
    return found


def _in_jsonl(path: str) -> Iterator[Pair | PairRegions]:
    for item in find_pairs(path):
        name = item.name.replace(":", "-")  # files are called after it
        if isinstance(item, Reject):
            yield PairRegions.of_error(name, item.reason, item.detail)
        elif item.pair:
            yield Pair(name, item.uri, item.pair.edited_uri)


def _in_folder(path: str) -> Found:
    pictures = [name for name in list_visible(path, warn=True) if is_image_name(name)]
    members: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"source": [], "edited": []})
    for name in filter(is_pair_member, pictures):
        if match := _MEMBER.fullmatch(name):
            members[match["stem"]][match["role"]].append(name)
    rows = tuple(_row(stem, roles, absolute(path)) for stem, roles in sorted(members.items()))
    return Found(rows, sum(not is_pair_member(name) for name in pictures))


def _row(stem: str, roles: dict[str, list[str]], folder: str) -> Pair | PairRegions:
    name = printable_name(stem)
    if name != stem:
        return PairRegions.of_error(name, "bad_name", "the file's name is not UTF-8; rename it")
    for role, names in roles.items():
        if not names:
            return PairRegions.of_error(name, f"missing_{role}", f"no {name}.{role}.EXT beside its partner")
        if len(names) > 1:
            return PairRegions.of_error(name, "ambiguous_pair", f"several files: {', '.join(names)}; keep one")
    return Pair(name, storage.join(folder, roles["source"][0]), storage.join(folder, roles["edited"][0]))
