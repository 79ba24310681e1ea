"""A finished build is known again from outside, and no longer once anything that decides it is another."""

import os

import numpy as np
import pytest
from PIL import Image

from pipeline.config import load_recipe
from pipeline.seen import is_as_seen, seen_hash, write_seen
from transforms.sources.find import find_all_sources


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for index in range(2):
        Image.fromarray(np.full((16, 16, 3), 50 * index, np.uint8)).save(folder / f"{index}.png")
    return folder


def seen(folder, *overrides):
    return seen_hash(load_recipe("photos", overrides), find_all_sources([str(folder)]))


def test_the_same_sources_and_recipe_are_known_again(photos, tmp_path):
    first = seen(photos)
    write_seen(str(tmp_path / "out"), first)
    assert is_as_seen(str(tmp_path / "out"), seen(photos, "execution.round_sources=7"))
    assert not is_as_seen(str(tmp_path / "elsewhere"), first)


def test_another_hash_list_is_another_build(photos, tmp_path):
    lists = tmp_path / "list.parquet"
    lists.write_bytes(b"1")
    before = seen(photos, f"dedup.benchmarks=[{lists}]")
    assert before not in (None, seen(photos))
    lists.write_bytes(b"22")
    assert seen(photos, f"dedup.benchmarks=[{lists}]") != before


@pytest.mark.parametrize("what", ["rewritten", "touched", "added", "removed", "recipe"])
def test_what_changed_is_looked_at_again(photos, what):
    before, overrides = seen(photos), []
    if what == "rewritten":
        stat = (photos / "0.png").stat()
        Image.fromarray(np.zeros((99, 16, 3), np.uint8)).save(photos / "0.png")
        os.utime(photos / "0.png", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    elif what == "touched":
        os.utime(photos / "0.png", (1, 1))
    elif what == "added":
        (photos / "2.png").write_bytes((photos / "0.png").read_bytes())
    elif what == "removed":
        (photos / "1.png").unlink()
    else:
        overrides = ["seed=5"]
    assert seen(photos, *overrides) != before


def test_what_cannot_be_told_from_outside_is_opened(photos, tmp_path):
    assert seen(photos, "dedup.benchmarks=[gs://bucket/list.parquet]") is None
    write_seen(str(tmp_path), None)
    assert not is_as_seen(str(tmp_path), None)
