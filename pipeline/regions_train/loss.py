"""What the network is trained to lower."""

import torch
from torch import Tensor
from torch.nn import functional as F

from pipeline.regions_train.net import Outputs

BOXES, FRAME = 0.5, 0.25
"""Weights of the boxes and of the two decisions on the frame beside the mask."""


def loss_of(
    outputs: Outputs, edited: Tensor, weight: Tensor, sides: Tensor, inside: Tensor, frame: Tensor
) -> dict[str, Tensor]:
    """Return the parts of the loss, and their weighted sum as `loss`.

    Binary cross-entropy and Dice (Milletari, Navab and Ahmadi 2016) of the mask; one less the IoU of every pixel's box
    (Yu et al. 2016, UnitBox); binary cross-entropy of the decisions.

    Args:
        outputs: of the network.
        edited, weight, sides, inside, frame: as in `Batch`.
    """
    logits = outputs.edited[:, 0].float()
    pixel = F.binary_cross_entropy_with_logits(logits, edited, weight, reduction="sum") / weight.sum()
    probability = torch.sigmoid(logits) * (weight > 0)
    shared, both = (probability * edited).sum((1, 2)), (probability + edited).sum((1, 2))
    has = edited.sum((1, 2)) > 0
    dice = ((1 - (2 * shared + 1) / (both + 1)) * has).sum() / has.sum().clamp(min=1)
    boxes = _box_loss(outputs.sides.float(), sides, inside)
    frames = F.binary_cross_entropy_with_logits(outputs.frame.float(), frame)
    total = pixel * 4 + dice + BOXES * boxes + FRAME * frames
    return {"loss": total, "pixel": pixel, "dice": dice, "boxes": boxes, "frame": frames}


def _box_loss(given: Tensor, true: Tensor, inside: Tensor) -> Tensor:
    a, b = (values.permute(0, 2, 3, 1)[inside] for values in (given, true))
    if not len(a):
        return given.sum() * 0
    shared = torch.minimum(a, b)
    overlap = (shared[:, 0] + shared[:, 2]) * (shared[:, 1] + shared[:, 3])
    union = sum((v[:, 0] + v[:, 2]) * (v[:, 1] + v[:, 3]) for v in (a, b)) - overlap
    return (1 - (overlap + 1e-5) / (union + 1e-5)).mean() + F.l1_loss(a, b)
