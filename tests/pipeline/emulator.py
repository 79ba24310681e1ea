"""A storage emulator in a process of its own: gs:// without a cloud."""

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.request

BUCKET = "bucket"
TOKEN = {
    "type": "authorized_user",
    "client_id": "-",
    "client_secret": "-",
    "refresh_token": "-",
    "token": "emulator",
    "expiry": "2999-01-01T00:00:00Z",
}
"""Credentials that need no refresh. Without any, every process searches for them for some 20 s."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


def wait_for_port(port, process, seconds=60):
    """Wait until somebody listens; fail when the process ends first."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, f"ended with {process.returncode}"
        with contextlib.suppress(OSError), socket.create_connection(("localhost", port), timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nobody listens on port {port}")


@contextlib.contextmanager
def storage_emulator(folder):
    """Run the emulator with one empty bucket; yields the environment variables that lead clients to it.

    Args:
        folder: for the credentials and the emulator's log.
    """
    port = free_port()
    command = [sys.executable, "-m", "gcp_storage_emulator", "start", "--host", "localhost", "--port", str(port)]
    (folder / "token.json").write_text(json.dumps(TOKEN))
    with (folder / "emulator.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--in-memory", "--default-bucket", BUCKET, "--quiet"], stdout=log, stderr=subprocess.STDOUT
        )
        try:
            wait_for_port(port, process)
            with urllib.request.urlopen(f"http://localhost:{port}/", timeout=10) as answer:
                assert answer.status == 200
            yield {
                "STORAGE_EMULATOR_HOST": f"http://localhost:{port}",
                "GOOGLE_APPLICATION_CREDENTIALS": str(folder / "token.json"),
                "GOOGLE_CLOUD_PROJECT": "example-project",
                # The driver otherwise asks for the kind of a bucket by gRPC, which the emulator does not speak.
                "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false",
            }
        finally:
            process.terminate()
            process.wait(timeout=20)
