"""The command's end: its exit code, its output and what was registered for the end, all there."""

import subprocess
import sys

import pytest

from pipeline.cli import check_arguments
from schemas.errors import UserError

SCRIPT = """
import atexit, sys, threading, time
from pipeline import entry, cli

def run():
    atexit.register(print, "registered")
    threading.Thread(target=lambda: (time.sleep(0.3), print("thread"))).start()
    print("output", end="")
    raise SystemExit({code!r})

cli.main = run
entry.main()
"""


@pytest.mark.parametrize(("code", "expected"), [(0, 0), (None, 0), (3, 3), ("said aloud", 1)])
def test_nothing_is_lost_at_the_end(code, expected):
    found = subprocess.run([sys.executable, "-c", SCRIPT.format(code=code)], capture_output=True, text=True, timeout=60)
    assert found.returncode == expected
    assert found.stdout == "outputthread\nregistered\n"
    assert ("said aloud" in found.stderr) == isinstance(code, str)


def test_an_error_of_ours_is_not_swallowed():
    script = SCRIPT.replace("raise SystemExit({code!r})", "raise RuntimeError('broken')")
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert found.returncode == 70  # 1 would say that a check found something
    assert "RuntimeError: broken" in found.stderr


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["build", "--recipe", "demo", "--out", ""], "--out"),
        (["build", "--recipe", "demo", "--out="], "--out"),
        (["regions", "a.png", " "], "an argument"),
        (["regions", "a.png", "b.png", "-o", ""], "-o"),
    ],
)
def test_an_empty_argument_is_refused_before_any_work(arguments, name):
    with pytest.raises(UserError, match=f"^{name}: is empty"):
        check_arguments(arguments)


def test_what_beam_gets_may_be_empty():
    check_arguments(["build", "--recipe", "demo", "--set", "seed=3", "--", "--job_name", "", "--labels="])
