"""The command line in a process of its own, as a user runs it."""

import os
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "pipeline.entry"]
SMALL = ["--num-examples", "24", "--set", "edits.max_edits=2", "--set", "scenes=1"]
TINY = ["--recipe", "demo", "--num-examples", "12"]
TINY += [part for key in ("edits.max_edits=2", "scenes=1", "decode.max_side=320") for part in ("--set", key)]
"""A whole build of small pictures."""


def spatialreward(*arguments, cwd=None, check=True, env=None, columns=200, timeout=420, **kwargs):
    """Run the command line in a process of its own, offline; `env` is added to the environment."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "COLUMNS": str(columns), **(env or {})}
    result = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        **kwargs,
    )
    if check and result.returncode != 0:
        pytest.fail(f"exit {result.returncode}\n{result.stdout[-3000:]}\n{result.stderr[-3000:]}")
    return result


def files_of(out):
    """Return the content of every file that must not depend on how a build ran."""
    tables = ["metadata", "rejected.parquet", "sources.parquet", "report/truth.parquet"]
    names = ["data", *tables, "README.md", "manifest.json"]
    paths = [path for name in names for path in ([out / name] if (out / name).is_file() else (out / name).rglob("*"))]
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(paths) if path.is_file()}
