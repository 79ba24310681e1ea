"""Figures and the printed summary: counted from rows, each number checked against the tiny data set."""

import io

import pytest
from rich.console import Console
from tiny_dataset import samples, write_dataset

from pipeline.report.figures import summarise
from pipeline.report.summary import print_summary, streaming_line
from pipeline.report.truth import truth_agreement
from schemas.errors import UserError


@pytest.fixture(scope="module")
def summary(tmp_path_factory):
    out = tmp_path_factory.mktemp("figures") / "out"
    write_dataset(out)
    return summarise(str(out))


def truth_row(
    outcome="faithful", edit_type="color_alter", iou=0.8, f1=1.0, n_truth=1, n_derived=1, area=0.1, kept=True
):
    names = ("outcome", "edit_type", "truth_iou", "truth_f1", "n_truth", "n_derived", "area", "kept")
    return dict(zip(names, (outcome, edit_type, iou, f1, n_truth, n_derived, area, kept), strict=True))


def test_funnel_and_reasons(summary):
    assert summary.accounting.candidates_planned == 11
    assert [(line.level, line.reason, line.reject_class, line.count) for line in summary.set_aside] == [
        ("file", "empty", "error", 1),
        ("candidate", "duplicate_candidate", "duplicate", 1),
        ("candidate", "regions_disagree_with_truth", "filter", 1),
    ]


def test_counts_by_split_outcome_and_type(summary):
    assert [(s.name, s.samples, s.groups, s.sources, s.shards) for s in summary.splits] == [
        ("train", 6, 2, 2, 1),
        ("validation", 3, 1, 1, 1),
    ]
    assert summary.outcomes["failed"] == {"train": 3, "validation": 1}
    assert summary.edit_types == {"color_alter": {"train": 6}, "tone_transfer": {"validation": 3}}
    assert summary.regions == {0: 4, 1: 2, 2: 3} and summary.group_sizes == {3: 3}


def test_rank_against_overall(summary):
    # In one group an edit of overall 4.3 stands above two untouched pictures of overall 4.7.
    assert (summary.disagreements, summary.pairs) == (2, 9)


def test_scores_leave_out_what_nobody_judged(summary, tmp_path):
    assert summary.scores["naturalness"].median == 22.0
    by_split = samples()
    for members in by_split.values():
        for index, (example, images) in enumerate(members):
            branches = {
                name: getattr(example.judgement, name).model_copy(update={"score": [-1, -1]})
                for name in ("semantic_consistency", "perceptual_quality")
            }
            unjudged = type(example.judgement).from_branches(**branches)
            members[index] = (example.model_copy(update={"judgement": unjudged}), images)
    write_dataset(tmp_path, by_split)
    assert summarise(str(tmp_path)).scores == {}


def test_truth_counts_every_candidate_and_pools_boxes():
    truth = truth_agreement(
        [
            truth_row(iou=0.9, f1=1.0, n_truth=1, n_derived=1),
            truth_row(iou=0.5, f1=0.5, n_truth=2, n_derived=2, area=0.3, kept=False),
            truth_row("over_edit", iou=0.1, f1=0.0, area=0.97),
            truth_row("unrelated", iou=0.2, f1=0.0, area=1.0),
            truth_row("failed", iou=0.0, f1=0.0, n_truth=0, n_derived=3),
            truth_row("already_true", iou=1.0, f1=1.0, n_truth=0, n_derived=0),
        ]
    )
    local = truth.local
    assert (local.candidates, local.iou, local.set_aside) == (2, 0.7, 0.5)
    assert local.f1 == pytest.approx((2 * 1 + 4 * 0.5) / 6)  # 1 + 1 matched boxes, 3 true and 3 derived
    assert [line.name for line in truth.outcomes] == ["faithful", "over_edit", "unrelated"]
    assert [(line.name, line.candidates) for line in truth.sizes] == [
        ("5 to 20 %", 1),
        ("20 to 90 %", 1),
        ("90 % and more", 2),
    ]
    assert (truth.unedited, truth.false_alarms) == (2, 0.5)


def test_no_truth_no_agreement():
    assert truth_agreement([]) is None


def test_the_summary_says_what_the_figures_say(summary):
    console = Console(file=io.StringIO(), width=160)
    print_summary(summary, console)
    text = console.file.getvalue()
    for expected in (
        "11 planned = 9 kept + 2 set aside",
        "regions_disagree_with_truth",
        "2 of 9 pairs disagree",
        "false alarms on unedited pairs: 20.0% of 5",
        f"{summary.out}/data/train-*.tar",
        streaming_line(summary),
    ):
        assert expected in text


def test_the_streaming_line_streams(summary):
    names = {}
    exec(streaming_line(summary), names)
    assert len(list(names["data"])) == summary.splits[0].samples


def test_a_folder_that_is_no_data_set(tmp_path):
    with pytest.raises(UserError, match=r"no manifest\.json"):
        summarise(str(tmp_path))
