"""Existing pairs (source, edited, instruction): a jsonl file, or a folder of named files."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.example import ScoredReasoning, Text
from schemas.plan import PairRow, Rights, SourceItem
from schemas.reject import Reject
from schemas.vocabulary import EditType
from transforms import storage
from transforms.sources.files import (
    absolute,
    is_image_name,
    list_visible,
    open_file,
    path_kind,
    printable_name,
    read_file,
)
from transforms.sources.folder import bad_name
from transforms.sources.rights import People, RightsTable, read_rights
from transforms.texts.json_text import mended_json

_MEMBER = re.compile(r"(?P<stem>.+)\.(?P<role>source|edited)\.[^./]+")
_BOM = b"\xef\xbb\xbf"


class _Line(BaseModel):
    """One line of a jsonl file; other fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    source: Text
    edited: Text
    instruction: Text
    edit_type: EditType = "unknown"
    editor: Text = "unknown"
    license: Text | None = None
    attribution: Text | None = None
    people: People | None = None
    scene: Text = "-"
    semantic_consistency: ScoredReasoning | None = None
    perceptual_quality: ScoredReasoning | None = None


def find_pairs(path: str, rights: Rights | None = None) -> Iterator[SourceItem | Reject]:
    """Find existing pairs without opening their images.

    A `.jsonl` file has one object per line: `source`, `edited` (paths) and `instruction`; optional `edit_type`,
    `editor`, `license`, `attribution`, `people`, `scene`, `semantic_consistency`, `perceptual_quality`. Relative
    paths start at the file's folder and must not leave it; absolute paths, and addresses on the store that holds
    the file, are the user's own choice and taken as they are. Empty lines do not count.

    A folder holds `NAME.source.EXT`, `NAME.edited.EXT` and the instruction in `NAME.txt`; a `sources.csv` may give
    rights by NAME. Images that belong to no pair are set aside.

    Args:
        path: the file or folder, a path or address.
        rights: that hold where a row says nothing.

    Yields:
        One item, or one reject, per line or NAME: a bad row is never an exception.

    Raises:
        UserError: a damaged `sources.csv`.
        OSError: the jsonl file is missing.
    """
    rights = rights or Rights()
    return _from_folder(path, rights) if path_kind(path) == "folder" else _from_jsonl(path, rights)


def is_pair_member(name: str) -> bool:
    """Return whether a file is a pair's image by its name.

    >>> is_pair_member("a/cat.source.png"), is_pair_member("a/source.png")
    (True, False)
    """
    return is_image_name(name) and _MEMBER.fullmatch(name) is not None


def _reject(name: str, reason: str, detail: str) -> Reject:
    return Reject(
        level="file",
        key=name,
        name=name,
        stage="read",
        reason=reason,
        reject_class="error",
        detail=printable_name(" ".join(detail.split()))[:500],
    )


def _from_jsonl(path: str, rights: Rights) -> Iterator[SourceItem | Reject]:
    folder, _, file_name = absolute(path).rpartition("/")
    with open_file(path) as stream:
        for number, line in enumerate(stream, 1):
            text = line.removeprefix(_BOM) if number == 1 else line
            if text.strip():
                yield _read_line(text, f"{printable_name(file_name)}:{number}", folder, rights)


def _read_line(text: bytes, name: str, folder: str, rights: Rights) -> SourceItem | Reject:
    try:
        row = _Line.model_validate_json(text)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        if problem["type"] == "json_invalid" and (mended := mended_json(text)) not in (None, text):
            return _read_line(mended, name, folder, rights)
        reason = {"json_invalid": "not_json", "missing": "missing_field"}.get(problem["type"], "bad_field")
        field = ".".join(map(str, problem["loc"])) or "line"
        return _reject(name, reason, f"{field}: {problem['msg']}")
    try:
        source_uri, edited_uri = _resolve(row.source, folder), _resolve(row.edited, folder)
    except ValueError as error:
        return _reject(name, "bad_path", str(error))
    return SourceItem(
        name=name,
        uri=source_uri,
        dataset="pairs",
        scene=row.scene,
        rights=Rights(
            license=row.license or rights.license,
            attribution=row.attribution or rights.attribution,
            people=row.people or rights.people,
        ),
        pair=PairRow(
            name=name,
            edited_uri=edited_uri,
            instruction=row.instruction.strip(),
            edit_type=row.edit_type,
            editor=row.editor,
            semantic_consistency=row.semantic_consistency,
            perceptual_quality=row.perceptual_quality,
        ),
    )


def _resolve(path: str, folder: str) -> str:
    """Return the path or address of an image named in a jsonl file that lies in `folder`.

    Raises:
        ValueError: it leaves the folder, or lies on another store.
    """
    local = storage.is_local(folder)
    if not storage.is_local(path):
        if local or "::" in path or path.partition("://")[0] != folder.partition("://")[0]:
            raise ValueError(f"{path}: an address must be on the store that holds the jsonl file")
        return path
    if path.startswith("/") and local:
        return path
    relative = posixpath.normpath(path)
    if relative.startswith("/") or relative == ".." or relative.startswith("../"):
        raise ValueError(f"{path}: leaves the folder of the jsonl file; move the image there, or give its full path")
    return storage.join(folder, relative)


def _from_folder(folder: str, rights: Rights) -> Iterator[SourceItem | Reject]:
    listed = list_visible(folder, warn=True)
    members: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"source": [], "edited": []})
    for name in filter(is_image_name, listed):
        if printable_name(name) != name:
            yield bad_name(name)
        elif match := _MEMBER.fullmatch(name):
            members[match["stem"]][match["role"]].append(name)
        else:
            yield _reject(name, "no_pair", "neither NAME.source.EXT nor NAME.edited.EXT; rename or move it")
    table = read_rights(folder, rights, members.keys(), listed)
    texts = {name for name in listed if name.endswith(".txt")}
    for stem, roles in sorted(members.items()):
        yield _read_stem(stem, roles, texts, absolute(folder), table)


def _read_stem(
    stem: str, roles: dict[str, list[str]], texts: Iterable[str], folder: str, table: RightsTable
) -> SourceItem | Reject:
    for role, names in roles.items():
        if not names:
            return _reject(stem, f"missing_{role}", f"no {stem}.{role}.EXT beside its partner")
        if len(names) > 1:
            return _reject(stem, "ambiguous_pair", f"several files: {', '.join(names)}; keep one")
    if f"{stem}.txt" not in texts:
        return _reject(stem, "missing_instruction", f"no {stem}.txt")
    try:
        instruction = read_file(storage.join(folder, f"{stem}.txt")).decode("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        return _reject(stem, "bad_instruction", f"{stem}.txt cannot be read: {type(error).__name__}")
    if not instruction:
        return _reject(stem, "missing_instruction", f"{stem}.txt is empty")
    own, scene = table.of(stem)
    edited_uri = storage.join(folder, roles["edited"][0])
    return SourceItem(
        name=stem,
        uri=storage.join(folder, roles["source"][0]),
        dataset="pairs",
        scene=scene,
        rights=own,
        pair=PairRow(name=stem, edited_uri=edited_uri, instruction=instruction),
    )
