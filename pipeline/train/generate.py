"""Answers of a model to questions, greedily, shared out over ranks."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import nn

from pipeline.train.conversations import Picture
from pipeline.train.encode import END, Encoder

Question = tuple[str, tuple[Picture, ...]]
"""Prompt and pictures."""


@dataclass(frozen=True)
class Generation:
    """How answers are generated.

    Attributes:
        batch_size: questions at a time.
        max_new_tokens: after which an answer is broken off; it is then not in the right form.
        autocast: multiply in BF16, as in training.
        ranks, rank: in all, and this one.
        together: every rank must take every step (weights are sharded).
    """

    batch_size: int
    max_new_tokens: int
    autocast: bool = True
    ranks: int = 1
    rank: int = 0
    together: bool = False


def generate(model: nn.Module, encoder: Encoder, questions: Sequence[Question], settings: Generation) -> list[str]:
    """Return an answer to each question, on every rank. Every rank must call it with the same questions.

    Args:
        model: not wrapped, unless its weights are sharded.
        encoder: of its processor.
        questions: in any order; those with as many pictures go together.
        settings: how.
    """
    order = sorted(range(len(questions)), key=lambda index: (len(questions[index][1]), len(questions[index][0]), index))
    order += order[:1] * (-len(order) % settings.ranks)
    mine = order[settings.rank :: settings.ranks]
    answers = dict[int, str]()
    was_training = model.training
    model.eval()
    for first in range(0, len(mine), settings.batch_size):
        chosen = mine[first : first + settings.batch_size]
        answers |= zip(chosen, _answers(model, encoder, [questions[index] for index in chosen], settings), strict=True)
    model.train(was_training)
    if settings.ranks > 1:
        parts: list[dict[int, str]] = [{}] * settings.ranks
        dist.all_gather_object(parts, answers)
        answers = {index: answer for part in parts for index, answer in part.items()}
    return [answers[index] for index in range(len(questions))]


def _answers(model: nn.Module, encoder: Encoder, questions: Sequence[Question], settings: Generation) -> list[str]:
    device = next(model.parameters()).device
    batch = {name: value.to(device) for name, value in encoder.prompts(questions).items()}
    tokenizer = encoder.processor.tokenizer
    with torch.no_grad(), torch.autocast(device.type, torch.bfloat16, enabled=settings.autocast):
        tokens = model.generate(
            **batch,
            max_new_tokens=settings.max_new_tokens,
            do_sample=False,
            temperature=None,
            top_p=None,
            top_k=None,
            repetition_penalty=1.0,
            eos_token_id=tokenizer.convert_tokens_to_ids(END),
            pad_token_id=tokenizer.pad_token_id,
            synced_gpus=settings.together,
        )
    found: list[str] = tokenizer.batch_decode(tokens[:, batch["input_ids"].shape[1] :], skip_special_tokens=True)
    return found
