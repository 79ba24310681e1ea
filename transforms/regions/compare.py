"""The maps of a registered pair: colours matched, differences at several scales, each over its noise floor."""

from dataclasses import dataclass

import numpy as np

from transforms.regions.colour import match_colours
from transforms.regions.config import RegionsConfig
from transforms.regions.difference import ciede2000_map, difference_maps
from transforms.regions.frame import to_lab
from transforms.regions.noise_floor import MINIMUM, noise_floor, texture_levels, texture_map
from transforms.regions.register import Aligned


@dataclass(frozen=True, eq=False)
class Maps:
    """What the components are found on.

    Attributes:
        strength: float32 [h, w], the largest difference over its noise floor of all scales; 1 = floor.
        delta_e: float32 on a frame of its own size (see `ciede2000_map`), after colour matching.
        residual: median difference at the finest scale, Delta E (Euclidean).
    """

    strength: np.ndarray
    delta_e: np.ndarray
    residual: float


def compare(aligned: Aligned, edited: np.ndarray, config: RegionsConfig) -> Maps:
    """Compare a registered source with `edited` (uint8 [h, w, 3])."""
    source_lab, edited_lab = to_lab(aligned.source), to_lab(edited)
    if config.match_colours:
        source_lab = match_colours(source_lab, edited_lab, aligned.valid)
    levels = texture_levels(texture_map(source_lab, edited_lab), config.texture_floor)
    differences = difference_maps(source_lab, edited_lab, config.tolerance)
    strength = np.maximum.reduce(
        [values / noise_floor(values, levels, least) for values, least in zip(differences, MINIMUM, strict=True)]
    )
    return Maps(
        strength=strength * aligned.valid,
        delta_e=ciede2000_map(source_lab, edited_lab),
        residual=float(np.median(differences[0])),
    )
