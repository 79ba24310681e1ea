"""The one module that touches storage: atomic writes and listing, on paths and on addresses such as gs://."""

import hashlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import fsspec
from fsspec.core import url_to_fs

TEMPORARY = ".tmp-"
"""Part of the name of every unfinished file."""


def join(folder: str, *names: str) -> str:
    """Join a folder (path or address) and names with `/`."""
    return "/".join([folder.rstrip("/"), *names])


def is_local(path: str) -> bool:
    """Return whether `path` is a plain path on this machine."""
    return "://" not in path


def make_folder(folder: str) -> None:
    """Make `folder` and its parents; object stores need none."""
    fs, path = url_to_fs(folder)
    fs.makedirs(path, exist_ok=True)


def exists(path: str) -> bool:
    """Return whether a file or folder stands at `path`."""
    fs, inner = url_to_fs(path)
    return bool(fs.exists(inner))


def is_empty(folder: str) -> bool:
    """Return whether nothing stands in `folder`, or there is no such folder."""
    fs, inner = url_to_fs(folder)
    return not fs.exists(inner) or not fs.ls(inner, detail=False)


def read_bytes(path: str) -> bytes:
    """Return a whole file."""
    with fsspec.open(path, "rb") as stream:
        data: bytes = stream.read()
    return data


def open_read(path: str) -> IO[bytes]:
    """Open a file for reading, seekable."""
    fs, inner = url_to_fs(path)
    stream: IO[bytes] = fs.open(inner, "rb")
    return stream


@contextmanager
def atomic_writer(path: str) -> Iterator[IO[bytes]]:
    """Yield a stream whose content appears at `path` as a whole, or not at all.

    Local files are written under a temporary name beside `path`, synced and renamed. Objects are written to a local
    file and uploaded when they are complete. An exception inside the block leaves nothing under the final name.
    """
    fs, inner = url_to_fs(path)
    if not is_local(path):
        with tempfile.NamedTemporaryFile() as complete:
            yield complete
            complete.flush()
            fs.put_file(complete.name, inner)
        return
    parent, _, name = inner.rpartition("/")
    fs.makedirs(parent or ".", exist_ok=True)
    temporary = f"{parent}/{TEMPORARY}{uuid.uuid4().hex}-{name}" if parent else f"{TEMPORARY}{uuid.uuid4().hex}-{name}"
    try:
        with fs.open(temporary, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, inner)  # noqa: PTH105 - both are strings of the file system layer
    except BaseException:
        if fs.exists(temporary):
            fs.rm(temporary)
        raise


def write_bytes(path: str, data: bytes) -> None:
    """Write a whole file atomically."""
    with atomic_writer(path) as stream:
        stream.write(data)


def list_files(folder: str) -> list[str]:
    """Return every finished file below `folder`, as names relative to it, sorted; [] if there is no such folder."""
    fs, root = url_to_fs(folder)
    if not fs.exists(root):
        return []
    prefix = root.rstrip("/") + "/"
    names = [path.removeprefix(prefix) for path in fs.find(root)]
    return sorted(name for name in names if TEMPORARY not in name)


def remove(path: str) -> None:
    """Remove a file or a folder with all that is in it; nothing happens if it is not there."""
    fs, inner = url_to_fs(path)
    if fs.exists(inner):
        fs.rm(inner, recursive=True)


def remove_unfinished(folder: str) -> None:
    """Remove what a killed run left under temporary names below `folder`. The caller holds the lock."""
    fs, root = url_to_fs(folder)
    if fs.exists(root):
        for path in fs.find(root):
            if TEMPORARY in path.rpartition("/")[2]:
                fs.rm(path)


def sha256_of(path: str) -> str:
    """Return the sha256 of a file as 64 hex digits, read in pieces."""
    result = hashlib.sha256()
    with open_read(path) as stream:
        while piece := stream.read(1 << 20):
            result.update(piece)
    return result.hexdigest()
