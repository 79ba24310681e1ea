"""Sets of pairs that share pictures, built, validated and extended: no picture stands in two splits."""

import io
import json
from collections import Counter

import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image
from rich.console import Console

from pipeline.build import BuildRequest, build
from pipeline.config import load_recipe
from pipeline.dataset import DataSet, open_dataset
from pipeline.extend import known_sources
from pipeline.leaks.find import find_leaks
from pipeline.report.figures import summarise
from pipeline.report.summary import print_summary
from pipeline.validate import validate_dataset
from schemas.plan import Rights

SPLITS = ["splits.train=0.5", "splits.validation=0.25", "splits.test=0.25"]


def picture(seed):
    rng = np.random.default_rng(seed)
    rgb = cv2.resize(rng.integers(30, 225, (5, 7, 3), dtype=np.uint8), (160, 112), interpolation=cv2.INTER_CUBIC)
    for _ in range(5):
        centre = (int(rng.integers(160)), int(rng.integers(112)))
        cv2.circle(rgb, centre, int(rng.integers(6, 20)), rng.integers(0, 255, 3).tolist(), -1)
    return rgb


def edited(rgb, step):
    result = rgb.copy()
    x, y = 10 + 25 * step, 20 + 20 * step
    cv2.rectangle(result, (x, y), (x + 30, y + 24), ((220, 40, 40), (40, 60, 220), (40, 190, 60))[step], -1)
    return result


def write_pairs(folder, name, rows):
    lines = [{"source": s, "edited": e, "instruction": f"Paint what {s} lacks."} for s, e in rows]
    (folder / name).write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return folder / name


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Four sessions of three turns, of which the third begins from a JPEG of the second's output; 21 refusals."""
    folder = tmp_path_factory.mktemp("sessions")
    rows = []
    for session in range(4):
        turns = [picture(session)]
        for step in range(3):
            turns.append(edited(turns[-1], step))
        for turn, rgb in enumerate(turns):
            Image.fromarray(rgb).save(folder / f"{session}-{turn}.png")
        Image.fromarray(edited(turns[-1], 0)).save(folder / f"{session}-4.png")
        Image.fromarray(turns[2]).save(folder / f"{session}-2.jpg", quality=85)
        names = [f"{session}-{turn}" for turn in range(4)]
        rows += [(f"{names[0]}.png", f"{names[1]}.png"), (f"{names[1]}.png", f"{names[2]}.png")]
        rows += [(f"{names[2]}.jpg", f"{names[3]}.png")]
    refusal = np.full((112, 160, 3), 240, np.uint8)
    cv2.putText(refusal, "Sorry, no.", (10, 60), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (50, 50, 50), 2)
    Image.fromarray(refusal).save(folder / "refusal.png")
    for i in range(21):
        Image.fromarray(picture(100 + i)).save(folder / f"asked{i}.png")
        rows.append((f"asked{i}.png", "refusal.png"))
    write_pairs(folder, "pairs.jsonl", rows)
    return folder


def made(pairs, out, extend=None):
    """Build in this process, without a report."""
    recipe = load_recipe("pairs", SPLITS)
    build(BuildRequest(recipe, str(out), (str(pairs),), Rights(), workers=1, extend=extend), Console(quiet=True))
    return out


@pytest.fixture(scope="module")
def built(folder, tmp_path_factory):
    return made(folder / "pairs.jsonl", tmp_path_factory.mktemp("built") / "out")


def rows_of(out, name):
    return pq.read_table(out / name).to_pylist()


def test_sessions_stay_together_and_refusals_are_rejected(built):
    out = built
    assert validate_dataset(str(out)).problems == []
    leaks = find_leaks(str(out), Console(quiet=True))
    assert leaks.leaks == () and leaks.pictures > 12
    summary = summarise(str(out))
    assert [split.samples for split in summary.splits] == [6, 3, 3]
    assert Counter((row["reason"], row["class"]) for row in rows_of(out, "rejected.parquet")) == {
        ("placeholder_output", "filter"): 21
    }
    assert summary.largest_group == 3 and summary.notes == ()
    console = Console(record=True, width=120, file=io.StringIO())
    print_summary(summary, console)
    assert "largest group of pairs that share pictures, or a scene, and so a split has 3." in console.export_text()
    assert "the largest group of them: 3 pairs" in (out / "README.md").read_text()


def test_an_added_pair_goes_where_its_pictures_are(folder, built, tmp_path):
    """A fourth turn of every session; another way to one output; and a source that the set has."""
    rows = [(f"{session}-3.png", f"{session}-4.png") for session in range(4)]
    more = write_pairs(folder, "more.jsonl", [*rows, ("asked0.png", "3-3.png"), ("1-0.png", "2-3.png")])
    extended = tmp_path / "out"
    made(more, extended, str(built))
    assert validate_dataset(str(extended)).problems == []
    assert find_leaks(str(extended), Console(quiet=True)).leaks == ()
    late = [row for row in rows_of(extended, "rejected.parquet") if row["reason"] != "placeholder_output"]
    assert [(row["name"], row["reason"]) for row in late] == [("more.jsonl:6", "known_source")]
    assert sum(split.samples for split in summarise(str(extended)).splits) == 12 + 5


def test_the_edited_pictures_of_an_older_set_are_looked_at_in_its_shards(built):
    """As an earlier version wrote it, without a radius and without rows of edited pictures."""
    data = open_dataset(str(built))
    older = DataSet(data.out, data.manifest.model_copy(update={"shared_radius": -1}))
    rows = known_sources(older)[len(known_sources(data)) :]
    splits = {row["key"]: row["split"] for row in data.rows}
    assert [row.kind for row in rows] == ["edited"] * len(splits)
    assert Counter(row.split for row in rows) == Counter(splits.values())
