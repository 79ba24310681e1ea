"""`spatialreward plan`: figures of a real build, projected; arithmetic on figures made up."""

import json
import shutil

import pytest
from commands import SMALL, spatialreward
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.cost import measured as measuring
from pipeline.cost.measured import Measured, Unit, of_build
from pipeline.cost.project import Machine, Prices, Workload, first_to_break, limits, project
from schemas.errors import UserError
from transforms.dedup.near import ONE_WORKER_HASHES

PER_FILE = Unit({"Open": 0.5}, {"Spread": 100.0}, {"Records": 200.0}, {"Items": 50.0})
PER_CANDIDATE = Unit({"Render": 0.25, "Write": 0.05}, {"Shards": 300.0}, {"Entries": 400.0}, {"Plans": 100.0})
FIGURES = Measured("a test", 4, 20, 10, PER_FILE, PER_CANDIDATE, 36.0, 2e5, 3e5, 0.5)
WORK = Workload(examples=1000, sources=100, oversample=2.0, target_samples=500, planning_bytes=5000.0)
HERE = Machine(cores=2, memory_bytes=8_000_000_000, free_bytes=80_000_000_000)


def test_hours_bytes_and_costs_follow_from_the_figures():
    found = project(FIGURES, WORK, HERE, Prices(vcpu_hour=0.1, gb_month=0.02))
    assert found.cpu_hours == pytest.approx((36 + 100 * 0.5 + 2000 * 0.3) / 3600)
    assert found.hours_here == found.cpu_hours / 2
    assert found.data_gb == pytest.approx(0.2) and found.staged_gb == pytest.approx(0.6)
    assert (found.staged_files, found.shards) == (1000, 2)
    assert found.shuffled_gb == pytest.approx((100 * 100 + 2000 * 300) / 1e9)
    assert found.compute_cost == pytest.approx(found.cpu_hours * 0.1)
    assert found.storage_cost == pytest.approx(0.004) and found.shuffle_cost is None


def test_a_larger_build_has_more_sources_and_the_start_but_once():
    small, large = (project(FIGURES, work, HERE, Prices()) for work in (WORK, WORK.scaled(10_000)))
    assert large.sources == 1000
    assert large.cpu_hours - 0.01 == pytest.approx(10 * (small.cpu_hours - 0.01))


def test_what_breaks_first_breaks_first():
    found = limits(FIGURES, WORK, HERE)
    at = {limit.what: limit.examples for limit in found}
    assert at["free disk"] == pytest.approx(80e9 / (2e5 + 2 * 3e5))
    assert at["planning in one process"] == pytest.approx(8e9 / 500)
    assert at["near-duplicate search in one worker"] == pytest.approx(ONE_WORKER_HASHES / 0.2)
    assert at["Entries: all in one worker"] == pytest.approx(8e9 / 800)
    assert at["Plans: in the job's description"] == pytest.approx(1e7 / 200)
    assert [limit.examples for limit in found] == sorted(at.values())
    assert first_to_break(found, 60_000, "service").what == "Plans: in the job's description"
    assert first_to_break(found, 60_000, "here") is None
    assert first_to_break(found, 200_000, "here").what == "free disk"


def test_a_build_measures_itself_and_the_plan_of_its_size_costs_the_same(small_build):
    run = json.loads((small_build / "report" / "run.json").read_text())
    figures = of_build(str(small_build))
    assert run["from_start"]
    assert figures.per_file.cpu_seconds["InspectSources"] > 0
    assert {"MakeCandidates", "DeriveRegions", "WriteShards"} <= figures.per_candidate.cpu_seconds.keys()
    assert figures.per_candidate.shuffled and figures.per_candidate.gathered
    work = Workload(figures.kept, figures.files, figures.planned / figures.kept, 60, 0.0)
    again = project(figures, work, HERE, Prices())
    assert again.cpu_hours * 3600 == pytest.approx(run["cost"]["cpu_seconds"], rel=0.01)
    shards = sum(path.stat().st_size for path in (small_build / "data").iterdir())
    assert shards < again.data_gb * 1e9 < 1.05 * shards


def test_a_run_that_found_all_done_leaves_the_figures_alone(small_build):
    before = (small_build / "report" / "run.json").read_bytes()
    result = spatialreward("build", "--recipe", "demo", "--out", small_build, *SMALL)
    assert "complete already" in result.stdout and "Opening sources" not in result.stdout
    assert (small_build / "report" / "run.json").read_bytes() == before


def test_figures_of_a_resumed_build_are_refused(small_build, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(small_build, copy)
    run = json.loads((copy / "report" / "run.json").read_text())
    (copy / "report" / "run.json").write_text(json.dumps({**run, "from_start": False}))
    with pytest.raises(UserError, match="does not tell what a whole build costs"):
        of_build(str(copy))


def test_the_command_prints_a_table_of_100_columns(small_build):
    arguments = ["plan", "--recipe", "spatialreward-260k", "--measured", small_build, "--vcpu-hour", "0.05"]
    output = spatialreward(*arguments, columns=100).stdout
    assert max(map(len, output.splitlines())) <= 100
    for words in ("260,000", "26,000,000", "2,600,000,000", "MakeCandidates", "cost of computing", "breaks first here"):
        assert words in output
    assert "storage" not in output and "unknown" in output  # no price, no cost; staging of a finished build is gone


def test_a_trial_measures_where_there_is_no_build(monkeypatch):
    monkeypatch.setattr(measuring, "PROBE_SOURCES", 2)
    monkeypatch.setattr(measuring, "PROBE_EXAMPLES", 4)
    result = CliRunner().invoke(app, ["plan", "--recipe", "demo", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["measured"]["files"] == 2 and found["measured"]["staged_bytes"] > 10_000
    now, larger, largest = found["projections"]
    assert (now["examples"], now["sources"], now["candidates"]) == (300, 36, 435)
    assert largest["cpu_hours"] > 99 * larger["cpu_hours"] > 0
    limits = [limit["what"] for limit in found["limits"]]
    assert "assembling in one worker" in limits
    assert not any("in the job's description" in limit for limit in limits)  # graphs hold names of files
