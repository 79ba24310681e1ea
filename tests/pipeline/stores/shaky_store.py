"""An object store for tests, shared by all processes: objects whole or not at all, exclusive creates, and it fails.

`shaky:///folder/object` lies in a local folder. Every SHAKY_EVERY-th call of a process fails, before it does anything
or, for writes, after it was done; SHAKY_LOG lists them. Uploads pass through the folder SHAKY_UPLOADS.
"""

import itertools
import os
import tempfile
from pathlib import Path

from fsspec.implementations.local import LocalFileSystem

_calls = itertools.count(1)


class StoreError(Exception):
    """An exception of the store's own, as drivers have them."""


def _may_fail(done):
    every = int(os.environ.get("SHAKY_EVERY", 0))
    if every and next(_calls) % every == 0:
        with (Path(os.environ["SHAKY_LOG"])).open("a") as log:
            log.write(f"{done}\n")
        raise StoreError("503, come back later")


class ShakyFileSystem(LocalFileSystem):
    protocol = "shaky"
    local_file = False

    @classmethod
    def _strip_protocol(cls, path):
        return LocalFileSystem._strip_protocol(str(path).removeprefix("shaky://"))

    def unstrip_protocol(self, name):
        return f"shaky://{name}"

    def info(self, path, **kwargs):
        _may_fail("info")
        return super().info(path, **kwargs)

    def find(self, path, maxdepth=None, withdirs=False, detail=False, **kwargs):
        _may_fail("find")
        top = Path(self._strip_protocol(path))
        return sorted(str(entry) for entry in top.rglob("*") if entry.is_file())

    def cat_file(self, path, start=None, end=None, **kwargs):
        _may_fail("cat")
        return super().cat_file(path, start=start, end=end, **kwargs)

    def put_file(self, lpath, rpath, callback=None, mode="overwrite", **kwargs):
        _may_fail("put")
        self._publish(Path(lpath).read_bytes(), rpath, mode)
        _may_fail("put, after it was done")

    def pipe_file(self, path, value, mode="overwrite", **kwargs):
        _may_fail("pipe")
        self._publish(value, path, mode)
        _may_fail("pipe, after it was done")

    def rm(self, path, recursive=False, maxdepth=None):
        _may_fail("rm")
        super().rm(path, recursive=recursive, maxdepth=maxdepth)

    def open(self, path, mode="rb", **kwargs):
        assert "w" not in mode, "an object is written in one call"
        return super().open(path, mode, **kwargs)

    def _publish(self, data, path, mode):
        target = Path(self._strip_protocol(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=os.environ["SHAKY_UPLOADS"])
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        try:
            if mode == "create":
                os.link(name, target)
            else:
                os.replace(name, target)
                return
        finally:
            Path(name).unlink(missing_ok=True)
