"""Style: the whole frame as if it were painted, drawn or printed."""

from functools import partial

import numpy as np

from transforms.edits.change import Change, Request
from transforms.edits.scene import Scene
from transforms.edits.styles import NEED_COLOUR, STYLES
from transforms.edits.styles.paint import Style

MIN_SIDE = 64
"""Pixels: a smaller picture has no room for strokes."""


def propose_style(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Propose to turn the picture into a painting, drawing or print; its value is a noun phrase with its article."""
    if scene.graded or min(scene.height, scene.width) < MIN_SIDE:
        return None
    names = [name for name in STYLES if not (scene.grey and name in NEED_COLOUR)]
    name = names[int(rng.integers(len(names)))]
    whole = np.ones((scene.height, scene.width), bool)
    grade = partial(_styled, style=STYLES[name], seed=int(rng.integers(1 << 31)))
    return Change("style_change", Request("style", "whole picture", name), (), (), whole, whole, grade=grade)


def _styled(rgb: np.ndarray, style: Style, seed: int) -> np.ndarray:
    # every candidate of a program is painted with the same hand
    return style(rgb, np.random.default_rng(seed))
