"""The table of a run."""

from collections.abc import Mapping, Sequence
from math import isfinite

from benchmarks.table import NOTHING, Table
from benchmarks.training.batch import BatchShape
from benchmarks.training.measure import Measured
from benchmarks.training.variants import BF16, Variant
from pipeline.train.flops import peak_bf16

HEADER = (
    "trained", "precision", "activations", "samples", "tokens/s", "× BF16", "ms per step", "MFU", "peak GiB",
    "FP8 layers", "loss at start", "losses finite",
)  # fmt: skip
NOT_RUN = "not run: no GPU"


def title(shape: BatchShape, card: str) -> str:
    """Name the table by what a sample is and where it ran."""
    return (
        f"Training steps, {shape.tokens} tokens per sample of which {shape.images} images of {shape.side}², on {card}"
    )


def table(found: Mapping[Variant, Measured], shape: BatchShape, card: str) -> Table:
    """Compare variants that ran."""
    peak = peak_bf16(card)
    rows = tuple(_row(variant, measured, found.get(variant.base), shape, peak) for variant, measured in found.items())
    note = (
        "Medians over rounds, in brackets the range. Activations of the decoder layers are kept, or computed again in "
        "the backward pass. × BF16: tokens per second beside BF16's, all else alike. MFU: what the model needs, not "
        "what is computed again, against the BF16 peak by data sheet, for FP8 too. Loss at start: same weights, same "
        "batch."
    )
    return Table(title(shape, card), HEADER, rows, note)


def table_not_run(variants: Sequence[Variant], shape: BatchShape) -> Table:
    """Say of every variant that it did not run."""
    rows = tuple((*variant.cells, NOT_RUN) for variant in variants)
    return Table(title(shape, "a GPU"), HEADER[: len(rows[0])], rows)


def _row(
    variant: Variant, measured: Measured, base: Measured | None, shape: BatchShape, peak: float | None
) -> tuple[str, ...]:
    if measured.failure:
        return _without_figures(variant, measured.failure)
    ms = measured.step_ms
    ratio = f"{base.step_ms / ms:.2f}" if base and base.ms else NOTHING
    finite = all(isfinite(loss) for loss in [measured.start, *measured.losses])
    return (
        *variant.cells,
        f"{variant.samples * shape.tokens / ms * 1000:,.0f}",
        ratio,
        f"{ms:.0f} [{min(measured.ms):.0f}–{max(measured.ms):.0f}]",
        f"{measured.flops / ms * 1000 / peak:.0%}" if peak else NOTHING,
        f"{measured.peak / 2**30:.1f}" if measured.peak else NOTHING,
        str(measured.converted) if variant.precision != BF16 else NOTHING,
        f"{measured.start:.5f}",
        f"yes, {len(measured.losses)} steps" if finite else "no",
    )


def _without_figures(variant: Variant, why: str) -> tuple[str, ...]:
    return (*variant.cells, why, *[NOTHING] * (len(HEADER) - len(variant.cells) - 1))
