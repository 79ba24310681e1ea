"""The model of a run: loaded or made, its linears in FP8, what is to be trained prepared."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import nn
from transformers import AutoConfig, AutoProcessor, Qwen3VLForConditionalGeneration, Qwen3VLProcessor

from pipeline.train.config import TrainRecipe
from pipeline.train.encode import add_markers
from pipeline.train.precision import Float8Report, check_hardware, multiplies_in_bf16, to_float8
from pipeline.train.tiny import make_model, make_processor
from pipeline.train.tuning import add_lora, compile_layers, tune_language_model
from schemas.errors import UserError

KIND = "qwen3_vl"


@dataclass(frozen=True)
class Prepared:
    """A model that is ready to train. Attributes: it, its processor, what FP8 did (None without)."""

    model: nn.Module
    processor: Qwen3VLProcessor
    float8: Float8Report | None


def check_model(recipe: TrainRecipe, name: str | None, device: torch.device) -> None:
    """Refuse what cannot be trained, before anything is loaded.

    Args:
        recipe: of the run.
        name: path or hub id of a model, None for the recipe's own tiny one.
        device: on which it will train.

    Raises:
        UserError: no model where one is needed, another architecture, or hardware without FP8.
    """
    if recipe.precision == "fp8" and not recipe.fp8.emulate:
        check_hardware(device)
    if name is None:
        if recipe.tiny is None:
            raise UserError(f"recipe {recipe.name}: needs --model, the folder of a Qwen3-VL model or its hub id")
        return
    try:
        found = AutoConfig.from_pretrained(name).model_type
    except (OSError, ValueError) as error:
        raise UserError(f"--model {name}: cannot be loaded ({str(error).splitlines()[0]})") from None
    if found != KIND:
        raise UserError(f"--model {name}: is a {found} model; give a Qwen3-VL model ({KIND})")


def load_processor(recipe: TrainRecipe, name: str | None, texts: Iterable[str]) -> Qwen3VLProcessor:
    """Return the processor of a model, or of the tiny one that is to be made.

    Args:
        recipe: of the run.
        name: as above.
        texts: prompts and answers, for a tokenizer of its own.
    """
    if name is None and recipe.tiny is not None:
        return make_processor(texts, recipe.tiny.vocabulary)
    return AutoProcessor.from_pretrained(name)


def load_model(
    recipe: TrainRecipe, name: str | None, processor: Qwen3VLProcessor, dtype: torch.dtype, local: bool = False
) -> Qwen3VLForConditionalGeneration:
    """Load or make the model that a run begins with.

    Args:
        recipe: of the run.
        name: as above.
        processor: for a tiny model.
        dtype: of its weights.
        local: download nothing.
    """
    if name is None and recipe.tiny is not None:
        return make_model(recipe.tiny, processor, recipe.seed, dtype)
    return Qwen3VLForConditionalGeneration.from_pretrained(
        name, dtype=dtype, attn_implementation="sdpa", local_files_only=local
    )


def prepare_model(recipe: TrainRecipe, name: str | None, processor: Qwen3VLProcessor, device: torch.device) -> Prepared:
    """Load or make the model, convert it to FP8 if the recipe says so, and add what is to be trained.

    Weights that are trained are float32 and multiply in BF16 (autocast); those that are not are BF16. On a
    processor that only imitates bfloat16 all are float32.

    Args:
        recipe: of the run.
        name: as above.
        processor: enlarged by the markers if the recipe makes them tokens.
        device: on which it will train.

    Raises:
        UserError: FP8 is asked for and no linear is large enough.
    """
    full = recipe.tune == "full" or not multiplies_in_bf16(recipe.precision, device)
    model = load_model(recipe, name, processor, torch.float32 if full else torch.bfloat16)
    markers = add_markers(processor, model) if recipe.data.markers == "tokens" else []
    report = None
    if recipe.precision == "fp8":
        report = to_float8(model, recipe.fp8.recipe, recipe.fp8.emulate, recipe.fp8.smallest, device)
    tuned: nn.Module = model
    if recipe.tune == "lora":
        lora = recipe.lora
        tuned = add_lora(model, lora.rank, lora.alpha, lora.dropout, full_precision=True, new_tokens=markers)
    elif not recipe.train_vision:
        tune_language_model(model)
    if recipe.compile and device.type == "cuda":
        compile_layers(tuned)
    return Prepared(tuned, processor, report)
