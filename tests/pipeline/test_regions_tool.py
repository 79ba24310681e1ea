"""`spatialreward regions`: one pair and many, what it writes, and users' mistakes."""

import json
import shutil

import numpy as np
import pytest
from commands import spatialreward
from PIL import Image
from regions_pairs import SIDE, edited_photo, make_pair_folder, photo
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.config import load_recipe
from pipeline.regions_tool import many
from pipeline.regions_tool.many import measure_many
from pipeline.regions_tool.pairs import Pair
from pipeline.regions_tool.record import PairRegions
from pipeline.regions_tool.settings import make_settings
from pipeline.regions_tool.unfinished import Unfinished
from pipeline.regions_tool.workers import Job, measure_all
from schemas.errors import UserError
from schemas.example import canonical_json
from transforms.regions.config import RegionsConfig

QUICK = RegionsConfig(masks="none", work_size=256)
OUTCOMES = {
    "ant": ("error", "not_an_image"),
    "bee": ("error", "missing_edited"),
    "cat": ("ok", "-"),
    "elk": ("error", "ambiguous_pair"),
    "fly": ("error", "blank"),
    "same": ("unchanged", "-"),
    "sub/dog": ("ok", "-"),
}


@pytest.fixture
def pair_files(tmp_path):
    paths = tmp_path / "before.png", tmp_path / "after.edited.png"
    for pixels, path in zip((photo(), edited_photo()), paths, strict=True):
        Image.fromarray(pixels).save(path)
    return [str(path) for path in paths]


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    return make_pair_folder(tmp_path_factory.mktemp("pattern") / "pairs")


@pytest.fixture
def pair_folder(pattern, tmp_path):
    return shutil.copytree(pattern, tmp_path / "pairs")


@pytest.fixture
def quiet():
    return many.Console(quiet=True)


def regions(*arguments):
    return CliRunner().invoke(app, ["regions", *map(str, arguments)])


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def assert_masks_are_those_of(record, folder, name):
    """Assert that the label map and each region's mask have the size, the ids and the areas of the record."""
    label_map = Image.open(folder / f"{name}.mask.png")
    assert (label_map.mode, label_map.size) == ("L", (record["width"], record["height"]))
    pixels = np.asarray(label_map)
    ids = [region["id"] for region in record["edit_region"]]
    assert sorted(set(np.unique(pixels)) - {0}) == ids
    for region in record["edit_region"]:
        mask = Image.open(folder / f"{name}.region{region['id']}.png")
        assert mask.mode == "L"
        assert np.array_equal(np.asarray(mask), np.where(pixels == region["id"], 255, 0))
        assert (np.asarray(mask) == 255).mean() == pytest.approx(region["area"], abs=5e-5)
    stem = folder / name
    assert len(list(stem.parent.glob(f"{stem.name}.region*.png"))) == len(ids)


def test_one_pair_as_json_with_overlay_and_masks(pair_files, tmp_path):
    overlay, masks = tmp_path / "deep" / "overlay.webp", tmp_path / "masks"
    result = regions(*pair_files, "--json", "--overlay", overlay, "--masks", masks)
    assert result.exit_code == 0, result.output
    record = json.loads(result.stdout)
    assert (record["name"], record["status"]) == ("after", "ok")
    assert record["method"].endswith("+grabcut")
    assert PairRegions.model_validate(record).edit_region
    assert_masks_are_those_of(record, masks, "after")
    drawn = Image.open(overlay)
    assert (drawn.format, drawn.size) == ("WEBP", (SIDE, SIDE))
    assert np.abs(np.asarray(drawn).astype(int) - edited_photo()).max() > 50


def test_one_pair_as_a_table_says_what_the_status_means(pair_files):
    result = regions(*pair_files, "--masks-by", "none")
    assert "ok; 1 edit region in 256x256" in result.stdout
    assert "bbox_2d" in result.stdout
    assert "nothing changed visibly" in regions(pair_files[0], pair_files[0]).stdout


def test_masks_of_an_earlier_run_do_not_stay(pair_files, tmp_path):
    (tmp_path / "after.region12.png").write_bytes(b"old")
    (tmp_path / "other.region12.png").write_bytes(b"another pair's")
    assert regions(*pair_files, "--masks", tmp_path).exit_code == 0
    assert not (tmp_path / "after.region12.png").exists()
    assert (tmp_path / "other.region12.png").exists()


def test_flags_become_the_settings_of_the_chain(pair_files):
    assert make_settings([], None, None, None) == load_recipe("pairs").regions
    assert make_settings(["regions.work_size=300"], "none", None, None) == RegionsConfig(work_size=300, masks="none")
    by_sam = make_settings([], None, "a b.pth", "vit_h")
    assert (by_sam.masks, by_sam.sam_checkpoint, by_sam.sam_model_type) == ("sam", "a b.pth", "vit_h")
    result = regions(*pair_files, "--json", "--masks-by", "none")
    assert "+" not in json.loads(result.stdout)["method"]


def test_a_folder_gives_a_line_per_pair_in_order_the_same_from_two_processes(pair_folder, tmp_path):
    outputs = []
    for jobs in (1, 2):
        place = tmp_path / f"with{jobs}"
        result = spatialreward(
            *["regions", pair_folder, "-o", place / "regions.jsonl", "--overlay", place / "overlays"],
            *["--masks", place / "masks", "--jobs", jobs, "--set", "regions.work_size=256"],
        )
        outputs.append({path.relative_to(place): path.read_bytes() for path in place.rglob("*") if path.is_file()})
    assert outputs[0] == outputs[1]
    records = lines_of(place / "regions.jsonl")
    assert [(r["name"], (r["status"], r["reason"])) for r in records] == list(OUTCOMES.items())
    for line in (place / "regions.jsonl").read_bytes().splitlines():
        assert canonical_json(PairRegions.model_validate_json(line)) == line
    for record in records:
        overlay = place / "overlays" / f"{record['name']}.png"
        assert overlay.exists() == (record["status"] != "error")
        if overlay.exists():
            assert Image.open(overlay).size == (SIDE, SIDE)
            assert_masks_are_those_of(record, place / "masks", record["name"])
    for words in ("7 pairs, ", "error 4, ok 2, unchanged 1", "1 other pictures", "set aside 4", "ant: not_an_image"):
        assert words in result.stdout


def test_a_jsonl_file_is_read_as_for_a_build(pair_folder, tmp_path):
    rows = [
        {"source": "cat.source.png", "edited": "cat.edited.webp", "instruction": "a red square"},
        {"source": "cat.source.png", "edited": "gone.png", "instruction": "a red square"},
        {"source": "cat.source.png"},
    ]
    (pair_folder / "list.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    out, masks = tmp_path / "regions.jsonl", tmp_path / "masks"
    result = regions(pair_folder / "list.jsonl", "-o", out, "--masks", masks, "--masks-by", "none")
    assert result.exit_code == 0, result.output
    records = lines_of(out)
    assert [(r["name"], r["status"], r["reason"]) for r in records] == [
        ("list.jsonl-1", "ok", "-"),
        ("list.jsonl-2", "error", "unreadable"),
        ("list.jsonl-3", "error", "missing_field"),
    ]
    assert_masks_are_those_of(records[0], masks, "list.jsonl-1")


def test_nothing_that_can_be_read_is_exit_code_2_and_a_file_that_says_why(pair_folder, tmp_path):
    for name in ("cat", "same", "sub/dog"):
        for path in pair_folder.glob(f"{name}.*"):
            path.write_bytes(b"")
    out = tmp_path / "regions.jsonl"
    result = regions(pair_folder, "-o", out)
    assert result.exit_code == 2
    assert {record["status"] for record in lines_of(out)} == {"error"}
    assert "empty 3" in result.stdout


def test_a_failure_inside_the_chain_is_that_pairs_alone(pair_folder, tmp_path, quiet, monkeypatch):
    def fail(source, *_):
        raise ZeroDivisionError("two\nlines")

    monkeypatch.setattr("pipeline.regions_tool.workers.measure_files", fail)
    pair = Pair("cat", str(pair_folder / "cat.source.png"), str(pair_folder / "cat.edited.webp"))
    (record,) = measure_all([pair], Job(QUICK, None, None), 1)
    assert (record.status, record.reason, record.detail) == ("error", "failed", "ZeroDivisionError: two lines")


class TestInterrupted:
    """A run that ends early leaves what it measured, and the same command goes on from there."""

    @pytest.fixture
    def job(self, tmp_path):
        return Job(QUICK, tmp_path / "overlays", tmp_path / "masks")

    @pytest.fixture
    def measured(self, monkeypatch):
        """The names that are measured from here on."""
        names = []

        def spy(pairs, *rest):
            for record in measure_all(pairs, *rest):
                names.append(record.name)
                yield record

        monkeypatch.setattr(many, "measure_all", spy)
        return names

    @pytest.fixture
    def stopped(self, pair_folder, tmp_path, job, quiet, monkeypatch):
        """A run that was stopped after two pairs; the file that it was to write."""

        def stop(pairs, *rest):
            records = measure_all(pairs, *rest)
            yield next(records)
            yield next(records)
            raise KeyboardInterrupt

        out = tmp_path / "regions.jsonl"
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(many, "measure_all", stop)
            measure_many(str(pair_folder), out, job, 1, quiet)
        assert not out.exists()
        assert [r["name"] for r in lines_of(tmp_path / "regions.jsonl.part")[1:]] == ["ant", "cat"]
        return out

    def test_what_was_measured_is_taken_over(self, stopped, measured, pair_folder, job, quiet):
        with stopped.with_name("regions.jsonl.part").open("ab") as stream:
            stream.write(b'{"name":"fly","stat')  # cut off by the kill
        summary = measure_many(str(pair_folder), stopped, job, 1, quiet)
        assert measured == ["ant", "fly", "same", "sub/dog"]  # what failed is tried again
        assert summary.taken_over == 1
        assert {r["name"]: (r["status"], r["reason"]) for r in lines_of(stopped)} == OUTCOMES
        assert not stopped.with_name("regions.jsonl.part").exists()

    def test_the_result_is_that_of_a_run_in_one_piece(self, stopped, pair_folder, tmp_path, job, quiet):
        measure_many(str(pair_folder), stopped, job, 1, quiet)
        measure_many(str(pair_folder), tmp_path / "whole.jsonl", job, 1, quiet)
        assert stopped.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()

    def test_a_changed_picture_is_measured_again(self, stopped, measured, pair_folder, job, quiet):
        Image.fromarray(photo()).save(pair_folder / "cat.edited.webp", lossless=True)
        measure_many(str(pair_folder), stopped, job, 1, quiet)
        assert "cat" in measured
        assert {r["name"]: r["status"] for r in lines_of(stopped)}["cat"] == "unchanged"

    def test_a_picture_that_is_gone_is_written_again(self, stopped, measured, pair_folder, tmp_path, job, quiet):
        (tmp_path / "masks" / "cat.mask.png").unlink()
        measure_many(str(pair_folder), stopped, job, 1, quiet)
        assert "cat" in measured
        assert (tmp_path / "masks" / "cat.mask.png").is_file()

    def test_other_settings_begin_anew(self, stopped, measured, pair_folder, quiet):
        summary = measure_many(str(pair_folder), stopped, Job(QUICK, None, None), 1, quiet)
        assert "cat" in measured
        assert summary.taken_over == 0


def test_a_run_that_measured_nothing_leaves_nothing(tmp_path):
    out = tmp_path / "regions.jsonl"
    with pytest.raises(RuntimeError), Unfinished(out, "settings"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["A", "gone.png"], ["gone.png", "unreadable", "no such file"]),
        (["A", "TEXT"], ["TEXT", "not_an_image", "JPEG"]),
        (["PAIRS", "B"], ["PAIRS", "unreadable"]),
        (["A", "B", "--overlay", "out.txt"], ["--overlay out.txt", ".png"]),
        (["A", "B", "--overlay", "PAIRS"], ["--overlay", ".png"]),
        (["A", "B", "--masks", "TEXT"], ["--masks TEXT", "folder"]),
        (["A", "B", "--masks", "A"], ["--masks A", "folder"]),
        (["A", "B", "-o", "OUT"], ["--out", "--json"]),
        (["A", "B", "--masks-by", "sam"], ["--masks-by sam", "--sam-checkpoint"]),
        (["A", "B", "--masks-by", "hand"], ["masks", "grabcut"]),
        (["A", "B", "--masks-by", "none", "--sam-checkpoint", "x.pth"], ["--masks-by", "sam"]),
        (["A", "B", "--sam-checkpoint", "gone.pth"], ["gone.pth"]),
        (["A", "B", "--set", "regions.work=3"], ["regions.work", "work_size"]),
        (["A", "B", "--set", "edits.max_edits=3"], ["edits.max_edits", "regions.KEY"]),
        (["PAIRS"], ["PAIRS", "-o"]),
        (["PAIRS", "-o", "OUT", "--json"], ["--json"]),
        (["PAIRS", "-o", "regions.txt"], ["regions.txt", ".jsonl"]),
        (["PAIRS", "-o", "TEXT/regions.jsonl"], ["--out"]),
        (["PAIRS", "-o", "OUT", "--overlay", "TEXT"], ["--overlay TEXT", "folder"]),
        (["PAIRS", "-o", "OUT", "--overlay", "all.png"], ["--overlay all.png", "folder"]),
        (["PAIRS", "-o", "OUT", "--masks", "TEXT"], ["--masks TEXT", "folder"]),
        (["PAIRS", "-o", "OUT", "--sam-checkpoint", "gone.pth", "--jobs", "2"], ["gone.pth"]),
        (["EMPTY", "-o", "OUT"], ["EMPTY", "NAME.source.EXT"]),
        (["gone", "-o", "OUT"], ["gone", "no such"]),
        (["A", "-o", "OUT"], ["A", "alone"]),
    ],
)
def test_a_mistake_is_one_line_before_any_work(arguments, words, pair_files, pair_folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text").write_text("no picture")
    (tmp_path / "empty").mkdir()
    places = {
        "A": pair_files[0],
        "B": pair_files[1],
        "TEXT": "text",
        "PAIRS": str(pair_folder),
        "OUT": "regions.jsonl",
        "EMPTY": "empty",
        "TEXT/regions.jsonl": "text/regions.jsonl",
    }
    result = regions(*[places.get(argument, argument) for argument in arguments])
    assert isinstance(result.exception, UserError), result.output
    message = str(result.exception)
    assert "\n" not in message
    for word in words:
        flag, _, value = word.rpartition(" ")
        assert f"{flag} {places.get(value, value)}".strip() in message
    assert not (tmp_path / "regions.jsonl").exists()
    assert not (tmp_path / "regions.jsonl.part").exists()


def test_two_folders_of_equal_names_are_measured(pair_files, tmp_path):
    for role, path in zip(("old", "new"), pair_files, strict=True):
        folder = tmp_path / role / "k"
        folder.mkdir(parents=True)
        shutil.copy(path, folder / "yard.png")
    shutil.copy(pair_files[0], tmp_path / "old" / "alone.png")
    out = tmp_path / "regions.jsonl"
    result = regions(tmp_path / "old", tmp_path / "new", "-o", out, "--masks-by", "none")
    assert result.exit_code == 0, result.output
    assert [(r["name"], r["status"], r["reason"]) for r in lines_of(out)] == [
        ("alone", "error", "missing_edited"),
        ("k/yard", "ok", "-"),
    ]
    (tmp_path / "other").mkdir()
    assert "no two pictures have the same name" in str(
        regions(tmp_path / "old", tmp_path / "other", "-o", out).exception
    )


@pytest.mark.parametrize("layout", ["two folders", "csv without instructions"])
def test_other_layouts_of_pairs_are_measured(layout, pair_files, tmp_path):
    set_of_pairs = tmp_path / "set"
    for role, path in zip(("before", "after"), pair_files, strict=True):
        (set_of_pairs / role).mkdir(parents=True)
        shutil.copy(path, set_of_pairs / role / "7.png")
    address = set_of_pairs
    if layout != "two folders":
        address = set_of_pairs / "list.csv"
        names = [f"{role}/7.png" for role in ("before", "after")]
        address.write_text(f"source;edited\n{';'.join(names)}\n")
    out = tmp_path / "regions.jsonl"
    assert regions(address, "-o", out, "--masks-by", "none").exit_code == 0
    assert [(r["name"], r["status"]) for r in lines_of(out)] == [
        ("7" if layout == "two folders" else "list.csv-2", "ok")
    ]
