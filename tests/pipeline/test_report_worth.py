"""Figures of training value, on rows made by hand."""

import pytest

from pipeline.report.worth import instruction_twins, source_twins, worth_of


def row(key, following=25, over=25, source="s", edited="e", instruction="do it", outcome="faithful", rank=1, group="g"):
    return {
        "key": key, "overall": 5.0, "instruction_following": following, "over_editing": over, "naturalness": 20,
        "artifacts": 20, "source_sha256": source, "edited_sha256": edited, "instruction": instruction,
        "outcome": outcome, "rank": rank, "group_id": group, "severity_instruction_following": 1 - following / 25,
        "severity_over_editing": 1 - over / 25, "severity_naturalness": 0.2, "severity_artifacts": -1.0,
    }  # fmt: skip


def test_source_twins_share_edited_image_and_instruction_and_differ_by_eight_points():
    rows = [row("p-c0"), row("p-c1", over=17, source="t"), row("p-c2", over=18, source="u"), row("p-c3", source="v")]
    assert source_twins(rows) == {"p-c0", "p-c1", "p-c3"}
    assert source_twins([row("p-c0"), row("p-c1", over=0, source="t", instruction="other")]) == set()
    assert source_twins([row("p-c0"), row("p-c1", over=0)]) == set()


def test_instruction_twins_share_both_images():
    rows = [row("p-c0"), row("p-c1", instruction="other"), row("p-c2", edited="f", instruction="third")]
    assert instruction_twins(rows) == {"p-c0", "p-c1"}


def test_use_of_the_scores():
    rows = [row(f"p{i}-c0", following=i % 26, outcome="partial", group=f"g{i}") for i in range(260)]
    worth = worth_of(rows)
    following, over, natural, artifacts = worth.axes
    assert following.used == 26 and over.used == 1
    assert following.spearman == pytest.approx(1.0)
    assert over.spearman is None and artifacts.spearman is None
    assert worth.most_of_one == {"partial": pytest.approx(1 / 26)}
    assert sum(natural.shares) == pytest.approx(1.0)


def test_instructions_are_counted_by_program_and_groups_by_their_best():
    rows = [
        row("p0-c0", instruction="a", group="x"),
        row("p0-c1", instruction="a", group="x", rank=2),
        row("p1-c0", instruction="a", group="y"),
        row("p1-c1", instruction="b", group="z"),
        row("p1-c2", instruction="b", group="z"),
    ]
    worth = worth_of(rows)
    assert worth.distinct_instructions == pytest.approx(2 / 3)
    assert worth.strict_best == pytest.approx(0.5)


def test_what_nobody_judged_has_no_figures():
    assert worth_of([{**row("p-c0"), "overall": -1.0}]) is None
