import os
import signal
import subprocess
import sys
import time

import pytest

from pipeline.lock import no_run, run_lock
from schemas.errors import UserError

HOLD_AND_SPAWN = """
import subprocess, sys, time
from pipeline.lock import no_run, run_lock
with run_lock(sys.argv[1]) as token:
    child = subprocess.Popen([sys.executable, "-c", sys.argv[2], sys.argv[1], token])
    print(child.pid, flush=True)
    time.sleep(60)
"""
WRITE = """
import sys, time
from pipeline.lock import join_as_writer
join_as_writer(sys.argv[1], sys.argv[2])
open(sys.argv[1] + "/joined", "w").close()
time.sleep(60)
"""

WAIT = """
import sys, time
from pipeline.lock import end_with_run
end_with_run()
open(sys.argv[1] + "/waits", "w").close()
time.sleep(60)
"""


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def state_of(pid):
    return subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()[:1]


def test_a_worker_that_was_given_no_work_yet_ends_when_its_run_is_killed(tmp_path):
    run = subprocess.Popen(
        [sys.executable, "-c", HOLD_AND_SPAWN, str(tmp_path), WAIT], stdout=subprocess.PIPE, text=True
    )
    worker = int(run.stdout.readline())
    assert wait_for((tmp_path / "waits").exists)
    time.sleep(0.5)
    assert state_of(worker) not in ("", "Z")
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    assert wait_for(lambda: state_of(worker) in ("", "Z"))


def test_without_a_run_a_process_lives_on(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", WAIT, str(tmp_path)])
    assert wait_for((tmp_path / "waits").exists)
    time.sleep(0.5)
    assert process.poll() is None
    process.kill()
    process.wait()


def test_the_folder_is_refused_to_a_second_run_and_free_afterwards(tmp_path):
    with (
        run_lock(str(tmp_path)),
        pytest.raises(UserError, match="another run"),
        run_lock(str(tmp_path)),
    ):
        pass
    with run_lock(str(tmp_path)):
        pass


def test_a_writer_ends_when_its_run_is_killed_and_the_next_run_waits_for_it(tmp_path):
    run = subprocess.Popen(
        [sys.executable, "-c", HOLD_AND_SPAWN, str(tmp_path), WRITE], stdout=subprocess.PIPE, text=True
    )
    writer = int(run.stdout.readline())
    assert wait_for((tmp_path / "joined").exists)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    with run_lock(str(tmp_path)):
        # The lock is only given once nobody writes any more.
        assert state_of(writer) in ("", "Z")


def test_a_reader_keeps_runs_away_and_is_refused_while_one_is_on(tmp_path):
    with no_run(str(tmp_path), "a training"):  # nothing ever ran here, or it is a copy
        pass
    with (
        run_lock(str(tmp_path)),
        pytest.raises(UserError, match="a training is going on in it"),
        no_run(str(tmp_path), "a training"),
    ):
        pass
    with (
        no_run(str(tmp_path), "a training"),
        no_run(str(tmp_path), "a training"),
        pytest.raises(UserError, match="another run"),
        run_lock(str(tmp_path)),
    ):
        pass
    with run_lock(str(tmp_path)):
        pass
