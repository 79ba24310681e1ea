"""A small convolutional network on one crop of a picture."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

EPOCHS, BATCH, RATE = 10, 64, 6e-3


def network(inputs: np.ndarray, answers: np.ndarray, tests: np.ndarray) -> np.ndarray:
    """Fit the network on crops (uint8 [N, 128, 128, 3]); return the probability of class 1.

    Raises:
        ImportError: torch is not installed.
    """
    import torch
    from torch import nn
    from torch.nn import functional

    torch.manual_seed(0)
    blocks: list[nn.Module] = []
    for before, after in ((6, 16), (16, 24), (24, 32), (32, 48)):
        blocks += [nn.Conv2d(before, after, 3, stride=2, padding=1), nn.BatchNorm2d(after), nn.ReLU()]
    model = nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(48, 1))
    steps = EPOCHS * max(1, len(inputs) // BATCH)
    optimiser = torch.optim.AdamW(model.parameters(), RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, steps)
    labels = torch.from_numpy(answers.astype(np.float32))
    weight = (1 - labels.mean()) / labels.mean().clamp(min=1e-3)
    order = np.random.default_rng(0)
    for _ in range(EPOCHS):
        for batch in np.array_split(order.permutation(len(inputs)), max(1, len(inputs) // BATCH)):
            pixels = _pixels(inputs[batch])
            pixels = pixels.flip(3) if order.random() < 0.5 else pixels
            loss = functional.binary_cross_entropy_with_logits(
                model(pixels)[:, 0], labels[torch.from_numpy(batch)], pos_weight=weight
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        parts = [model(_pixels(part))[:, 0] for part in np.array_split(tests, max(1, len(tests) // 256))]
    return torch.sigmoid(torch.cat(parts)).numpy().astype(float)


def _pixels(crops: np.ndarray) -> "Tensor":
    """Return the crops, and their fine detail beside them: float [N, 6, 128, 128]."""
    import torch
    from torch.nn import functional

    rgb = torch.from_numpy(np.ascontiguousarray(crops.transpose(0, 3, 1, 2))).float() / 128 - 1
    fine = 8 * (rgb - functional.avg_pool2d(rgb, 3, stride=1, padding=1))
    return torch.cat([rgb, fine], dim=1)
