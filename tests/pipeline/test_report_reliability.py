"""Reliability of confidence: each figure by hand, the same bytes each time, in the report only where truth is known."""

import io
import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image
from rich.console import Console
from tiny_dataset import write_dataset

from pipeline.report.figures import summarise
from pipeline.report.reliability import reliability
from pipeline.report.reliability_chart import reliability_diagram
from pipeline.report.summary import print_summary
from pipeline.report.write import write_report


def row(confidences, hits, outcome="faithful", n_truth=1):
    return {"confidences": confidences, "hits": hits, "outcome": outcome, "n_truth": n_truth}


def pixels(png):
    return np.array(Image.open(io.BytesIO(png)).convert("RGB"))


def test_bins_and_error_by_hand():
    found = reliability([row([0.92, 0.62], [True, False]), row([0.98], [True]), row([0.64, 0.66], [True, True])])
    assert [(part.start, part.end, part.regions) for part in found.bins] == [(0.6, 0.7, 3), (0.9, 1.0, 2)]
    assert [part.confidence for part in found.bins] == pytest.approx([0.64, 0.95])
    assert [part.true for part in found.bins] == pytest.approx([2 / 3, 1.0])
    assert found.error == pytest.approx((3 * (2 / 3 - 0.64) + 2 * 0.05) / 5)
    assert (found.regions, found.true) == (5, 0.8)
    assert found.confidence == pytest.approx(0.764)


def test_false_alarms_on_unedited_pictures_count_as_misses():
    edited = row([0.9], [True])
    alarms = row([0.9, 0.9, 0.9], [False, False, False], outcome="failed", n_truth=0)
    found = reliability([edited, alarms])
    assert (found.regions, found.on_unedited, found.true) == (4, 3, 0.25)
    assert found.error == pytest.approx(0.65)
    assert reliability([edited]).error == pytest.approx(0.1)


def test_certainty_lies_in_the_last_bin_and_a_bound_in_the_bin_it_begins():
    found = reliability([row([1.0, 0.95, 0.5, 0.0], [True, True, False, False])])
    assert [(part.start, part.regions) for part in found.bins] == [(0.0, 1), (0.5, 1), (0.9, 2)]


def test_the_interval_is_wilsons():
    # 8 of 10: Wilson's interval as tables give it.
    part = reliability([row([0.85] * 10, [True] * 8 + [False] * 2)]).bins[0]
    assert (part.low, part.high) == pytest.approx((0.490, 0.943), abs=5e-4)
    sure = reliability([row([0.85] * 4, [True] * 4)]).bins[0]
    assert sure.high == pytest.approx(1.0) and 0.4 < sure.low < 0.6


def test_what_is_whole_by_definition_does_not_count():
    unrelated = row([1.0], [True], outcome="unrelated")
    assert reliability([unrelated]) is None
    assert reliability([unrelated, row([0.7], [False])]).regions == 1


def test_without_regions_or_confidences_there_is_nothing_to_say():
    assert reliability([]) is None
    assert reliability([row([], [], outcome="failed", n_truth=0)]) is None
    assert reliability([{"outcome": "faithful", "n_truth": 1, "n_derived": 1}]) is None


def test_the_diagram_depends_on_its_figures_alone():
    found = reliability([row([0.92, 0.62], [True, False]), row([0.64, 0.97], [True, True])])
    chart = reliability_diagram(found)
    assert chart == reliability_diagram(found)
    assert b"Software" not in chart
    picture = pixels(chart)
    assert picture.shape == (836, 770, 3) and (picture[0, 0] == 255).all()
    lowest = replace(found.bins[0], true=0.0, low=0.0)
    moved = pixels(reliability_diagram(replace(found, bins=(lowest, *found.bins[1:]))))
    changed = np.argwhere((moved != picture).any(axis=2))
    assert len(changed) > 100
    # The point and its line lie in the upper panel; counts and words are as they were.
    assert changed[:, 0].max() < 0.75 * picture.shape[0]


def write_truths(out, rows):
    """Replace the rows of `report/truth.parquet`."""
    pq.write_table(pa.Table.from_pylist(rows), out / "report" / "truth.parquet")


@pytest.fixture
def dataset(tmp_path):
    """The tiny data set, its truth rows with three regions: two true ones and a false alarm."""
    write_dataset(tmp_path)
    plain = {"edit_type": "color_alter", "truth_iou": 0.8, "truth_f1": 1.0, "area": 0.1, "kept": True}
    edited = {"key": "a", "outcome": "faithful", "n_truth": 2, "n_derived": 2}
    alarm = {"key": "b", "outcome": "failed", "n_truth": 0, "n_derived": 1}
    rows = [
        {**plain, **edited, "confidences": [0.9, 0.8], "hits": [True, True]},
        {**plain, **alarm, "confidences": [0.7], "hits": [False]},
    ]
    write_truths(tmp_path, rows)
    return tmp_path, rows


def test_the_report_shows_the_diagram_and_links_to_it(dataset):
    out, rows = dataset
    write_report(str(out), Console(file=io.StringIO(), width=160))
    assert (out / "report" / "reliability.png").read_bytes() == reliability_diagram(reliability(rows))
    page = (out / "report" / "gallery.html").read_text()
    assert re.findall(r'<a href="([a-z]+\.png)">([a-z]+)</a>', page)[:2] == [
        ("distributions.png", "distributions"),
        ("reliability.png", "reliability"),
    ]


def test_an_old_diagram_goes_where_no_truth_is_known(dataset):
    out, _ = dataset
    write_report(str(out), Console(file=io.StringIO(), width=160))
    (out / "report" / "truth.parquet").unlink()
    write_report(str(out), Console(file=io.StringIO(), width=160))
    assert not (out / "report" / "reliability.png").exists()
    assert "reliability" not in (out / "report" / "gallery.html").read_text()


def test_the_summary_states_the_error(dataset):
    out, _ = dataset
    console = Console(file=io.StringIO(), width=160)
    print_summary(summarise(str(out)), console)
    expected = "confidence of regions: mean 0.800, 66.7% of 3 are true, expected calibration error 0.333"
    assert expected in console.file.getvalue()
