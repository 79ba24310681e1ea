"""Reading and listing what the user points at: local paths, and addresses such as gs://."""

import errno
import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Literal

from fsspec.core import url_to_fs

from schemas.errors import InterruptedRunError, UserError
from transforms import storage
from transforms.marks import LEASES, MANIFEST, RUN, is_manifest, output_folders
from transforms.retry import retried

_USABLE = {"jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "tif", "tiff", "bmp", "dib", "gif"}
_REFUSED_LATER = {"avif", "heic", "heif", "jp2", "j2k", "jxl", "psd"}
IMAGE_EXTENSIONS = frozenset(_USABLE | _REFUSED_LATER)
"""What counts as an image by name. Whether it can be used is told by its content, later and with a reason."""


def is_image_name(name: str) -> bool:
    """Return whether a file counts as an image by its name.

    >>> is_image_name("a/B.JPEG"), is_image_name("a/B.txt"), is_image_name("jpg")
    (True, False, False)
    """
    stem, dot, extension = name.rpartition("/")[2].rpartition(".")
    return bool(stem and dot) and extension.lower() in IMAGE_EXTENSIONS


def path_kind(path: str) -> Literal["file", "folder", "missing"]:
    """Return what stands at a path or address.

    Raises:
        UserError: the address's protocol is unknown, its driver is not installed, or the place denies access.
    """
    try:
        fs, inner = url_to_fs(path)
        return "folder" if retried(path, partial(fs.info, inner))["type"] == "directory" else "file"
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except Exception as error:  # every driver has exceptions of its own
        cause = " ".join(str(error).split())
        raise UserError(f"--sources {path}: cannot be reached ({cause}); check the address and its access") from error


def absolute(path: str) -> str:
    """Return a local path as an absolute one, so that it holds in every worker; an address as it is."""
    return str(Path(path).absolute()) if storage.is_local(path) else path.rstrip("/")


def list_visible(folder: str) -> list[str]:
    """Return the names of all files below a folder, relative to it, sorted.

    Hidden files and folders (a leading dot) are left out, linked folders are not followed, and folders that a command
    of ours writes or wrote (a data set, a training run) are passed over.
    """
    listed = storage.list_files(folder)
    passed_over = output_folders(listed, lambda name: storage.read_bytes(storage.join(folder, name)))
    return [name for name in listed if not _is_hidden(name) and passed_over.isdisjoint(_folders_of(name))]


def is_output(folder: str) -> bool:
    """Return whether a folder itself is one that a command of ours writes or wrote."""
    if any(storage.exists(storage.join(folder, name)) for name in (RUN, LEASES)):
        return True
    manifest = storage.join(folder, MANIFEST)
    return storage.exists(manifest) and is_manifest(storage.read_bytes(manifest))


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


def _folders_of(name: str) -> Iterator[str]:
    """Yield the folders that a file is in, without the one that was listed.

    >>> [*_folders_of("a/b/c.jpg")]
    ['a/b', 'a']
    """
    while name := name.rpartition("/")[0]:
        yield name


def open_file(path: str) -> IO[bytes]:
    """Open a regular file or an object for reading.

    Raises:
        OSError: it is missing, or not a regular file (a folder, a pipe); stores may raise errors of their own.
    """
    if not storage.is_local(path):
        return storage.open_read(path)
    if Path(path).exists() and not Path(path).is_file():
        raise OSError(errno.EINVAL, f"{Path(path).name} is not a regular file")
    return Path(path).open("rb")


def read_file(path: str, max_bytes: int | None = None) -> bytes:
    """Return a file's content; at most `max_bytes + 1` bytes of it, so that a larger file shows without being read.

    Raises:
        OSError: it is missing, not a regular file, or cannot be read.
        InterruptedRunError: its disk or store failed, again and again.
    """

    def read() -> bytes:
        with open_file(path) as stream:
            return stream.read(-1 if max_bytes is None else max_bytes + 1)

    try:
        return retried(path, read)
    except (OSError, InterruptedRunError):
        raise
    except UnicodeEncodeError:
        encoding = sys.getfilesystemencoding()
        raise OSError(
            f"its name cannot be written in this locale ({encoding}); set PYTHONUTF8=1 or rename it"
        ) from None
    except Exception as error:  # every store's driver has exceptions of its own
        raise OSError(f"cannot be read: {type(error).__name__}: {error}") from error


def printable_name(name: str) -> str:
    """Return a file name as valid Unicode: bytes that are not UTF-8 become `\\udcXX` spelled out.

    >>> printable_name(os.fsdecode(b"caf\\xe9.jpg")) == "caf" + chr(92) + "udce9.jpg"
    True
    """
    return os.fspath(name).encode("utf-8", "backslashreplace").decode()
