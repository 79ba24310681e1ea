"""The whole main job, from photos to streamable shards."""

import json
import os
import signal
import subprocess
import sys
import time
import zlib

import numpy as np
import pyarrow.parquet as pq
import pytest
from commands import COMMAND, SMALL, files_of, spatialreward
from loaders import assert_all_loaders_equal
from PIL import Image
from skimage import data as photos

from pipeline.validate import validate_dataset


def test_everything_a_sample_says_holds(small_build):
    result = validate_dataset(str(small_build))
    assert result.problems == []
    assert result.samples >= 24


def test_every_way_of_loading_gives_every_field(small_build):
    assert_all_loaders_equal(small_build)


def test_both_sums_hold_and_each_candidate_has_one_fate(small_build):
    accounting = json.loads((small_build / "manifest.json").read_text())["accounting"]
    kept = [
        key for path in (small_build / "metadata").glob("*.parquet") for key in pq.read_table(path)["key"].to_pylist()
    ]
    rejected = pq.read_table(small_build / "rejected.parquet").to_pylist()
    aside = [row["key"] for row in rejected if row["level"] == "candidate"]
    assert len(set(kept + aside)) == len(kept) + len(aside) == accounting["candidates_planned"]
    assert accounting["candidates_kept"] == len(kept)
    assert accounting["files_found"] == accounting["files_used"] + accounting["files_set_aside"]


def test_truth_is_met_well_enough_and_reported_for_all_candidates(small_build):
    rows = pq.read_table(small_build / "report" / "truth.parquet").to_pylist()
    accounting = json.loads((small_build / "manifest.json").read_text())["accounting"]
    assert len(rows) >= accounting["candidates_kept"]
    assert {row["kept"] for row in rows} >= {True}
    unedited = [row for row in rows if row["outcome"] in ("failed", "already_true")]
    assert unedited


def test_nothing_but_the_data_set_is_left(small_build):
    assert sorted(p.name for p in small_build.iterdir() if not p.name.startswith(".")) == [
        "README.md",
        "data",
        "manifest.json",
        "metadata",
        "rejected.parquet",
        "report",
        "sources.parquet",
    ]


@pytest.mark.parametrize("flags", [("--workers", "2"), ("--set", "execution.accelerator=type:nvidia-l4;count:1")])
def test_two_workers_and_a_cut_give_the_same_bytes(small_build, tmp_path, flags):
    spatialreward("build", "--recipe", "demo", "--out", tmp_path / "out", *SMALL, *flags)
    assert files_of(tmp_path / "out") == files_of(small_build)
    assert not (tmp_path / "out" / "staging").exists()


def test_running_again_does_nothing(small_build):
    before = files_of(small_build)
    result = spatialreward("build", "--recipe", "demo", "--out", small_build, *SMALL)
    assert "complete already" in result.stdout
    assert files_of(small_build) == before


def test_a_killed_worker_ends_the_run_with_the_cause_and_the_next_goes_on(small_build, tmp_path):
    arguments = ["build", "--recipe", "demo", "--out", str(tmp_path / "out"), "--workers", "2", *SMALL]
    command = [*COMMAND, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seats = tmp_path / "out" / "staging" / "workers"
    deadline = time.monotonic() + 90
    while not list(tmp_path.rglob("*-000.*.jsonl")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    victims = [int(path.name) for path in seats.iterdir() if path.name.isdigit()]
    assert victims
    os.kill(victims[0], signal.SIGKILL)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 4
    assert f"worker process {victims[0]} died" in errors
    spatialreward(*arguments)
    assert files_of(tmp_path / "out") == files_of(small_build)


def test_a_second_run_in_the_folder_is_refused(tmp_path):
    from pipeline.lock import run_lock

    with run_lock(str(tmp_path)):
        result = spatialreward("build", "--recipe", "demo", "--out", tmp_path, *SMALL, check=False)
    assert result.returncode == 2
    assert "another run holds this folder" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.fixture(scope="session")
def mixed_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mixed")
    for name in ("coffee", "chelsea", "rocket", "astronaut"):
        Image.fromarray(getattr(photos, name)()).save(folder / f"{name}.jpg", quality=92)
    good = (folder / "coffee.jpg").read_bytes()
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "truncated.jpg").write_bytes(good[: len(good) // 2])
    (folder / "text.png").write_text("no picture at all")
    (folder / "copy.jpg").write_bytes(good)
    Image.new("RGB", (20, 20), "red").save(folder / "tiny.png")
    Image.new("RGB", (300, 300), "white").save(folder / "blank.png")
    header = (60000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\x00" * 64))]
    chunks = [len(d).to_bytes(4, "big") + n + d + zlib.crc32(n + d).to_bytes(4, "big") for n, d in parts]
    (folder / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    return folder


def test_a_folder_with_bad_files_gives_a_row_for_each(mixed_folder, tmp_path):
    out = tmp_path / "out"
    arguments = ["--sources", mixed_folder, "--num-examples", "12", "--license", "CC0-1.0", "--attribution", "them"]
    spatialreward("build", "--recipe", "photos", "--out", out, *arguments)
    rows = [row for row in pq.read_table(out / "rejected.parquet").to_pylist() if row["level"] == "file"]
    reasons = {row["key"]: row["reason"] for row in rows}
    # Equal pixels: the first name in sorted order is the source.
    assert reasons.pop("copy.jpg", reasons.pop("coffee.jpg", None)) == "duplicate_source"
    assert reasons == {
        "empty.jpg": "empty",
        "truncated.jpg": "truncated",
        "text.png": "not_an_image",
        "tiny.png": "too_small",
        "blank.png": "blank",
        "bomb.png": "too_many_pixels",
    }
    assert validate_dataset(str(out)).problems == []
    metadata = [row for path in (out / "metadata").glob("*.parquet") for row in pq.read_table(path).to_pylist()]
    assert {row["license"] for row in metadata} == {"CC0-1.0"}


def test_pairs_get_measured_boxes_and_no_invented_scores(tmp_path):
    source = photos.coffee()
    edited = source.copy()
    edited[120:220, 40:160] = (20, 60, 200)
    Image.fromarray(source).save(tmp_path / "a.png")
    Image.fromarray(edited).save(tmp_path / "b.png")
    row = {"source": "a.png", "edited": "b.png", "instruction": "在桌上\u202e放一张\x07蓝色卡片。"}
    bare = row | {"instruction": "👍"}
    (tmp_path / "pairs.jsonl").write_text(f"{json.dumps(row)}\nnot json\n{json.dumps(bare)}\n")
    out = tmp_path / "out"
    said = spatialreward("build", "--recipe", "pairs", "--sources", tmp_path / "pairs.jsonl", "--out", out).stdout
    cleaned = {"control characters": 1, "direction controls": 1}
    assert json.loads((out / "manifest.json").read_text())["cleaned"] == cleaned
    assert "cleaned as they came in: 1 with control characters, 1 with direction controls" in said
    assert '<h2 dir="auto">在桌上放一张蓝色卡片。</h2>' in (out / "report" / "gallery.html").read_text(encoding="utf-8")
    assert validate_dataset(str(out)).problems == []
    (row,) = pq.read_table(out / "metadata" / "train.parquet").to_pylist()
    assert (row["outcome"], row["annotator"], row["overall"], row["n_regions"]) == ("unknown", "none", -1.0, 1)
    assert row["instruction"] == "在桌上放一张蓝色卡片。"
    wordless, unread = pq.read_table(out / "rejected.parquet").to_pylist()
    assert (wordless["name"], wordless["reason"]) == ("pairs.jsonl:3", "instruction_too_short")
    assert (unread["key"], unread["name"], unread["reason"]) == ("pairs.jsonl:2", "pairs.jsonl:2", "not_json")
    from datasets import load_dataset

    sample = next(iter(load_dataset(str(out), split="train", streaming=True)))
    x1, y1, x2, y2 = sample["json"]["edit_region"][0]["bbox_2d"]
    height, width = source.shape[:2]
    expected = np.array([40 / width, 120 / height, 160 / width, 220 / height]) * 1000
    assert np.abs(np.array([x1, y1, x2, y2]) - expected).max() < 15


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["build", "--recipe", "nonesuch", "--out", "OUT"], ["nonesuch", "demo"]),
        (["build", "--recipe", "photos", "--out", "OUT", "--sources", "/no/such/folder"], ["/no/such/folder"]),
        (["build", "--recipe", "demo", "--out", "OUT", "--set", "edits.max_edit=2"], ["edits.max_edit", "max_edits"]),
        (["build", "--recipe", "demo", "--out", "OUT", "--set", "seed"], ["--set", "key=value"]),
        (["build", "--recipe", "demo", "--out", "OUT", "--set", "splits.train=0.5"], ["splits", "add up to 1"]),
        (["build", "--recipe", "demo", "--out", "TEXT/out"], ["--out", "choose another folder"]),
        (["build", "--recipe", "demo", "--out", "OUT", "--sam-checkpoint", "/no/such.pth"], ["/no/such.pth"]),
        (["build", "--recipe", "demo", "--out", "nonesuch://bucket/out"], ["nonesuch://", "no driver"]),
        (["regions", "/no/such/a.png", "/no/such/b.png"], ["/no/such/a.png"]),
        (["regions", "TEXT", "TEXT"], ["not_an_image"]),
        (["validate", "OUT"], ["OUT", "no such folder"]),
        (["validate", "HERE"], ["HERE", "manifest.json"]),
        (["stats", "HERE"], ["HERE", "manifest.json"]),
        (["report", "HERE"], ["HERE", "manifest.json"]),
        (["inspect", "HERE"], ["HERE", "manifest.json"]),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_code_2(arguments, words, tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    places = {
        "OUT": str(tmp_path / "out"),
        "TEXT/out": str(tmp_path / "text.png" / "out"),
        "HERE": str(tmp_path),
        "TEXT": str(tmp_path / "text.png"),
    }
    result = spatialreward(*[places.get(argument, argument) for argument in arguments], check=False)
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr + result.stdout
    assert len(result.stderr.strip().splitlines()) == 1
    for word in words:
        assert places.get(word, word) in result.stderr


def test_a_folder_with_files_of_the_users_own_is_left_alone(tmp_path):
    mine = tmp_path / "data" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("precious")
    result = spatialreward("build", "--recipe", "demo", "--out", tmp_path, *SMALL, check=False)
    assert result.returncode == 2
    assert "not empty" in result.stderr
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == ["data", "data/mine.txt"]
    assert mine.read_text() == "precious"


def test_unusable_sources_alone_end_with_exit_code_2(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"")
    result = spatialreward("build", "--recipe", "photos", "--sources", folder, "--out", tmp_path / "out", check=False)
    assert result.returncode == 2
    assert "no usable source" in result.stderr
    assert "a.jpg (empty: the file has no bytes" in result.stderr
    assert pq.read_table(tmp_path / "out" / "rejected.parquet")["reason"].to_pylist() == ["empty"]


def test_regions_of_two_files_as_json_with_an_overlay(tmp_path):
    source = photos.astronaut()
    edited = source.copy()
    edited[300:400, 50:150] = (200, 30, 30)
    Image.fromarray(source).save(tmp_path / "a.png")
    Image.fromarray(edited).save(tmp_path / "b.jpg", quality=92)
    overlay = tmp_path / "overlay.png"
    result = spatialreward("regions", tmp_path / "a.png", tmp_path / "b.jpg", "--json", "--overlay", overlay)
    answer = json.loads(result.stdout)
    assert (answer["status"], answer["width"], answer["height"]) == ("ok", 512, 512)
    (region,) = answer["edit_region"]
    assert np.abs(np.array(region["bbox_2d"]) - np.array([50, 300, 150, 400]) * 1000 / 512).max() < 15
    assert Image.open(overlay).size == (512, 512)


def test_no_heavy_library_is_loaded_for_help():
    code = (
        "import sys; from typer.testing import CliRunner; from pipeline.cli import app; "
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0; "
        "print([m for m in ('apache_beam', 'torch', 'cv2', 'datasets') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]", result.stderr


def test_a_mixture_is_kept_to_its_quotas_and_what_is_missing_is_said(tmp_path):
    mixture = (
        "mixture=[{name: people, examples: 8, people: only, programs_per_source: 2, edits: {edit_types: [ps_human]}}, "
        "{name: pairs, examples: 8, edits: {min_edits: 2, multi_edit_share: 1}, quotas: {outcome: {failed: 0.0}}}]"
    )
    out = tmp_path / "mixed"
    result = spatialreward("build", "--recipe", "demo", "--out", out, *SMALL, "--set", mixture, "--set", "scenes=0")
    rows = [row for path in (out / "metadata").glob("*.parquet") for row in pq.read_table(path).to_pylist()]
    people = [row for row in rows if row["component"] == "people"]
    pairs = [row for row in rows if row["component"] == "pairs"]
    assert len(people) + len(pairs) == len(rows) and people and pairs
    assert {row["edit_type"] for row in people if row["outcome"] == "faithful"} == {"ps_human"}
    assert {row["edit_type"] for row in pairs if row["outcome"] == "faithful"} == {"multi"}
    assert "failed" not in {row["outcome"] for row in pairs}
    found = {part["component"]: part for part in json.loads((out / "manifest.json").read_text())["mixture"]}
    assert {name: part["kept"] for name, part in found.items()} == {"people": len(people), "pairs": len(pairs)}
    for name, part in found.items():
        assert (f"{name}: examples: {part['kept']} of {part['wanted']}" in result.stdout) == (
            part["kept"] < 0.95 * part["wanted"]
        )
