"""Stops a run at the first loss or gradient that is no finite number, and names the layer."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn


class NonFiniteError(RuntimeError):
    """A loss or gradient is NaN or infinite. Raised before the optimizer's step: the weights are still good."""


class Guard:
    """Watches a model's loss and gradients, from the first step on.

    In a good step it costs one norm over the gradients, which clipping needs anyway, and one wait for the device. The
    layer is looked for only when something is wrong.

    Args:
        model: its matrices are registered in the order of the forward pass.
    """

    def __init__(self, model: nn.Module) -> None:
        self._model = model

    def check_loss(self, loss: torch.Tensor, batch: Mapping[str, Any], step: int) -> None:
        """Check a loss of any shape.

        Args:
            loss: of this step.
            batch: keyword arguments of the model that gave it.
            step: from 1, for the message.

        Raises:
            NonFiniteError: names the first layer whose output is not finite.
        """
        if bool(loss.isfinite().all()):
            return
        layer = first_nonfinite_output(self._model, batch) or "none when run again, so the loss itself"
        raise NonFiniteError(f"step {step}: the loss is {_worst(loss)}; first layer with such an output: {layer}")

    def check_gradients(self, step: int) -> torch.Tensor:
        """Check all gradients, after the backward pass and before the optimizer's step.

        Returns:
            their total norm, a scalar.

        Raises:
            NonFiniteError: names the layer nearest to the loss, where the fault arose: the backward pass spreads it to
                all before.
        """
        named = [(name, p.grad) for name, p in self._model.named_parameters() if p.grad is not None]
        norm = torch.nn.utils.get_total_norm([gradient for _, gradient in named])
        if bool(norm.isfinite()):
            return norm
        bad = [(name, gradient) for name, gradient in named if not bool(gradient.isfinite().all())]
        if not bad:
            raise NonFiniteError(f"step {step}: every gradient is finite, but their total norm is {norm.item()}")
        # Norms are registered behind the matrices that they feed, matrices in the order of the forward pass.
        name, gradient = ([entry for entry in bad if entry[1].ndim > 1] or bad)[-1]
        others = f", and {len(bad) - 1} more" if len(bad) > 1 else ""
        raise NonFiniteError(f"step {step}: the gradient of {name} is {_worst(gradient)}{others}")


def first_nonfinite_output(model: nn.Module, batch: Mapping[str, Any]) -> str:
    """Run the model again without gradients and return the first layer whose output is not finite, "" if all are."""
    found: list[str] = []
    with _watching_outputs(model, found), torch.no_grad(), torch.compiler.set_stance("force_eager"):
        model(**batch)
    return found[0] if found else ""


@contextmanager
def _watching_outputs(model: nn.Module, found: list[str]) -> Iterator[None]:
    def watch(name: str) -> torch.utils.hooks.RemovableHandle:
        def look(_module: nn.Module, _inputs: Any, output: Any) -> None:
            if not found and isinstance(output, torch.Tensor) and not bool(output.isfinite().all()):
                found.append(name)

        return modules[name].register_forward_hook(look)

    modules = dict(model.named_modules())
    handles = [watch(name) for name, module in modules.items() if not any(True for _ in module.children())]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _worst(values: torch.Tensor) -> str:
    return "NaN" if bool(values.isnan().any()) else "infinite"
