"""Maps of the region chain as colours, and the bars that say what the colours mean."""

import matplotlib
import numpy as np
from PIL import Image, ImageDraw

from pipeline.report.draw import SOFT
from pipeline.report.lettering import Font

DELTA_E_MAP, RATIO_MAP = "viridis", "coolwarm"
"""Perceptual maps of matplotlib: from dark to bright, and from blue over grey (the noise floor) to red."""
MOST_DELTA_E = 10.0
"""Differences beyond have one colour, so that slow drift is still to be seen beside an edit."""
MOST_RATIO = 8.0
"""Ratios from one eighth of the noise floor to eight floors have colours of their own, in logarithmic steps."""


def colour_of_delta_e(delta_e: np.ndarray) -> np.ndarray:
    """Return uint8 [h, w, 3] for a map of differences, float32 [h, w]."""
    return _coloured(delta_e / MOST_DELTA_E, DELTA_E_MAP)


def colour_of_ratio(ratio: np.ndarray) -> np.ndarray:
    """Return uint8 [h, w, 3] for a map of ratios, float32 [h, w]; 1 = noise floor = the middle of the colours."""
    logarithm = np.log(np.clip(ratio, 1 / MOST_RATIO, MOST_RATIO)) / np.log(MOST_RATIO)
    return _coloured((logarithm + 1) / 2, RATIO_MAP)


def delta_e_bar(width: int, font: Font) -> Image.Image:
    """Draw the colours of differences with their scale, `width` pixels wide."""
    return _bar(width, font, DELTA_E_MAP, ("0", "5", "10 or more"))


def ratio_bar(width: int, font: Font) -> Image.Image:
    """Draw the colours of ratios with their scale, `width` pixels wide."""
    return _bar(width, font, RATIO_MAP, ("1/8", "1 = noise floor", "8 or more"))


def _coloured(shares: np.ndarray, name: str) -> np.ndarray:
    table = np.rint(255 * matplotlib.colormaps[name](np.linspace(0, 1, 256))[:, :3]).astype(np.uint8)
    return table[np.rint(255 * np.clip(shares, 0, 1)).astype(np.uint8)]


def _bar(width: int, font: Font, name: str, words: tuple[str, str, str]) -> Image.Image:
    height, line = 10, 22
    bar = Image.new("RGB", (width, height + line), "white")
    colours = _coloured(np.linspace(0, 1, width), name)
    bar.paste(Image.fromarray(np.repeat(colours[None], height, axis=0)))
    draw = ImageDraw.Draw(bar)
    for place, word in zip((0.0, 0.5, 1.0), words, strict=True):
        left = place * (width - draw.textlength(word, font=font))
        draw.text((left, height + 3), word, font=font, fill=SOFT)
    return bar
