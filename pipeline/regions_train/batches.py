"""Batches of cases: a function of the seed and the step alone, so that a resumed run sees what it would have seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.regions_train.cases import HEIGHT, WIDTH
from schemas.keys import rng_for
from transforms.regions.network.inputs import COARSE, FINE
from transforms.regions.network.model import QUARTER, UNIT

OUTSIDE = 255
"""Label of what lies outside the picture."""
SMALL = 0.02
"""Share of the canvas below which a region's pixels weigh more, and"""
HEAVIEST = 6.0
"""how much more at the most."""
COLOURS = (
    [FINE.index(name) for name in ("edited_light", "source_light")],
    [COARSE.index(name) for name in ("edited_a", "edited_b")],
)
"""Maps of the colours themselves, which are hidden now and then: what the renderer's colours are teaches nothing."""
HIDDEN = 0.3


@dataclass(frozen=True, eq=False)
class Batch:
    """Cases side by side.

    Attributes:
        fine: uint8 [N, 4, H, W].
        coarse: uint8 [N, 18, H/2, W/2].
        edited: float32 [N, H, W], 0 or 1.
        weight: float32 [N, H, W], 0 outside the pictures.
        sides: float32 [N, 4, H/4, W/4], see `Outputs.sides`; of no meaning where nothing was edited.
        inside: bool [N, H/4, W/4], where a region is.
        frame: float32 [N, 2]: anything edited, the whole frame edited.
    """

    fine: np.ndarray
    coarse: np.ndarray
    edited: np.ndarray
    weight: np.ndarray
    sides: np.ndarray
    inside: np.ndarray
    frame: np.ndarray


def training_batch(cases: Sequence[np.ndarray], size: int, seed: int, step: int) -> Batch:
    """Draw the batch of a step: every case once before any comes again, mirrored at random."""
    per_round = max(1, len(cases) // size)
    order = rng_for("order", seed, step // per_round).permutation(len(cases))
    picked = order[(step % per_round) * size :][:size]
    rng = rng_for("batch", seed, step)
    return _batch([_varied(cases[index], rng) for index in picked])


def plain_batch(cases: Sequence[np.ndarray]) -> Batch:
    """Return cases as they are."""
    return _batch([(case["fine"], case["coarse"], case["labels"], bool(case["whole"])) for case in cases])


_Case = tuple[np.ndarray, np.ndarray, np.ndarray, bool]


def _varied(case: np.ndarray, rng: np.random.Generator) -> _Case:
    fine, coarse, labels = case["fine"].copy(), case["coarse"].copy(), case["labels"].copy()
    if rng.random() < HIDDEN:
        fine[COLOURS[0]] = int(rng.integers(60, 200))
        coarse[COLOURS[1]] = 128
    for axis in (1, 2):
        if rng.random() < 0.5:
            fine, coarse, labels = np.flip(fine, axis), np.flip(coarse, axis), np.flip(labels, axis - 1)
    return fine, coarse, labels, bool(case["whole"])


def _batch(cases: Sequence[_Case]) -> Batch:
    targets = [_targets(labels) for _, _, labels, _ in cases]
    edited, weight, sides, inside = (np.stack(values) for values in zip(*targets, strict=True))
    return Batch(
        fine=np.stack([case[0] for case in cases]),
        coarse=np.stack([case[1] for case in cases]),
        edited=edited,
        weight=weight,
        sides=sides,
        inside=inside,
        frame=np.array(
            [[whole or mask.any(), whole] for (*_, whole), mask in zip(cases, edited, strict=True)], np.float32
        ),
    )


def _targets(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    inside = (labels > 0) & (labels != OUTSIDE)
    weight = (labels != OUTSIDE).astype(np.float32)
    small = labels[QUARTER // 2 :: QUARTER, QUARTER // 2 :: QUARTER]
    sides = np.zeros((4, *small.shape), np.float32)
    y, x = (np.arange(n, dtype=np.float32) * QUARTER + QUARTER / 2 for n in small.shape)
    for number in np.unique(labels[inside]):
        mask = labels == number
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        area = mask.sum()
        weight[mask] = np.clip(np.sqrt(SMALL * HEIGHT * WIDTH / area), 1, HEAVIEST)
        at = small == number
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        box = np.broadcast_arrays(x[None] - left, y[:, None] - top, right - x[None], bottom - y[:, None])
        sides[:, at] = np.stack(box)[:, at] / UNIT
    return inside.astype(np.float32), weight, np.maximum(sides, 0), (small > 0) & (small != OUTSIDE)
