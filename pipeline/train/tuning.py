"""What of the model is trained: all of the language model, or adapters on its linears. The vision tower is frozen."""

from collections.abc import Sequence

from peft import LoraConfig, PeftModel, get_peft_model
from torch import nn
from transformers import Qwen3VLForConditionalGeneration

LINEARS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""The language model's linears, by the last part of their names."""


def tune_language_model(model: Qwen3VLForConditionalGeneration) -> None:
    """Freeze the vision tower; all else trains."""
    model.model.visual.requires_grad_(False)


def add_lora(
    model: Qwen3VLForConditionalGeneration,
    rank: int = 32,
    alpha: int = 64,
    dropout: float = 0.05,
    full_precision: bool = False,
    new_tokens: Sequence[int] = (),
) -> PeftModel:
    """Freeze the model and put adapters on every linear of its language model.

    Args:
        model: of any precision.
        rank, alpha, dropout: of the adapters.
        full_precision: keep the adapters in float32 where the model is in BF16, so that small steps are not lost;
            under autocast they multiply in BF16 all the same.
        new_tokens: of the vocabulary; their rows in the embeddings and the head train too.
    """
    config = LoraConfig(
        r=rank,
        lora_alpha=alpha,
        lora_dropout=dropout,
        target_modules=rf".*\.language_model\..*\.({'|'.join(LINEARS)})",
        task_type="CAUSAL_LM",
        trainable_token_indices={name: list(new_tokens) for name in ("embed_tokens", "lm_head")}
        if new_tokens
        else None,
    )
    return get_peft_model(model, config, autocast_adapter_dtype=full_precision)


def compile_layers(model: nn.Module, dynamic: bool | None = None) -> int:
    """Compile each decoder layer by itself, in place: the layers are alike, so one compilation serves all.

    Args:
        model: holds one module named `language_model`, which has `layers`.
        dynamic: as in `torch.compile`.

    Returns:
        how many layers there are.
    """
    (language_model,) = (m for name, m in model.named_modules() if name.rpartition(".")[2] == "language_model")
    layers = list(language_model.layers)
    for layer in layers:
        layer.compile(dynamic=dynamic)
    return len(layers)
