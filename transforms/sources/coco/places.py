"""The file of an image entry, searched below the folder of images."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from transforms import storage
from transforms.sources.files import list_visible, open_file

NAMES = ("file_name", "filename", "path", "name")
"""Fields that may name the file."""
URLS = ("coco_url", "url", "flickr_url")
"""Fields whose address ends with its name, where none of these does."""


class Places:
    """The files below a folder, looked up by the names that an annotation file uses."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def place_of(self, image: dict[str, Any]) -> str | None:
        """Return the name, relative to the folder, of an entry's picture; None if there is no such file.

        In order: the name as written; with slashes for backslashes; without its first folders (an absolute path, or
        one from another folder); the only file of that name in any subfolder.
        """
        return next((found for name in _names(image) if (found := self._found(name))), None)

    def _found(self, name: str) -> str | None:
        for given in dict.fromkeys((name, name.replace("\\", "/"), unquote(name))):
            parts = [part for part in given.split("/") if part not in ("", ".")]
            inside = parts if ".." not in parts else parts[len(parts) - parts[::-1].index("..") :]
            tails = ["/".join(inside[at:]) for at in range(len(inside))]
            if found := next((tail for tail in tails if self._is_there(tail)), None):
                return found
            same = self._by_last_part[tails[-1]] if tails else []
            if len(same) == 1:
                return same[0]
        return None

    def _is_there(self, name: str) -> bool:
        if name in self._listed:
            return True
        if not storage.is_local(self._folder):
            return False
        try:
            with open_file(storage.join(self._folder, name)):  # a linked folder is not listed
                return True
        except (OSError, ValueError):
            return False

    @cached_property
    def _listed(self) -> frozenset[str]:
        return frozenset(list_visible(self._folder))

    @cached_property
    def _by_last_part(self) -> defaultdict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name in self._listed:
            found[posixpath.basename(name)].append(name)
        return found


def called(image: dict[str, Any]) -> str:
    """Return the first name that an entry has for its file, for messages; "-" for none."""
    return next(_names(image), "-")


def _names(image: dict[str, Any]) -> Iterator[str]:
    for field in NAMES:
        if isinstance(value := image.get(field), str) and (name := re.sub(r"^[A-Za-z]:(?=[\\/])", "", value.strip())):
            yield name
    for field in URLS:
        if isinstance(value := image.get(field), str) and (path := urlsplit(value.strip()).path.strip("/")):
            yield path
