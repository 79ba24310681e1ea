"""The maps of a registered pair: colours matched, differences at several scales, each over its noise floor."""

from dataclasses import dataclass

import cv2
import numpy as np

from transforms.regions.colour import DRIFT, TONED, match_colours
from transforms.regions.config import RegionsConfig
from transforms.regions.difference import ciede2000_map, difference_maps, pyramid
from transforms.regions.evidence import combine
from transforms.regions.frame import to_lab
from transforms.regions.noise_floor import noise_floor, texture_levels, texture_map
from transforms.regions.register import Aligned
from transforms.regions.structure import structure_change

FLOORS = ((3.0, 6.0), (2.4, 12.0), (1.8, 8.0))
"""Delta E at each scale that nobody would call visible whatever the noise, and that no noise reaches on its own."""
FLOOR_STRUCTURE = (0.2, 0.45)
"""The same of the share of the structure."""


@dataclass(frozen=True, eq=False)
class Maps:
    """What the components are found on.

    Attributes:
        differences: Delta E (Euclidean) at each scale, finest first: float32 [h, w], [h/2, w/2], [h/4, w/4].
        ratios: the same and the structure, each over its noise floor, float32 [h, w]; 1 = floor.
        structure: float32 [h/2, w/2], see `structure_change`.
        texture: float32 [h/2, w/2], see `texture_map`.
        strength: float32 [h, w], the largest ratio; 1 = floor.
        delta_e: float32 on a frame of its own size (see `ciede2000_map`), after colour matching.
        residual: median difference at the finest scale, Delta E (Euclidean).
        source_levels, edited_levels: what was compared, of `pyramid`; the source with its colours matched.
    """

    differences: tuple[np.ndarray, ...]
    ratios: tuple[np.ndarray, ...]
    structure: np.ndarray
    texture: np.ndarray
    strength: np.ndarray
    delta_e: np.ndarray
    residual: float
    source_levels: tuple[np.ndarray, ...]
    edited_levels: tuple[np.ndarray, ...]


def compare(aligned: Aligned, edited: np.ndarray, config: RegionsConfig, toned: bool = False) -> Maps:
    """Compare a registered source with an edited image.

    Args:
        aligned: the registered source.
        edited: uint8 [h, w, 3].
        config: switches of the steps.
        toned: the tone of the whole frame was edited: colours are matched however far they went. Otherwise only as
            far as an editor's drift goes, so that an object of a colour of its own that was painted anew still counts.
    """
    source_lab, edited_lab = to_lab(aligned.source), to_lab(edited)
    if config.match_colours or config.match_drift:
        source_lab = match_colours(
            source_lab, edited_lab, aligned.valid, config.match_colours, config.match_drift, TONED if toned else DRIFT
        )
    source_lab = _without_lost_strips(source_lab, edited_lab, aligned.valid)
    source, target = pyramid(source_lab), pyramid(edited_lab)
    light, target_light = source[1][..., 0].copy(), target[1][..., 0].copy()
    texture = texture_map(light, target_light)
    structure = structure_change(light, target_light)
    levels = texture_levels(texture, config.texture_floor)
    differences = difference_maps(source, target, config.tolerance)
    size = edited.shape[1], edited.shape[0]
    pairs = [*zip(differences, FLOORS, strict=True), (structure, FLOOR_STRUCTURE)]
    ratios = [
        cv2.resize(values / noise_floor(values, _resized(levels, values.shape), *range_), size)
        for values, range_ in pairs
    ]
    return Maps(
        differences=tuple(differences),
        ratios=tuple(ratios),
        structure=structure,
        texture=texture,
        strength=combine(ratios) if config.evidence else np.maximum.reduce(ratios[:3]),
        delta_e=ciede2000_map(source_lab, edited_lab),
        residual=float(np.median(differences[0])),
        source_levels=tuple(source),
        edited_levels=tuple(target),
    )


def _without_lost_strips(source_lab: np.ndarray, edited_lab: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Return the source with the edited image's pixels where it has none of its own: nothing can be said there."""
    if valid.all():
        return source_lab
    trusted = cv2.erode(valid.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return np.where(trusted[..., None], source_lab, edited_lab)


def _resized(levels: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return cv2.resize(levels, (shape[1], shape[0]), interpolation=cv2.INTER_NEAREST)
