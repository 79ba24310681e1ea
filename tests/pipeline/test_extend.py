"""A data set added to: what it was stays byte for byte, and nothing new leaks into its splits."""

import hashlib
import json
import shutil
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from commands import files_of, spatialreward
from loaders import assert_all_loaders_equal
from PIL import Image
from skimage import data as photos

from pipeline.validate import validate_dataset

MORE = ["--recipe", "demo", "--num-examples", "16", "--set", "edits.max_edits=2"]


@pytest.fixture(scope="module")
def new_photos(tmp_path_factory):
    """Three new photos; one of the bundled, pixel by pixel; and one of them smaller, through JPEG."""
    folder = tmp_path_factory.mktemp("photos")
    for name in ("coffee", "rocket", "chelsea"):
        new = Image.fromarray(getattr(photos, name)()).transpose(Image.Transpose.ROTATE_180)
        new.save(folder / f"{name}.png")
    return folder


def manifest(out):
    return json.loads((out / "manifest.json").read_text())


def rows(out, name):
    return pq.read_table(out / name).to_pylist()


@pytest.fixture(scope="module")
def extended(small_build, new_photos, tmp_path_factory):
    """The small build with more from new photos, and from some that it has."""
    known = Image.fromarray(photos.astronaut())
    known.save(new_photos / "same.png")
    known.resize((400, 400)).save(new_photos / "near.jpg", quality=80)
    out = tmp_path_factory.mktemp("extended") / "out"
    spatialreward("build", *MORE, "--sources", new_photos, "--extend", small_build, "--out", out)
    return out


def test_old_shards_and_splits_stay_byte_for_byte(small_build, extended):
    old, new = manifest(small_build), manifest(extended)
    written = {shard["sha256"]: shard for shard in new["shards"]}
    for shard in old["shards"]:
        kept = written[shard["sha256"]]
        assert kept["split"] == shard["split"]
        assert (extended / kept["name"]).read_bytes() == (small_build / shard["name"]).read_bytes()
    assert len(new["shards"]) > len(old["shards"])
    for split in ("train", "validation", "test"):
        before = rows(small_build, f"metadata/{split}.parquet")
        after = {row["key"]: row for row in rows(extended, f"metadata/{split}.parquet")}
        assert list(after) == sorted(after)
        for row in before:
            assert {**after[row["key"]], "shard": "-"} == {**row, "shard": "-"}


def test_the_whole_holds_every_promise(small_build, extended):
    result = validate_dataset(str(extended))
    assert result.problems == []
    old, new = manifest(small_build), manifest(extended)
    assert result.samples == sum(new["samples"].values()) >= sum(old["samples"].values()) + 16
    assert new["extends"] != "-" and old["extends"] == "-"
    assert new["mixture"][0]["wanted"] == old["mixture"][0]["wanted"] + 16
    line = next(line for line in (extended / "README.md").read_text().splitlines() if line.startswith("| train |"))
    assert line.split(" | ")[1] == str(new["samples"]["train"])
    assert_all_loaders_equal(extended)


def test_what_the_old_set_has_comes_too_late(small_build, extended):
    late = {row["key"]: row["reason"] for row in rows(extended, "rejected.parquet") if row["level"] == "file"}
    assert late["same.png"] == "known_source"
    assert late["near.jpg"] == "near_known_source"
    before, after = rows(small_build, "sources.parquet"), rows(extended, "sources.parquet")
    assert len(after) == len(before) + 3
    assert all(row in after for row in before)
    assert max(Counter(row["source_id"] for row in after).values()) == 1


def test_again_it_does_nothing_and_from_the_same_it_gives_the_same(small_build, new_photos, extended, tmp_path):
    before = files_of(extended)
    again = spatialreward("build", *MORE, "--sources", new_photos, "--extend", small_build, "--out", extended)
    assert "complete already" in again.stdout
    spatialreward(
        "build", *MORE, "--sources", new_photos, "--extend", small_build, "--out", tmp_path / "b", "--workers", "2"
    )
    assert files_of(extended) == before == files_of(tmp_path / "b")


def test_a_changed_old_set_and_other_pictures_are_refused(small_build, new_photos, tmp_path):
    result = spatialreward(
        "build", *MORE, "--sources", new_photos, "--extend", tmp_path, "--out", tmp_path / "a", check=False
    )
    assert result.returncode == 2 and "no manifest.json" in result.stderr + result.stdout
    other = [*MORE, "--set", "shards.image_format=webp", "--sources", new_photos]
    result = spatialreward("build", *other, "--extend", small_build, "--out", tmp_path / "b", check=False)
    assert result.returncode == 2 and "shards.image_format" in result.stderr + result.stdout
    assert not (tmp_path / "b").exists()


def test_validation_sees_a_source_under_another_split(small_build, tmp_path):
    shutil.copytree(small_build, tmp_path / "copy")
    path = tmp_path / "copy" / "sources.parquet"
    table = pq.read_table(path)
    used = next(row for row in rows(small_build, "metadata/train.parquet"))["source_id"]
    moved = ["test" if row["source_id"] == used else row["split"] for row in table.to_pylist()]
    pq.write_table(table.set_column(table.schema.get_field_index("split"), "split", pa.array(moved)), path)
    content = manifest(tmp_path / "copy")
    content["files"]["sources.parquet"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (tmp_path / "copy" / "manifest.json").write_text(json.dumps(content))
    problems = validate_dataset(str(tmp_path / "copy")).problems
    assert any(f"is made of {used}, which is not in train" in problem for problem in problems)
    assert all(used in problem for problem in problems)
