"""Storage that fails now and then: calls are repeated with growing pauses, and the rest ends the run by its cause."""

import errno
import random
import time
from collections.abc import Callable
from typing import TypeVar

from schemas.errors import InterruptedRunError
from transforms.shortage import shortage_error, shortage_of

T = TypeVar("T")

WAITS_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Pauses between the attempts, each shortened at random by up to half, so that workers do not come back together."""

_PASSING = {
    errno.EAGAIN,
    errno.EBUSY,
    errno.ECONNABORTED,
    errno.ECONNREFUSED,
    errno.ECONNRESET,
    errno.EHOSTUNREACH,
    errno.EIO,
    errno.ENETUNREACH,
    errno.EPIPE,
    errno.ESTALE,
    errno.ETIMEDOUT,
}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_LASTING = (
    FileNotFoundError,
    FileExistsError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
    ImportError,
    NotImplementedError,
    TypeError,
    ValueError,
)
_pauses = random.Random()


def is_passing(error: Exception) -> bool:
    """Return whether an error of a storage call may be gone a moment later.

    The kernel says so by its number; of the drivers' own exceptions all may but those that speak of the file itself
    (Google's driver has a bare OSError for what is forbidden).

    >>> is_passing(OSError(errno.EIO, "-")), is_passing(ConnectionError()), is_passing(RuntimeError("503"))
    (True, True, True)
    >>> is_passing(OSError(errno.ENOSPC, "-")), is_passing(FileNotFoundError()), is_passing(OSError("Forbidden"))
    (False, False, False)
    >>> is_passing(MemoryError())
    False
    """
    if shortage_of(error) is not None:
        return False
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _PASSING
    return type(error) is not OSError and not isinstance(error, _LASTING)


def retried(path: str, call: Callable[[], T]) -> T:
    """Return what `call` returns, repeated while its errors may pass; it must do no harm when done twice.

    Raises:
        InterruptedRunError: the error did not pass within 16 to 32 s.
        Exception: one that lasts, as the call raised it.
    """
    for wait in WAITS_SECONDS:
        try:
            return call()
        except Exception as error:
            if not is_passing(error):
                raise
        time.sleep(wait * _pauses.uniform(0.5, 1.0))
    try:
        return call()
    except Exception as error:
        if not is_passing(error):
            raise
        raise interrupted(path, error) from error


def interrupted(path: str, error: Exception) -> InterruptedRunError:
    """Return what to tell of an error that ends the run.

    >>> str(interrupted("d/x.tar", OSError(errno.ENOSPC, "No space left on device")))
    'd/x.tar: No space left on device; free some space, then run the same command again to go on'
    """
    if (short := shortage_of(error)) is not None:
        return shortage_error(short)
    cause = (error.strerror if isinstance(error, OSError) else None) or f"{type(error).__name__} {error}"
    full = isinstance(error, OSError) and error.errno in _FULL
    todo = "free some space" if full else "see that the place can be reached and written"
    return InterruptedRunError(f"{path}: {' '.join(cause.split())}; {todo}, then run the same command again to go on")
