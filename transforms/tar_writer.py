"""webdataset's writer of tars, the same bytes for the same members.

Where torch is installed `import webdataset` brings it along: two seconds and half a gigabyte of every process that
builds, for nothing that writing needs. So it is imported here as where torch is missing, which webdataset provides for;
whoever imports webdataset later has it whole.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


@contextmanager
def _without_torch() -> Iterator[None]:
    if {"torch", "webdataset"} & sys.modules.keys():
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]  # "not there", in the import system's own words
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name == "torch" or name.partition(".")[0] == "webdataset"]:
            del sys.modules[name]


with _without_torch():
    from webdataset import TarWriter


def tar_writer(stream: "SupportsWrite[bytes]") -> TarWriter:
    """Return a writer of `{"__key__": key, suffix: bytes, …}`, whose members have no date and no owner.

    Args:
        stream: where the tar goes; stays open when the writer is closed.
    """
    return TarWriter(stream, encoder=False, mtime=0, user="", group="", mode=0o644)
