"""The exit codes, each by a verb that ends with it; docs/operations.md has them in a table.

5 is tested in train/test_guard.py; 129, 130 and 143 in test_interruption.py.
"""

import errno
import re
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from test_reshard import groups
from tiny_dataset import write_dataset
from typer.testing import CliRunner

import pipeline
from pipeline import exit_codes
from pipeline.cli import app
from pipeline.cli.failures import code_of
from schemas.errors import InterruptedRunError, UserError


def ended(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments]).exit_code


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    out = tmp_path_factory.mktemp("set") / "out"
    write_dataset(out, {"train": groups(0, 1)})
    return out


def test_the_table_in_the_docs_is_this():
    page = Path(pipeline.__file__).parent.parent / "docs" / "operations.md"
    table = page.read_text(encoding="utf-8").split("## Exit codes")[1].split("\n## ")[0]
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    names = ("DONE", "FOUND", "USER_ERROR", "TOO_MANY_ERRORS", "MACHINE", "NOT_FINITE", "INTERNAL_ERROR")
    assert codes == {*(getattr(exit_codes, name) for name in names), *(exit_codes.SIGNAL + n for n in (1, 2, 15))}


def test_0_done(data):
    assert ended("validate", data) == 0


def test_1_a_check_found_something(data, tmp_path, monkeypatch):
    write_dataset(tmp_path / "bad", {"train": groups(0, 1)})
    shard = next((tmp_path / "bad" / "data").iterdir())
    shard.write_bytes(shard.read_bytes().replace(b"red cup", b"tan cup"))
    assert ended("validate", tmp_path / "bad") == 1
    monkeypatch.setattr("pipeline.doctor.CORE", ("no_such_package",))
    assert ended("doctor") == 1


def test_2_a_mistake_of_the_users(data, capsys):
    assert ended("validate", data, "--no-such-flag") == 2
    assert ended("no-such-verb") == 2
    assert code_of(UserError("--out x: is not empty")) == 2
    assert code_of(PermissionError(errno.EACCES, "Permission denied", "x/y.jsonl")) == 2
    assert capsys.readouterr().err.splitlines() == [
        "spatialreward: --out x: is not empty",
        "spatialreward: x/y.jsonl: Permission denied; see that the path and its rights are right",
    ]


def test_3_too_many_errors(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.build.build", lambda *_: None)  # what it says when no example was kept
    assert ended("build", "--recipe", "demo", "--out", tmp_path / "out") == 3


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (InterruptedRunError("a worker died"), "a worker died"),
        (MemoryError(), "short of memory"),
        (RuntimeError("can't start new thread"), "short of processes or threads"),
        (BrokenProcessPool("x"), "a worker process died; run the same command again"),
        (OSError(errno.ENOSPC, "No space left on device", "x/y.tar"), "x/y.tar: No space left on device; free some"),
        (OSError(errno.EIO, "Input/output error", "x/y.tar"), "x/y.tar: Input/output error; see that the place"),
    ],
)
def test_4_the_machine(error, words, capsys):
    assert code_of(error) == 4
    told = capsys.readouterr().err
    assert words in told and told.count("\n") == 1


def test_70_a_fault_of_ours(capsys, caplog):
    assert code_of(ZeroDivisionError("division by zero")) == 70
    assert (
        "internal error: ZeroDivisionError: division by zero; this is a fault of the program" in capsys.readouterr().err
    )
    assert caplog.records[0].exc_info is not None
