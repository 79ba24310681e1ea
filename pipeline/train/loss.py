"""The loss, on the answer alone."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.nn import functional

IGNORED = -100
"""Label of tokens that are not predicted: prompt, images, padding."""


def answer_loss(model: nn.Module, batch: Mapping[str, Any]) -> torch.Tensor:
    """Return the mean cross entropy over the answers' tokens, a float32 scalar.

    The head runs only where some sample of the batch has an answer token to predict: over a vocabulary of 150,000 the
    logits of prompts and images would be most of the memory.

    Args:
        model: takes `logits_to_keep`, as Qwen3-VL does; may be wrapped.
        batch: its arguments, with `labels` of shape samples × tokens, int64, `IGNORED` outside the answers.
    """
    labels = batch["labels"]
    following = labels[:, 1:]
    positions = (following != IGNORED).any(dim=0).nonzero().squeeze(1)
    inputs = {name: value for name, value in batch.items() if name != "labels"}
    logits = model(**inputs, logits_to_keep=positions, use_cache=False).logits
    targets = following[:, positions]
    return functional.cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORED)
