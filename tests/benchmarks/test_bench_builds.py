"""The bench of whole builds: it runs builds, and compares what it says that it compares."""

from benchmarks.builds.cli import table_of
from benchmarks.builds.measure import Built, build


def test_a_build_is_run_and_tells_its_time():
    built = build(12, 1)
    assert built.examples >= 12 and built.workers == 1
    assert built.cpu_seconds > sum(built.passes.values()) > built.passes["make_candidates"] > 0


def test_ratios_are_of_the_builds_that_are_named():
    small = Built(100, 2, 30.0, 60.0, {"make_candidates": 33.0})
    large = Built(1000, 2, 200.0, 400.0, {"make_candidates": 300.0})
    alone = Built(1000, 1, 360.0, 390.0, {"make_candidates": 300.0})
    table = table_of(small, large, alone)
    assert "1.80 × as fast" in table.note and "1.50 × the" in table.note and "1.10 ×" in table.note
    assert table.rows[1] == ("1000 examples, 2 workers", "200", "400", "0.400", "0.300")
