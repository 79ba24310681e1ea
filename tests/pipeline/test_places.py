"""Output folders: which are refused, and that the printed line loads from those that are not."""

import datasets
import pytest
from test_reshard import groups
from tiny_dataset import write_dataset

from pipeline.dataset import open_dataset
from pipeline.places import check_out
from pipeline.report.figures import summarise_dataset
from pipeline.report.summary import streaming_line
from schemas.errors import UserError


@pytest.mark.parametrize("name", ["set[1]", "a]b", "a*b", "what?", "a::b", "[x]/out"])
def test_a_path_that_readers_take_for_a_pattern_is_refused(name, tmp_path):
    with pytest.raises(UserError, match=r"--out .*choose another path"):
        check_out(str(tmp_path / name), [], None)
    with pytest.raises(UserError, match="--out gs://b/"):
        check_out(f"gs://b/{name}", [], None)


def test_the_folder_it_is_started_in_counts(tmp_path, monkeypatch):
    (tmp_path / "a[1]").mkdir()
    monkeypatch.chdir(tmp_path / "a[1]")
    with pytest.raises(UserError, match=r"--out demo \(at .*a\[1\]/demo\): \[ in a path"):
        check_out("demo", [], None)


@pytest.mark.parametrize("name", ["a b", 'it\'s "so" #1 50%20', "ünï-中", "{a,b}~$x\\y", "train"])
def test_the_printed_line_loads(name, tmp_path):
    out = tmp_path / name
    check_out(str(out), [str(tmp_path)], None)
    write_dataset(out, {"train": groups(0, 2)})
    found = {}
    exec(streaming_line(summarise_dataset(open_dataset(str(out)))), {}, found)
    assert sum(1 for _ in found["data"]) == 6
    whole = datasets.load_dataset(str(out), split="train", cache_dir=str(tmp_path / "cache"))
    assert len(whole) == 6


def test_the_printed_line_loads_a_folder_whose_name_begins_like_a_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_dataset(tmp_path / "~set", {"train": groups(0, 2)})
    found = {}
    exec(streaming_line(summarise_dataset(open_dataset("~set"))), {}, found)
    assert sum(1 for _ in found["data"]) == 6


def test_folders_that_are_read_and_written_at_once(tmp_path):
    photos, old = tmp_path / "photos", tmp_path / "old"
    (photos / "sub").mkdir(parents=True)
    old.mkdir()
    (tmp_path / "link").symlink_to(photos)
    check_out(str(photos / "out"), [str(photos), "scenes:3", "bundled:"], str(old))
    for out in (photos, tmp_path / "link", photos / "sub" / ".."):
        with pytest.raises(UserError, match="is the folder of --sources"):
            check_out(str(out), ["scenes:3", str(photos)], None)
    for source in (f"photos:{photos}", f"pairs:{photos}/"):
        with pytest.raises(UserError, match="is the folder of --sources"):
            check_out(str(photos), [source], None)
    for source in (
        photos / "sub",
        f"photos:{photos}/sub",
        photos / "pairs.jsonl",
        f"coco:{photos}/a.json:{photos}/sub",
    ):
        with pytest.raises(UserError, match=r"--out .*is in it"):
            check_out(str(photos), [str(source)], None)
    with pytest.raises(UserError, match=r"--extend .*is --out itself"):
        check_out(f"{old}/", [], str(old))
    with pytest.raises(UserError, match=r"--sources .*is the folder|is the folder of --sources gs://b/x"):
        check_out("gs://b/x/", ["gs://b/x"], None)


def test_a_path_that_is_not_utf8(tmp_path):
    with pytest.raises(UserError, match=r"--sources .*\\udce9: the path is not UTF-8"):
        check_out(str(tmp_path / "out"), ["caf\udce9"], None)
