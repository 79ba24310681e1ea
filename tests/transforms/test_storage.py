import pytest

from schemas.errors import UserError
from transforms import storage


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = str(tmp_path / "sub" / "file.bin")
    with pytest.raises(RuntimeError), storage.atomic_writer(path) as stream:
        stream.write(b"half")
        raise RuntimeError
    assert list((tmp_path / "sub").iterdir()) == []
    storage.write_bytes(path, b"whole")
    assert storage.read_bytes(path) == b"whole"


def test_unfinished_files_are_not_listed_and_can_be_cleared(tmp_path):
    (tmp_path / f"{storage.TEMPORARY}abc-x.tar").write_bytes(b"x")
    storage.write_bytes(str(tmp_path / "a" / "b.tar"), b"y")
    assert storage.list_files(str(tmp_path)) == ["a/b.tar"]
    storage.remove_unfinished(str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_that_is_not_there_is_empty(tmp_path):
    assert storage.is_empty(str(tmp_path / "none"))
    assert storage.is_empty(str(tmp_path))
    (tmp_path / "sub").mkdir()
    assert not storage.is_empty(str(tmp_path))
    assert storage.list_files(str(tmp_path / "none")) == []
    storage.remove(str(tmp_path / "none"))


def test_the_same_calls_serve_an_object_store():
    storage.write_bytes("memory://bucket/x/y.bin", b"abc")
    assert storage.list_files("memory://bucket/x") == ["y.bin"]
    with storage.open_read("memory://bucket/x/y.bin") as stream:
        stream.seek(1)
        assert stream.read(1) == b"b"
    storage.remove("memory://bucket/x")
    assert not storage.exists("memory://bucket/x/y.bin")


def test_an_address_that_nothing_serves_is_told():
    with pytest.raises(UserError, match="nonesuch://bucket/a: no driver"):
        storage.exists("nonesuch://bucket/a")
