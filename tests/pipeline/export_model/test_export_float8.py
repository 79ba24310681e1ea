"""Which linears are stored in FP8: those that train in it, and whole products of vLLM."""

import pytest
import torch

from pipeline.export_model.float8 import choose_stored, store_float8
from pipeline.train.precision import LARGE
from pipeline.train.shapes import build_random, shape_8b, shape_tiny
from schemas.errors import UserError


def test_the_8b_shape_stores_every_linear_of_its_layers():
    model = build_random(shape_8b(), "meta")
    stored = choose_stored(model, LARGE)
    assert len(stored) == 36 * 7 and all(".language_model.layers." in name for name in stored)


def test_what_vllm_joins_has_one_precision():
    model = build_random(shape_tiny(), "cpu", torch.bfloat16)
    attention = model.model.language_model.layers[0].self_attn
    attention.v_proj = torch.nn.Linear(64, 24, bias=False)
    stored = {name.rpartition(".")[2] for name in choose_stored(model, 64) if "layers.0" in name}
    assert stored == {"o_proj", "gate_proj", "up_proj", "down_proj"}
    whole = {name.rpartition(".")[2] for name in choose_stored(model, 64) if "layers.1" in name}
    assert whole == stored | {"q_proj", "k_proj", "v_proj"}


def test_a_row_of_zeros_stays_zero():
    model = build_random(shape_tiny(), "cpu", torch.bfloat16)
    name = "model.language_model.layers.0.mlp.up_proj"
    with torch.no_grad():
        model.get_submodule(name).weight[5] = 0
    store_float8(model, 64)
    linear = model.get_submodule(name)
    values = linear.weight.float() * linear.weight_scale.float()
    assert torch.isfinite(values).all() and not values[5].any() and values[4].any()


def test_a_model_without_a_large_linear_is_refused():
    model = build_random(shape_tiny(), "cpu", torch.bfloat16)
    with pytest.raises(UserError, match="no linear layer of this model has sides of 2048 or more"):
        store_float8(model, LARGE)
