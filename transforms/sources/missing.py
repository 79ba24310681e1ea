"""What to say of a picture that cannot be opened: the path that was looked for, and what is there instead."""

import os
import unicodedata
from functools import lru_cache
from pathlib import Path, PurePath

from transforms import storage


def why_unreadable(place: str, error: OSError) -> str:
    """Return why a file cannot be read, in one line without its path.

    Args:
        place: path or address that was opened.
        error: that this raised.
    """
    if storage.is_local(place):
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return f"no such file{alternative(place)}"
        if os.path.isdir(place):  # noqa: PTH112 - pathlib's raises where a name is too long
            return "is a folder; name the picture in it"
    elif isinstance(error, FileNotFoundError):
        return "no such object in the store"
    return error.strerror or str(error)


def alternative(place: str) -> str:
    """Return what is there instead of a missing path, as the end of a sentence; "" if nothing is like it.

    The first missing part of the path is compared with the names in its folder: letters of other case, accents in
    another Unicode form, blanks around it, or another extension.
    """
    if not storage.is_local(place):
        return ""
    path = Path(place).absolute()
    for parent in [*reversed(path.parents)]:
        part = path.parts[len(parent.parts)]
        if (parent / part).is_symlink() and not os.path.exists(parent / part):  # noqa: PTH110 - as above
            return f"; {part!r} is a link to what is missing"
        if not os.path.exists(parent / part) and parent.is_dir():  # noqa: PTH110 - as above
            return _like(part, str(parent), is_last=parent == path.parent)
    return ""


def _like(part: str, folder: str, is_last: bool) -> str:
    names, stems = _names(folder, _changed(folder))
    if found := names.get(_folded(part)):
        return f"; {found!r} is there, which differs in upper and lower case, in accents or in blanks"
    if is_last and (found := stems.get(_folded(PurePath(part).stem))):
        return f"; {found!r} is there"
    return "" if is_last else f"; there is no folder {part!r}"


@lru_cache(maxsize=4)
def _names(folder: str, changed: int) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names in a folder, and its files by stem, both folded -> name; `changed` makes old answers stale."""
    try:
        found = sorted(os.listdir(folder))  # noqa: PTH208 - names are compared, no paths made
    except OSError:
        found = []
    return {_folded(name): name for name in found}, {_folded(PurePath(name).stem): name for name in found}


def _changed(folder: str) -> int:
    try:
        return Path(folder).stat().st_mtime_ns
    except OSError:
        return -1


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()
