"""The training loop: seeded, resumable, with a curve; steps with a gradient that is not finite are left out."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from pipeline.bfloat16 import multiplies_in_bfloat16
from pipeline.regions_train.batches import Batch, plain_batch, training_batch
from pipeline.regions_train.loss import loss_of
from pipeline.regions_train.net import Outputs, RegionNet

BATCH = 8
RATE, DECAY = 3e-3, 1e-3
"""AdamW's highest rate, and weight decay."""
WARM_UP = 0.05
"""Share of the steps in which the rate rises."""
AVERAGE = 0.998
"""What the running mean of the weights keeps at each step; it is the mean that ships."""
CLIP = 2.0
UNKNOWN = -1.0
"""A figure on cases of a kind of which none was held back."""
EVERY = 250
"""Steps between two looks at the cases held back, each followed by a checkpoint."""


@dataclass
class _State:
    net: RegionNet
    mean: RegionNet
    optimiser: torch.optim.Optimizer
    step: int = 0
    skipped: int = 0


def train(
    cases: Sequence[np.ndarray],
    held_back: Sequence[np.ndarray],
    folder: Path,
    steps: int,
    seed: int,
    progress: Callable[[int, float], None] = lambda step, loss: None,
) -> RegionNet:
    """Train the network, or go on where a run in `folder` was interrupted.

    Args:
        cases, held_back: of `read_cases`.
        folder: takes `checkpoint.pt` and `metrics.jsonl`.
        steps: in all.
        seed: of the first weights and of the order.
        progress: is told of every step.

    Returns:
        The mean of the weights, in evaluation mode.
    """
    state = _begin(folder, seed)
    recent: list[dict[str, float]] = []
    while state.step < steps:
        _set_rate(state, steps)
        recent.append(_step(state, training_batch(cases, BATCH, seed, state.step)))
        state.step += 1
        progress(state.step, recent[-1]["loss"])
        if state.step % EVERY == 0 or state.step == steps:
            found = evaluate(state.mean, held_back)
            losses = {name: float(np.mean([parts[name] for parts in recent])) for name in recent[0]}
            recent.clear()
            line = {"step": state.step, "skipped": state.skipped, **losses, **found}
            with (folder / "metrics.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps({k: round(v, 5) for k, v in line.items()}) + "\n")
            _save(state, folder / "checkpoint.pt")
    return state.mean.eval()


def evaluate(net: RegionNet, cases: Sequence[np.ndarray]) -> dict[str, float]:
    """Return figures on cases held back: mean IoU of the masks of edited ones, share of unedited ones that fire."""
    net.eval()
    ious, fires, right = [], [], []
    with torch.inference_mode():
        for start in range(0, len(cases), BATCH):
            batch = plain_batch(cases[start : start + BATCH])
            outputs = _run(net, batch)
            edited, inside = torch.from_numpy(batch.edited) > 0, torch.from_numpy(batch.weight) > 0
            found = (outputs.edited[:, 0].float() > 0) & inside
            shared, union = (found & edited).sum((1, 2)), (found | edited).sum((1, 2))
            has = edited.any(2).any(1)
            ious += (shared[has] / union[has]).tolist()
            fires += found.any(2).any(1)[~has].tolist()
            right += ((outputs.frame[:, 1] > 0) == (torch.from_numpy(batch.frame[:, 1]) > 0)).tolist()
    found = {"iou": ious, "fires": fires, "whole_right": right}
    return {name: float(np.mean(values)) if values else UNKNOWN for name, values in found.items()}


def _begin(folder: Path, seed: int) -> _State:
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    net = RegionNet().to(memory_format=torch.channels_last)
    mean = RegionNet().to(memory_format=torch.channels_last)
    mean.load_state_dict(net.state_dict())
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    state = _State(net, mean, optimiser)
    path = folder / "checkpoint.pt"
    if path.exists():
        saved = torch.load(path, weights_only=True)
        net.load_state_dict(saved["net"])
        mean.load_state_dict(saved["mean"])
        optimiser.load_state_dict(saved["optimiser"])
        state.step, state.skipped = saved["step"], saved["skipped"]
    return state


def _save(state: _State, path: Path) -> None:
    partial = path.with_suffix(".partial")
    content = {name: getattr(state, name).state_dict() for name in ("net", "mean", "optimiser")}
    torch.save({**content, "step": state.step, "skipped": state.skipped}, partial)
    partial.replace(path)


def _set_rate(state: _State, steps: int) -> None:
    """Rise in a line, then fall with the cosine."""
    done = state.step / steps
    share = (
        min(1.0, (done + 1 / steps) / WARM_UP) * 0.5 * (1 + np.cos(np.pi * max(0.0, done - WARM_UP) / (1 - WARM_UP)))
    )
    for group in state.optimiser.param_groups:
        group["lr"] = float(RATE * share)


def _step(state: _State, batch: Batch) -> dict[str, float]:
    state.net.train()
    state.optimiser.zero_grad(set_to_none=True)
    targets = (torch.from_numpy(v) for v in (batch.edited, batch.weight, batch.sides, batch.inside, batch.frame))
    parts = loss_of(_run(state.net, batch), *targets)
    parts["loss"].backward()
    norm = torch.nn.utils.clip_grad_norm_(state.net.parameters(), CLIP)
    if torch.isfinite(norm):
        state.optimiser.step()
        _follow(state)
    else:
        state.skipped += 1
    return {name: float(value.detach()) for name, value in parts.items()}


@torch.no_grad()
def _follow(state: _State) -> None:
    """Move the mean towards the weights; the statistics of the batches are taken over."""
    keep = min(AVERAGE, (1 + state.step) / (10 + state.step))
    for mean, new in zip(state.mean.state_dict().values(), state.net.state_dict().values(), strict=True):
        if mean.dtype.is_floating_point:
            mean.lerp_(new, 1 - keep)
        else:
            mean.copy_(new)


def _run(net: RegionNet, batch: Batch) -> Outputs:
    fine, coarse = (
        (torch.from_numpy(v).float() / 255).contiguous(memory_format=torch.channels_last)
        for v in (batch.fine, batch.coarse)
    )
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=multiplies_in_bfloat16(fine.device)):
        return net(fine, coarse)
