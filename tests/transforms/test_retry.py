"""Storage that fails now and then, for good, or because it is full."""

import errno
import hashlib
import resource
import subprocess
import sys

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from schemas.errors import InterruptedRunError
from transforms import retry, storage
from transforms.sources.files import path_kind, read_file


class StoreError(Exception):
    pass


class FailingStore(MemoryFileSystem):
    protocol = "failing"
    failures = 0
    calls: list[str] = []  # noqa: RUF012

    @classmethod
    def fail(cls, name):
        cls.calls.append(name)
        if cls.failures:
            cls.failures -= 1
            raise StoreError("503")

    @classmethod
    def _strip_protocol(cls, path):
        return MemoryFileSystem._strip_protocol(path.removeprefix("failing://"))

    def cat_file(self, path, start=None, end=None, **kwargs):
        self.fail("cat")
        return super().cat_file(path, start, end, **kwargs)

    def put_file(self, lpath, rpath, **kwargs):
        self.fail("put")
        super().put_file(lpath, rpath, **kwargs)

    def pipe_file(self, path, value, mode="overwrite", **kwargs):
        super().pipe_file(path, value, mode=mode, **kwargs)
        self.fail("pipe")

    def info(self, path, **kwargs):
        self.fail("info")
        return super().info(path, **kwargs)

    def find(self, path, **kwargs):
        self.fail("find")
        return super().find(path, **kwargs)


@pytest.fixture
def waits(monkeypatch):
    made = []
    monkeypatch.setattr(retry.time, "sleep", made.append)
    return made


@pytest.fixture
def store(waits):
    fsspec.register_implementation("failing", FailingStore, clobber=True)
    FailingStore.failures, FailingStore.calls = 0, []
    yield FailingStore
    FailingStore.failures = 0
    storage.remove("failing://b")


def test_every_call_outlasts_some_failures_and_waits_longer_each_time(store, waits):
    store.failures = 3
    storage.write_bytes("failing://b/x", b"abc" * 1000)
    assert store.calls == ["put"] * 4 + ["info"] * (len(store.calls) - 4)
    assert all(full / 2 <= wait <= full for wait, full in zip(waits, (0.5, 1, 2), strict=True))
    for call, expected in (
        (lambda: storage.read_bytes("failing://b/x"), b"abc" * 1000),
        (lambda: storage.exists("failing://b/x"), True),
        (lambda: storage.is_empty("failing://b"), False),
        (lambda: path_kind("failing://b/x"), "file"),
        (lambda: path_kind("failing://b"), "folder"),
        (lambda: storage.list_files("failing://b"), ["x"]),
        (lambda: storage.sha256_of("failing://b/x"), hashlib.sha256(b"abc" * 1000).hexdigest()),
        (lambda: read_file("failing://b/x", 4), b"abcab"),
    ):
        store.failures = 2
        assert call() == expected
        assert store.failures == 0


def test_a_stream_goes_on_where_a_read_failed(store):
    data = bytes(range(256)) * 20_000
    storage.write_bytes("failing://b/x", data)
    with storage.open_read("failing://b/x") as stream:
        assert stream.read(10) == data[:10]
        stream.seek(3_000_000)
        store.failures = 2
        assert stream.read(1_500_000) == data[3_000_000:4_500_000]
        assert stream.read() == data[4_500_000:]


def test_a_store_that_stays_away_ends_the_run_with_the_cause(store, waits):
    store.failures = 100
    with pytest.raises(InterruptedRunError, match=r"failing://b/x: StoreError 503; .*run the same command again"):
        storage.write_bytes("failing://b/x", b"abc")
    assert len(waits) == len(retry.WAITS_SECONDS) and 15 < sum(waits) < 32
    store.failures = 0
    assert not storage.exists("failing://b/x")


def test_what_lasts_is_not_tried_again(store, waits):
    with pytest.raises(FileNotFoundError):
        storage.read_bytes("failing://b/none")
    assert waits == []


def test_one_of_several_creates_an_object_even_where_its_answer_was_lost(store):
    store.failures = 1
    assert storage.create("failing://b/lease", b"one")
    assert not storage.create("failing://b/lease", b"two")
    assert storage.read_bytes("failing://b/lease") == b"one"


def test_a_failed_block_uploads_nothing(store):
    with pytest.raises(RuntimeError, match="mine"), storage.atomic_writer("failing://b/x") as stream:
        stream.write(b"half")
        raise RuntimeError("mine")
    assert store.calls == []


class FullStream:
    def __init__(self, stream, error):
        self.stream, self.error = stream, error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()

    def write(self, data):
        self.stream.write(data[: len(data) // 2])
        raise self.error


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "free some space"), (errno.EDQUOT, "free some space"), (errno.EROFS, "reached and written")],
)
def test_a_local_write_that_fails_leaves_nothing_and_names_the_cause(tmp_path, monkeypatch, number, words):
    from fsspec.implementations.local import LocalFileSystem

    opened = LocalFileSystem.open

    def full(self, path, mode="rb", **kwargs):
        stream = opened(self, path, mode, **kwargs)
        return FullStream(stream, OSError(number, "the cause")) if "w" in mode else stream

    monkeypatch.setattr(LocalFileSystem, "open", full)
    with pytest.raises(InterruptedRunError, match=f"x.tar: the cause; .*{words}"):
        storage.write_bytes(str(tmp_path / "x.tar"), b"abcdefgh")
    assert list(tmp_path.iterdir()) == []


WRITE = """
import sys
from transforms import storage
storage.write_bytes(sys.argv[1], bytes(100))
storage.write_bytes(sys.argv[1] + "2", bytes(100_000))
"""


def test_the_kernels_refusal_in_the_middle_of_a_file_leaves_nothing_of_it(tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    path = tmp_path / "x"
    found = subprocess.run([sys.executable, "-c", WRITE, path], preexec_fn=limit, capture_output=True, text=True)
    assert found.stderr.strip().endswith(
        f"InterruptedRunError: {path}2: File too large; free some space, then run the same command again to go on"
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]
