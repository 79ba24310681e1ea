"""What is measured while training, from one line of the log to the next."""

import resource
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
import torch.distributed as dist
from torch import nn

from pipeline.train.answers import BOX_DIGITS, SCORE_DIGITS
from pipeline.train.flops import peak_bf16, step_flops
from pipeline.train.loss import IGNORED

_GIB = 1 << 30


class Meter:
    """Sums of a window of steps; every rank has one, and all take their figures together.

    Args:
        device: of the losses.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._peak = peak_bf16(torch.cuda.get_device_name(device)) if device.type == "cuda" else None
        self._reset()

    def add_losses(self, losses: torch.Tensor, kinds: torch.Tensor) -> None:
        """Add the losses of a batch. Args: losses and kinds of their tokens, of one shape."""
        for number, kind in enumerate((BOX_DIGITS, SCORE_DIGITS)):
            of_kind = kinds == kind
            self._sums[number] += (losses.detach() * of_kind).sum()
            self._sums[2 + number] += of_kind.sum()

    def add_batch(self, batch: Mapping[str, torch.Tensor]) -> None:
        """Count the samples and tokens of a batch; fillers and padding count for nothing."""
        learned = (batch["labels"] != IGNORED).any(dim=1)
        self._samples += int(learned.sum())
        self._tokens += int(batch["attention_mask"][learned].sum())

    def add_work(self, model: nn.Module, batch: Mapping[str, torch.Tensor]) -> None:
        """Count the operations of a step's forward and backward pass, where the card's peak is known."""
        if self._peak is not None:
            self._flops += step_flops(model, batch)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Time a wait for data."""
        began = time.perf_counter()
        yield
        self._waited += time.perf_counter() - began

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave out the time of an evaluation or a checkpoint."""
        began = time.perf_counter()
        yield
        self._since += time.perf_counter() - began

    def take(self) -> dict[str, float]:
        """Return the window's figures over all ranks and begin a new one. Every rank must call it."""
        elapsed = max(time.perf_counter() - self._since, 1e-9)
        counts = torch.tensor([self._samples, self._tokens, self._flops, self._waited / elapsed], dtype=torch.float64)
        sums = torch.cat([self._sums, counts.to(self._device)])
        memory = torch.tensor(self._memory(), dtype=torch.float64, device=self._device)
        ranks = 1
        if dist.is_initialized():
            ranks = dist.get_world_size()
            dist.all_reduce(sums)
            dist.all_reduce(memory, op=dist.ReduceOp.MAX)
        box, score, boxes, scores, samples, tokens, flops, waited = sums.tolist()
        figures = {
            "loss_box_digits": box / boxes if boxes else float("nan"),
            "loss_score_digits": score / scores if scores else float("nan"),
            "tokens_per_s": tokens / elapsed,
            "samples_per_s": samples / elapsed,
            "data_wait": waited / ranks,
            "peak_memory_gib": memory.item(),
        }
        if self._peak is not None:
            figures["mfu"] = flops / elapsed / (ranks * self._peak)
        self._reset()
        return {name: value for name, value in figures.items() if value == value}

    def _reset(self) -> None:
        self._sums = torch.zeros(4, dtype=torch.float64, device=self._device)
        self._samples = self._tokens = 0
        self._flops = self._waited = 0.0
        self._since = time.perf_counter()

    def _memory(self) -> float:
        if self._device.type == "cuda":
            return torch.cuda.max_memory_allocated(self._device) / _GIB
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / _GIB
