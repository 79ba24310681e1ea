"""Copies of candidates: equal marks are not enough where the pictures differ, and copies stay copies."""

from benchmarks.near.copies import COPIES
from benchmarks.near.grounds import drawn

from schemas.vocabulary import SPLITS
from transforms.shards.assemble import Entry
from transforms.shards.copies import confirm_copies
from transforms.sources.detail import detail


def entry(key, program, mark="m"):
    return Entry(
        key=key, program_id=program, order=program, group_id=program, split=SPLITS[0], jsonl="a", line=0, copy_id=mark,
        component="-", edit_type="add", outcome="faithful", n_regions=1, overall=1.0, any_done=True, fills=1,
    )  # fmt: skip


def confirmed(entries, details):
    asked = []

    def read(keys):
        asked.extend(sorted(keys))
        return {key: details[key] for key in keys}

    return {one.key: one.copy_id for one in confirm_copies(entries, read)}, asked


def test_products_of_one_mark_stay_apart_and_a_copy_of_one_does_not():
    one, other = drawn("small things on white", 2)
    again = COPIES["JPEG q90"](COPIES["brighter (+15 %)"](one))
    details = {
        key: (detail(rgb), detail(rgb[150:330, 150:330])) for key, rgb in zip("abc", (one, other, again), strict=True)
    }
    marks, asked = confirmed([entry("c", "p3"), entry("a", "p1"), entry("b", "p2")], details)
    assert asked == ["a", "b", "c"]
    assert marks["a"] == marks["c"] != marks["b"]


def test_regions_tell_two_edits_of_one_source_apart():
    one, other, source = (detail(rgb) for rgb in drawn("one mug, other prints", 3))
    marks, _ = confirmed([entry("a", "p1"), entry("b", "p2")], {"a": (source, one), "b": (source, other)})
    assert marks["a"] != marks["b"]


def test_details_are_read_for_marks_of_several_programs_alone():
    entries = [entry("a", "p1"), entry("b", "p1"), entry("c", "p2", "n")]
    marks, asked = confirmed(entries, {})
    assert (marks, asked) == ({"a": "m", "b": "m", "c": "n"}, [])


def test_records_of_earlier_versions_are_copies_by_their_marks():
    marks, _ = confirmed([entry("a", "p1"), entry("b", "p2")], {"a": ("-", "-"), "b": ("-", "-")})
    assert marks["a"] == marks["b"]
