"""Training recipes: YAML in, one validated model out; unknown keys are refused by name."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from pipeline.config import load_settings, recipe_names
from schemas.example import Model

FOLDER = "train/recipes"
Precision = Literal["bf16", "fp8", "fp32"]
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0)]


class DataConfig(Model):
    """What the model sees."""

    prompts: str = "1"
    """Version of the prompt templates."""
    markers: Literal["text", "tokens"] = "text"
    """Whether `<|bbox_k|>` and `<|global|>` are plain text, or tokens added to the vocabulary."""
    min_pixels: Count = 4096
    """Per image, after the processor's resize."""
    max_pixels: Count = 262_144
    """Per image, after the processor's resize; the same in training and evaluation."""
    max_tokens: Count = 8192
    """Of a conversation, images included; what is longer is dropped and counted, never cut."""
    buffer: Count = 512
    """Samples that are shuffled and sorted by length together; a resume reads one buffer again at most."""
    workers: Annotated[int, Field(ge=0)] = 4
    """Loader processes per rank; 0 reads in the training process."""


class LoraConfig(Model):
    """Adapters on all linears of the language model."""

    rank: Count = 32
    alpha: Count = 64
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.05


class Float8Config(Model):
    """FP8 training; counts with precision fp8 alone."""

    recipe: Literal["tensorwise", "rowwise"] = "tensorwise"
    smallest: Count = 2048
    """Shorter side from which a linear is converted."""
    emulate: bool = False
    """Round to FP8 but multiply in the original precision: for machines without FP8."""


class OptimizerConfig(Model):
    """AdamW, warm-up, cosine."""

    batch_size: Count
    """Conversations per rank and forward pass."""
    accumulation: Count = 1
    """Forward passes per step."""
    learning_rate: Positive
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """Share of all steps."""
    weight_decay: Annotated[float, Field(ge=0)] = 0.0
    max_norm: Positive = 1.0
    """Gradients are clipped to this norm."""
    epochs: Count
    max_steps: Count | None = None
    """Ends the run before its epochs do."""


class EvaluationConfig(Model):
    """What is measured on the validation split, by generation."""

    every: Count = 500
    """Steps; and once at the end."""
    samples: Count = 256
    """In whole groups, at most one group more."""
    probes: Count = 64
    """Samples of these that the probe for source blindness is put to."""
    batch_size: Count = 16
    max_new_tokens: Count = 1536
    best: Literal["pairwise_accuracy", "region_f1", "eval_loss"] = "pairwise_accuracy"
    """By which figure the best checkpoint is chosen; the lower eval_loss decides a tie."""


class TinyConfig(Model):
    """Qwen3-VL of random weights with a tokenizer of its own, for a run without a model."""

    vocabulary: Annotated[int, Field(ge=512)] = 2048
    hidden: Count = 128
    layers: Count = 3
    vision_layers: Count = 2
    texts: Count = 400
    """Answers of the training split that the tokenizer is made of."""


class TrainRecipe(Model):
    """All that decides what a run learns, but for shards and model."""

    name: str
    description: str = "-"
    seed: int = 0
    tune: Literal["lora", "full"]
    lora: LoraConfig = LoraConfig()
    train_vision: bool = False
    """Whether full fine-tuning trains the vision tower too."""
    precision: Precision = "bf16"
    fp8: Float8Config = Float8Config()
    checkpointing: bool = True
    """Compute the layers' activations again in the backward pass."""
    compile: bool = False
    """Compile the decoder layers (on a GPU)."""
    fsdp: bool = False
    """Shard weights, gradients and optimizer over the ranks (FSDP2)."""
    data: DataConfig = DataConfig()
    optimizer: OptimizerConfig
    log_every: Count = 10
    save_every: Count = 200
    evaluation: EvaluationConfig = EvaluationConfig()
    tiny: TinyConfig | None = None
    """A model to make; without it --model names one."""


def train_recipe_names() -> list[str]:
    """Return the names of the built-in recipes."""
    return recipe_names(FOLDER)


def load_train_recipe(name_or_file: str, overrides: Sequence[str] = ()) -> TrainRecipe:
    """Load a built-in recipe by name or a YAML file, and apply `key=value` overrides.

    Raises:
        UserError: no such recipe, bad YAML, an unknown key or a bad value; the message names it.
    """
    return load_settings(TrainRecipe, FOLDER, name_or_file, overrides)
