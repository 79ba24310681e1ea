"""A machine that is short of something is known whatever the error is called, and records are not blamed for it."""

import errno
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest

from schemas.errors import InterruptedRunError
from transforms.retry import interrupted, is_passing
from transforms.shortage import (
    FILES,
    GPU_MEMORY,
    MEMORY,
    THREADS,
    raise_if_short,
    raise_without_room,
    shortage_in,
    shortage_of,
)


def raised(call):
    try:
        call()
    except BaseException as error:
        return error
    raise AssertionError("it raised nothing")


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (MemoryError(), MEMORY),
        (raised(lambda: np.empty(2**60, np.uint8)), MEMORY),
        (pa.ArrowMemoryError("malloc of size 64 failed"), MEMORY),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), MEMORY),
        (ImportError("libx.so: failed to map segment from shared object"), MEMORY),
        (RuntimeError("Traceback ...\nMemoryError\n [while running 'a/b']"), MEMORY),
        (RuntimeError("std::bad_alloc"), MEMORY),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), GPU_MEMORY),
        (RuntimeError("can't start new thread"), THREADS),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), THREADS),
        (OSError(errno.EMFILE, "Too many open files", "x"), FILES),
        (OSError(errno.ENOSPC, "No space left on device"), None),
        (OSError(errno.EIO, "Input/output error"), None),
        (ValueError("I remember nothing"), None),
        (ConnectionError("reset"), None),
    ],
)
def test_known_by_type_number_or_words(error, what):
    assert shortage_of(error) == what
    wrapped = RuntimeError("the build failed")
    wrapped.__cause__ = error
    assert shortage_of(wrapped) == what
    if what:
        assert not is_passing(error)
        assert f"short of {what}; " in str(interrupted("a/b.tar", error))
        with pytest.raises(InterruptedRunError, match="run the same command again"):
            raise_if_short(error)
    else:
        raise_if_short(error)


def test_as_text():
    assert shortage_in("cv2.error: (-4:Insufficient memory) Failed to allocate 4 bytes") == MEMORY
    assert shortage_in("ValueError: too many values to unpack") is None


def test_a_candidate_is_not_set_aside_for_it(monkeypatch):
    from transforms import candidate

    @dataclass
    class One:
        key: str = "k"

    work = candidate.SourceWork(plan=None, candidates=(One(),))

    def fail(_):
        raise MemoryError

    with pytest.raises(InterruptedRunError, match="short of memory"):
        work.map("judge", fail)


def test_a_file_is_at_fault_where_there_is_room_for_a_sound_one():
    raise_without_room(MemoryError(), 1000)
    raise_without_room(ValueError("cut off"), 2**60)
    with pytest.raises(InterruptedRunError, match="short of memory"):
        raise_without_room(MemoryError(), 2**60)
