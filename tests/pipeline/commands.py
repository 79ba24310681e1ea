"""The command line in a process of its own, as a user runs it."""

import os
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "pipeline.entry"]
SMALL = ["--num-examples", "24", "--set", "edits.max_edits=2", "--set", "scenes=1"]


def spatialreward(*arguments, cwd=None, check=True, columns=200, **kwargs):
    """Run the command line in a process of its own, offline."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "COLUMNS": str(columns)}
    result = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=420,
        **kwargs,
    )
    if check and result.returncode != 0:
        pytest.fail(f"exit {result.returncode}\n{result.stdout[-3000:]}\n{result.stderr[-3000:]}")
    return result


def files_of(out):
    """Return the content of every file that must not depend on how a build ran."""
    names = ["data", "metadata", "rejected.parquet", "README.md", "manifest.json", "report/truth.parquet"]
    paths = [path for name in names for path in ([out / name] if (out / name).is_file() else (out / name).rglob("*"))]
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(paths) if path.is_file()}
