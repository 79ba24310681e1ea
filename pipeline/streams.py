"""The command's output: a console that cannot show a character costs that character, one that is gone costs the output.

A run whose reader has gone (`| head`), whose terminal is closed, or that was started with closed streams, does its work
all the same. A file on a full disk that the output is led into is reported at the end.
"""

import errno
import io
import os
import select
import sys
from typing import Any, TextIO

_GONE = {errno.EPIPE, errno.EIO, errno.EBADF, errno.ENXIO}
"""Nobody reads any more: a pipe without a reader, a terminal that was closed."""


class _Lasting(io.FileIO):
    """Standard output or error, which takes everything, whatever becomes of it."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self.lost: OSError | None = None

    def write(self, data: Any) -> int:
        """Write, or lead the stream to nowhere for good."""
        try:
            while (written := super().write(data)) is None:  # a pipe that does not block, and is full
                select.select([], [self], [])
            return written
        except OSError as error:
            if error.errno not in _GONE:
                self.lost = error
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return len(data)


_output: _Lasting | None = None


def make_lasting() -> None:
    """Replace `sys.stdout` and `sys.stderr` by streams that no character and no reader can break."""
    global _output
    _open_closed()
    _output = _Lasting(1)
    sys.stdout = _wrapped(_output, sys.stdout, "replace")
    sys.stderr = _wrapped(_Lasting(2), sys.stderr, "backslashreplace")


def lost_output() -> str | None:
    """Return why standard output could not be written, None if all went out."""
    return None if _output is None or _output.lost is None else _output.lost.strerror


def _open_closed() -> None:
    """Open what was closed when the command was started; a file of ours would take its number otherwise."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)


def _wrapped(raw: _Lasting, old: TextIO | None, errors: str) -> TextIO:
    encoding = old.encoding if old is not None else "utf-8"
    by_line = raw.isatty() or errors == "backslashreplace"
    buffered = io.BufferedWriter(raw)
    return io.TextIOWrapper(buffered, encoding=encoding, errors=errors, line_buffering=by_line)
