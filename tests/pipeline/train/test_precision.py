"""FP8 goes to the language model's large linears, learns, and is refused where it cannot be had."""

import pytest
import torch
from benchmarks.training.batch import BatchShape, make_batch

from pipeline.train.guard import Guard
from pipeline.train.loss import answer_loss
from pipeline.train.precision import ADAPTER, LARGE, OUTSIDE, RECIPES, SMALL, check_hardware, choose_linears, to_float8
from pipeline.train.shapes import build_random, shape_8b, shape_tiny
from pipeline.train.tuning import LINEARS, add_lora, tune_language_model
from schemas.errors import UserError

CPU = torch.device("cpu")
SHAPE = BatchShape(tokens=40, answer=12, images=2, side=64)
KINDS = {"Linear", "Float8Linear"}
RATES = {"full": 5e-3, "lora": 5e-3}
STEPS = {"full": 10, "lora": 30}


def tiny():
    return build_random(shape_tiny(), "cpu", torch.float32)


def kinds(model, part):
    found = {name: type(module).__name__ for name, module in model.named_modules() if part in name}
    return {name: kind for name, kind in found.items() if kind in KINDS}


def test_the_8b_shape_is_the_published_one_and_its_large_linears_are_chosen():
    model = build_random(shape_8b(), "meta")
    assert sum(p.numel() for p in model.parameters()) == 8_767_123_696
    converted, left = choose_linears(model, LARGE)
    assert len(converted) == 36 * 5 and all(".language_model.layers." in name for name in converted)
    assert {name.rpartition(".")[2] for name in left[SMALL]} == {"k_proj", "v_proj"}
    assert "lm_head" in left[OUTSIDE] and len(left[OUTSIDE]) == 117


@pytest.mark.parametrize("recipe", RECIPES)
def test_only_the_language_model_is_converted_and_keeps_its_weights(recipe):
    model = tiny()
    weights = dict(model.named_parameters())
    report = to_float8(model, recipe, emulate=True, smallest=32)
    assert len(report.converted) == 2 * len(LINEARS)
    assert set(kinds(model, "language_model").values()) == {"Float8Linear"}
    assert set(kinds(model, "visual").values()) == {"Linear"} and kinds(model, "lm_head") == {"lm_head": "Linear"}
    assert all(parameter is weights[name] for name, parameter in model.named_parameters())
    assert str(report) == (
        f"FP8 {recipe} (emulated): 14 linear layers converted; left as they are: 13 outside the language model"
    )


@pytest.mark.parametrize("adapters_first", [True, False])
def test_adapters_stay_as_they_are_whichever_comes_first(adapters_first):
    model = tiny()
    if adapters_first:
        model = add_lora(model, rank=16)
        report = to_float8(model, emulate=True, smallest=16)
        assert len(report.left[ADAPTER]) == 2 * 2 * len(LINEARS)
    else:
        to_float8(model, emulate=True, smallest=16)
        model = add_lora(model, rank=16)
    found = kinds(model, "language_model")
    assert {kind for name, kind in found.items() if name.endswith("base_layer")} == {"Float8Linear"}
    assert {kind for name, kind in found.items() if "lora_" in name} == {"Linear"}
    assert sum(p.requires_grad for p in model.parameters()) == 2 * 2 * len(LINEARS)


@pytest.mark.parametrize(("mode", "fall"), [("full", 0.6), ("lora", 0.9)])
def test_the_loss_falls_in_emulated_fp8_as_in_the_original_precision(mode, fall):
    expected = losses(mode, "")
    assert expected[-1] < fall * expected[0]
    for recipe in RECIPES:
        found = losses(mode, recipe)
        assert found == pytest.approx(expected, rel=0.05) and found != expected


def losses(mode, recipe):
    model = tiny()
    if mode == "full":
        tune_language_model(model)
    else:
        model = add_lora(model, rank=16, dropout=0.0)
    if recipe:
        to_float8(model, recipe, emulate=True, smallest=32)
    guard, found = Guard(model), []
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=RATES[mode])
    batch = make_batch(shape_tiny(), SHAPE, 2, CPU, torch.float32)
    for step in range(STEPS[mode]):
        loss = answer_loss(model, batch)
        loss.backward()
        guard.check_gradients(step)
        optimizer.step()
        optimizer.zero_grad()
        found.append(loss.item())
    return found


def test_hardware_without_fp8_is_refused_and_nothing_is_converted():
    model = tiny()
    with pytest.raises(UserError, match=r"PRECISION=fp8: device cpu has no FP8 .*; use PRECISION=bf16"):
        to_float8(model, smallest=32)
    assert set(kinds(model, "").values()) == {"Linear"}


def test_an_old_gpu_is_refused_by_name(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (8, 0))
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "NVIDIA A100")
    with pytest.raises(UserError, match="NVIDIA A100 has no FP8"):
        check_hardware(torch.device("cuda"))
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (9, 0))
    check_hardware(torch.device("cuda"))


def test_a_model_without_a_large_linear_is_refused():
    with pytest.raises(UserError, match="no linear layer of this model has sides of 2048 or more"):
        to_float8(tiny(), emulate=True)


def test_an_unknown_recipe_is_refused():
    with pytest.raises(UserError, match="FP8 recipe blockwise: no such recipe; use one of rowwise, tensorwise"):
        to_float8(tiny(), "blockwise", emulate=True)
