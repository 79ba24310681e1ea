"""A console that cannot show a character costs that character; one that is gone, the output; neither costs the run."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

SAY = """
import sys
from pipeline import cli, entry

def run():
    print("\\u250f\\u2501 \\u0394E \\u4e2d caf\\udce9")
    print("to err \\u2192", file=sys.stderr)
    for _ in range(3):
        print("x" * 70_000, flush=True)
    open(sys.argv[1], "w").close()

cli.main = run
entry.main()
"""


def say(tmp_path, **streams):
    mark = tmp_path / "done"
    environment = {**os.environ, **streams.pop("env", {})}
    done = subprocess.run([sys.executable, "-c", SAY, mark], env=environment, timeout=60, check=False, **streams)
    assert mark.exists()  # the work was done, whatever became of the output
    return done


@pytest.mark.parametrize(
    ("encoding", "shown"), [("utf-8", "┏━ ΔE 中 caf?"), ("ascii:strict", "?? ?E ? caf?"), ("latin-1", "?? ?E ? caf?")]
)
def test_what_cannot_be_shown_costs_its_character(encoding, shown, tmp_path):
    done = say(tmp_path, env={"PYTHONIOENCODING": encoding}, capture_output=True)
    assert done.returncode == 0
    assert done.stdout.decode("utf-8").splitlines()[0] == shown
    assert done.stderr.decode("utf-8").startswith("to err ") and b"Traceback" not in done.stderr


def test_a_reader_that_has_gone(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    done = say(tmp_path, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert done.returncode == 0 and done.stderr.decode() == "to err →\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_on_a_full_disk_is_told(tmp_path):
    with open("/dev/full", "w") as full:
        done = say(tmp_path, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 4
    assert done.stderr.decode().splitlines()[1:] == [
        "spatialreward: the output could not be written (No space left on device); lead it elsewhere"
    ]


def test_closed_streams(tmp_path):
    done = say(tmp_path, preexec_fn=lambda: os.closerange(0, 3))
    assert done.returncode == 0


def test_a_pipe_that_does_not_block(tmp_path):
    """As some programs hand over, which read when they find the time."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    mark = tmp_path / "done"
    process = subprocess.Popen([sys.executable, "-c", SAY, mark], stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    time.sleep(0.3)
    with open(reading, "rb") as stream:
        assert len(stream.read()) > 210_000
    assert process.wait(timeout=60) == 0 and mark.exists()
    process.stderr.close()
