"""Weights in FP8 as vLLM and transformers load them: compressed-tensors, a scale per row, activations per token."""

import torch
from compressed_tensors.compressors import ModelCompressor, compress_module
from compressed_tensors.quantization import (
    QuantizationConfig,
    initialize_module_for_quantization,
    preset_name_to_scheme,
)
from compressed_tensors.quantization.utils import calculate_qparams
from torch import nn

from pipeline.train.precision import SMALL, choose_linears
from schemas.errors import UserError

SCHEME, FORMAT = "FP8_DYNAMIC", "float-quantized"
FUSED = (frozenset({"q_proj", "k_proj", "v_proj"}), frozenset({"gate_proj", "up_proj"}))
"""Linears that vLLM joins into one product, which has one precision."""


def choose_stored(model: nn.Module, smallest: int) -> tuple[str, ...]:
    """Return the names of the linears to store in FP8: those that train in it, and what vLLM joins with them.

    Where q_proj is large enough and k_proj and v_proj are not, all three are stored: they are one product there. A
    side that is not divisible by 16 leaves all that is joined in BF16.

    Args:
        model: holds one module named `language_model`.
        smallest: shorter side from which a linear trains in FP8.
    """
    converted, left = choose_linears(model, smallest)
    chosen, possible = set(converted), {*converted, *left.get(SMALL, ())}
    for name in converted:
        parent, _, part = name.rpartition(".")
        for group in FUSED:
            if part in group:
                joined = {f"{parent}.{other}" for other in group}
                chosen = chosen | joined if joined <= possible else chosen - joined
    return tuple(name for name, _ in model.named_modules() if name in chosen)


def store_float8(model: nn.Module, smallest: int) -> tuple[tuple[str, ...], ModelCompressor]:
    """Round linears to FP8 (e4m3) in place: `weight` float8 [out, in] and `weight_scale` [out, 1] in the weight's type.

    A scale is the largest absolute weight of its row over 448, the largest number of e4m3.

    Args:
        model: with BF16 weights; it can be saved afterwards, not trained.
        smallest: as above.

    Returns:
        names of the linears, and what writes the configuration into a saved folder.

    Raises:
        UserError: no linear is large enough.
    """
    names = choose_stored(model, smallest)
    if not names:
        size = f"sides of {smallest} or more (fp8.smallest)"
        raise UserError(f"--weights fp8: no linear layer of this model has {size}; use --weights bf16")
    scheme = preset_name_to_scheme(SCHEME, ["Linear"])
    for name in names:
        linear = model.get_submodule(name)
        initialize_module_for_quantization(linear, scheme, force_zero_point=False)
        weight = linear.weight.detach()
        scale, _ = calculate_qparams(weight.amin(dim=1, keepdim=True), weight.amax(dim=1, keepdim=True), scheme.weights)
        with torch.no_grad():
            linear.weight_scale.copy_(scale)
        compress_module(linear)
    return names, ModelCompressor(QuantizationConfig.from_pretrained(model, format=FORMAT))
