"""Train the variants in turns on one model and time them."""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

import torch
from peft import PeftModel
from torch import nn
from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration

from benchmarks.training.batch import BatchShape, make_batch
from benchmarks.training.variants import Precisions, Variant
from pipeline.train.flops import step_flops
from pipeline.train.guard import Guard
from pipeline.train.loss import answer_loss
from pipeline.train.precision import LARGE
from pipeline.train.shapes import build_random
from pipeline.train.tuning import add_lora, compile_layers, tune_language_model

RATES = {"full": 1e-5, "lora": 1e-4}
"""Mode -> learning rate."""
MAX_NORM = 1.0


@dataclass(frozen=True)
class Plan:
    """How a run measures.

    Attributes:
        config: the model's shape.
        shape: of a sample.
        device: where.
        rounds: how often all variants take their turn.
        steps: timed in one turn, after one that is not.
        compile: the decoder layers.
        emulate, smallest: see `to_float8`.
    """

    config: Qwen3VLConfig
    shape: BatchShape
    device: torch.device
    rounds: int = 3
    steps: int = 4
    compile: bool = True
    emulate: bool = False
    smallest: int = LARGE


@dataclass
class Measured:
    """What was found about one variant.

    Attributes:
        ms: milliseconds per step, one figure per round.
        peak: most memory allocated at once in any round, bytes; 0 without a GPU.
        flops: of one step, without what checkpointing computes again.
        start: loss on the first batch, before any step: all variants of a mode see the same weights.
        norm: of the gradients of that loss.
        losses: of all steps.
        converted: linears in FP8.
        failure: why there is nothing more, "" if there is.
    """

    ms: list[float] = field(default_factory=list)
    peak: int = 0
    flops: float = 0.0
    start: float = float("nan")
    norm: float = float("nan")
    losses: list[float] = field(default_factory=list)
    converted: int = 0
    failure: str = ""

    @property
    def step_ms(self) -> float:
        """The median over rounds."""
        return median(self.ms)


def measure_mode(
    mode: str, variants: Sequence[Variant], plan: Plan, tell: Callable[[str], object]
) -> dict[Variant, Measured]:
    """Measure variants of one mode on one model.

    Args:
        mode: of `MODES`.
        variants: of that mode.
        plan: how.
        tell: takes a line on what was done.
    """
    bench = _Bench(mode, list(dict.fromkeys(v.precision for v in variants)), plan)
    for report in bench.precisions.reports.values():
        tell(f"{mode}: {report}")
    found = {variant: Measured() for variant in variants}
    for variant in variants:
        began = time.perf_counter()
        _attempt(found[variant], lambda v=variant: bench.warm_up(v, found[v]))
        outcome = found[variant].failure or f"loss at start {found[variant].start:.5f}, norm {found[variant].norm:.4f}"
        tell(f"{variant}: ready after {time.perf_counter() - began:.0f} s, {outcome}")
    for turn in range(plan.rounds):
        for variant in variants if turn % 2 == 0 else reversed(variants):
            if not found[variant].failure:
                _attempt(found[variant], lambda v=variant: bench.time(v, found[v]))
                tell(f"round {turn + 1}: {variant}: {found[variant].failure or f'{found[variant].ms[-1]:.0f} ms'}")
    return found


class _Bench:
    """One model of a mode with its optimizer, and a batch for each size."""

    def __init__(self, mode: str, precisions: Sequence[str], plan: Plan) -> None:
        self._plan = plan
        self._dtype = torch.bfloat16
        self.model = _prepared(build_random(plan.config, plan.device, self._dtype), mode)
        self.precisions = Precisions(self.model, precisions, plan.emulate, plan.smallest)
        self._trained = [p for p in self.model.parameters() if p.requires_grad]
        self._optimizer = torch.optim.AdamW(
            self._trained, lr=RATES[mode], weight_decay=0.0, fused=plan.device.type == "cuda"
        )
        self._guard = Guard(self.model)
        self._batches: dict[int, dict[str, torch.Tensor]] = {}
        self._step = 0
        if plan.compile:
            compile_layers(self.model, dynamic=False)

    def warm_up(self, variant: Variant, found: Measured) -> None:
        """Compile, and take loss and gradient on weights that no step has changed."""
        batch = self._take_form(variant)
        for _ in range(2):
            loss, norm = self._backward(batch)
            self._optimizer.zero_grad()
        found.start, found.norm = loss.item(), norm.item()
        found.flops = step_flops(self.model, batch)
        if report := self.precisions.reports.get(variant.precision):
            found.converted = len(report.converted)

    def time(self, variant: Variant, found: Measured) -> None:
        """Take one step that is not timed, and then those that are."""
        batch = self._take_form(variant)
        self._train(batch)
        self._wait()
        if self._plan.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats()
        began = time.perf_counter()
        losses = [self._train(batch) for _ in range(self._plan.steps)]
        self._wait()
        found.ms.append(1000 * (time.perf_counter() - began) / self._plan.steps)
        found.losses += [loss.item() for loss in losses]
        if self._plan.device.type == "cuda":
            found.peak = max(found.peak, torch.cuda.max_memory_allocated())

    def _take_form(self, variant: Variant) -> dict[str, torch.Tensor]:
        self._optimizer.zero_grad()
        self.precisions.use(variant.precision)
        inner = self.model.get_base_model() if isinstance(self.model, PeftModel) else self.model
        if variant.checkpointing:
            inner.activation_checkpointing_enable(activation_checkpointing_kwargs={"use_reentrant": False})
        else:
            inner.activation_checkpointing_disable()
        plan = self._plan
        if variant.samples not in self._batches:
            made = make_batch(plan.config, plan.shape, variant.samples, plan.device, self._dtype)
            self._batches[variant.samples] = made
        return self._batches[variant.samples]

    def _backward(self, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        self._step += 1
        loss = answer_loss(self.model, batch)
        self._guard.check_loss(loss, {k: v for k, v in batch.items() if k != "labels"}, self._step)
        loss.backward()
        return loss.detach(), self._guard.check_gradients(self._step)

    def _train(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        loss, norm = self._backward(batch)
        torch.nn.utils.clip_grads_with_norm_(self._trained, MAX_NORM, norm)
        self._optimizer.step()
        self._optimizer.zero_grad()
        return loss

    def _wait(self) -> None:
        if self._plan.device.type == "cuda":
            torch.cuda.synchronize()


def _prepared(model: Qwen3VLForConditionalGeneration, mode: str) -> nn.Module:
    model.train()
    if mode == "lora":
        return add_lora(model)
    tune_language_model(model)
    return model


def _attempt(found: Measured, work: Callable[[], None]) -> None:
    """Do a piece of work; out of memory is a finding."""
    try:
        work()
    except torch.OutOfMemoryError:
        found.failure = "out of memory"
    if found.failure:
        gc.collect()
        torch.cuda.empty_cache()
