import subprocess
import sys

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
