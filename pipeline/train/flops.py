"""Operations that a training step must do, for the share of the hardware's peak that it reaches (MFU)."""

from collections.abc import Mapping

import torch
from torch import nn

from pipeline.train.loss import IGNORED

PEAK_BF16 = {"H200": 989e12, "H100 NVL": 835e12, "H100 PCIe": 756e12, "H100": 989e12, "A100": 312e12, "L40S": 362e12}
"""Part of a card's name -> dense BF16 operations per second by its data sheet. The first that fits counts."""


def peak_bf16(card: str) -> float | None:
    """Return a card's peak in operations per second, None where it is not known."""
    return next((peak for part, peak in PEAK_BF16.items() if part in card), None)


def step_flops(model: nn.Module, batch: Mapping[str, torch.Tensor]) -> float:
    """Count the operations of one step, forward and backward; what checkpointing computes again counts for nothing.

    A product counts two operations per weight and token forward, two backward through a layer that lies behind
    trained ones, and two more where its own weight is trained. Attention counts the causal half. Elementwise work and
    the optimizer are left out, as is usual.

    Args:
        model: Qwen3-VL, with or without adapters.
        batch: its arguments, with `labels`; the head runs only where a sample has an answer.
    """
    samples, tokens = batch["input_ids"].shape
    patches = batch["pixel_values"].shape[0]
    answers = samples * int((batch["labels"][:, 1:] != IGNORED).any(dim=0).sum())
    total = 0.0
    for name, module in model.named_modules():
        if not isinstance(module, nn.Linear):
            continue
        if "visual" in name:
            # A merger sees four patches as one row.
            rows, passes = patches / (4 if "merger" in name else 1), 3 if module.weight.requires_grad else 1
        else:
            rows = answers if name.endswith("lm_head") else samples * tokens
            passes = 3 if module.weight.requires_grad else 2
        total += 2 * module.weight.numel() * rows * passes
    return total + _attention(model, batch)


def _attention(model: nn.Module, batch: Mapping[str, torch.Tensor]) -> float:
    text, vision = model.config.text_config, model.config.vision_config
    samples, tokens = batch["input_ids"].shape
    width = text.num_attention_heads * text.head_dim
    causal = 3 * text.num_hidden_layers * samples * 2 * tokens**2 * width
    per_image = batch["image_grid_thw"].prod(dim=1).double()
    return causal + vision.depth * 4 * float((per_image**2).sum()) * vision.hidden_size
