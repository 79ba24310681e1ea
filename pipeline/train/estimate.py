"""What a run will need, without loading a weight: memory per GPU, and time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import torch
from rich.console import Console
from rich.table import Table
from torch import nn
from transformers import AutoConfig, Qwen3VLConfig, Qwen3VLForConditionalGeneration
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize

from pipeline.train.config import TrainRecipe
from pipeline.train.conversations import Conversation, conversations_of
from pipeline.train.flops import step_flops
from pipeline.train.loader import Crew, plan_steps
from pipeline.train.loss import IGNORED
from pipeline.train.shapes import shape_8b, shape_tiny
from pipeline.train.shards import Shards, list_shards, stream_samples
from pipeline.train.stream import StreamSettings
from pipeline.train.tuning import add_lora, tune_language_model

CROWDS = (1, 2, 4, 8)
"""Numbers of GPUs that an estimate is made for."""
SAMPLES = 64
"""Read from the shards, for lengths."""
CHARACTERS = 3.3
"""Per token of prompts and answers, digits and JSON among them."""
KEPT = 27
"""Hidden vectors in BF16 that a decoder layer keeps per token; measured, see docs/training.md."""
LOGIT_BYTES = 10
"""Per logit of an answer: BF16, float32, and its gradient."""
CARD, PEAK = "H100", 989e12
SHARES = {("full", "bf16"): 0.45, ("full", "fp8"): 0.60, ("lora", "bf16"): 0.34, ("lora", "fp8"): 0.43}
"""Share of a card's BF16 peak that training reached, see docs/training.md."""
_GIB = 1 << 30


@dataclass(frozen=True)
class Lengths:
    """Of the conversations of a data set, on average. Attributes: tokens in all, of the answer, and of pictures."""

    tokens: float
    answer: float
    picture: float


@dataclass(frozen=True)
class Need:
    """What one GPU of a crowd needs.

    Attributes:
        gpus: in all.
        weights, gradients, optimizer, activations: GiB.
        steps: of the whole run.
        hours: of the whole run, on cards of `PEAK`; nan where no share is known.
    """

    gpus: int
    weights: float
    gradients: float
    optimizer: float
    activations: float
    steps: int
    hours: float

    @property
    def total(self) -> float:
        """All memory, GiB; the activations' peak and the gradients' are not at one time, so this is an upper bound."""
        return self.weights + self.gradients + self.optimizer + self.activations


def estimate(recipe: TrainRecipe, shards_dir: str, model: str | None) -> tuple[Lengths, list[Need]]:
    """Return what a run would need on crowds of GPUs.

    Args:
        recipe: of the run.
        shards_dir: folder or address of the data set.
        model: path or hub id, None for the shape that the recipe is meant for.
    """
    shards = list_shards(shards_dir, "train")
    config = AutoConfig.from_pretrained(model) if model else shape_tiny() if recipe.tiny else shape_8b()
    with torch.device("meta"):
        network: nn.Module = Qwen3VLForConditionalGeneration._from_config(config, dtype=torch.bfloat16)
        if recipe.tune == "lora":
            network = add_lora(network, recipe.lora.rank, recipe.lora.alpha, recipe.lora.dropout)
        elif not recipe.train_vision:
            tune_language_model(network)
    lengths = _lengths(recipe, shards)
    return lengths, [_need(recipe, shards, network, config, lengths, gpus) for gpus in CROWDS]


def print_estimate(recipe: TrainRecipe, lengths: Lengths, needs: Sequence[Need], console: Console) -> None:
    """Print an estimate as a table."""
    title = f"{recipe.name}, {recipe.precision}: per GPU, of {recipe.optimizer.batch_size} conversations per pass"
    table = Table(title=title, title_justify="left")
    table.add_column("GPUs")
    for need in needs:
        table.add_column(str(need.gpus), justify="right")
    for name in ("weights", "gradients", "optimizer", "activations", "total"):
        table.add_row(f"{name}, GiB", *(f"{getattr(need, name):,.1f}" for need in needs))
    table.add_row("steps", *(f"{need.steps:,}" for need in needs))
    table.add_row(f"hours on {CARD}", *("-" if math.isnan(n.hours) else f"{n.hours:,.2f}" for n in needs))
    console.print(table)
    console.print(
        f"A conversation has {lengths.tokens:,.0f} tokens on average, {lengths.answer:,.0f} of them the answer's.",
        markup=False,
    )


def _need(
    recipe: TrainRecipe, shards: Shards, network: nn.Module, config: Qwen3VLConfig, lengths: Lengths, gpus: int
) -> Need:
    optimizer = recipe.optimizer
    settings = StreamSettings(recipe.data.prompts, recipe.data.buffer, optimizer.batch_size, recipe.seed)
    steps = plan_steps(shards, settings, Crew(gpus), optimizer.epochs, optimizer.accumulation)
    steps = min(steps, optimizer.max_steps or steps)
    every = sum(p.numel() for p in network.parameters())
    trained = sum(p.numel() for p in network.parameters() if p.requires_grad)
    # What is trained is kept in float32, with two states of AdamW.
    shared = gpus if recipe.fsdp else 1
    frozen = (every - trained) * (4 if recipe.tune == "full" or recipe.precision == "fp32" else 2)
    flops = step_flops(network, _stand_in(config, lengths, optimizer.batch_size)) * optimizer.accumulation
    share = SHARES.get((recipe.tune, recipe.precision), math.nan)
    return Need(
        gpus=gpus,
        weights=(4 * trained + frozen) / shared / _GIB,
        gradients=4 * trained / shared / _GIB,
        optimizer=8 * trained / shared / _GIB,
        activations=_activations(recipe, config, lengths) / _GIB,
        steps=steps,
        hours=steps * flops / (share * PEAK) / 3600,
    )


def _activations(recipe: TrainRecipe, config: Qwen3VLConfig, lengths: Lengths) -> float:
    """Return bytes of what the backward pass needs."""
    text = config.text_config
    tokens = lengths.tokens * recipe.optimizer.batch_size
    layer = KEPT * 2 * text.hidden_size * tokens
    layers = text.num_hidden_layers * 2 * text.hidden_size * tokens + layer
    logits = LOGIT_BYTES * text.vocab_size * lengths.answer * recipe.optimizer.batch_size
    return (layers if recipe.checkpointing else text.num_hidden_layers * layer) + logits


def _stand_in(config: Qwen3VLConfig, lengths: Lengths, samples: int) -> dict[str, torch.Tensor]:
    """Return a batch of which the shapes alone count, every sample of average length."""
    tokens, answer = round(lengths.tokens), round(lengths.answer)
    labels = torch.full((samples, tokens), IGNORED)
    labels[:, -answer:] = 0
    side = 2 * max(1, round(math.sqrt(lengths.picture)))
    grids = torch.tensor([[1, side, side]]).repeat(samples, 1)
    pixels = torch.empty(int(grids.prod(dim=1).sum()), 1)
    return {"input_ids": labels, "labels": labels, "image_grid_thw": grids, "pixel_values": pixels}


def _lengths(recipe: TrainRecipe, shards: Shards) -> Lengths:
    found = list[Conversation]()
    for sample in islice(stream_samples(shards.shards[0].url), SAMPLES):
        found += conversations_of(sample, shards.repeated, recipe.data.prompts)[0]
    pictures = [sum(_picture(recipe, p.height, p.width) for p in c.pictures) for c in found]
    answers = [len(c.answer) / CHARACTERS for c in found]
    prompts = [len(c.prompt) / CHARACTERS for c in found]
    count = len(found)
    return Lengths((sum(pictures) + sum(answers) + sum(prompts)) / count, sum(answers) / count, sum(pictures) / count)


def _picture(recipe: TrainRecipe, height: int, width: int) -> int:
    high, wide = smart_resize(height, width, 32, recipe.data.min_pixels, recipe.data.max_pixels)
    return (high // 32) * (wide // 32)
