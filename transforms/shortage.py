"""A machine that is short of something: known by its exceptions, or by what they say when they come as text."""

import errno
import re
from collections.abc import Iterator

from schemas.errors import InterruptedRunError

MEMORY, GPU_MEMORY, THREADS, FILES = "memory", "GPU memory", "processes or threads", "open files"
_ADVICE = {
    MEMORY: "use fewer workers, end other programs, or raise the limit (ulimit -v)",
    GPU_MEMORY: "lower optimizer.batch_size or data.max_tokens, or use a larger GPU",
    THREADS: "use fewer workers, or raise the limit (ulimit -u)",
    FILES: "raise the limit (ulimit -n 4096), or use fewer workers",
}
_NUMBERS = {errno.ENOMEM: MEMORY, errno.EMFILE: FILES, errno.ENFILE: FILES}
_SAID = (
    (GPU_MEMORY, re.compile(r"(CUDA|HIP)( error:)? out of memory")),
    (FILES, re.compile(r"Too many open files")),
    (
        THREADS,
        re.compile(r"can't (start|allocate lock for|create) (a )?new thread|pthread_create failed|Thread creation"),
    ),
    (
        MEMORY,
        re.compile(
            r"\bMemoryError\b|Cannot allocate memory|std::bad_alloc|Insufficient memory|OutOfMemoryError|"
            r"out of memory|failed to map segment|can't allocate memory|Unable to allocate \S+ \S+ for an array",
        ),
    ),
    (THREADS, re.compile(r"fork.*Resource temporarily unavailable|Resource temporarily unavailable.*fork")),
)


def shortage_in(text: str) -> str | None:
    """Return what a machine was short of, by what was said of a failure; None for another cause.

    >>> shortage_in("RuntimeError: can't start new thread"), shortage_in("ValueError: too short")
    ('processes or threads', None)
    """
    return next((what for what, said in _SAID if said.search(text)), None)


def shortage_of(error: BaseException) -> str | None:
    """Return what the machine was short of when `error` was raised; None for another cause.

    >>> shortage_of(OSError(errno.EMFILE, "-")), shortage_of(MemoryError()), shortage_of(ValueError("-"))
    ('open files', 'memory', None)
    """
    for one in chain_of(error):
        if isinstance(one, MemoryError):
            return MEMORY
        if isinstance(one, OSError) and one.errno in _NUMBERS:
            return _NUMBERS[one.errno]
        if isinstance(one, BlockingIOError) and one.errno == errno.EAGAIN and one.filename is None:
            return THREADS  # a process that could not be forked
        if (found := shortage_in(f"{type(one).__name__}: {one}")) is not None:
            return found
    return None


def shortage_error(what: str) -> InterruptedRunError:
    """Return what ends a run on a machine that is short of something.

    >>> str(shortage_error(FILES)).partition(";")[0]
    'this machine, or a limit on it, is short of open files'
    """
    return InterruptedRunError(
        f"this machine, or a limit on it, is short of {what}; {_ADVICE[what]}, then run the same command again"
    )


def raise_if_short(error: BaseException) -> None:
    """End the run where the machine is at fault and not the record at hand.

    Raises:
        InterruptedRunError: `error` says that the machine is short of something.
    """
    if (what := shortage_of(error)) is not None:
        raise shortage_error(what) from error


def raise_without_room(error: BaseException, size: int) -> None:
    """End the run where memory ran out over a file although it may be no fault of the file's: no such room is there.

    A file that somebody made to do harm makes a reader ask for more than there is on any machine.

    Args:
        error: of the reader.
        size: of what a sound file may need, bytes.

    Raises:
        InterruptedRunError: `error` says that memory is short, and this machine cannot give `size` bytes.
    """
    if shortage_of(error) != MEMORY:
        return
    try:
        bytearray(size)
    except MemoryError:
        raise shortage_error(MEMORY) from error


def chain_of(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those that it came from."""
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
