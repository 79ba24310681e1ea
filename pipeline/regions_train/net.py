"""The network: a U-Net of depthwise-separable blocks that halves the working frame five times."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from transforms.regions.network.inputs import COARSE, FINE

WIDTHS = (32, 48, 80, 112, 160)
"""Channels at a half, a quarter, … of the working frame."""
STEM = 20
"""Channels that either input gives."""


class Outputs(NamedTuple):
    """What the network says.

    Attributes:
        edited: float [N, 1, H, W], logit that a pixel was edited.
        sides: float [N, 4, H/4, W/4], distances from a pixel to the left, top, right and bottom side of the box of its
            region, in units of 512 pixels, >= 0.
        frame: float [N, 2], logits that anything was edited, and that the whole frame was.
    """

    edited: Tensor
    sides: Tensor
    frame: Tensor


class RegionNet(nn.Module):
    """See `Outputs`; the inputs are float [N, 4, H, W] and [N, 18, H/2, W/2] in 0..1."""

    def __init__(self) -> None:
        super().__init__()
        self.stem_fine = nn.Sequential(
            nn.Conv2d(len(FINE), STEM, 4, 2, 1, bias=False), nn.BatchNorm2d(STEM), nn.ReLU(inplace=True)
        )
        self.stem_coarse = nn.Sequential(
            nn.Conv2d(len(COARSE), STEM, 1, bias=False), nn.BatchNorm2d(STEM), nn.ReLU(inplace=True)
        )
        narrow = (2 * STEM, *WIDTHS[:-1])
        self.down = nn.ModuleList(
            nn.Sequential(_block(a, b), _block(b, b)) for a, b in zip(narrow, WIDTHS, strict=True)
        )
        self.halve = nn.MaxPool2d(2)
        self.enlarge = nn.Upsample(scale_factor=2, mode="nearest")
        self.context = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(WIDTHS[-1], WIDTHS[-1], 1), nn.ReLU())
        self.up = nn.ModuleList(
            nn.Sequential(_block(deep + flat, flat), _block(flat, flat))
            for deep, flat in zip(WIDTHS[:0:-1], WIDTHS[-2::-1], strict=True)
        )
        self.edited = nn.Sequential(_block(WIDTHS[0], WIDTHS[0]), nn.Conv2d(WIDTHS[0], 4, 3, 1, 1), nn.PixelShuffle(2))
        self.sides = nn.Sequential(_block(WIDTHS[1], WIDTHS[1]), nn.Conv2d(WIDTHS[1], 4, 1), nn.ReLU())
        self.frame = nn.Conv2d(WIDTHS[-1], 2, 1)
        nn.init.constant_(self.edited[1].bias, -2.0)
        nn.init.constant_(self.sides[1].bias, 0.15)

    def forward(self, fine: Tensor, coarse: Tensor) -> Outputs:
        """Look at pairs."""
        x = torch.cat([self.stem_fine(fine), self.stem_coarse(coarse)], dim=1)
        kept = []
        for number, stage in enumerate(self.down):
            x = stage(x if number == 0 else self.halve(x))
            kept.append(x)
        around = self.context(x)
        frame = self.frame(around).flatten(1)
        x = x + around
        sides = x
        for stage, flat in zip(self.up, kept[-2::-1], strict=True):
            x = stage(torch.cat([self.enlarge(x), flat], dim=1))
            if flat is kept[1]:
                sides = self.sides(x)
        return Outputs(self.edited(x), sides, frame)


def _block(wide: int, out: int) -> nn.Module:
    """Depthwise 3 x 3, then 1 x 1."""
    return nn.Sequential(
        nn.Conv2d(wide, wide, 3, 1, 1, groups=wide, bias=False),
        nn.BatchNorm2d(wide),
        nn.Conv2d(wide, out, 1, bias=False),
        nn.BatchNorm2d(out),
        nn.ReLU(inplace=True),
    )
