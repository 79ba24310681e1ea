"""The one module that touches storage: atomic writes and listing, on paths and on addresses such as gs://."""

import hashlib
import io
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import IO, Any

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs

from schemas.errors import UserError
from transforms.retry import interrupted, retried

TEMPORARY = ".tmp-"
"""Part of the name of every unfinished file."""
_READ_AHEAD = 1 << 22


def join(folder: str, *names: str) -> str:
    """Join a folder (path or address) and names with `/`; "" is the current folder, as for `pathlib`.

    >>> join("a/", "b"), join("/", "b"), join("", "b")
    ('a/b', '/b', 'b')
    """
    return "/".join([folder.rstrip("/"), *names] if folder else names)


def is_local(path: str) -> bool:
    """Return whether `path` is a plain path on this machine."""
    return "://" not in path


def _store(path: str) -> tuple[AbstractFileSystem, str]:
    """Return the file system that serves `path`, and what it calls it. Listings are never remembered: others write.

    Raises:
        UserError: no driver serves such addresses.
    """
    try:
        fs, inner = url_to_fs(path, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise UserError(f"{path}: no driver for such an address ({error})") from None
    return fs, inner


def make_folder(folder: str) -> None:
    """Make `folder` and its parents; object stores need none."""
    fs, path = _store(folder)
    retried(folder, partial(fs.makedirs, path, exist_ok=True))


def exists(path: str) -> bool:
    """Return whether a file or folder stands at `path`."""
    fs, inner = _store(path)
    try:
        retried(path, partial(fs.info, inner))  # `fs.exists` says no where the store fails
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def is_empty(folder: str) -> bool:
    """Return whether nothing stands in `folder`, or there is no such folder."""
    fs, inner = _store(folder)
    return not exists(folder) or not retried(folder, partial(fs.ls, inner, detail=False))


def read_bytes(path: str) -> bytes:
    """Return a whole file."""
    fs, inner = _store(path)
    data: bytes = retried(path, partial(fs.cat_file, inner))
    return data


class _StoredObject(io.RawIOBase):
    """An object read in ranges, each asked for again when the store fails."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._fs, self._inner = _store(path)
        self._size: int = retried(path, partial(self._fs.size, self._inner))
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer: Any) -> int:
        end = min(self._at + len(buffer), self._size)
        if end <= self._at:
            return 0
        data = retried(self._path, partial(self._fs.cat_file, self._inner, start=self._at, end=end))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def open_read(path: str) -> IO[bytes]:
    """Open a file for reading; seekable, but for an address of a web server that serves no ranges."""
    if not is_local(path) and not path.startswith(("http://", "https://")):
        return io.BufferedReader(_StoredObject(path), _READ_AHEAD)
    fs, inner = _store(path)
    stream: IO[bytes] = retried(path, partial(fs.open, inner, "rb"))
    return stream


@contextmanager
def atomic_writer(path: str) -> Iterator[IO[bytes]]:
    """Yield a stream whose content appears at `path` as a whole, or not at all.

    Local files are written under a temporary name beside `path`, synced and renamed. Objects are written to a local
    file without a name, which goes when the process does, and uploaded when they are complete.
    An exception inside the block leaves nothing under the final name.

    Raises:
        InterruptedRunError: the disk is full, the place is not writable, or the store stays out of reach.
    """
    with _writes_locally(path) if is_local(path) else _uploads(path) as stream:
        yield stream


@contextmanager
def _writes_locally(path: str) -> Iterator[IO[bytes]]:
    fs, inner = _store(path)
    parent, _, name = inner.rpartition("/")
    temporary = f"{parent}/{TEMPORARY}{uuid.uuid4().hex}-{name}" if parent else f"{TEMPORARY}{uuid.uuid4().hex}-{name}"
    try:
        fs.makedirs(parent or ".", exist_ok=True)
        with fs.open(temporary, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, inner)  # noqa: PTH105 - both are strings of the file system layer
    except BaseException as error:
        with suppress(OSError):
            os.remove(temporary)  # noqa: PTH107
        if isinstance(error, OSError) and error.errno is not None:
            raise interrupted(error.filename or path, error) from error
        raise


@contextmanager
def _uploads(path: str) -> Iterator[IO[bytes]]:
    fs, inner = _store(path)
    try:
        with tempfile.TemporaryFile() as stream:
            yield stream
            stream.flush()
            retried(path, partial(fs.put_file, f"/dev/fd/{stream.fileno()}", inner))
    except OSError as error:
        raise interrupted(error.filename or path, error) from error


def write_bytes(path: str, data: bytes) -> None:
    """Write a whole file atomically; raises as `atomic_writer` does."""
    with atomic_writer(path) as stream:
        stream.write(data)


def create(path: str, data: bytes) -> bool:
    """Write an object that is not there yet; return whether this call made it. Of several callers one does.

    Exclusive where the store's driver is, as Google's (a precondition on the generation) and memory's are.
    """
    fs, inner = _store(path)
    try:
        retried(path, partial(fs.pipe_file, inner, data, mode="create"))
    except FileExistsError:
        return read_bytes(path) == data  # an attempt may have arrived although its answer did not
    return True


def overwrite(path: str, data: bytes) -> None:
    """Write an object in one call, over the one that is there."""
    fs, inner = _store(path)
    retried(path, partial(fs.pipe_file, inner, data))


def list_files(folder: str) -> list[str]:
    """Return every finished file below `folder`, as names relative to it, sorted; [] if there is no such folder."""
    fs, root = _store(folder)
    if not exists(folder):
        return []
    prefix = root.rstrip("/") + "/"
    names = [path.removeprefix(prefix) for path in retried(folder, partial(fs.find, root))]
    return sorted(name for name in names if TEMPORARY not in name)


def remove(path: str) -> None:
    """Remove a file or a folder with all that is in it; nothing happens if it is not there."""
    fs, inner = _store(path)
    if exists(path):
        with suppress(FileNotFoundError):
            retried(path, partial(fs.rm, inner, recursive=True))


def remove_unfinished(folder: str) -> None:
    """Remove what a killed run left under temporary names below `folder`. The caller holds the lock."""
    fs, root = _store(folder)
    if exists(folder):
        for path in retried(folder, partial(fs.find, root)):
            if TEMPORARY in path.rpartition("/")[2]:
                fs.rm(path)


def sha256_of(path: str) -> str:
    """Return the sha256 of a file as 64 hex digits, read in pieces."""
    result = hashlib.sha256()
    with open_read(path) as stream:
        while piece := stream.read(1 << 20):
            result.update(piece)
    return result.hexdigest()
