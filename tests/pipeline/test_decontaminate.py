"""A benchmark's pictures listed, and kept out of builds: counted, stated, and the same under any name of its folder."""

import hashlib
import json

import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest
from commands import files_of, spatialreward
from PIL import Image
from skimage import data as photos

from pipeline.validate import validate_dataset
from transforms.sources.hashing import dhash

ASKED = "Add a hat."


def edited(rgb, corner, size=160):
    """The photo with a striped block in it, which moves its hash by more than the radius."""
    result = rgb.copy()
    block = np.zeros((size, size, 3), np.uint8)
    block[:, ::16] = block[:, 1::16] = (250, 240, 20)
    y, x = corner
    result[y : y + size, x : x + size] = cv2.GaussianBlur(block, (0, 0), 2)
    return result


def save(path, rgb, **options):
    Image.fromarray(np.ascontiguousarray(rgb)).save(path, **options)


def write_pairs(path, *pairs):
    rows = [{"source": source, "edited": edited, "instruction": said} for source, edited, said in pairs]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A benchmark of one pair and a broken one, and pairs of which one has its source and one its edited picture."""
    folder = tmp_path_factory.mktemp("pairs")
    chelsea, rocket, coffee = (
        np.ascontiguousarray(getattr(photos, name)()) for name in ("chelsea", "rocket", "coffee")
    )
    save(folder / "rocket.png", rocket)
    save(folder / "rocket-edited.png", edited(rocket, (200, 40)))
    (folder / "broken.png").write_bytes(b"no picture")
    write_pairs(
        folder / "benchmark.jsonl",
        ("rocket.png", "rocket-edited.png", ASKED),
        ("broken.png", "rocket.png", "Remove it."),
    )
    moved = edited(rocket, (60, 320))
    assert (
        (dhash(rocket) ^ dhash(moved)).bit_count() > 6 < (dhash(moved) ^ dhash(edited(rocket, (200, 40)))).bit_count()
    )
    save(folder / "mirrored.jpg", rocket[:, ::-1], quality=80)
    save(folder / "mirrored-edited.png", edited(rocket[:, ::-1], (20, 300)))
    save(folder / "chelsea.png", chelsea)
    save(folder / "chelsea-edited.png", edited(chelsea, (100, 100)))
    save(folder / "coffee.png", coffee)
    save(folder / "coffee-edited.png", edited(coffee, (200, 300)))
    save(folder / "both.png", moved)
    write_pairs(
        folder / "mine.jsonl",
        ("chelsea.png", "chelsea-edited.png", "Please, add the hat"),
        ("mirrored.jpg", "mirrored-edited.png", "Add a dog."),
        ("coffee.png", "coffee-edited.png", "Add a cat."),
        ("both.png", "rocket-edited.png", "Move the block."),
    )
    return folder


@pytest.fixture(scope="module")
def hash_list(folder):
    said = spatialreward("hashes", folder / "benchmark.jsonl", "-o", folder / "lists" / "toy-bench.parquet").stdout
    assert "2 pictures, 1 instructions; 1 files set aside" in said
    assert "benchmark.jsonl:2: not_an_image" in said
    return folder / "lists" / "toy-bench.parquet"


def build(folder, out, *more):
    return spatialreward("build", "--recipe", "pairs", "--sources", folder / "mine.jsonl", "--out", out, *more)


def away_from(path):
    return ["--set", f"dedup.benchmarks=[{path}]"]


@pytest.fixture(scope="module")
def clean(folder, hash_list, tmp_path_factory):
    out = tmp_path_factory.mktemp("clean") / "out"
    build(folder, out, *away_from(hash_list))
    return out


def manifest(out):
    return json.loads((out / "manifest.json").read_text())


def rows(out, name):
    return pq.read_table(out / name).to_pylist()


def test_a_list_has_no_pictures_and_says_what_it_is_of(hash_list):
    source, answer = sorted(rows(hash_list.parent, hash_list.name), key=lambda row: row["instruction"])
    assert (source["name"], source["instruction"]) == ("benchmark.jsonl:1 source", "-")
    assert (answer["name"], answer["instruction"]) == ("benchmark.jsonl:1 edited", ASKED)
    assert int(source["dhash"], 16) == dhash(photos.rocket())
    assert hash_list.stat().st_size < 5000


def test_sources_and_edited_pictures_near_a_listed_one_are_set_aside(clean):
    listed = {row["level"]: row for row in rows(clean, "rejected.parquet") if row["reason"] == "benchmark_overlap"}
    assert sorted(listed) == ["candidate", "file"]
    assert listed["file"]["name"] == "mine.jsonl:2" and listed["candidate"]["name"] == "mine.jsonl:4"
    assert all(row["detail"].startswith("toy-bench: ") and row["stage"] == "dedup" for row in listed.values())
    kept = [row["instruction"] for path in (clean / "metadata").iterdir() for row in pq.read_table(path).to_pylist()]
    assert sorted(kept) == ["Add a cat.", "Please, add the hat"]


def test_what_was_done_is_counted_and_stated(clean, hash_list):
    (one,) = manifest(clean)["benchmarks"]
    examples = manifest(clean)["accounting"]["candidates_kept"]
    assert one.pop("sha256") == hashlib.sha256(hash_list.read_bytes()).hexdigest()
    assert one == {
        "benchmark": "toy-bench",
        "pictures": 2,
        "examples_checked": examples,
        "sources_set_aside": 1,
        "candidates_set_aside": 1,
        "equal_instructions": 1,
    }
    assert f"| toy-bench | 2 | 1 | 1 | 1 | {examples} of {examples} |" in (clean / "README.md").read_text()
    assert validate_dataset(str(clean)).problems == []


def test_without_a_list_they_stay_and_the_card_says_so(folder, tmp_path):
    build(folder, tmp_path / "out")
    reasons = {row["reason"] for row in rows(tmp_path / "out", "rejected.parquet")}
    assert "benchmark_overlap" not in reasons
    assert manifest(tmp_path / "out")["accounting"]["candidates_kept"] == 4
    assert "No benchmark's pictures were looked for" in (tmp_path / "out" / "README.md").read_text()


def test_where_a_list_lies_is_nothing_and_what_is_in_it_is(folder, hash_list, clean, tmp_path):
    elsewhere = tmp_path / hash_list.name
    elsewhere.write_bytes(hash_list.read_bytes())
    before = files_of(clean)
    assert "complete already" in build(folder, clean, *away_from(elsewhere)).stdout
    assert files_of(clean) == before
    (tmp_path / "other").mkdir()
    save(tmp_path / "other" / "coffee.png", photos.coffee())
    spatialreward("hashes", tmp_path / "other", "-o", elsewhere)
    arguments = ["--recipe", "pairs", "--sources", folder / "mine.jsonl", "--out", clean, *away_from(elsewhere)]
    refused = spatialreward("build", *arguments, check=False)
    assert refused.returncode == 2 and "another configuration" in refused.stdout + refused.stderr


def test_an_extended_set_sums_a_list_that_both_were_checked_against(folder, hash_list, clean, tmp_path):
    save(folder / "camera.png", photos.astronaut())
    save(folder / "camera-edited.png", edited(photos.astronaut(), (300, 300)))
    more = write_pairs(folder / "more.jsonl", ("camera.png", "camera-edited.png", "Add a hat"))
    arguments = ["--recipe", "pairs", "--sources", more, "--extend", clean, "--out", tmp_path / "out"]
    spatialreward("build", *arguments, *away_from(hash_list))
    old, (one,) = manifest(clean)["benchmarks"][0], manifest(tmp_path / "out")["benchmarks"]
    assert one["examples_checked"] == old["examples_checked"] + 1
    assert (one["equal_instructions"], one["sources_set_aside"], one["pictures"]) == (2, 1, 2)


def test_what_cannot_be_listed_is_told(folder, tmp_path):
    result = spatialreward("hashes", folder / "mine.jsonl", "-o", tmp_path / "list.csv", check=False)
    assert result.returncode == 2 and "is no name of a hash list" in result.stdout + result.stderr
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.png").write_bytes(b"no picture")
    result = spatialreward("hashes", tmp_path / "broken", "-o", tmp_path / "list.parquet", check=False)
    assert result.returncode == 2 and "none of 1" in result.stdout + result.stderr
    assert not (tmp_path / "list.parquet").exists()
    arguments = ["build", "--recipe", "pairs", "--sources", folder / "mine.jsonl", "--out", tmp_path / "out"]
    result = spatialreward(*arguments, *away_from(tmp_path / "missing.parquet"), check=False)
    assert result.returncode == 2 and "missing.parquet: cannot be read" in result.stdout + result.stderr
    assert not (tmp_path / "out").exists()
