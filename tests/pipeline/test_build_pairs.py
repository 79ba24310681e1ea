"""Imported pairs from end to end: fields that say nothing, words of the set's own, and a set that cannot be used."""

import gzip
import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from commands import spatialreward
from PIL import Image
from rich.console import Console
from skimage import data as photos

from pipeline.build import BuildRequest
from pipeline.build import build as build_set
from pipeline.config import load_recipe
from pipeline.planning import Beside, NothingUsableError, plan_build
from schemas.errors import UserError
from schemas.plan import Rights
from schemas.reject import Reject
from transforms.dedup.near import near_pairs


def write_pair(folder, name, pixels):
    """Write before/NAME.jpg and after/NAME.jpg, with a green card on the second."""
    edited = np.ascontiguousarray(pixels)
    edited[60:150, 60:170] = (30, 160, 60)
    for role, picture in (("before", pixels), ("after", edited)):
        (folder / role).mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(folder / role / f"{name}.jpg", quality=93)


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """A folder `two` with a pair in two folders, and a packed table of two other pairs, one of which says little."""
    folder = tmp_path_factory.mktemp("set")
    write_pair(folder / "two", "cup", photos.coffee())
    (folder / "two" / "after" / "cup.txt").write_text("Cover the cup.")
    write_pair(folder, "cat", photos.chelsea())
    write_pair(folder, "start", photos.rocket())
    header = "source,edited,instruction,edit_type,editor,scene,license,people"
    row = "before\\{0}.jpg,after/{0}.jpg,Put a green card on it.,{1},,,,"
    lines = [header, row.format("start", "Insert"), row.format("cat", "color alter")]
    (folder / "list.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    return folder


def test_pairs_of_a_layout_and_of_a_table_are_imported_and_nothing_is_rendered(sources, tmp_path):
    out = tmp_path / "out"
    addresses = ["--sources", sources / "two", "--sources", sources / "list.csv.gz"]
    result = spatialreward("build", "--recipe", "pairs", *addresses, "--num-examples", "9", "--out", out)
    said = "1 pairs have an edit type outside the vocabulary, kept as unknown: Insert 1"
    assert said in result.stdout and said in (out / "report" / "run.log").read_text()
    rows = [row for path in (out / "metadata").glob("*.parquet") for row in pq.read_table(path).to_pylist()]
    assert {(row["instruction"], row["edit_type"], row["editor"], row["license"]) for row in rows} == {
        ("Cover the cup.", "unknown", "unknown", "unknown"),
        ("Put a green card on it.", "unknown", "unknown", "unknown"),
        ("Put a green card on it.", "color_alter", "unknown", "unknown"),
    }
    assert len(rows) == 3


@pytest.mark.parametrize(
    ("recipe", "address", "words"),
    [
        ("photos", "two", "looks like pairs"),
        ("demo", "two", "looks like pairs"),
        ("photos", "list.csv.gz", "is a file of pairs"),
        ("pairs", "before", "no pair found among 2 pictures"),
    ],
)
def test_a_recipe_for_something_else_is_asked_about_before_any_work(recipe, address, words, sources, tmp_path):
    place = str(sources / address)
    request = BuildRequest(load_recipe(recipe), str(tmp_path / "out"), (place,), Rights(), workers=1)
    with pytest.raises(UserError, match=words):
        build_set(request, Console())
    assert not (tmp_path / "out").exists()


def test_rows_with_other_fields_end_with_the_field_and_rejected_parquet(tmp_path):
    row = {"before_img": "before/cup.jpg", "after_img": "after/cup.jpg", "caption": "Put a green card on it."}
    (tmp_path / "list.json").write_text(json.dumps([row, {"source": "x.jpg", "edited": "", "instruction": "Go on"}]))
    out = tmp_path / "out"
    result = spatialreward("build", "--recipe", "pairs", "--sources", tmp_path / "list.json", "--out", out, check=False)
    assert result.returncode == 2
    (line,) = result.stderr.strip().splitlines()
    assert "missing_field 2" in line and "source, edited, instruction: missing; the row has before_img" in line
    assert "rename before_img to source" in line and str(out / "rejected.parquet") in line
    rows = pq.read_table(out / "rejected.parquet").to_pylist()
    assert [(row["key"], row["reason"]) for row in rows] == [
        ("list.json:1", "missing_field"),
        ("list.json:2", "missing_field"),
    ]
    assert rows[1]["detail"].startswith("edited (empty): missing")


def test_nothing_usable_shows_the_first_row_of_each_reason():
    def reject(number, reason):
        return Reject(
            level="file", key=f"p:{number}", name=f"p:{number}", stage="read", reason=reason, reject_class="error",
            detail=f"why {number}",
        )  # fmt: skip

    rejects = [reject(1, "bad_path"), reject(2, "bad_path"), reject(3, "not_json")]
    beside = Beside((), {}, "-", None, near_pairs)
    with pytest.raises(NothingUsableError) as caught:
        plan_build(load_recipe("pairs"), ["p"], 3, rejects, beside)
    assert str(caught.value) == (
        "--sources p: no usable source among 3 (bad_path 2, not_json 1); first: p:1 (bad_path: why 1); p:3 (not_json: "
        "why 3)"
    )
    assert list(caught.value.rejects) == rejects
