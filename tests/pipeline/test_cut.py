"""What was rendered is kept and found again: judging anew renders nothing, and gives what a build from nothing does."""

import subprocess
import sys

from commands import TINY, files_of, spatialreward

from pipeline.cut import MAKING

ANEW = [*TINY, "--set", "regions.masks=none", "--set", "filters.min_truth_iou=0.5"]


def test_another_build_takes_what_was_made(tmp_path):
    kept = ["--set", f"execution.made={tmp_path / 'made'}"]
    spatialreward("build", *TINY, "--out", tmp_path / "a", *kept)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "made").rglob("*.tar")}
    assert before
    spatialreward("build", *ANEW, "--out", tmp_path / "b", *kept)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "made").rglob("*.tar")} == before
    spatialreward("build", *ANEW, "--out", tmp_path / "c")
    assert files_of(tmp_path / "b") == files_of(tmp_path / "c") != files_of(tmp_path / "a")


def test_the_code_that_stands_for_making_is_all_of_it():
    loaded = "import sys, transforms.edits.made; print(*(m for m in sys.modules if m.startswith('transforms.')))"
    names = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout.split()
    paths = [name.removeprefix("transforms.").replace(".", "/") for name in names]
    strangers = [path for path in paths if not f"{path}.py".startswith(MAKING) and not f"{path}/".startswith(MAKING)]
    assert strangers == ["shards"], "a package without code"
