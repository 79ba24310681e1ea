"""The guard names where a NaN arises, in the forward or the backward pass, and lets good steps pass."""

import pytest
import torch
from benchmarks.training.batch import BatchShape, make_batch
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.train.guard import Guard, NonFiniteError, first_nonfinite_output
from pipeline.train.loss import answer_loss
from pipeline.train.shapes import build_random, shape_tiny

LAYER = "model.language_model.layers.1.mlp.up_proj"


@pytest.fixture
def model():
    return build_random(shape_tiny(), "cpu", torch.float32)


@pytest.fixture(scope="module")
def batch():
    shape = BatchShape(tokens=40, answer=12, images=2, side=64)
    return make_batch(shape_tiny(), shape, 2, torch.device("cpu"), torch.float32)


def test_a_good_step_passes_and_gives_the_norm_that_clipping_computes(model, batch):
    guard, loss = Guard(model), answer_loss(model, batch)
    guard.check_loss(loss, batch, 1)
    loss.backward()
    norm = guard.check_gradients(1)
    assert norm.item() == pytest.approx(torch.nn.utils.clip_grad_norm_(model.parameters(), 1e9).item())


@pytest.mark.parametrize(("value", "word"), [(float("nan"), "NaN"), (float("inf"), "NaN")])
def test_a_planted_nan_stops_the_first_step_and_its_layer_is_named(model, batch, value, word):
    with torch.no_grad():
        model.get_submodule(LAYER).weight[3, 5] = value
    loss = answer_loss(model, batch)
    with pytest.raises(NonFiniteError, match=f"step 1: the loss is {word}; first layer with such an output: {LAYER}$"):
        Guard(model).check_loss(loss, batch, 1)


def test_a_gradient_that_turns_bad_on_the_way_back_is_named_by_the_layer_nearest_to_the_loss(model, batch):
    model.get_submodule(LAYER).register_full_backward_pre_hook(lambda _module, gradients: (gradients[0] * torch.inf,))
    loss = answer_loss(model, batch)
    guard = Guard(model)
    guard.check_loss(loss, batch, 7)
    loss.backward()
    with pytest.raises(NonFiniteError, match=rf"step 7: the gradient of {LAYER}.weight is NaN, and \d+ more"):
        guard.check_gradients(7)


def test_finite_gradients_whose_norm_overflows_stop_a_run_too(model):
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 1e30)
    with pytest.raises(NonFiniteError, match="step 2: every gradient is finite, but their total norm is inf"):
        Guard(model).check_gradients(2)


def test_looking_for_a_layer_leaves_no_hook_behind(model, batch):
    assert first_nonfinite_output(model, batch) == ""
    assert all(not module._forward_hooks for module in model.modules())


def test_the_command_ends_with_exit_code_5(tmp_path, monkeypatch):
    def diverge(*_):
        raise NonFiniteError("step 3: the loss is NaN")

    monkeypatch.setattr("pipeline.train.run.train", diverge)
    ended = CliRunner().invoke(app, ["train", "--shards", "data", "--out", str(tmp_path)])
    assert ended.exit_code == 5
    assert ended.stderr == f"spatialreward: step 3: the loss is NaN; the last checkpoint in {tmp_path} is good\n"
