"""Ctrl-C, SIGTERM and a closed terminal: one line, 128 + the signal, nothing left, at whatever moment."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.processes import is_alive

CODES = {signal.SIGHUP: 129, signal.SIGINT: 130, signal.SIGTERM: 143}
LINE = "run the same command again to go on\n"
START = """
import os, subprocess, sys, time
from pathlib import Path
from pipeline import cli, entry, interruption

interruption.GRACE_SECONDS = 0.4
here = Path(sys.argv.pop())
sys.argv = ["spatialreward", "build"]

def ready():
    (here / "ready").touch()
"""
WAYS = {
    "it waits": """
def run():
    ready()
    time.sleep(60)
""",
    "a library makes it an error of its own": """
def run():
    ready()
    try:
        time.sleep(60)
    except BaseException as error:
        print("Traceback of a library", file=sys.stderr)
        raise RuntimeError("KeyboardInterrupt") from error
""",
    "a library swallows it and holds on": """
def run():
    ready()
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass
""",
    "a child holds on": """
import threading
def run():
    child = subprocess.Popen([sys.executable, "-c", "import signal, time; "
        "[signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)]; print(flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE)
    child.stdout.readline()
    threading.Thread(target=child.wait).start()
    (here / "child").write_text(str(child.pid))
    ready()
    time.sleep(60)
""",
    "it is given back on the way out": """
def run():
    ready()
    try:
        time.sleep(60)
    finally:
        (here / "given back").touch()
""",
}


def started(script, folder, ignored=()):
    """The command with a verb that is put in the place of all; `ignored` signals as under nohup."""

    def restore():
        for number in CODES:
            signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)

    process = subprocess.Popen(
        [sys.executable, "-c", f"{START}{script}\ncli.main = run\nentry.main()", folder],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=restore,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not (folder / "ready").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return process


@pytest.mark.parametrize(("way", "number"), list(zip(WAYS, [2, 15, 1, 2, 15], strict=True)))
def test_one_line_and_the_code_of_the_signal(way, number, tmp_path):
    process = started(WAYS[way], tmp_path)
    os.kill(process.pid, number)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == CODES[number], errors
    assert output == "" and errors.startswith("spatialreward: ") and errors.endswith(LINE) and errors.count("\n") == 1
    if "child" in way:
        assert not is_alive(int((tmp_path / "child").read_text()))
    assert (tmp_path / "given back").exists() == ("given back" in way)


def test_a_second_signal_ends_it_at_once(tmp_path):
    slow = WAYS["a library swallows it and holds on"].replace("ready()", "interruption.GRACE_SECONDS = 60; ready()")
    process = started(slow, tmp_path)
    os.kill(process.pid, signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None
    os.kill(process.pid, signal.SIGTERM)
    errors = process.communicate(timeout=20)[1]
    assert process.returncode == 130 and errors.startswith("spatialreward: interrupted;") and errors.count("\n") == 1


def test_signals_that_are_ignored_stay_so(tmp_path):
    script = "def run():\n    ready()\n    time.sleep(1)\n    print('done')"
    process = started(script, tmp_path, ignored=[signal.SIGHUP, signal.SIGINT])
    os.kill(process.pid, signal.SIGHUP)
    os.kill(process.pid, signal.SIGINT)
    assert process.communicate(timeout=60) == ("done\n", "")
    assert process.returncode == 0


def test_a_forked_child_does_not_speak_for_the_command(tmp_path):
    """As the readers of a training's data, which are forked, and ended by SIGTERM when an epoch is over."""
    script = """
import signal
def run():
    child = os.fork()
    if child == 0:
        ready()
        time.sleep(60)
    while not (here / "ready").exists():
        time.sleep(0.01)
    os.kill(child, signal.SIGTERM)
    assert os.waitpid(child, 0)[1] == signal.SIGTERM
    time.sleep(0.6)
    print("done")
"""
    process = started(script, tmp_path)
    assert process.communicate(timeout=60) == ("done\n", "")
    assert process.returncode == 0


def test_a_verb_that_begins_again_does_not_promise_more(tmp_path):
    process = started('sys.argv[1] = "validate"\n' + WAYS["it waits"], tmp_path)
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=60)[1] == "spatialreward: interrupted; run it again\n"
    assert Path(tmp_path / "ready").exists()
