"""The bench of memory sees a process and those it started, and its made-up candidates are as pass 3 wants them."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from benchmarks.memory import cli, made
from benchmarks.memory.measure import Peaks, family, line, resident
from schemas.plan import CandidatePlan, ProgramPlan, SourceItem, SourcePlan, SourceRecord
from transforms import storage
from transforms.shards.staging import RunFacts, commit_marks, read_rows


def test_the_line_goes_through_both_runs():
    small, large = Peaks(2000, 1, {"p": 500.0}, {}), Peaks(20000, 1, {"p": 590.0}, {})
    found = line(small, large, "p")
    assert (found.slope_kb, found.intercept_mb) == (pytest.approx(5.0), pytest.approx(490.0))


def test_children_of_children_count():
    grandchild = "import time; held = bytearray(60_000_000); print('ready', flush=True); time.sleep(60)"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grandchild!r}])"
    with subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        found = list(family(process.pid))
        total = sum(map(resident, found))
        subprocess.run(["kill", *map(str, reversed(found))], check=True)
        assert process.stdout.read() == ""  # ends when the last of them has
    assert len(found) == 2
    assert 60e6 < total < 200e6
    assert resident(found[1]) == 0


def test_made_up_candidates_are_staged_whole(tmp_path):
    source = SourceRecord(
        source_id="a" * 16,
        item=SourceItem(name="x", uri="x", dataset="d"),
        width=9,
        height=9,
        dhash="0" * 16,
        dhash_mirrored="0" * 16,
    )
    programs = [
        ProgramPlan(
            program_id=f"{'a' * 16}-p{n:03d}", candidates=[CandidatePlan(outcome="faithful")] * 9, partner_ids=[]
        )
        for n in range(4)
    ]
    part = SourcePlan(
        source=source, part=0, split="train", order="o", programs=programs, pairs=[], first_pair=0, partners=[]
    )
    assert made.stage_all([part], str(tmp_path), RunFacts("r", "c", 0, "v")) == 36
    (name,) = commit_marks(storage.list_files(str(tmp_path))).values()
    rows = list(read_rows(storage.read_bytes(str(tmp_path / name))))
    assert 0 < sum(row.reject is not None for row in rows) < 18
    assert all(row.truth for row in rows)


def test_the_table_names_both_passes(tmp_path, monkeypatch):
    seconds = {"pass 1": 1.0, "pass 3": 2.0}
    monkeypatch.setattr(
        cli, "measure", lambda n: Peaks(n, n, {"pass 1": 500 + n / 1e3, "pass 3": 600 + n / 500}, seconds)
    )
    result = CliRunner().invoke(cli.app, ["--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    text = (tmp_path / "memory.md").read_text()
    assert "| pass 1 | 502 (1 s) | 520 (1 s) | 1.0 | 500 |" in text
    assert "| pass 3 | 604 (2 s) | 640 (2 s) | 2.0 | 600 |" in text
    assert [run["examples"] for run in json.loads((tmp_path / "memory.json").read_text())] == [2000, 20000]
