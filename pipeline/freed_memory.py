"""Freed memory is kept for the next step: the C library hands large blocks back and has them cleared anew each time."""

import ctypes

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
"""Settings of glibc's `mallopt` (its manual page)."""


def keep_freed_memory() -> None:
    """Keep freed blocks of any size in this process, up to 2 GB at the end of its memory; only glibc can."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(_MMAP_MAX, 0)
    mallopt(_TRIM_THRESHOLD, 2**31 - 1)
