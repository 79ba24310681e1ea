"""`spatialreward reshard`: other shards, the same samples, and still a valid data set."""

import pytest
from rich.console import Console
from tiny_dataset import BLUE, CUP, sample, write_dataset

import pipeline.reshard as resharding
from pipeline.dataset import open_dataset
from pipeline.reshard import UNFINISHED, reshard
from pipeline.validate import validate_dataset
from schemas.errors import UserError
from transforms.shards.assemble import fills

QUIET = Console(quiet=True)


def groups(first, count):
    """Groups of three candidates, the untouched one first: a shard that begins with it would be read wrongly."""
    cup = [("red cup", CUP, BLUE)]
    return [
        one
        for source in range(first, first + count)
        for one in (
            sample(source, 0, "failed", [], 2, (0, 25)),
            sample(source, 1, "faithful", cup, 1, (25, 24)),
            sample(source, 2, "failed", [], 2, (0, 25)),
        )
    ]


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    out = tmp_path_factory.mktemp("old") / "set"
    write_dataset(out, {"train": groups(0, 5), "validation": groups(5, 1)})
    assert validate_dataset(str(out)).problems == []
    return str(out)


def members(data):
    return {s.key: s.members for info in data.manifest.shards for s in data.samples(info.name)}


def test_samples_stay_and_groups_stay_together(old, tmp_path):
    new = str(tmp_path / "new")
    reshard(old, new, 6, QUIET)
    before, after = open_dataset(old), open_dataset(new)
    assert [info.samples for info in after.manifest.shards if info.split == "train"] == [6, 6, 3]
    assert members(after) == members(before)
    assert validate_dataset(new).problems == []
    for info in after.manifest.shards:
        first = next(after.samples(info.name)).example()
        assert fills(first) == 4
    assert after.manifest.samples == before.manifest.samples
    train = next(
        line for line in (tmp_path / "new" / "README.md").read_text().split("\n") if line.startswith("| train |")
    )
    assert train.endswith("| 3 |")


def test_a_unit_larger_than_a_shard_is_a_shard_of_its_own(old, tmp_path):
    reshard(old, str(tmp_path / "ones"), 1, QUIET)
    manifest = open_dataset(str(tmp_path / "ones")).manifest
    assert [info.samples for info in manifest.shards] == [3] * 6


def test_the_same_bytes_again_and_one_shard_back(old, tmp_path):
    for name in ("a", "b"):
        reshard(old, str(tmp_path / name), 3, QUIET)
    assert open_dataset(str(tmp_path / "a")).manifest == open_dataset(str(tmp_path / "b")).manifest
    reshard(str(tmp_path / "a"), str(tmp_path / "whole"), 1000, QUIET)
    back = open_dataset(str(tmp_path / "whole"))
    assert len(back.manifest.shards) == 2
    assert members(back) == members(open_dataset(old))


def test_a_folder_that_holds_something_is_left_alone(old, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UserError, match="not empty"):
        reshard(old, str(tmp_path), 3, QUIET)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_one_that_was_interrupted_begins_again(old, tmp_path, monkeypatch):
    out, whole = tmp_path / "out", tmp_path / "whole"

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(resharding, "_finish", interrupt)
        reshard(old, str(out), 1, QUIET)
    assert (out / UNFINISHED).exists() and any((out / "data").iterdir())
    reshard(old, str(out), 6, QUIET)  # with other shards: those of the first try may not stay
    reshard(old, str(whole), 6, QUIET)
    files = [
        {str(path.relative_to(one)): path.read_bytes() for path in one.rglob("*") if path.is_file()}
        for one in (out, whole)
    ]
    assert files[0] == files[1]
