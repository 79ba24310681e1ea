"""The count of operations against a count made by hand."""

import pytest
import torch
from benchmarks.training.batch import BatchShape, make_batch

from pipeline.train.flops import peak_bf16, step_flops
from pipeline.train.shapes import build_random, shape_tiny
from pipeline.train.tuning import add_lora, tune_language_model

SHAPE = BatchShape(tokens=40, answer=12, images=2, side=64)
TEXT = 2 * (64 * 64 * 2 + 64 * 32 * 2 + 3 * 64 * 128)
HEAD = 64 * 1024
ATTENTION = 3 * 2 * 3 * 2 * 40**2 * 64 + 2 * 6 * 4 * 16**2 * 64


def counted(tune):
    model = build_random(shape_tiny(), "meta")
    batch = make_batch(shape_tiny(), SHAPE, 3, torch.device("cpu"), torch.float32)
    return step_flops(tune(model) or model, batch)


def test_full_fine_tuning_counts_weight_gradients():
    vision = 2 * (2 * (4 * 64 * 64 + 2 * 64 * 128) * 96 + 2 * (256 * 256 + 256 * 64) * 24)
    assert counted(tune_language_model) == 3 * 2 * (TEXT * 120 + HEAD * 36) + vision + ATTENTION


def test_frozen_weights_count_forward_and_backward_and_adapters_in_full():
    full, lora = counted(tune_language_model), counted(add_lora)
    adapters = 2 * 32 * (64 + 64 + 64 + 32 + 64 + 32 + 64 + 64 + 3 * (64 + 128))
    assert lora == full - 2 * (TEXT * 120 + HEAD * 36) + 3 * 2 * adapters * 120


@pytest.mark.parametrize(("card", "peak"), [("NVIDIA H200", 989e12), ("NVIDIA H100 PCIe", 756e12), ("Tesla T4", None)])
def test_peaks_are_found_by_the_cards_name(card, peak):
    assert peak_bf16(card) == peak
