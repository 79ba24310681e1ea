"""Reading and listing what the user points at: local paths, and addresses such as gs://."""

import errno
import logging
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Literal

from fsspec.core import url_to_fs

from schemas.errors import InterruptedRunError, UserError
from transforms import storage
from transforms.marks import LEASES, MANIFEST, RUN, is_manifest, output_folders
from transforms.retry import retried
from transforms.shortage import raise_if_short

_USABLE = {"jpg", "jpeg", "jpe", "jfif", "mpo", "png", "apng", "webp", "tif", "tiff", "bmp", "dib", "gif"}
_WITH_PLUGIN = {"avif", "avifs", "heic", "heics", "heif", "heifs", "hif"}
_RAW = {
    "3fr", "arw", "bay", "cr2", "cr3", "crw", "dcr", "dng", "erf", "fff", "gpr", "iiq", "k25", "kdc", "mef", "mos",
    "mrw", "nef", "nrw", "orf", "pef", "raf", "raw", "rw2", "rwl", "sr2", "srf", "srw", "x3f",
}  # fmt: skip
_OTHER = {
    "jp2", "j2k", "j2c", "jpc", "jpf", "jpx", "jxl", "jxr", "wdp", "psd", "psb", "xcf", "tga", "exr", "hdr", "ico",
    "cur", "icns", "dds", "qoi", "pcx", "ppm", "pgm", "pbm", "pnm", "pfm", "svg", "svgz", "ai", "eps", "wmf", "emf",
    "pdf", "djvu", "mp4", "m4v", "mov", "qt", "avi", "mkv", "webm", "wmv", "mpg", "mpeg", "3gp",
}  # fmt: skip
IMAGE_EXTENSIONS = frozenset(_USABLE | _WITH_PLUGIN | _RAW | _OTHER)
"""Extensions of files that count as images, videos and documents among them, so that each becomes a row with a reason.
The content decides later which of them can be used."""

PIECE_BYTES = 1 << 20
"""Read at once of a file whose size has a limit."""
PASSED_OVER = {
    "@eadir": "thumbnails of a NAS (@eaDir)",
    "@recycle": "a NAS's recycle bin",
    "#recycle": "a NAS's recycle bin",
    "#snapshot": "a NAS's snapshots",
    "@recently-snapshot": "a NAS's snapshots",
    "@tmp": "a NAS's temporary files",
    "__macosx": "attributes that macOS packs along (__MACOSX)",
    "lost+found": "lost+found",
    "$recycle.bin": "the recycle bin",
    "system volume information": "System Volume Information",
}
"""Names, in lower case, of folders whose files are not the user's photos -> description of their content."""
OUTPUTS = "data sets and training runs of this program"


_LOG = logging.getLogger(__name__)


def is_image_name(name: str) -> bool:
    """Return whether a file counts as an image by its name.

    >>> is_image_name("a/B.JPEG"), is_image_name("a/B.txt"), is_image_name("jpg")
    (True, False, False)
    """
    stem, dot, extension = name.rpartition("/")[2].rpartition(".")
    return bool(stem and dot) and extension.lower() in IMAGE_EXTENSIONS


def is_seldom_read(name: str) -> bool:
    """Return whether a file, by its name, is of a format that is not always read, so that its start is examined first.

    >>> is_seldom_read("a/film.MOV"), is_seldom_read("b.jpg")
    (True, False)
    """
    return name.rpartition(".")[2].lower() not in _USABLE


def kinds_of(listed: Sequence[str]) -> str:
    """Return what kinds of files a folder holds, by their endings.

    >>> kinds_of(["a.parquet", "b.parquet", "README"])
    '.parquet 2, others 1'
    """
    endings = (name.rpartition("/")[2].rpartition(".") for name in listed)
    counts = Counter(f".{ending.lower()}" if stem else "others" for stem, _, ending in endings)
    return ", ".join(f"{ending} {count}" for ending, count in counts.most_common(6)) or "nothing"


def path_kind(path: str, flag: str = "--sources ") -> Literal["file", "folder", "missing"]:
    """Return what stands at a path or address.

    Args:
        path: path or address.
        flag: that it was given with, for messages.

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
        raise UserError(f"{flag}{path}: cannot be reached ({cause}); check the address and its access") from error


def absolute(path: str) -> str:
    """Return a local path as an absolute one, so that it holds in every worker; an address as it is."""
    return str(Path(path).absolute()) if storage.is_local(path) else path.rstrip("/")


def list_visible(folder: str, warn: bool = False) -> list[str]:
    """Return the names of all files below a folder, relative to it, sorted.

    Hidden files and folders (a leading dot) and those of `PASSED_OVER` are left out, linked folders not followed, and
    folders that a command of ours writes or wrote (a data set, a training run) are passed over.

    Args:
        folder: path or address.
        warn: log how many pictures were passed over, and where, and the folders of this machine that cannot be listed.
    """
    names, reasons = _listed(folder)
    if warn and (denied := _denied(folder)):
        first = f"{printable_name(str(denied[0].filename))}: {denied[0].strerror}"
        _LOG.warning("%s: folders below it that cannot be listed: %d, the first %s", folder, len(denied), first)
    if warn and (left_out := _pictures_passed_over(names, reasons)):
        _LOG.warning("%s: passed over: %s", folder, left_out)
    return [name for name, reason in zip(names, reasons, strict=True) if not reason]


def _denied(folder: str) -> list[OSError]:
    """Return an error for each folder below a local one that this process may not list; the store's walk omits them."""
    denied: list[OSError] = []
    if storage.is_local(folder):
        for _ in os.walk(folder, onerror=denied.append):
            pass
    return denied


def pictures_passed_over(folder: str) -> str:
    """Return how many pictures `list_visible` leaves out of a folder, and where, as a phrase; "" for none."""
    return _pictures_passed_over(*_listed(folder))


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """Return the names of all files below a folder, and why each is passed over; "" where it is not."""
    names = storage.list_files(folder)
    outputs = output_folders(names, lambda name: storage.read_bytes(storage.join(folder, name)))
    return names, [
        passed_over(name) or (OUTPUTS if not outputs.isdisjoint(_folders_of(name)) else "") for name in names
    ]


def _pictures_passed_over(names: list[str], reasons: list[str]) -> str:
    pairs = zip(names, reasons, strict=True)
    counts = Counter(reason for name, reason in pairs if reason and is_image_name(_unveiled(name)))
    return ", ".join(f"{count} in {why}" for why, count in sorted(counts.items()))


def passed_over(name: str) -> str:
    """Return the reason why a file is passed over because of its place, as a noun phrase; "" if it is not.

    >>> passed_over("a/@eaDir/x.jpg/SYNOPHOTO_THUMB_M.jpg"), passed_over("a/._x.jpg"), passed_over("a/x.jpg")
    ('thumbnails of a NAS (@eaDir)', 'hidden files and folders', '')
    """
    *folders, file = name.split("/")
    if file.startswith(".") and file.endswith(".icloud"):
        return "iCloud that are not downloaded"
    known = next((PASSED_OVER[part.lower()] for part in folders if part.lower() in PASSED_OVER), "")
    for part, inside in zip(folders, [*folders, ""][1:], strict=True):
        if part.lower().endswith(".photoslibrary") and inside.lower() not in ("originals", "masters"):
            known = "previews of a photo library"
    return known or ("hidden files and folders" if any(part.startswith(".") for part in (*folders, file)) else "")


def _unveiled(name: str) -> str:
    """Return the name of the picture that a hidden file belongs to."""
    return "/".join(part.removeprefix(".").removesuffix(".icloud") for part in name.split("/"))


def is_output(folder: str) -> bool:
    """Return whether a folder itself is one that a command of ours writes or wrote."""
    if any(storage.exists(storage.join(folder, name)) for name in (RUN, LEASES)):
        return True
    manifest = storage.join(folder, MANIFEST)
    return storage.exists(manifest) and is_manifest(storage.read_bytes(manifest))


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
        InterruptedRunError: its disk or store failed, again and again, or this machine is short of memory or files.
    """

    def read() -> bytes:
        with open_file(path) as stream:
            return stream.read() if max_bytes is None else b"".join(_pieces(stream, max_bytes + 1))

    try:
        return retried(path, read)
    except OSError as error:
        raise_if_short(error)
        raise
    except InterruptedRunError:
        raise
    except UnicodeEncodeError:
        encoding = sys.getfilesystemencoding()
        raise OSError(
            f"its name cannot be written in this locale ({encoding}); set PYTHONUTF8=1 or rename it"
        ) from None
    except Exception as error:  # every store's driver has exceptions of its own
        raise_if_short(error)
        raise OSError(f"cannot be read: {type(error).__name__}: {error}") from error


def _pieces(stream: IO[bytes], size: int) -> Iterator[bytes]:
    """Yield the first `size` bytes of a stream; room is taken for what is there, where `read(size)` takes all of it."""
    while size > 0 and (piece := stream.read(min(size, PIECE_BYTES))):
        yield piece
        size -= len(piece)


def printable_name(name: str) -> str:
    """Return a file name as valid Unicode: bytes that are not UTF-8 become `\\udcXX` spelled out.

    >>> printable_name(os.fsdecode(b"caf\\xe9.jpg")) == "caf" + chr(92) + "udce9.jpg"
    True
    """
    return os.fspath(name).encode("utf-8", "backslashreplace").decode()
