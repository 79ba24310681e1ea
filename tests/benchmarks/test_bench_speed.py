"""The bench of speed counts every millisecond once, and finds a program of every operation."""

import json
from time import process_time

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks.speed import cli, measure
from benchmarks.speed.measure import (
    CODEC,
    DECODE,
    ENCODE,
    JUDGE,
    NOISE,
    REGIONS,
    RENDER,
    REST,
    STAGE,
    STAGES,
    WRITE,
    Spent,
    Timings,
)
from benchmarks.speed.pictures import bundled_sources, rendered_sources
from benchmarks.speed.stopwatch import Stopwatch, watching
from benchmarks.speed.tables import ALL_BUT, by_operation, by_scene, by_stage, per_candidate
from benchmarks.speed.work import NAMES, find_work
from transforms.edits.operations import OPERATIONS


def busy(ms):
    end = process_time() + ms / 1000
    while process_time() < end:
        pass


class Module:
    def inner():
        busy(20)


def test_time_in_an_inner_stage_counts_for_that_one_alone():
    watch = Stopwatch()
    with watching(watch, {"inner": [(Module, "inner")]}), watch.stage("outer"):
        busy(30)
        Module.inner()
        busy(10)
    assert watch.ms["outer"] == pytest.approx(40, abs=6)
    assert watch.ms["inner"] == pytest.approx(20, abs=6)
    Module.inner()
    assert watch.ms["inner"] < 26, "the watch is taken off"


def entry(name, repeat, candidates, **ms):
    return Spent(name, "multi", "photo", repeat, candidates, {**dict.fromkeys(STAGES, 0.0), **ms})


def test_figures_are_medians_over_repeats_of_all_programs_together():
    found = [entry("add", r, n, **{RENDER: ms}) for r, n, ms in [(0, 1, 10), (0, 3, 30), (1, 1, 20), (1, 3, 20)]]
    found += [entry("add", 2, 1, **{RENDER: 900}), entry("add", 2, 3, **{RENDER: 900})]
    assert per_candidate(found, [RENDER]) == 10


def test_tables_have_a_row_for_all_that_was_timed_and_its_ratio_to_the_codec():
    spent = [entry(name, 0, 2, **{RENDER: 30.0, NOISE: 10.0, CODEC: 8.0}) for name in ("add", "multi")]
    timings = Timings(spent, {4: [700.0, 500.0, 600.0]})
    operations, stages, scenes = by_operation(timings, 768), by_stage(timings, 768), by_scene(timings)
    assert [line[0] for line in operations.rows] == ["add", "multi"]
    assert operations.rows[0][2] == "20" and operations.rows[0][-1] == "5.0"
    assert [line[0] for line in stages.rows] == [*STAGES, ALL_BUT, "all", "codec"]
    assert stages.rows[0][1:] == ("15.0", "75%", "3.8")
    assert scenes.rows[0] == ("scene 4", "600", "150.0")


def test_every_operation_is_known_to_the_bench():
    assert set(OPERATIONS) < set(NAMES)


@pytest.fixture(scope="module")
def small():
    return [s for s in bundled_sources(128) if s.record.item.name in ("astronaut", "coffee", "grace_hopper")]


def test_photos_and_their_objects_are_scaled_alike(small):
    for source in small:
        assert max(source.rgb.shape[:2]) == 128
        assert all(o.mask.shape == source.rgb.shape[:2] for o in source.objects)
        assert np.any([o.mask.any() for o in source.objects])


@pytest.mark.parametrize(("name", "edit_type"), [("wear", "ps_human"), ("add", "subject-add"), ("multi", "multi")])
def test_a_program_does_what_it_is_timed_for(small, name, edit_type):
    with measure.giving(small):
        work = find_work(name, {source.record.source_id: source for source in small}, 1)
    assert [item.edit_type for item in work] == [edit_type]


def test_a_run_times_every_stage_and_writes_its_tables(small, tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "bundled_sources", lambda size: small)
    monkeypatch.setattr(cli, "SCENES", ())
    arguments = ["--operations", "recolour,tone", "--size", "128", "--programs", "1", "--repeats", "2"]
    result = CliRunner(env={"COLUMNS": "150"}).invoke(cli.app, [*arguments, "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "recolour" in result.output and "× codec" in result.output
    found = json.loads((tmp_path / "speed.json").read_text())
    assert [entry["name"] for entry in found["spent"]] == ["recolour", "tone", "tone", "recolour"]
    timed = (RENDER, NOISE, ENCODE, DECODE, REGIONS, JUDGE, STAGE, WRITE, CODEC)
    for entry in found["spent"]:
        assert all(entry["ms"][stage] > 0 for stage in timed)
    assert "| recolour |" in (tmp_path / "speed.md").read_text()


def test_an_unknown_operation_is_told():
    result = CliRunner().invoke(cli.app, ["--operations", "recolor"])
    assert result.exit_code == 2 and "--operations recolor: no such operation; use some of tone," in result.output


def test_the_scenes_of_the_bench_are_of_its_size():
    from benchmarks.speed.pictures import SCENES, SIZE

    assert [max(source.rgb.shape[:2]) for source in rendered_sources(SCENES[:1])] == [SIZE]


def test_the_ratio_leaves_out_rendering_noise_and_regions_alone():
    ms = {RENDER: 30.0, NOISE: 10.0, REGIONS: 50.0, ENCODE: 6.0, DECODE: 4.0, JUDGE: 1.0, REST: 2.0, STAGE: 1.0}
    rows = by_stage(Timings([entry("add", 0, 2, **ms, **{WRITE: 2.0, CODEC: 8.0})], {}), 768).rows
    (found,) = [line for line in rows if line[0] == ALL_BUT]
    assert found == (ALL_BUT, "8.0", "15%", "2.00")
