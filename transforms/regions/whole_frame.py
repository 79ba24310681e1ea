"""Decide whether the whole frame was edited, its tone or its style, before colours are matched away."""

from dataclasses import dataclass

import cv2
import numpy as np
from skimage.color import deltaE_ciede2000

from transforms.regions.frame import resize_to, to_lab

SIZE_PX = 384
"""Longer side that the decision is made at."""
BLOCKS = 12
"""Blocks along each side of the frame."""
TONE_QUIET, TONE_TYPICAL = 2.0, 4.3
"""CIEDE2000 that the colour of four fifths and of half of the blocks changed by: an editor's noise stays below 3."""
STYLE_SHARE = 0.2
"""Energy of the change of structure over that of the structure, reached by seven tenths of the textured blocks."""
STYLE_QUIET = 1.2
"""Where four fifths of the blocks keep their colour better than this (CIEDE2000), a flat ground was left alone."""
STYLE_CONTRAST = 1.5
"""Its amplitude, units of L."""
TEXTURED = 0.25
"""A style shows on textured blocks: this share of the frame at least."""


@dataclass(frozen=True)
class WholeFrame:
    """What changed everywhere.

    Attributes:
        tone: the colours of nearly all of the frame changed visibly.
        style: its structure was drawn anew.
    """

    tone: bool
    style: bool

    @property
    def edited(self) -> bool:
        """True if the whole frame was edited."""
        return self.tone or self.style


def judge_whole_frame(source: np.ndarray, edited: np.ndarray) -> WholeFrame:
    """Tell an edit of the whole frame from local ones, however large, and from an editor's noise.

    Args:
        source: uint8 [h, w, 3], registered, colours as they are.
        edited: uint8 [h, w, 3].
    """
    height, width = edited.shape[:2]
    scale = min(1.0, SIZE_PX / max(height, width))
    size = _whole_blocks(width * scale), _whole_blocks(height * scale)
    a, b = (to_lab(resize_to(image, *size)) for image in (source, edited))
    quiet, typical = _colour_change(a, b)
    tone = quiet > TONE_QUIET and typical > TONE_TYPICAL
    return WholeFrame(tone=bool(tone), style=bool(quiet > STYLE_QUIET and _style(a[..., 0], b[..., 0])))


def _whole_blocks(pixels: float) -> int:
    return BLOCKS * max(1, round(pixels / BLOCKS))


def _colour_change(source_lab: np.ndarray, edited_lab: np.ndarray) -> tuple[float, float]:
    """Return the CIEDE2000 that four fifths and half of the blocks exceed."""
    side = 4 * BLOCKS
    small = (cv2.resize(x, (side, side), interpolation=cv2.INTER_AREA) for x in (source_lab, edited_lab))
    quiet, typical = np.quantile(_blocks(deltaE_ciede2000(*small), 0.5), (0.2, 0.5))
    return float(quiet), float(typical)


def _style(source_light: np.ndarray, edited_light: np.ndarray) -> bool:
    before, after = _bandpass(source_light), _bandpass(edited_light)
    energy, change = _blocks(before * before, 0.8), _blocks((before - after) ** 2, 0.8)
    textured = energy > 1
    if textured.mean() < TEXTURED:
        return False
    share = np.quantile((change[textured] / energy[textured]), 0.3)
    return bool(share > STYLE_SHARE and np.quantile(np.sqrt(change[textured]), 0.3) > STYLE_CONTRAST)


def _bandpass(light: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(light, (0, 0), 1) - cv2.GaussianBlur(light, (0, 0), 4)


def _blocks(values: np.ndarray, quantile: float) -> np.ndarray:
    """Return the quantile of the values of each block, [BLOCKS * BLOCKS]."""
    height, width = values.shape
    tiles = values.reshape(BLOCKS, height // BLOCKS, BLOCKS, width // BLOCKS).swapaxes(1, 2)
    return np.quantile(tiles.reshape(BLOCKS * BLOCKS, -1), quantile, axis=1)
