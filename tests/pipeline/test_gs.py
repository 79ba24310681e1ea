"""A whole build on gs://, sources and output, beside the same build in a folder."""

import hashlib
import subprocess
import sys

import pytest
from commands import spatialreward
from PIL import Image
from skimage import data as photos

from pipeline.dataset import open_dataset
from pipeline.validate import validate_dataset
from transforms import storage

SETTINGS = [
    *("--num-examples", "12", "--set", "edits.max_edits=1", "--set", "shards.target_samples=6"),
    *("--license", "CC0-1.0", "--attribution", "them"),
]


@pytest.fixture(scope="module")
def builds(gs, tmp_path_factory):
    """The folder and the address of one data set, built of equal photos, here with one worker and there with two."""
    here = tmp_path_factory.mktemp("here")
    (here / "photos").mkdir()
    for name in ("coffee", "chelsea", "rocket", "astronaut"):
        picture = Image.fromarray(getattr(photos, name)())
        picture.thumbnail((360, 360))
        picture.save(here / "photos" / f"{name}.jpg", quality=92)
        storage.write_bytes(f"{gs}/photos/{name}.jpg", (here / "photos" / f"{name}.jpg").read_bytes())
    folder, address = str(here / "out"), f"{gs}/out"
    spatialreward("build", "--recipe", "photos", "--sources", here / "photos", "--out", folder, *SETTINGS)
    spatialreward(
        "build", "--recipe", "photos", "--sources", f"{gs}/photos", "--out", address, "--workers", "2", *SETTINGS
    )
    return folder, address


def hashes(out):
    """Return name -> sha256 of all but the report's and hidden files."""
    names = [name for name in storage.list_files(out) if not name.startswith(("report/", "."))]
    return {name: hashlib.sha256(storage.read_bytes(storage.join(out, name))).hexdigest() for name in names}


def test_the_same_bytes_in_a_bucket_as_in_a_folder(builds):
    folder, address = builds
    found = hashes(address)
    assert {"manifest.json", "README.md", "rejected.parquet"} < found.keys()
    assert sum(name.endswith(".tar") for name in found) >= 1
    assert found == hashes(folder)


def test_every_promise_of_the_format_holds_in_the_bucket(builds):
    result = validate_dataset(builds[1])
    assert result.problems == []
    assert result.samples >= 12


def test_nothing_unfinished_is_left_in_the_bucket(builds):
    names = {name.partition("/")[0] for name in storage.list_files(builds[1]) if not name.startswith(".")}
    assert names == {"README.md", "data", "manifest.json", "metadata", "rejected.parquet", "report", "sources.parquet"}


def test_the_printed_line_streams_from_the_bucket(builds):
    told = spatialreward("stats", builds[1]).stdout
    (line,) = [line for line in told.splitlines() if line.startswith("import datasets;")]
    code = f"{line}\nfor sample in data: print(sample['__key__'], sample['source.jpg'].size, sample['json']['outcome'])"
    # In a process of its own: `datasets` keeps connections of the process that first asked.
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    split = line.partition("split='")[2].partition("'")[0]
    assert len(done.stdout.splitlines()) == open_dataset(builds[1]).manifest.samples[split]


def test_a_finished_build_is_known_again_in_the_bucket(builds, gs):
    before = hashes(builds[1])
    again = spatialreward("build", "--recipe", "photos", "--sources", f"{gs}/photos", "--out", builds[1], *SETTINGS)
    assert "complete already" in again.stdout
    assert hashes(builds[1]) == before
