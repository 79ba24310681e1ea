"""FP8 training of the language model's large linears; vision tower, head and adapters stay in BF16."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn
from torchao.float8 import Float8LinearConfig, convert_to_float8_training

from pipeline.bfloat16 import multiplies_in_bfloat16
from schemas.errors import UserError

RECIPES = ("rowwise", "tensorwise")
FP8_CAPABILITY = (8, 9)
LARGE = 2048
"""Shorter side from which a linear gains: below it, casting costs what the faster product saves."""

OUTSIDE, ADAPTER, ODD, SMALL = "outside the language model", "adapter", "side not divisible by 16", "small"
_LANGUAGE_MODEL, _ADAPTER_PARTS = "language_model", ("lora_A", "lora_B")


@dataclass(frozen=True)
class Float8Report:
    """What a conversion did.

    Attributes:
        recipe: how scales are chosen, of `RECIPES`.
        emulated: the products are computed in the original precision, on operands rounded to FP8.
        converted: names of the linears that train in FP8.
        left: reason -> names of the linears that do not.
    """

    recipe: str
    emulated: bool
    converted: tuple[str, ...]
    left: Mapping[str, tuple[str, ...]]

    def __str__(self) -> str:
        left = ", ".join(f"{len(names)} {reason}" for reason, names in self.left.items()) or "none"
        how = f"FP8 {self.recipe}{' (emulated)' if self.emulated else ''}"
        return f"{how}: {len(self.converted)} linear layers converted; left as they are: {left}"


def to_float8(
    model: nn.Module,
    recipe: str = "tensorwise",
    emulate: bool = False,
    smallest: int = LARGE,
    device: torch.device | None = None,
) -> Float8Report:
    """Make the language model's large linears train in FP8, in place, before or after adapters are added.

    Args:
        model: holds one module named `language_model`. Weights keep their precision and identity, so optimizers and
            checkpoints do not notice.
        recipe: of `RECIPES`: one scale per tensor, which was faster where it was measured, or one per row.
        emulate: round to FP8 but multiply in the original precision, for machines without FP8.
        smallest: shorter side from which a linear is converted.
        device: on which it will train; that on which it lies if not given.

    Raises:
        UserError: the recipe is unknown, the hardware has no FP8 and `emulate` is off, or no linear is large enough.
    """
    if recipe not in RECIPES:
        raise UserError(f"FP8 recipe {recipe}: no such recipe; use one of {', '.join(RECIPES)}")
    if not emulate:
        check_hardware(device or next(model.parameters()).device)
    converted, left = choose_linears(model, smallest)
    if not converted:
        raise UserError(f"FP8: no linear layer of this model has sides of {smallest} or more; use PRECISION=bf16")
    config = dataclasses.replace(Float8LinearConfig.from_recipe_name(recipe), emulate=emulate)
    wanted = set(converted)
    convert_to_float8_training(model, config=config, module_filter_fn=lambda _, name: name in wanted)
    return Float8Report(recipe, emulate, converted, left)


def multiplies_in_bf16(precision: str, device: torch.device) -> bool:
    """Return whether products that are not in FP8 are in BF16, by autocast.

    They are in float32 at precision `fp32`, and on a processor that only imitates bfloat16.
    """
    return precision != "fp32" and multiplies_in_bfloat16(device)


def check_hardware(device: torch.device) -> None:
    """Refuse a device that cannot multiply in FP8.

    Raises:
        UserError: it is no GPU, or one of compute capability below 8.9.
    """
    if device.type == "cuda" and torch.cuda.get_device_capability(device) >= FP8_CAPABILITY:
        return
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else f"device {device.type}"
    raise UserError(f"PRECISION=fp8: {name} has no FP8 (a GPU of compute capability 8.9 has); use PRECISION=bf16")


def choose_linears(model: nn.Module, smallest: int) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Return the names of the linears to convert, and reason -> names of those to leave."""
    converted, left = list[str](), dict[str, list[str]]()
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):
            if reason := _reason_to_leave(name, module, smallest):
                left.setdefault(reason, []).append(name)
            else:
                converted.append(name)
    return tuple(converted), {reason: tuple(names) for reason, names in left.items()}


def _reason_to_leave(name: str, linear: nn.Linear, smallest: int) -> str:
    parts = name.split(".")
    if _LANGUAGE_MODEL not in parts:
        return OUTSIDE
    if not set(_ADAPTER_PARTS).isdisjoint(parts):
        return ADAPTER
    if linear.in_features % 16 or linear.out_features % 16:
        return ODD
    return SMALL if min(linear.in_features, linear.out_features) < smallest else ""
