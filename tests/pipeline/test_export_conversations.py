"""Exports for other trainers: each line keeps to their rules, and says what our own training learns."""

import json

import pytest
from commands import spatialreward
from rich.console import Console
from tiny_dataset import samples, write_dataset

from pipeline.export.conversations import check_line, export_conversations
from pipeline.train.answers import parse_perceptual, parse_semantic, semantic_answer
from schemas.errors import UserError
from schemas.example import Judgement, ScoredReasoning

QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "out"
    write_dataset(folder)
    return folder


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("trainer", ["llamafactory", "ms-swift"])
def test_every_line_keeps_to_the_rules_of_the_trainer(out, tmp_path, trainer):
    target = tmp_path / "sft" / "data.jsonl"
    done = export_conversations(str(out), target, trainer, QUIET)
    # Of the six training samples two show the same edited image.
    assert done.written == {"train": 11, "validation": 6} and done.left_out == {}
    for path, count in ((target, 11), (target.with_name("data.validation.jsonl"), 6)):
        found = lines(path)
        assert len(found) == count and not any(check_line(line, target.parent) for line in found)
        assert all(
            name.startswith("images/") == (trainer == "llamafactory") for line in found for name in line["images"]
        )
    info = target.parent / "dataset_info.json"
    assert info.is_file() == (trainer == "llamafactory")
    if info.is_file():
        entries = json.loads(info.read_text())
        assert {entry["file_name"] for entry in entries.values()} == {"data.jsonl", "data.validation.jsonl"}
        assert {entry["formatting"] for entry in entries.values()} == {"sharegpt"}


def test_answers_and_pictures_are_those_of_the_data_set(out, tmp_path):
    target = tmp_path / "data.jsonl"
    export_conversations(str(out), target, "llamafactory", QUIET)
    examples = {example.key: (example, members) for example, members in samples()["train"]}
    for line in lines(target):
        answer = line["messages"][1]["content"]
        key = line["images"][-1].removeprefix("images/").partition(".")[0]
        example, members = examples[key]
        assert (tmp_path / line["images"][-1]).read_bytes() == members["edited.jpg"]
        if len(line["images"]) == 2:
            assert answer == semantic_answer(example) and parse_semantic(answer)
            assert (tmp_path / line["images"][0]).read_bytes() == members["source.jpg"]
            assert example.instruction in line["messages"][0]["content"]
        else:
            assert parse_perceptual(answer)


@pytest.mark.parametrize("trainer", ["llamafactory", "ms-swift"])
def test_an_instruction_with_a_special_token_is_left_out_and_counted_by_name(tmp_path, trainer):
    tagged, names = samples(), ("<image>", "<|image_pad|>", "<|vision_start|>", "<tool_call>", "<|bbox_1|>")
    for place, name in enumerate(names):
        example, members = tagged["train"][place]
        tagged["train"][place] = (example.model_copy(update={"instruction": f"Put {name} on the cup."}), members)
    write_dataset(tmp_path / "out", tagged)
    target = tmp_path / "data.jsonl"
    done = export_conversations(str(tmp_path / "out"), target, trainer, QUIET)
    assert done.written["train"] == 11 - len(names)
    assert done.left_out == {f"special token {name}": 1 for name in names}
    assert not any(check_line(line, tmp_path) for line in lines(target))
    assert not any(f"Put {name} on" in target.read_text() for name in names)


@pytest.mark.parametrize("trainer", ["llamafactory", "ms-swift"])
def test_a_split_that_nobody_judged_is_passed_over_and_no_judgement_at_all_is_an_error(tmp_path, trainer):
    bare, unjudged = samples(), ScoredReasoning(reasoning="-", score=(-1, -1))
    blank = {"judgement": Judgement.from_branches(unjudged, unjudged)}
    bare["validation"] = [(example.model_copy(update=blank), members) for example, members in bare["validation"]]
    write_dataset(tmp_path / "out", bare)
    done = export_conversations(str(tmp_path / "out"), tmp_path / "to" / "data.jsonl", trainer, QUIET)
    assert done.written == {"train": 11}
    assert not (tmp_path / "to" / "data.validation.jsonl").exists()
    write_dataset(tmp_path / "none", {"train": bare["validation"]})
    with pytest.raises(UserError, match="no sample has a judgement"):
        export_conversations(str(tmp_path / "none"), tmp_path / "no" / "data.jsonl", trainer, QUIET)
    assert not (tmp_path / "no").exists()


def test_the_checker_finds_what_the_trainers_refuse(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"a")
    good = {
        "messages": [{"role": "user", "content": "<image>What?"}, {"role": "assistant", "content": "{}"}],
        "images": ["a.jpg"],
    }
    assert check_line(good, tmp_path) == []
    assert check_line(good | {"images": ["a.jpg", "a.jpg"]}, tmp_path) == ["1 <image> for 2 pictures"]
    assert check_line(good | {"images": ["b.jpg"]}, tmp_path) == ["b.jpg: no such picture"]
    assert check_line(good | {"messages": good["messages"][::-1]}, tmp_path)
    assert check_line({"images": []}, tmp_path)
    boxed = [good["messages"][0], {"role": "assistant", "content": "<bbox>"}]
    assert check_line(good | {"messages": boxed}, tmp_path) == ["<bbox> without anything to stand for"]
    ended = [{"role": "user", "content": "<image>What?<|im_end|>"}, good["messages"][1]]
    assert check_line(good | {"messages": ended}, tmp_path) == ["<|im_end|> without anything to stand for"]


def test_the_command_says_what_it_did_and_refuses_flags_of_the_other_format(out, tmp_path):
    done = spatialreward("export", out, "--format", "ms-swift", "-o", tmp_path / "d.jsonl")
    assert "11 of train, 6 of validation; left out: none" in done.stdout
    refused = spatialreward(
        "export", out, "--format", "ms-swift", "-o", tmp_path / "d.jsonl", "--images", "x", check=False
    )
    assert refused.returncode == 2 and "takes no --images" in refused.stderr
    with pytest.raises(UserError, match="no such folder"):
        export_conversations(str(tmp_path / "none"), tmp_path / "p.jsonl", "ms-swift", QUIET)
