"""Room for reading: a limit on a file's size is no demand for memory, and a want of memory is no fault of the file."""

import pytest

from schemas.errors import InterruptedRunError
from transforms.sources import files
from transforms.sources.files import PIECE_BYTES, read_file


def test_a_limit_takes_no_room_that_the_file_does_not_need(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"ab" * PIECE_BYTES)
    assert read_file(str(tmp_path / "a.bin"), max_bytes=1 << 60) == b"ab" * PIECE_BYTES
    for limit in (0, 9, PIECE_BYTES - 1, PIECE_BYTES, 2 * PIECE_BYTES):
        assert len(read_file(str(tmp_path / "a.bin"), max_bytes=limit)) == min(limit + 1, 2 * PIECE_BYTES)


@pytest.mark.parametrize("error", [MemoryError(), OSError(24, "Too many open files"), OSError(12, "no memory")])
def test_a_machine_that_is_short_ends_the_run_and_loses_no_file(monkeypatch, error):
    def fails(_):
        raise error

    monkeypatch.setattr(files, "open_file", fails)
    with pytest.raises(InterruptedRunError, match="short of"):
        read_file("a.jpg", 100)
