"""The benchmark's own arithmetic, baselines and outputs; no real pairs are needed."""

import json
from dataclasses import dataclass, replace
from math import isnan

import cv2
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from benchmarks.regions import estimates as of
from benchmarks.regions.ablation import ablation_methods
from benchmarks.regions.baselines import BASELINES, antialiased, components
from benchmarks.regions.cli import app, parse_seeds, run_benchmark
from benchmarks.regions.compared import FIRST, SECOND, TRUE, draw_compared
from benchmarks.regions.estimates import estimate
from benchmarks.regions.evaluate import Row, evaluate, score_method
from benchmarks.regions.framings import FRAMINGS, framing_refs
from benchmarks.regions.framings import NAMES as FRAMING_NAMES
from benchmarks.regions.methods import NAMES, Method, Prediction, make_config, make_methods
from benchmarks.regions.outputs import DATA, all_tables
from benchmarks.regions.pair import Pair
from benchmarks.regions.real_pairs import real_refs
from benchmarks.regions.reliability import Bin, calibration_error, reliability, reliability_png
from benchmarks.regions.score import MISS, Score, box_f1, keep_counted, mask_iou, match_boxes, rasterise, score_pair
from benchmarks.regions.synthetic import seed_refs
from benchmarks.regions.table import counted, with_interval
from benchmarks.regions.tables import breakdown, by_size, false_boxes, overview, size_of, statuses, worst_first
from benchmarks.regions.timing import Timing, enlarged, largest_cases, measure_ms
from benchmarks.table import NOTHING, Table
from schemas.errors import UserError
from schemas.geometry import iou_xyxy, xyxy_from_mask
from transforms.regions.config import RegionsConfig

BOX, OTHER, FAR = (10, 10, 30, 30), (60, 60, 90, 80), (70, 5, 80, 15)


def scored(predicted, truth):
    return score_pair(predicted, truth, rasterise(predicted, 100, 100), rasterise(truth, 100, 100))


def row(predicted=(), truth=(), group="a", confidence=(), **facts):
    facts = {
        "edit_type": "add",
        "level": 0,
        "frame": "aligned",
        "method": "classical",
        "status": "ok",
        "id": "1",
    } | facts
    return Row(
        data="synthetic",
        group=group,
        quality="exact",
        truth="local" if truth else "unedited",
        width=100,
        height=100,
        boxes_xyxy=tuple(predicted),
        confidence=tuple(confidence),
        ignored_xyxy=(),
        truth_xyxy=tuple(truth),
        score=scored(predicted, truth),
        **facts,
    )


def photo(height=120, width=160):
    noise = np.random.default_rng(5).integers(0, 255, (height, width, 3)).astype(np.uint8)
    return cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 6), None, 60, 190, cv2.NORM_MINMAX)


def painted(source, box, colour=(200, 60, 60)):
    x1, y1, x2, y2 = box
    grain = np.random.default_rng(6).integers(-50, 50, (y2 - y1, x2 - x1, 1))
    edited = source.copy()
    edited[y1:y2, x1:x2] = np.array(colour) + grain
    return edited


@dataclass(frozen=True)
class Painted:
    """A pair in memory: a square is painted on noise, or nothing is."""

    box: tuple[int, int, int, int] | None = (40, 30, 100, 90)
    size: tuple[int, int] = (120, 160)

    def load(self):
        source = photo(*self.size)
        boxes = (self.box,) if self.box else ()
        return Pair(
            data="synthetic",
            id=f"{self.box}-{self.size}",
            group=str(self.size),
            source=source,
            edited=painted(source, self.box) if self.box else source,
            boxes_xyxy=boxes,
            label_map=rasterise(boxes, *self.size).astype(np.uint8),
            edit_type="add" if self.box else "none",
            level=0,
        )


# Scores of one pair


def test_perfect_boxes_score_one_at_every_threshold():
    score = scored([OTHER, BOX], [BOX, OTHER])
    assert score == Score(hits_50=(1, 0), hits_75=(1, 0), union_iou=1.0, mask_iou=1.0)
    assert box_f1(score.hits_50, 2) == 1.0


def test_a_half_box_hits_at_half_but_not_at_three_quarters():
    score = scored([(10, 10, 30, 22)], [BOX])
    assert (score.hits_50, score.hits_75) == ((0,), (MISS,))
    assert score.union_iou == pytest.approx(0.6)


def test_nothing_on_one_side_scores_nothing_and_on_both_sides_is_right():
    assert (scored([], [BOX]).union_iou, box_f1(scored([], [BOX]).hits_50, 1)) == (0.0, 0.0)
    assert (scored([BOX], []).hits_50, box_f1(scored([BOX], []).hits_50, 0)) == ((MISS,), 0.0)
    assert (scored([], []), box_f1((), 0)) == (Score((), (), 1.0, 1.0), 1.0)


def test_matching_finds_the_most_pairs_not_the_best_first():
    truth = [(0, 0, 10, 10), (0, 4, 10, 14)]
    predicted = [(0, 2, 10, 12), (0, 0, 10, 9)]  # the first meets both, the second the first alone
    assert match_boxes(predicted, truth, 0.5) == (1, 0)


def test_each_true_box_is_given_once():
    assert sorted(match_boxes([BOX, BOX], [BOX], 0.5)) == [MISS, 0]


def test_union_counts_overlap_once_and_mask_iou_is_of_foregrounds():
    assert rasterise([BOX, BOX, (20, 20, 40, 40)], 100, 100).sum() == 400 + 400 - 100
    a, b = rasterise([(0, 0, 10, 10)], 20, 20), rasterise([(0, 5, 10, 15)], 20, 20)
    assert mask_iou(a, b) == pytest.approx(50 / 150)


def test_a_box_mostly_in_ignored_places_counts_neither_way():
    ignore = [(50, 0, 100, 100)]
    inside, across, outside = (60, 0, 80, 20), (40, 0, 60, 20), (45, 0, 55, 10)
    assert keep_counted([inside, across, outside], ignore, 100, 100) == (1, 2)
    halves = [(60, 0, 70, 20), (70, 0, 80, 20)]  # together they cover it
    assert keep_counted([inside], halves, 100, 100) == ()
    assert keep_counted([inside], [], 100, 100) == (0,)


class Says(Method):
    """A method that gives the same answer to every pair."""

    def predict(self, source, edited):
        boxes = (BOX, OTHER)
        return Prediction(boxes, (0.9, 0.2), rasterise(boxes, *edited.shape[:2]), "ok")


def test_ignored_predictions_leave_score_and_confidence():
    blank = np.zeros((100, 100, 3), np.uint8)
    pair = Pair("real", "p", "g", blank, blank, (BOX,), None, ignore_xyxy=((55, 55, 100, 100),))
    found = score_method(pair, Says("says"))
    assert (found.boxes_xyxy, found.ignored_xyxy, found.confidence) == ((BOX,), (OTHER,), (0.9,))
    assert (found.f1, found.score.union_iou, found.score.mask_iou) == (1.0, 1.0, None)
    assert score_method(replace(pair, ignore_xyxy=()), Says("says")).f1 == pytest.approx(2 / 3)


# Averages and intervals


def test_f1_is_over_all_boxes_and_unedited_pairs_stay_out_of_it():
    rows = [row([BOX], [BOX]), row([BOX, FAR], [BOX, OTHER]), row([FAR]), row()]
    assert estimate(rows, of.f1).value == pytest.approx(2 * 2 / 6)
    assert estimate(rows, of.precision).value == pytest.approx(2 / 3)
    assert estimate(rows, of.recall).value == pytest.approx(2 / 3)
    assert estimate(rows, of.f1_per_pair).value == pytest.approx((1 + 0.5) / 2)
    assert estimate(rows, of.union_iou).count == 2
    assert estimate(rows, of.fires).value == pytest.approx(1 / 2)


def test_no_pairs_give_no_figure():
    empty = estimate([row()], of.f1)
    assert isnan(empty.value)
    assert with_interval(empty) == counted(estimate([row([BOX], [BOX])], of.fires)) == NOTHING


def test_the_interval_holds_the_mean_and_is_the_same_each_time():
    rng = np.random.default_rng(3)
    rows = [row([BOX] if rng.random() < 0.7 else [FAR], [BOX], group=str(i % 17)) for i in range(60)]
    first = estimate(rows, of.f1)
    assert first.low < first.value < first.high
    assert first == estimate(rows[::-1], of.f1)
    assert 0.05 < first.high - first.low < 0.5


def test_groups_are_drawn_whole():
    alike = [row([BOX] if i % 2 else [FAR], [BOX], group=str(i % 2)) for i in range(40)]
    apart = [row([BOX] if i % 2 else [FAR], [BOX], group=str(i)) for i in range(40)]
    wide, narrow = estimate(alike, of.f1), estimate(apart, of.f1)
    assert (wide.low, wide.high) == (0.0, 1.0)
    assert narrow.high - narrow.low < 0.4
    assert isnan(estimate(alike[::2], of.f1).low)


# Methods


@pytest.mark.parametrize("name", NAMES)
def test_every_method_finds_a_painted_square(name):
    source, box = photo(), (40, 30, 100, 90)
    edited = painted(source, box)
    found = make_methods([name])[0].predict(source, edited)
    assert max(iou_xyxy(other, box) for other in found.boxes_xyxy) > 0.8
    assert mask_iou(found.mask, rasterise([box], 120, 160)) > 0.7
    assert found.status == "ok"


@pytest.mark.parametrize("name", NAMES)
def test_every_method_finds_nothing_in_equal_images(name):
    found = make_methods([name])[0].predict(photo(), photo())
    assert (found.boxes_xyxy, found.mask.any(), found.status) == ((), False, "unchanged")


@pytest.mark.parametrize("name", list(BASELINES))
def test_a_source_of_another_size_is_resized(name):
    edited = painted(photo(), (40, 30, 100, 90))
    found = make_methods([name])[0].predict(cv2.resize(photo(), (320, 240), interpolation=cv2.INTER_CUBIC), edited)
    assert max(iou_xyxy(box, (40, 30, 100, 90)) for box in found.boxes_xyxy) > 0.7


def test_components_are_the_largest_twelve_without_specks():
    changed = np.zeros((100, 100), bool)
    for i in range(15):
        changed[5 * i : 5 * i + 4, : 10 + i] = True
    changed[90, 90] = True
    boxes = [xyxy_from_mask(mask) for mask in components(changed)]
    assert [box[2] for box in boxes] == list(range(24, 12, -1))


def test_softened_edges_are_told_from_changes():
    flat = np.full((40, 40, 3), 230, np.uint8)
    hard, soft = flat.copy(), flat.copy()
    cv2.line(hard, (3, 8), (36, 30), (20, 20, 20), 5, cv2.LINE_8)
    cv2.line(soft, (3, 8), (36, 30), (20, 20, 20), 5, cv2.LINE_AA)
    moved = (hard != soft).any(axis=2)
    inside = (soft == 20).all(axis=2) & (hard == 20).all(axis=2)
    assert antialiased(soft, hard)[moved].mean() > 0.5
    assert not antialiased(soft, hard)[inside].any()
    assert not antialiased(flat, flat).any()


def test_classical_stands_without_and_with_masks_and_takes_settings():
    plain, cut = make_methods(["classical", "classical+grabcut"], make_config(["regions.group=false"]))
    assert (plain.config.masks, cut.config.masks) == ("none", "grabcut")
    assert not plain.config.group
    assert not cut.config.group


def test_an_ablation_turns_every_switch_once():
    config = make_config([])
    chain, *variants = ablation_methods(config)
    switches = [name for name, field in RegionsConfig.model_fields.items() if field.annotation is bool]
    assert chain.config == config
    assert len(variants) == len(switches) > 3
    for name, variant in zip(switches, variants, strict=True):
        changed = {key for key in RegionsConfig.model_fields if getattr(variant.config, key) != getattr(config, key)}
        assert changed == {name}
        assert name in variant.name


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: make_methods(["mine"]), "--methods mine"),
        (lambda: make_config(["group=false"]), "--set group=false"),
        (lambda: make_config(["regions.grup=false"]), "--set regions.grup"),
        (lambda: make_config(["regions.group=[1"]), "quote it"),
        (lambda: parse_seeds("3-5"), "--seeds 3-5"),
        (lambda: parse_seeds("-4:2"), "--seeds -4:2"),
        (lambda: run_benchmark([]), "there is no pair"),
    ],
)
def test_a_users_mistake_is_one_line(call, words):
    with pytest.raises(UserError, match=words.replace("[", r"\[")) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_a_method_that_fails_names_the_pair():
    class Fails(Method):
        def predict(self, source, edited):
            raise ZeroDivisionError

    with pytest.raises(RuntimeError, match="fails failed on synthetic pair"):
        evaluate([Painted()], [Fails("fails")])


# Real pairs


def write_pairs(folder, entries, shape=(60, 80)):
    source = photo(*shape)
    for i, entry in enumerate(entries):
        entry.update({"id": f"p{i}", "source": f"{i}.a.png", "edited": f"{i}.b.png", "note": "not needed"} | entry)
        Image.fromarray(source).save(folder / entry["source"])
        box = next(iter(entry["boxes_xyxy"]), ())
        edited = painted(source, box) if len(box) == 4 else source
        Image.fromarray(edited).save(folder / entry["edited"])
    (folder / "pairs.json").write_text(json.dumps(entries))


def test_real_pairs_are_read_with_boxes_quality_and_shared_source(tmp_path):
    write_pairs(
        tmp_path,
        [
            {"boxes_xyxy": [[5, 6, 30, 40]], "quality": "tight", "registration": "aligned", "edit_type": "add"},
            {"boxes_xyxy": [[0, 0, 80, 60]], "quality": "global", "ignore_xyxy": [[1, 2, 3, 4]]},
            {"boxes_xyxy": []},
        ],
    )
    pairs = [ref.load() for ref in real_refs(tmp_path)]
    assert [pair.boxes_xyxy for pair in pairs] == [((5, 6, 30, 40),), ((0, 0, 80, 60),), ()]
    assert [pair.whole_frame for pair in pairs] == [False, True, False]
    assert (pairs[0].quality, pairs[0].frame, pairs[0].edit_type) == ("tight", "aligned", "add")
    assert pairs[1].ignore_xyxy == ((1, 2, 3, 4),)
    assert len({pair.group for pair in pairs}) == 1


def test_real_pairs_are_never_scaled(tmp_path):
    write_pairs(tmp_path, [{"boxes_xyxy": [[1000, 5, 1400, 30]]}], shape=(40, 1500))
    assert real_refs(tmp_path)[0].load().edited.shape == (40, 1500, 3)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([{"boxes_xyxy": [[5, 6, 30, 40], [5, 6, 30, 400]]}], "leaves the 80x60 frame"),
        ([{"boxes_xyxy": [[5, 6, 30]]}], "boxes_xyxy"),
        ([{"boxes_xyxy": [], "id": "x"}, {"boxes_xyxy": [], "id": "x"}], "occurs twice"),
    ],
)
def test_bad_pairs_are_refused(tmp_path, entries, words):
    write_pairs(tmp_path, entries)
    with pytest.raises(UserError, match=words):
        [ref.load() for ref in real_refs(tmp_path)]


def test_missing_and_damaged_files_are_named(tmp_path):
    with pytest.raises(UserError, match=r"no pairs\.json"):
        real_refs(tmp_path)
    write_pairs(tmp_path, [{"boxes_xyxy": []}, {"boxes_xyxy": []}])
    (tmp_path / "0.a.png").unlink()
    (tmp_path / "1.b.png").write_bytes(b"no picture")
    for ref, name in zip(real_refs(tmp_path), ("0.a.png", "1.b.png"), strict=True):
        with pytest.raises(UserError, match=name):
            ref.load()
    (tmp_path / "pairs.json").write_text("[{")
    with pytest.raises(UserError, match="not valid JSON"):
        real_refs(tmp_path)


# Tables


def test_sizes_count_hits_and_misses_at_the_true_size_and_false_boxes_at_their_own():
    small, medium = (0, 0, 9, 9), (20, 20, 40, 40)
    assert [size_of(box, 100, 100) for box in (small, medium, (0, 0, 40, 40), (0, 0, 100, 100))] == [0, 1, 2, 3]
    rows = [row([medium, (50, 50, 100, 100)], [small, medium])]
    table = by_size("sizes", rows)
    assert [cells[:4] for cells in table.rows] == [
        ("small (< 1 %)", "1", "0.000", "0.000"),
        ("medium (< 10 %)", "1", "1.000", "1.000"),
        ("large", "0", "0.000", NOTHING),
    ]


def test_parts_and_statuses_are_counted():
    rows = [row([BOX], [BOX], level=3), row([FAR], [BOX], level=0), row(level=0, status="unchanged", edit_type="none")]
    table = breakdown("levels", rows, lambda found: found.level)
    assert [cells[:3] for cells in table.rows] == [("0", "1", "0.000"), ("3", "1", "1.000")]
    assert table.rows[0][-1].startswith("0/1")
    assert statuses("s", rows).rows == (("unedited", "1", "0", "0", "0"), ("local", "0", "2", "0", "0"))


def test_columns_without_content_are_left_out():
    rows = [row([BOX], [BOX])]
    timing = Timing({"classical": 120.4}, {"classical": 99.6}, 1.0)
    timed = overview("o", rows, timing)
    assert timed.rows[0][-1] == "120 (100)"
    assert "ms (CPU)" not in overview("o", rows).header
    boxes_only = [replace(found, score=replace(found.score, mask_iou=None)) for found in rows]
    assert "mask IoU" not in overview("o", boxes_only).header


def test_two_methods_are_drawn_beside_the_truth_where_the_second_gains_most_first(tmp_path):
    first = [row([OTHER], [BOX]), row([BOX], [BOX])]
    second = [row([BOX], [BOX], method="network"), row([FAR], [BOX], method="network")]
    for name, own in (("a", (first, second)), ("b", (first[::-1], second[::-1]))):
        draw_compared(tmp_path / f"{name}.png", *own)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with Image.open(tmp_path / "a.png") as picture:
        drawn = {colour for _, colour in picture.getcolors(1 << 16)}
    assert {TRUE, FIRST, SECOND} <= drawn


def test_the_worst_come_first():
    rows = [row([BOX], [BOX], id="good"), row([FAR], id="alarm"), row([(10, 10, 30, 22)], [BOX], id="half")]
    assert [found.id for found in worst_first(rows)] == ["alarm", "half", "good"]


def test_markdown_has_a_line_for_each_row():
    text = Table("T", ("a", "b"), (("x|y", "1"),), "note").to_markdown()
    assert text == "## T\n\nnote\n\n| a | b |\n| --- | ---: |\n| x\\|y | 1 |\n"


def test_reliability_compares_confidence_with_truth():
    sure = [row([BOX], [BOX], confidence=[0.95]) for _ in range(19)] + [row([FAR], confidence=[0.95])]
    (part,) = reliability(sure)
    assert (part.count, part.right, part.low) == (20, 0.95, 0.9)
    assert calibration_error([part]) == pytest.approx(0.0)
    unsure = reliability([*sure, row([FAR], [BOX], confidence=[0.55]), row([FAR], [BOX], confidence=[1.0])])
    assert [found.count for found in unsure] == [1, 21]
    assert calibration_error(unsure) > 0.05


# Whole runs


def test_the_largest_pairs_are_timed_at_a_megapixel():
    cases = [Painted(size=(120, 160)), Painted(size=(240, 320)), Painted(size=(150, 200))]
    rows = evaluate(cases, make_methods(["absdiff", "otsu"]))
    assert largest_cases(cases, rows, 2) == [cases[1], cases[2]]
    timing = measure_ms([cases[0]], make_methods(["absdiff"]))
    assert timing.megapixels == pytest.approx(1.0, abs=0.01)
    assert timing.ms["absdiff"] > 0
    large = np.zeros((900, 1000, 3), np.uint8)
    assert enlarged(large, large)[0] is large


def test_rows_are_the_same_in_one_process_and_in_two(tmp_path):
    write_pairs(tmp_path, [{"boxes_xyxy": [[5, 6, 30, 40]]}, {"boxes_xyxy": []}, {"boxes_xyxy": [[20, 6, 50, 40]]}])
    methods = make_methods(["absdiff", "classical"])
    seen = []
    alone = evaluate(real_refs(tmp_path), methods, jobs=1, on_pair=lambda: seen.append(1))
    assert [(found.id, found.method) for found in alone] == [(f"p{i}", name) for i in range(3) for name in NAMES_RUN]
    assert len(seen) == 3
    assert evaluate(real_refs(tmp_path), methods, jobs=2) == alone


NAMES_RUN = ("absdiff", "classical")


def run(out, *flags):
    return CliRunner().invoke(app, ["--jobs", "1", "--out", str(out), *flags])


def test_a_tiny_run_writes_everything_the_same_each_time(tmp_path):
    pairs = tmp_path / "pairs"
    pairs.mkdir()
    write_pairs(pairs, [{"boxes_xyxy": [[5, 6, 30, 40]], "quality": "tight"}, {"boxes_xyxy": []}])
    flags = [
        "--seeds",
        "2,6,8,23",
        "--pairs",
        str(pairs),
        "--methods",
        "classical,absdiff",
        "--timed",
        "0",
        "--worst",
        "2",
    ]
    first, second = tmp_path / "first", tmp_path / "second"
    result = run(first, *flags)
    assert result.exit_code == 0, result.output
    assert "All methods, synthetic" in result.output
    names = {path.name for path in first.iterdir()}
    sheets = {"worst-synthetic-01.png", "worst-real-01.png"}
    assert names == {"scores.jsonl", "tables.md", "reliability.png", *sheets}
    rows = [json.loads(text) for text in (first / "scores.jsonl").read_text().splitlines()]
    assert [(found["data"], found["id"]) for found in rows[::2]] == [
        *(("synthetic", str(seed)) for seed in (2, 6, 8, 23)),
        ("real", "p0"),
        ("real", "p1"),
    ]
    assert {found["method"] for found in rows} == {"classical", "absdiff"}
    assert {"boxes_xyxy", "truth_xyxy", "f1", "f1_75", "score", "confidence", "status"} <= set(rows[0])
    tables = (first / "tables.md").read_text()
    for title in ("by edit type", "by noise level", "by frame", "by size of the region", "status", "confidence"):
        assert f"## classical, synthetic, {title}" in tables
    assert "## classical, real pairs, by quality of the drawing" in tables
    for name in ("reliability.png", *sheets):
        with Image.open(first / name) as picture:
            assert np.asarray(picture.convert("L")).std() > 5
    assert run(second, *flags).exit_code == 0
    assert all((second / name).read_bytes() == (first / name).read_bytes() for name in names)


def test_the_diagram_has_a_curve_for_every_kind_of_data():
    bins = [Bin(0.8, 0.9, 4, 0.86, 0.75), Bin(0.9, 1.0, 9, 0.97, 1.0)]
    drawn = {data: reliability_png({data: bins}) for data in DATA}
    assert len(set(drawn.values())) == len(DATA) == 4


def test_synthetic_cases_keep_their_truth():
    for ref in seed_refs([2, 6, 8]):
        pair = ref.load()
        height, width = pair.edited.shape[:2]
        assert pair.label_map.shape == (height, width)
        assert all(0 <= x1 < x2 <= width and 0 <= y1 < y2 <= height for x1, y1, x2, y2 in pair.boxes_xyxy)
        assert (pair.id, pair.data) == (str(ref.seed), "synthetic")


def test_pairs_of_other_frames_keep_their_truth_and_every_other_round_is_unedited():
    seeds = [FRAMING_NAMES.index(name) for name in ("bars of one colour", "rows between", "all sides lost")]
    for seed in seeds:
        edited, unedited = (ref.load() for ref in framing_refs([seed, seed + len(FRAMING_NAMES)]))
        assert edited.boxes_xyxy
        assert not unedited.boxes_xyxy
        assert edited.frame == FRAMINGS[edited.edit_type][0]
        height, width = edited.edited.shape[:2]
        for x1, y1, x2, y2 in (*edited.boxes_xyxy, *edited.ignore_xyxy):
            assert 0 <= x1 < x2 <= width
            assert 0 <= y1 < y2 <= height
        again = framing_refs([seed])[0].load()
        assert np.array_equal(again.edited, edited.edited)
        assert np.array_equal(again.source, edited.source)
        outside = cv2.dilate((edited.label_map > 0).astype(np.uint8), np.ones((9, 9))) == 0
        assert outside.any()


def test_false_boxes_are_counted_on_edited_and_on_unedited_pairs():
    rows = [row([BOX, FAR], [BOX], frame="padded"), row([FAR, OTHER], frame="padded"), row(frame="grown")]
    table = false_boxes("t", rows, lambda found: found.frame)
    cells = {line[0]: line for line in table.rows}
    assert cells["padded"][6] == "1.00"
    assert cells["padded"][8] == "2.00"
    assert cells["grown"][8] == "0.00"
    assert cells["all"][8] == "1.00"


def test_an_ablation_has_a_table_of_its_own():
    found = run_benchmark([Painted(), Painted(None)], ["absdiff"], with_ablation=True, jobs=1, timed=0)
    tables = {table.title: table for table in all_tables(found, 2)}
    ablation = tables["One step switched at a time"]
    assert [cells[0] for cells in ablation.rows] == [method.name for method in found.variants]
    assert ablation.rows[0][2] == "+0.000"
    assert [cells[0] for cells in tables["All methods, synthetic"].rows] == ["absdiff"]


def test_a_mistake_on_the_command_line_exits_with_two(tmp_path):
    result = run(tmp_path / "out", "--seeds", "", "--pairs", str(tmp_path))
    assert result.exit_code == 2
    assert "pairs.json" in result.output
    assert not (tmp_path / "out").exists()
