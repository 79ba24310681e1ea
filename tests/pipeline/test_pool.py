import os
import signal
import subprocess
import sys
import time

import pytest

BUSY = """
import time
from pipeline.pool import worker_pool

if __name__ == "__main__":
    with worker_pool(2) as pool:
        waiting = [pool.submit(time.sleep, 600) for _ in range(2)]
        while not all(future.running() for future in waiting):
            time.sleep(0.05)
        print("busy", flush=True)
"""


def test_workers_end_with_a_main_process_that_is_killed(tmp_path):
    script = tmp_path / "busy.py"
    script.write_text(BUSY)
    main = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert main.stdout.readline() == "busy\n"
    main.kill()
    main.communicate(timeout=120)  # the workers hold this pipe too: it ends when they have


@pytest.mark.parametrize("wait", [0.0, 0.3])
def test_ctrl_c_is_left_to_the_main_process(wait, tmp_path):
    """From the first moment of a worker, which Python would greet with a traceback."""
    script = tmp_path / "busy.py"
    endless = 'print("started", flush=True)\n        while True or all'
    script.write_text(BUSY.replace("600", "1").replace("while not all", endless))
    main = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert main.stdout.readline() == "started\n"
    time.sleep(wait)
    os.killpg(main.pid, signal.SIGINT)
    errors = main.communicate(timeout=60)[1]
    assert errors.count("KeyboardInterrupt") == 1 and "SpawnProcess" not in errors and "spawn_main" not in errors
