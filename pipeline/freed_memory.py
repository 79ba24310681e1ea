"""Freed memory is kept for the next step: the C library hands large blocks back and has them cleared anew each time."""

import ctypes

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
"""Settings of glibc's `mallopt` (its manual page)."""


def keep_freed_memory() -> bool:
    """Keep freed blocks of any size in this process, up to 2 GB at the end of its memory.

    Returns:
        Whether it could be set: by glibc, on a 64-bit system. Elsewhere nothing changes.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_MMAP_MAX, 0) and mallopt(_TRIM_THRESHOLD, 2**31 - 1))
