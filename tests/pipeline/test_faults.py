"""Machines and stores that fail in the middle of a build: a clean end with the cause, and the same bytes later."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from commands import COMMAND, TINY, files_of, spatialreward
from soak.kills import soak

from pipeline.lock import lock_folder, run_lock
from schemas.errors import UserError

STORES = Path(__file__).parent / "stores"


@pytest.fixture(scope="module")
def timed(tmp_path_factory):
    """The files of an undisturbed build, and the seconds that it took."""
    out, began = tmp_path_factory.mktemp("undisturbed") / "out", time.monotonic()
    spatialreward("build", "--out", out, *TINY)
    return files_of(out), time.monotonic() - began


@pytest.fixture
def undisturbed(timed):
    return timed[0]


def test_a_few_kills_of_every_way(timed, tmp_path):
    """`make soak` does fifty."""
    expected, seconds = timed
    kills = list(soak(tmp_path, [*TINY, "--workers", "2"], expected, seconds, kills=3, seed=2))
    assert len(kills) == 3


def interrupted(out, number, to_all, workers, is_time):
    """Build until it is time, then send a signal; return code, output and errors."""

    def restore():
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    command = [*COMMAND, "build", "--out", str(out), *TINY, "--workers", str(workers)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    with subprocess.Popen(command, env=environment, start_new_session=True, preexec_fn=restore, **pipes) as process:
        while process.poll() is None and not is_time():
            time.sleep(0.02)
        (os.killpg if to_all else os.kill)(process.pid, number)
        output, errors = process.communicate(timeout=60)  # the workers hold the pipes too: they have ended
    return process.returncode, output, errors


def test_ctrl_c_and_sigterm_end_a_build_with_one_line_and_what_is_staged_stays(tmp_path):
    """That it goes on is tested with kills, which leave more behind."""
    out, lock = tmp_path / "out", tmp_path / "out" / ".run.lock"

    def staged():
        return [*out.glob("staging/*/*/*.jsonl")]

    def begun():
        return lock.read_text() != token

    for code, number, to_all, workers, is_time in (
        (130, signal.SIGINT, True, 2, staged),
        (143, signal.SIGTERM, False, 1, begun),
    ):
        token = lock.read_text() if lock.exists() else ""
        found, output, errors = interrupted(out, number, to_all, workers, is_time)
        assert found == code, errors
        assert "Traceback" not in output + errors
        assert errors.endswith("what is done so far is kept: run the same command again to go on\n")
        assert errors.count("\n") == 1
        assert staged()
        with run_lock(str(out)):  # free, and nobody writes any more
            pass


def files_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_store_that_fails_now_and_then_gives_the_same_bytes(undisturbed, tmp_path):
    """Every sixth call of each process fails."""
    uploads, log, out = tmp_path / "uploads", tmp_path / "log", tmp_path / "bucket" / "out"
    uploads.mkdir()
    paths = os.pathsep.join([str(STORES), *filter(None, [os.environ.get("PYTHONPATH")])])
    spatialreward(
        *("build", "--out", f"shaky://{out}", "--workers", "2", *TINY),
        env={"PYTHONPATH": paths, "SHAKY_EVERY": "6", "SHAKY_LOG": str(log), "SHAKY_UPLOADS": str(uploads)},
    )
    assert files_of(out) == undisturbed
    failed = log.read_text().splitlines()
    assert len(failed) > 10 and {"find", "cat", "put"} <= {line.partition(",")[0] for line in failed}
    assert list(uploads.iterdir()) == []
    assert not Path(lock_folder(f"shaky://{out}")).exists()
    assert {name.split("/")[0] for name in files_below(out)} == {
        *(".lease", "README.md", "data", "manifest.json", "metadata", "rejected.parquet", "report", "sources.parquet")
    }


FULL_LINE = "No space left on device; free some space, then run the same command again to go on"
FULL = """
mount -t tmpfs -o size=600k none $1 || exit 77
resized() {
  mount -o remount,size=$1 "$OUT" && shift && "$@"
  echo "exit $?"
  find "$OUT" -type f -exec sha256sum {} + | sed 's/^/has /'
}
OUT=$1; shift
resized 600k "$@"
resized 2500k "$@"
resized 100m "$@"
cp -r "$OUT/." "$COPY"
"""


def can_mount():
    command = ["unshare", "-Urm", "sh", "-c", "mount -t tmpfs none /mnt"]
    return bool(shutil.which("unshare")) and subprocess.run(command, capture_output=True).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="needs a user namespace in which a file system can be mounted")
def test_a_full_disk_ends_the_run_with_the_cause_and_a_larger_one_goes_on(undisturbed, tmp_path):
    """A real file system that is full: in staging first, then among the shards."""
    out, copy = tmp_path / "out", tmp_path / "copy"
    out.mkdir()
    copy.mkdir()
    command = ["unshare", "-Urm", "sh", "-c", FULL, "-", str(out), *COMMAND, "build", "--out", str(out), *TINY]
    environment = {**os.environ, "COPY": str(copy), "HF_HUB_OFFLINE": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, start_new_session=True, **pipes) as process:
        try:
            output, errors = process.communicate(timeout=900)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    runs = output.split("exit ")
    assert [run[0] for run in runs[1:]] == ["4", "4", "0"], output[-3000:] + errors[-3000:]
    told = [line for line in errors.splitlines() if line.startswith("spatialreward: ")]
    assert len(told) == 2 and all(line.endswith(FULL_LINE) for line in told)
    assert "/staging/" in told[0] and "/data/" in told[1]
    for run in runs[1:3]:
        has = dict(reversed(line.split()[1:]) for line in run.splitlines() if line.startswith("has "))
        assert has and not [name for name in has if ".tmp-" in name or "manifest" in name]
        for name, sha256 in has.items():
            if "/data/" in name:  # a shard that stands is whole
                assert sha256 == hashlib.sha256(undisturbed[str(Path(name).relative_to(out))]).hexdigest()
    assert files_of(copy) == undisturbed


KILLED_BEFORE_ITS_SEAT = """
import os, signal, sys
import apache_beam as beam
from rich.console import Console
from pipeline.progress import watch
from pipeline.runner import make_options, run

class Killed(beam.DoFn):
    def setup(self):
        os.kill(os.getpid(), signal.SIGKILL)
    def process(self, element):
        yield element

with watch(Console(stderr=True), "x", None, lambda: 0, sys.argv[1], True):
    run(make_options(2, []), lambda root: root | beam.Create(range(9)) | beam.Reshuffle() | beam.ParDo(Killed()))
"""


def test_a_worker_that_dies_while_it_starts_ends_the_run_too(tmp_path):
    found = subprocess.run(
        [sys.executable, "-c", KILLED_BEFORE_ITS_SEAT, tmp_path / "pids"], capture_output=True, text=True, timeout=120
    )
    assert found.returncode == 4
    assert "a worker process died" in found.stderr and "run the same command again" in found.stderr


def test_an_unwritable_folder_is_told_at_once():
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(65534)  # nothing is unwritable to root
        with pytest.raises(UserError, match="is not writable"), run_lock(str(folder)):
            pass
    finally:
        os.seteuid(user)
        folder.chmod(0o755)
        shutil.rmtree(folder)
