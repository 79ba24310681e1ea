import os
import subprocess
import sys

import apache_beam as beam
import pytest

from pipeline.runner import make_options, run, without_local_proxy
from schemas.errors import InterruptedRunError, UserError

RUN = """
import apache_beam as beam
from pipeline.runner import make_options, run
from transforms.storage import is_local

if __name__ == "__main__":
    run(make_options(2, []), lambda root: root | beam.Create(["a"]) | beam.Map(is_local))
"""


NOWHERE = "http://127.0.0.1:9"
PROXIES = dict.fromkeys(("http_proxy", "https_proxy", "grpc_proxy", "HTTPS_PROXY", "ALL_PROXY"), NOWHERE)


def test_workers_import_our_package_and_need_no_proxy(tmp_path):
    """Not a package of that name in the current folder; and a proxy is for the web, not for workers on this machine."""
    (tmp_path / "cwd" / "pipeline").mkdir(parents=True)
    (tmp_path / "cwd" / "pipeline" / "__init__.py").write_text("raise RuntimeError('somebody else')")
    script = tmp_path / "run.py"
    script.write_text(RUN)
    done = subprocess.run([sys.executable, script], cwd=tmp_path / "cwd", capture_output=True, text=True, timeout=300,
        env={**os.environ, **PROXIES, "no_proxy": "", "NO_PROXY": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("before", "within"),
    [
        ({}, "localhost,127.0.0.1,::1"),
        ({"no_proxy": "corp.example,10.1.1.1"}, "corp.example,10.1.1.1,localhost,127.0.0.1,::1"),
        ({"no_proxy": "a", "no_grpc_proxy": "b"}, "b,localhost,127.0.0.1,::1"),
    ],
)
def test_the_proxy_of_everything_else_stays(before, within, monkeypatch):
    for name in ("no_proxy", "no_grpc_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (before | PROXIES).items():
        monkeypatch.setenv(name, value)
    outside = dict(os.environ)
    with without_local_proxy():
        assert dict(os.environ)["no_grpc_proxy"] == within
        assert {**os.environ, "no_grpc_proxy": ""} == {**outside, "no_grpc_proxy": ""}
    assert dict(os.environ) == outside


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (KeyboardInterrupt(), KeyboardInterrupt, None),
        (UserError("a.yaml: mend it"), UserError, "^a.yaml: mend it$"),
        (InterruptedRunError("x: disk full"), InterruptedRunError, "^x: disk full$"),
        (MemoryError(), InterruptedRunError, "short of memory; use fewer workers"),
        (RuntimeError("can't start new thread"), InterruptedRunError, "short of processes or threads"),
        (ValueError("KeyboardInterrupt is a word too"), Exception, "is a word too"),
    ],
)
def test_what_a_step_raises_arrives_as_what_it_is(error, kind, words):
    """Whoever calls the library from a notebook and presses Ctrl-C gets KeyboardInterrupt."""

    def fail(_):
        raise error

    with pytest.raises(kind, match=words):
        run(make_options(1, []), lambda root: root | beam.Create([1]) | beam.Map(fail))
