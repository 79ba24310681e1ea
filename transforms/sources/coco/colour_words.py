"""The colour of a thing in a word, where one word says it."""

import numpy as np
from skimage.color import rgb2lab

from transforms.edits.colours import PAINTS, lab

WORDS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "white", "black", "grey")
NEAR = 26.0
"""CIELAB distance of the median colour up to which a word is right."""
UNIFORM = 0.55
"""Share of the pixels that must lie within twice that of the word's colour."""


def colour_word(rgb: np.ndarray, mask: np.ndarray) -> str:
    """Return a colour word, "-" where a thing has several colours or one between the words.

    Args:
        rgb: uint8 [H, W, 3].
        mask: bool [H, W].
    """
    if not mask.any():
        return "-"
    pixels = rgb2lab(rgb[mask][:: max(1, int(mask.sum()) // 4000)][None])[0]
    middle = np.median(pixels, axis=0)
    goals = {word: lab(PAINTS[word]) for word in WORDS}
    word = min(goals, key=lambda name: float(np.linalg.norm(goals[name] - middle)))
    near = float(np.linalg.norm(goals[word] - middle)) <= NEAR
    alike = float((np.linalg.norm(pixels - goals[word], axis=1) <= 2 * NEAR).mean())
    return word if near and alike >= UNIFORM else "-"
