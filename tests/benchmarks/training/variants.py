"""What is compared, and one model that takes each form in turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import nn

from pipeline.train.precision import Float8Report, to_float8

BF16 = "bf16"
MODES = ("full", "lora")
PRECISIONS = (BF16, "rowwise", "tensorwise")


@dataclass(frozen=True)
class Variant:
    """One row of the table.

    Attributes:
        mode: of `MODES`.
        precision: of `PRECISIONS`.
        checkpointing: activations of the decoder layers are computed again in the backward pass.
        samples: per batch.
    """

    mode: str
    precision: str
    checkpointing: bool
    samples: int

    def __str__(self) -> str:
        return ", ".join(self.cells)

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The first cells of its row."""
        precision = "BF16" if self.precision == BF16 else f"FP8 {self.precision}"
        kept = "again" if self.checkpointing else "kept"
        return self.mode, precision, kept, str(self.samples)

    @property
    def base(self) -> "Variant":
        """The same in BF16."""
        return Variant(self.mode, BF16, self.checkpointing, self.samples)


class Precisions:
    """A model whose linears are exchanged between precisions; all share the same weights.

    Args:
        model: in BF16.
        precisions: of `PRECISIONS`.
        emulate, smallest: see `to_float8`.
    """

    def __init__(self, model: nn.Module, precisions: Sequence[str], emulate: bool, smallest: int) -> None:
        self._model = model
        self._linears: dict[str, Mapping[str, nn.Module]] = {}
        self.reports: dict[str, Float8Report] = {}
        plain = {name: module for name, module in model.named_modules() if isinstance(module, nn.Linear)}
        for precision in precisions:
            if precision != BF16:
                self.reports[precision] = report = to_float8(model, precision, emulate, smallest)
                self._linears[precision] = {name: model.get_submodule(name) for name in report.converted}
                self._put({name: plain[name] for name in report.converted})
        self._linears[BF16] = plain

    def use(self, precision: str) -> None:
        """Give the model its linears of one precision."""
        self._put(self._linears[BF16])
        self._put(self._linears[precision])

    def _put(self, linears: Mapping[str, nn.Module]) -> None:
        for name, module in linears.items():
            parent, _, child = name.rpartition(".")
            setattr(self._model.get_submodule(parent), child, module)
