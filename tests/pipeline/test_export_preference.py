"""Preference pairs of the tiny data set: who is better, what is left out, what the lines refer to."""

import json
import tarfile

import pytest
from commands import spatialreward
from rich.console import Console
from tiny_dataset import samples, write_dataset

from pipeline.export.preference import export_preferences
from schemas.errors import UserError

QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "out"
    write_dataset(folder)
    return folder


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_pairs_are_of_one_group_and_the_better_has_the_better_rank(out, tmp_path):
    found = export_preferences(str(out), tmp_path / "pairs.jsonl", None, False, QUIET)
    pairs = lines(tmp_path / "pairs.jsonl")
    assert len(pairs) == found.pairs > 0
    assert found.pairs + found.ties + found.disagreements == 9
    for pair in pairs:
        assert pair["margin"] >= 0 and pair["key_better"] != pair["key_worse"]
        for name, key in (("better", "key_better"), ("worse", "key_worse"), ("source", "key_better")):
            shard, member = pair[name].split("#")
            assert member.startswith(pair[key])
            with tarfile.open(out / shard) as tar:
                assert tar.extractfile(member).read(2) == b"\xff\xd8"


def test_a_group_with_a_special_token_in_its_instruction_is_left_out_and_counted(out, tmp_path):
    tagged = samples()
    first = tagged["train"][0][0].group_id
    tagged["train"] = [
        (
            example.model_copy(update={"instruction": "Add <|video_pad|>."}) if example.group_id == first else example,
            images,
        )
        for example, images in tagged["train"]
    ]
    write_dataset(tmp_path / "out", tagged)
    found = export_preferences(str(tmp_path / "out"), tmp_path / "pairs.jsonl", None, False, QUIET)
    assert found.special == {"special token <|video_pad|>": 3}
    assert found.pairs + found.ties + found.disagreements == 6
    assert first not in {pair["group_id"] for pair in lines(tmp_path / "pairs.jsonl")}


def test_a_single_candidate_with_a_special_token_had_no_pair_to_leave_out(tmp_path):
    tagged = samples()
    example, images = tagged["train"][0]
    tagged["train"] = [(example.model_copy(update={"instruction": "Add <image>."}), images), *tagged["train"][3:]]
    write_dataset(tmp_path / "out", tagged)
    assert export_preferences(str(tmp_path / "out"), tmp_path / "pairs.jsonl", None, False, QUIET).special == {}


def test_pairs_that_rank_and_overall_order_differently_come_on_demand_alone(out, tmp_path):
    without = export_preferences(str(out), tmp_path / "a.jsonl", None, False, QUIET)
    everything = export_preferences(str(out), tmp_path / "b.jsonl", None, True, QUIET)
    assert without.disagreements == 2 and everything.disagreements == 0
    assert everything.pairs == without.pairs + 2
    assert sum(pair["margin"] < 0 for pair in lines(tmp_path / "b.jsonl")) == 2


def test_images_are_written_beside_the_file_and_the_bytes_do_not_depend_on_the_run(out, tmp_path):
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        export_preferences(str(out), folder / "pairs.jsonl", folder / "images", False, QUIET)
    assert (tmp_path / "one/pairs.jsonl").read_bytes() == (tmp_path / "two/pairs.jsonl").read_bytes()
    for pair in lines(tmp_path / "one/pairs.jsonl"):
        assert all((tmp_path / "one" / pair[name]).is_file() for name in ("source", "better", "worse"))


def test_the_command_says_what_it_did_and_refuses_other_formats(out, tmp_path):
    done = spatialreward("export", out, "--format", "preference", "-o", tmp_path / "p.jsonl")
    assert "pairs; left out" in done.stdout
    with pytest.raises(UserError, match="no such folder"):
        export_preferences(str(tmp_path / "none"), tmp_path / "p.jsonl", None, False, QUIET)
