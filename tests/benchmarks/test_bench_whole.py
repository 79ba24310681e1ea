"""The bench of what lies beside the pixels: what it times is what it says."""

import time

import pytest

from benchmarks.whole import measure
from benchmarks.whole.cli import some_work
from benchmarks.whole.measure import in_turns, running_again, writing


def test_ways_are_timed_in_turns_after_one_that_warms():
    calls = []
    seconds = in_turns([lambda: (calls.append("a"), time.sleep(0.02)), lambda: calls.append("b")], 2)
    assert calls == ["a", "b", "b", "a", "a", "b"]
    assert all(spent >= 0.02 for spent in seconds[0]) and len(seconds[1]) == 2
    assert max(seconds[1]) < 0.02


def test_a_shard_is_written_and_copied(monkeypatch):
    monkeypatch.setattr("benchmarks.whole.cli.OPERATIONS", ("tone",))
    (work,) = some_work(128)
    once, *_ = writing([work], 1, 1)
    size, written, copied = writing([work], 3, 1)
    assert size > 2 * once > 10_000
    assert written > 0 and copied > 0


def test_a_finished_build_is_run_again_by_the_same_command(monkeypatch, tmp_path):
    script = "import sys, time, pathlib; p = pathlib.Path(sys.argv[2]); time.sleep(0 if p.exists() else 2); p.touch()"
    monkeypatch.setattr(measure, "COMMAND", [measure.sys.executable, "-c", script])
    seconds = running_again(str(tmp_path / "out"), 5, 2)
    assert len(seconds) == 2 and max(seconds) < 2


def test_a_command_that_fails_is_not_timed(monkeypatch, tmp_path):
    monkeypatch.setattr(measure, "COMMAND", [measure.sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(measure.subprocess.CalledProcessError):
        running_again(str(tmp_path / "out"), 5, 1)
