"""The line on near duplicates: from a few per cent on, with numbers and names to look at."""

from pipeline.report.near import largest_group, near_line
from schemas.manifest import Accounting, Manifest


def manifest(found, radius=3):
    sums = dict.fromkeys(Accounting.model_fields, 0) | {"files_found": found}
    given = {"schema_version": "1.1", "recipe": "r", "config_hash": "0", "seed": 0, "versions": {}, "cpu_features": []}
    return Manifest(**given, accounting=Accounting(**sums), samples={}, shards=[], files={}, near_radius=radius)


def row(name, kept, reason="near_duplicate_source"):
    return {"name": name, "reason": reason, "detail": f"nearly the same as {kept}"}


ROWS = [*(row(f"a{k}.png", "a.png") for k in range(4)), row("b0.png", "b.png"), row("x.png", "a.png", "decode")]


def test_near_duplicates_that_take_more_than_a_few_per_cent_are_spoken_of_with_names():
    line = near_line(ROWS, manifest(24, radius=2))
    assert line.startswith("Near duplicates: 5 of 24 sources (21%)")
    assert "largest group has 5: a0.png, a1.png, a2.png ... are nearly the same as a.png" in line
    assert "dedup.radius (it is 2" in line


def test_few_of_them_are_no_line_and_none_is_a_group_of_one():
    assert near_line(ROWS, manifest(5 * 34)) == "-"
    assert near_line(ROWS, manifest(5 * 33)) != "-"
    assert near_line([], manifest(0)) == "-"
    assert (largest_group(ROWS), largest_group([])) == (5, 1)


def test_copies_of_an_extended_set_count_too():
    rows = [row("n.png", "12ab of the data set that is extended", "near_known_source")]
    assert "1 of 10 sources" in near_line(rows, manifest(10))
