"""From the probabilities to objects: fragments, those that point at the same box joined, the unsure ones dropped."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from schemas.example import MAX_REGIONS
from transforms.regions.components import LEAST_CONFIDENCE, MIN_AREA, MIN_PIXELS, Component
from transforms.regions.fragments import Fragments, fragments_of
from transforms.regions.grouping import group
from transforms.regions.network.model import QUARTER, NetworkOutputs

EDITED = 0.6
"""Probability from which on a pixel is part of an object."""
DRAWN = 0.85
"""Probability from which on it belongs to its outline: halos and faint shadows do not."""
LEAST_DRAWN = 0.5
"""Share of an object that its outline keeps at least; else it is drawn where it was found."""
SURE = 0.9
"""Probability that a fragment reaches somewhere."""
SAME_BOX = 0.5
"""IoU of the boxes that two pieces point at, from which on they are one object."""
MINOR = 0.015
"""An object below this share of the largest one's area is dropped."""
WEIGHTS = (-7.0, 3.3, 0.5, -1.9)
"""Logistic model of `_confidence`, fitted on the regions benchmark's pairs, whose generator the network never saw."""
MOST = 0.999
"""Mean probability beyond which an object is no surer."""


@dataclass(frozen=True, eq=False)
class _Piece:
    """Fragments that lie close. Attributes: their numbers (1..n), pixels, and the box that they point at."""

    numbers: tuple[int, ...]
    size: int
    points_at: np.ndarray


def find_objects(outputs: NetworkOutputs, beside_whole: bool = False) -> list[Component]:
    """Return the objects that were edited, at most `MAX_REGIONS`, largest first.

    Args:
        outputs: of the network.
        beside_whole: the whole frame was edited too, so that less can be told of what else was.
    """
    probability = outputs.edited
    marked = (probability > EDITED).astype(np.uint8)
    fragments = fragments_of(marked, np.ones_like(probability), probability >= SURE)
    lines = group(fragments)
    pieces = [
        _piece(np.flatnonzero(lines == number) + 1, fragments, outputs) for number in dict.fromkeys(lines.tolist())
    ]
    least = max(MIN_PIXELS, MIN_AREA * probability.size)
    found = []
    for members in joined(pieces):
        mask = np.isin(fragments.labels, [number for piece in members for number in piece.numbers])
        if mask.sum() >= least:
            mean = float(probability[mask].mean())
            confidence = _confidence(mean, float(mask.mean()), beside_whole)
            found.append(Component(_drawn(mask, probability), 2 * mean, confidence))
    found.sort(key=lambda part: -int(part.mask.sum()))
    kept = [part for part in found if part.mask.sum() >= MINOR * found[0].mask.sum()]
    return [part for part in kept if part.confidence >= LEAST_CONFIDENCE][:MAX_REGIONS]


def _drawn(mask: np.ndarray, probability: np.ndarray) -> np.ndarray:
    drawn = mask & (probability > DRAWN)
    return drawn if drawn.sum() >= LEAST_DRAWN * mask.sum() else mask


def _confidence(probability: float, area: float, beside_whole: bool) -> float:
    """Return the probability that an object was edited.

    Args:
        probability: mean over its pixels, above 0.
        area: share of the frame.
        beside_whole: as for `find_objects`.
    """
    probability = min(probability, MOST)
    bias, by_probability, by_area, by_whole = WEIGHTS
    score = bias + by_probability * np.log(probability / (1 - probability)) + by_area * np.log(100 * area)
    return float(1 / (1 + np.exp(-score - by_whole * beside_whole)))


def joined(pieces: Sequence[_Piece]) -> list[list[_Piece]]:
    """Return the pieces of each object: those that point at like boxes, the likest first."""
    groups = [[piece] for piece in pieces]
    while True:
        best, at = SAME_BOX, (-1, -1)
        boxes = [_pointed_at(pieces) for pieces in groups]
        for i in range(len(groups)):
            for j in range(i + 1, len(groups)):
                if (overlap := _iou(boxes[i], boxes[j])) > best:
                    best, at = overlap, (i, j)
        if at[0] < 0:
            return groups
        groups[at[0]] += groups.pop(at[1])


def _piece(numbers: np.ndarray, fragments: Fragments, outputs: NetworkOutputs) -> _Piece:
    """Return fragments as one piece, with the mean box (x1, y1, x2, y2) that their pixels point at.

    Fragments too small to have a say point at their own box.
    """
    half = QUARTER // 2
    small = fragments.labels[half::QUARTER, half::QUARTER]
    sides = outputs.sides[:, : small.shape[0], : small.shape[1]]
    rows, columns = np.nonzero(np.isin(small[: sides.shape[1], : sides.shape[2]], numbers))
    if rows.size:
        x, y = columns * QUARTER + half, rows * QUARTER + half
        left, top, right, bottom = sides[:, rows, columns]
        box = np.array([(x - left).mean(), (y - top).mean(), (x + right).mean(), (y + bottom).mean()])
    else:
        own = np.array([fragments.boxes_xyxy[number - 1] for number in numbers], np.float64)
        box = np.concatenate([own[:, :2].min(axis=0), own[:, 2:].max(axis=0)])
    return _Piece(tuple(numbers.tolist()), int(fragments.sizes[numbers - 1].sum()), box)


def _pointed_at(pieces: Sequence[_Piece]) -> np.ndarray:
    return np.average([p.points_at for p in pieces], axis=0, weights=[p.size for p in pieces])


def _iou(a: np.ndarray, b: np.ndarray) -> float:
    shared = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    overlap = float(np.prod(np.maximum(shared, 0)))
    union = float(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2])) - overlap
    return overlap / union if union > 0 else 0.0
