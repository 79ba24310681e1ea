"""Whole runs of a tiny model on painted pictures: a kill loses nothing, checkpoints reload, mistakes stop at once."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import torch
from commands import COMMAND, spatialreward
from many_shards import save_tiny_model, write_shards
from peft import PeftModel
from rich.console import Console
from transformers import AutoProcessor, Qwen3VLForConditionalGeneration

from pipeline.train import checkpoints
from pipeline.train.config import load_train_recipe, train_recipe_names
from pipeline.train.journal import Journal
from pipeline.train.run import TrainRequest, train
from pipeline.train.trainer import training_arguments
from schemas.errors import UserError

pytestmark = pytest.mark.usefixtures("one_torch_thread")  # as the processes that these tests start
QUIET = Console(quiet=True)
SMALL = [
    "data.buffer=4",
    "data.max_pixels=4096",
    "data.min_pixels=1024",
    "optimizer.batch_size=2",
    "log_every=1",
    "evaluation.samples=3",
    "evaluation.probes=1",
    "evaluation.max_new_tokens=8",
]
TINY = [*SMALL, "tiny={vocabulary: 700, hidden: 64, layers: 1, vision_layers: 1}", "save_every=3"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    out = tmp_path_factory.mktemp("shards")
    write_shards(out, 4, 2)
    return out


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model in a folder, as a user gives one."""
    return save_tiny_model(tmp_path_factory.mktemp("model") / "qwen", torch.float32)


def run(data, out, *overrides, recipe="tiny", settings=TINY, model=None):
    chosen = load_train_recipe(recipe, [*settings, *overrides])
    train(TrainRequest(chosen, str(data), model and str(model), out), QUIET)
    return losses(out)


def losses(out):
    return {line["step"]: line["loss"] for line in Journal(out).lines("train")}


def test_a_killed_run_goes_on_with_the_same_losses(data, tmp_path):
    settings = ["optimizer.max_steps=11", "data.workers=1"]
    whole = run(data, tmp_path / "whole", *settings)
    out = tmp_path / "killed"
    flags = [part for value in [*TINY, *settings] for part in ("--set", value)]
    command = [*COMMAND, "train", "--recipe", "tiny", "--shards", str(data), "--out", str(out), *flags]
    with subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1"}, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 120
        while not (out.is_dir() and len(losses(out)) >= 5 and checkpoints.last_checkpoint(out)):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    # As a kill in the middle of writing a checkpoint leaves it.
    (out / checkpoints.UNFINISHED / "checkpoint-9").mkdir(parents=True, exist_ok=True)
    begun = checkpoints.step_of(checkpoints.last_checkpoint(out))
    assert begun < 11
    again = run(data, out, *settings)
    assert again == whole and sorted(again) == list(range(1, 12))
    assert not (out / checkpoints.UNFINISHED).exists()


def test_a_finished_run_leaves_what_it_says_and_is_not_begun_again(data, tmp_path):
    out = tmp_path / "run"
    found = run(data, out, "optimizer.epochs=1", "save_every=2")
    summary = json.loads((out / "summary.json").read_text())
    assert summary["steps"] == max(found) and summary["dropped"] == {}
    assert (out / "loss.png").read_bytes().startswith(b"\x89PNG") and any((out / "tensorboard").iterdir())
    line = Journal(out).lines("train")[-1]
    assert {"loss_box_digits", "loss_score_digits", "tokens_per_s", "samples_per_s", "data_wait"} <= set(line)
    assert checkpoints.all_checkpoints(out) == [checkpoints.last_checkpoint(out)] == [checkpoints.best_checkpoint(out)]
    assert run(data, out, "optimizer.epochs=1", "save_every=2") == found
    with pytest.raises(UserError, match="holds a run with another recipe"):
        run(data, out, "optimizer.epochs=2", "save_every=2")


def test_the_checkpoint_reloads_and_answers_as_the_trained_model(data, tmp_path):
    out = tmp_path / "run"
    run(data, out, "optimizer.max_steps=2")
    checkpoint = checkpoints.last_checkpoint(out)
    model = Qwen3VLForConditionalGeneration.from_pretrained(checkpoint).eval()
    processor = AutoProcessor.from_pretrained(checkpoint)
    assert processor.image_processor.size["longest_edge"] == 4096
    from pipeline.train.encode import Budget, Encoder
    from pipeline.train.validation import Validation

    recipe = load_train_recipe("tiny", [*TINY, "precision=fp32"])
    validation = Validation(str(data), recipe, Encoder(processor, Budget(1024, 4096, 1024)), torch.device("cpu"), 1, 0)
    trained = Journal(out).lines("eval")[-1]
    # FP8 and BF16 round what float32 does not.
    assert validation.figures(model)["loss"] == pytest.approx(trained["eval_loss"], rel=2e-2)


@pytest.mark.parametrize(
    "recipe, more",
    [
        ("spatialreward-8b-lora", ["data.markers=tokens"]),
        ("spatialreward-8b-lora", ["precision=fp8", "fp8={emulate: true, smallest: 64}"]),
        ("spatialreward-8b-full", ["fsdp=false"]),
    ],
)
def test_the_large_recipes_train_a_given_model(data, tmp_path, model, recipe, more):
    before = Qwen3VLForConditionalGeneration.from_pretrained(model).state_dict()
    steps = ["precision=bf16", "data.workers=1", "optimizer.accumulation=2", "optimizer.max_steps=3", "save_every=2"]
    rate = ["optimizer.learning_rate=0.01", "optimizer.warmup=0.0"]
    found = run(data, tmp_path, *steps, *rate, *more, recipe=recipe, settings=SMALL, model=model)
    assert sorted(found) == [1, 2, 3] and found[3] < found[1]
    checkpoint = checkpoints.last_checkpoint(tmp_path)
    if recipe.endswith("lora"):
        base = Qwen3VLForConditionalGeneration.from_pretrained(model)
        again = PeftModel.from_pretrained(base, checkpoint)
        adapters = [value for name, value in again.state_dict().items() if "lora_B" in name]
        assert adapters and any(float(value.abs().max()) > 0 for value in adapters)
    else:
        after = Qwen3VLForConditionalGeneration.from_pretrained(checkpoint).state_dict()
        changed = {name for name in before if not torch.equal(before[name], after[name])}
        assert changed and not any("visual" in name for name in changed)


def test_two_ranks_train_one_model(data, tmp_path):
    flags = [part for value in [*TINY, "optimizer.max_steps=4"] for part in ("--set", value)]
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "-m", "pipeline.entry"]
    command = [*torchrun, "train", "--recipe", "tiny", "--shards", str(data), "--out", str(tmp_path), *flags]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "MASTER_ADDR": "localhost"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    assert sorted(losses(tmp_path)) == [1, 2, 3, 4]
    checkpoint = checkpoints.last_checkpoint(tmp_path)
    assert len(json.loads((checkpoint / checkpoints.STREAM).read_text())["ranks"]) == 2
    assert Qwen3VLForConditionalGeneration.from_pretrained(checkpoint)


def test_recipes_are_known_and_mistakes_stop_at_once(data, tmp_path, model):
    assert train_recipe_names() == ["spatialreward-8b-full", "spatialreward-8b-lora", "tiny"]
    with pytest.raises(UserError, match="use PRECISION=bf16"):
        run(data, tmp_path, recipe="spatialreward-8b-lora", settings=SMALL, model=model)
    with pytest.raises(UserError, match="needs --model"):
        run(data, tmp_path, "precision=bf16", recipe="spatialreward-8b-lora", settings=SMALL)
    with pytest.raises(UserError, match="cannot be loaded"):
        run(data, tmp_path, "precision=bf16", recipe="spatialreward-8b-lora", settings=SMALL, model=tmp_path / "none")
    with pytest.raises(UserError, match="over GPUs alone"):
        training_arguments(load_train_recipe("tiny", ["fsdp=true"]), tmp_path, 1, 2, torch.device("cpu"))
    with pytest.raises(UserError, match=r"unknown key data\.pixels"):
        load_train_recipe("tiny", ["data.pixels=3"])
    refused = spatialreward("train", "--shards", tmp_path / "none", "--out", tmp_path / "x", check=False)
    assert refused.returncode == 2 and "no such folder" in refused.stderr


def test_a_loss_that_is_no_number_stops_and_names_the_layer(data, tmp_path):
    with pytest.raises(RuntimeError, match="step"):
        run(data, tmp_path, "optimizer.learning_rate=1e30", "optimizer.warmup=0.0", "optimizer.max_steps=9")
    assert checkpoints.last_checkpoint(tmp_path) is None or checkpoints.step_of(checkpoints.last_checkpoint(tmp_path))
