"""The bench of near duplicates: copies are copies, strangers are counted right, every way finds the same."""

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks.near import cli, recall
from benchmarks.near.copies import COPIES
from benchmarks.near.recall import Strangers, distances, merges_table, recall_table
from benchmarks.near.speed import brute_force_seconds, made_hashes, measure


@pytest.fixture(scope="module")
def photos():
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (3, 12, 16, 3), dtype=np.uint8)
    return {f"p{i}": np.kron(photo, np.ones((20, 20, 1), np.uint8)) for i, photo in enumerate(small)}


@pytest.mark.parametrize("name", COPIES)
def test_every_copy_is_a_picture_and_another_one(photos, name):
    rgb = photos["p0"]
    copy = COPIES[name](rgb)
    assert copy.dtype == np.uint8 and copy.ndim == 3 and min(copy.shape[:2]) > 20
    assert copy.shape != rgb.shape or np.any(copy != rgb)


def test_harmless_copies_are_near_and_the_table_says_so(photos):
    bits = distances(photos)
    assert bits["mirrored"].tolist() == [0, 0, 0]
    assert bits["JPEG q90"].max() <= 3
    rows = {row[0]: row for row in recall_table(bits).rows}
    assert rows["mirrored"][1] == "100 %"


def test_pairs_of_one_photo_are_no_strangers():
    own = np.array([0, 1, 0b1111, 0xFF << 40], np.uint64)
    strangers = Strangers(own, own + np.uint64(1 << 50), np.array([0, 0, 1, 2]))
    assert strangers.pairs == 5
    assert strangers.close(4).tolist() == [[0, 2], [1, 2]]
    row = merges_table({"all": strangers}).rows[0]
    assert row[1 + recall.RADII.index(4)] == "400000"


def test_every_way_finds_the_same():
    name, pairs, _, joined, brute = measure(3000, 3, join_up_to=3000)
    assert (name, int(pairs) > 50) == ("3,000, radius 3", True)
    assert joined.endswith("×") and brute.endswith("×")
    assert measure(2000, 1, join_up_to=0)[3] == "–"
    assert brute_force_seconds(made_hashes(2000), 3) > 0


def test_the_command_writes_both_tables(tmp_path, photos, monkeypatch):
    monkeypatch.setattr(cli, "read_photos", lambda folder: photos)
    result = CliRunner().invoke(cli.app, ["radius", "--rendered", "2", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "largest group of 2" in (tmp_path / "radius.md").read_text()
    monkeypatch.setattr(cli, "GROUNDS", {name: cli.GROUNDS[name] for name in ("faces", "bar codes")})
    result = CliRunner().invoke(cli.app, ["grounds", "--count", "3", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    rows = (tmp_path / "grounds.md").read_text().splitlines()
    (faces,) = (line.split(" | ") for line in rows if line.startswith("| faces"))
    assert (faces[1], faces[3], faces[5]) == ("3", "0", "0")
    assert faces[6] == "100 % → 100 %"
    result = CliRunner().invoke(cli.app, ["speed", "--count", "1000", "--radius", "1", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "1,000, radius 1" in (tmp_path / "speed.md").read_text()
