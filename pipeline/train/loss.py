"""The loss, on the answer alone."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.nn import functional

IGNORED = -100
"""Label of tokens that are not predicted: prompt, images, padding."""


def answer_logits(model: nn.Module, batch: Mapping[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the logits from which the answers' tokens are predicted.

    The head runs only where some sample of the batch has an answer token to predict: over a vocabulary of 150,000 the
    logits of prompts and images would be most of the memory.

    Args:
        model: takes `logits_to_keep`, as Qwen3-VL does; may be wrapped.
        batch: its arguments, with `labels` of shape samples × tokens, int64, `IGNORED` outside the answers.

    Returns:
        logits [samples, K, vocabulary] in the model's type, and which K of the tokens they predict, int64 [K]. A batch
        without any answer has one such token, so that the model runs all the same.
    """
    labels = batch["labels"]
    learned = (labels[:, 1:] != IGNORED).any(dim=0)
    positions = learned.nonzero().squeeze(1) if bool(learned.any()) else torch.zeros_like(labels[0, :1])
    inputs = {name: value for name, value in batch.items() if name != "labels"}
    return model(**inputs, logits_to_keep=positions, use_cache=False).logits, positions + 1


def answer_token_losses(model: nn.Module, batch: Mapping[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the cross entropy of every answer token; arguments as above.

    Returns:
        losses, float32 [samples, K], 0 where a sample has no answer token; and which K of the tokens they belong to,
        int64 [K].
    """
    logits, places = answer_logits(model, batch)
    targets = batch["labels"][:, places]
    losses = functional.cross_entropy(
        logits.flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORED, reduction="none"
    )
    return losses.view_as(targets), places


def answer_loss(model: nn.Module, batch: Mapping[str, Any]) -> torch.Tensor:
    """Return the mean cross entropy over the answers' tokens, a float32 scalar; arguments as above."""
    losses, _ = answer_token_losses(model, batch)
    return losses.sum() / (batch["labels"][:, 1:] != IGNORED).sum()
