"""The path of a picture as a row of a user's file writes it, made one that can be opened."""

import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from transforms import storage

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_ODD = re.compile(r"[\s\0:\\~%\"'`]")
"""Without one of these a path can only be meant as it is written."""
_QUOTES = "\"'`"
LONGEST_SHOWN = 120
"""Characters of a path that a message repeats."""


def resolve(written: str, folder: str) -> str:
    """Return the path or address of a picture that a row names.

    Relative paths start at `folder` and must not leave it; absolute paths, and addresses on the store that holds the
    folder, are the user's own choice and taken as they are. On this machine a path that is not there as written is
    looked for without blanks and quotes around it, with `/` for the backslashes of Windows, with `~` for the home
    folder, and without percent escapes; `file://` addresses are paths.

    Args:
        written: in the row.
        folder: of the file that holds the row; an absolute path or an address.

    Raises:
        ValueError: it cannot be meant, leaves the folder, or is on another store; the message says what to write.
    """
    if storage.is_local(folder) and not _ODD.search(written):
        return _checked(written, folder)
    plain = _without_quotes(written)
    _refuse(plain)
    if not storage.is_local(folder):
        return _on_store(plain, folder)
    if scheme := _SCHEME.match(plain):
        if scheme[1].lower() != "file":
            raise ValueError(
                f"{shortened(plain)}: an address must be on the store that holds the file, which is this machine; copy "
                "the picture here and write its path"
            )
        plain = unquote(_file_path(plain))
    return _located(written, plain, folder)


def shortened(text: str) -> str:
    """Return a text for a message: at most `LONGEST_SHOWN` characters.

    >>> len(shortened("x" * 500))
    120
    """
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def shown(path: str) -> str:
    """Return a path for a message: shortened, and with `~` for the user's home folder."""
    home = f"{Path.home()}/"
    return shortened(f"~/{path.removeprefix(home)}" if path.startswith(home) and home != "//" else path)


def tidied(written: str) -> str:
    """Return a path of this machine without blanks and quotes around it, `/` for backslashes, `~` expanded.

    >>> tidied(f' "img{chr(92)}a.png" ')
    'img/a.png'
    """
    plain = _without_quotes(written)
    if plain.lower().startswith("file://"):
        plain = unquote(_file_path(plain))
    return _tidy(plain)


def _without_quotes(written: str) -> str:
    plain = written.strip()
    if len(plain) > 2 and plain[0] == plain[-1] and plain[0] in _QUOTES:
        plain = plain[1:-1].strip()
    is_bare = plain.lower().startswith("file:") and not plain.lower().startswith("file://")
    return plain[len("file:") :] if is_bare else plain


def _tidy(plain: str) -> str:
    forward = plain.replace("\\", "/")
    if not forward.startswith("~"):
        return forward
    try:
        return str(Path(forward).expanduser())
    except RuntimeError:  # nobody of that name, or no home
        return forward


def _refuse(plain: str) -> None:
    if "\0" in plain:
        raise ValueError(f"{shortened(plain)!r}: holds a zero byte; write the path of a picture")
    if plain.startswith("data:"):
        raise ValueError(f"{shortened(plain[:40])}...: is a picture itself; write it to a file and name that")
    if _DRIVE.match(plain) or plain.startswith("\\\\"):
        raise ValueError(
            f"{shortened(plain)}: is a path of a Windows drive; write it relative to the folder of this file"
        )


def _file_path(address: str) -> str:
    parts = urlsplit(address)
    if parts.netloc not in ("", "localhost"):
        raise ValueError(f"{shortened(address)}: names another machine; copy the picture here and write its path")
    return address.partition("://")[2].removeprefix(parts.netloc)


def _on_store(path: str, folder: str) -> str:
    if not storage.is_local(path):
        if "::" in path or path.partition("://")[0] != folder.partition("://")[0]:
            store = folder.partition("://")[0]
            raise ValueError(
                f"{shortened(path)}: an address must be on the store that holds the file, {store}; copy the picture "
                "there and write its address"
            )
        return path
    return storage.join(folder, _inside(path.replace("\\", "/")))


def _located(written: str, plain: str, folder: str) -> str:
    tidy = _tidy(plain)
    readings = list(dict.fromkeys([written, plain, tidy, unquote(tidy)]))
    if len(readings) > 1:  # where a path has nothing odd about it, no disk is asked
        for reading in readings:
            place = reading if reading.startswith("/") else storage.join(folder, reading)
            if _stands(place):
                return _checked(reading, folder)
    return _checked(tidy, folder)


def _checked(path: str, folder: str) -> str:
    return path if path.startswith("/") else storage.join(folder, _inside(path))


def _stands(place: str) -> bool:
    try:
        return Path(place).exists()
    except (OSError, ValueError):
        return False


def _inside(path: str) -> str:
    relative = posixpath.normpath(path)
    if relative.startswith("/") or relative == ".." or relative.startswith("../"):
        raise ValueError(
            f"{shortened(path)}: leaves the folder of the file that names it; move the picture there, or write its "
            "full path"
        )
    return relative
