"""The pipeline under the portable job service; its workers have our packages from the built wheel alone."""

import contextlib
import os
import subprocess
import sys
import venv
from pathlib import Path
from shutil import copy, copytree, ignore_patterns

import pytest
from commands import SMALL, files_of, spatialreward
from emulator import free_port, wait_for_port

ROOT = Path(__file__).parents[2]
SECONDS = 150
OURS = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
"""Variables that workers do not inherit: the source tree's place, and what would hide which modules they loaded."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy of the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("schemas", "transforms", "pipeline"):
        copytree(ROOT / name, folder / name, ignore=ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        copy(ROOT / name, folder)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-index", "--no-build-isolation", "-q", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr[-3000:]
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def second(wheel, tmp_path_factory):
    """A virtual environment with the wheel and, by a path file, this one's third-party packages; no source tree."""
    folder = tmp_path_factory.mktemp("second")
    venv.create(folder, with_pip=False, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*command, "--target", site, wheel], check=True, timeout=SECONDS)
    others = [path for path in sys.path if path.endswith("site-packages")]
    (site / "third-party.pth").write_text("\n".join(others) + "\n")
    return folder


@contextlib.contextmanager
def started(log, *command, **kwargs):
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, **kwargs)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_workers_that_have_nothing_but_the_wheel_give_the_same_bytes(small_build, second, tmp_path):
    (site,) = second.glob("lib/python*/site-packages")
    python = second / "bin" / "python"
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment["PATH"] = f"{second / 'bin'}:{environment['PATH']}"  # the pool starts plain `python`
    where = subprocess.run(
        [python, "-c", "import transforms, apache_beam; print(transforms.__file__)"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert where.stdout.startswith(str(site)), where.stdout + where.stderr
    pool_port, job_port, log = free_port(), free_port(), tmp_path / "pool.log"
    pool = [python, "-m", "apache_beam.runners.worker.worker_pool_main", f"--service_port={pool_port}"]
    service = [sys.executable, "-m", "apache_beam.runners.portability.local_job_service_main", "-p", str(job_port)]
    with (
        started(log, *pool, env=environment, cwd=tmp_path) as workers,
        started(tmp_path / "service.log", *service, cwd=tmp_path) as jobs,
    ):
        wait_for_port(pool_port, workers)
        wait_for_port(job_port, jobs)
        flags = ["--runner", "PortableRunner", "--job_endpoint", f"localhost:{job_port}"]
        flags += ["--environment_type", "EXTERNAL", "--environment_config", f"localhost:{pool_port}"]
        out = tmp_path / "out"
        try:
            spatialreward("build", "--recipe", "demo", "--out", out, *SMALL, "--", *flags, timeout=SECONDS)
        except (subprocess.TimeoutExpired, pytest.fail.Exception):
            print(log.read_text()[-6000:])
            raise
    compiled = [path.name.partition(".")[0] for path in site.glob("transforms/*/__pycache__/*.pyc")]
    assert {"render", "derive", "writer"} <= set(compiled), "the workers did not load the wheel's modules"
    assert files_of(out) == files_of(small_build)
