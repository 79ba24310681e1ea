import os
import signal
import subprocess
import sys
import time

import pytest

from pipeline.lock import run_lock
from schemas.errors import UserError

HOLD_AND_SPAWN = """
import subprocess, sys, time
from pipeline.lock import run_lock
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


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


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
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(writer)], capture_output=True, text=True).stdout
        assert state.strip()[:1] in ("", "Z")
