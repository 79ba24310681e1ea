"""The one reader of shards: a tar may come from anybody, so nothing that it says of itself is taken on trust."""

import io
import re
import tarfile
from collections.abc import Callable, Iterator
from typing import IO

from schemas.errors import UserError
from schemas.keys import KEY_PATTERN
from transforms.shortage import raise_without_room

MOST_BYTES = 256 * 2**20
"""Size of a member from which it is refused, bytes."""
_NAME = re.compile(rf"{KEY_PATTERN.pattern}(\.[a-z0-9]+)+")
_UNSOUND = (tarfile.TarError, EOFError, MemoryError, OSError, OverflowError, ValueError)


class _Within:
    """A seekable stream of which no more is asked than it has: a header may claim any length."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.size = stream, stream.seek(0, io.SEEK_END)
        stream.seek(0)
        self.tell, self.seek = stream.tell, stream.seek

    def read(self, length: int) -> bytes:
        return self._stream.read(max(0, min(length, self.size - self.tell())))


def read_members(
    stream: IO[bytes], place: str, wanted: Callable[[str], bool] = lambda name: True
) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    """Yield every member of a shard with its content, or with `b""` where its name is not wanted.

    Args:
        stream: the tar, uncompressed; read in one go where it cannot seek.
        place: what to call it in messages.
        wanted: whether to read a member of that name.

    Raises:
        UserError: a member is a link, a device, a folder or a sparse file, is not called `KEY.SUFFIX` (an absolute
            name, `..`), is above 256 MiB or longer than the file; or the tar is compressed or damaged.
    """
    whole = _Within(stream) if stream.seekable() else None
    try:
        with tarfile.open(fileobj=whole or stream, mode="r:" if whole else "r|") as tar:  # type: ignore[call-overload]
            for entry in tar:
                _check(entry, place, whole.size if whole else entry.offset_data + MOST_BYTES)
                content = tar.extractfile(entry) if wanted(entry.name) else None
                yield entry, content.read() if content is not None else b""
    except UserError:
        raise
    except _UNSOUND as error:
        raise_without_room(error, MOST_BYTES)
        raise UserError(f"{place}: is no sound tar ({error}); get or build it again") from error


def _check(entry: tarfile.TarInfo, place: str, end: int) -> None:
    """Refuse a member that a data set of ours cannot have; `end` is the size of the tar."""
    if not entry.isreg() or entry.issparse():
        problem = "is no plain file"
    elif not _NAME.fullmatch(entry.name):
        problem = "is not called KEY.SUFFIX"
    elif not 0 <= entry.size <= MOST_BYTES:
        problem = f"claims {entry.size} bytes, more than {MOST_BYTES}"
    elif entry.offset_data + entry.size > end:
        problem = f"claims {entry.size} bytes, more than the tar has"
    else:
        return
    raise UserError(
        f"{place}: member {entry.name[:80]!r} {problem}; the shard is not of a build of ours, do not use it"
    )
