"""Whether one picture is a view of the other: matched features that agree on one plain transform."""

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.leaks.features import SMALL, Features

RATIO = 0.8
"""A match is distinct if the second best is this much farther (Lowe, "Distinctive image features", IJCV 2004)."""
TOLERANCE_PX = 4.0
STRETCH = 1.5
"""Most that a copy may be stretched along one axis against the other."""
ZOOM = 4.0
"""Most that a copy may be enlarged or reduced."""
AGREEING = 12
"""Matches that must agree."""
LIKENESS = 0.8
"""Correlation that a copy has, laid over its original; pictures that share a brick wall or a thing stay below."""
OVERLAP = 0.05
"""Share of the smaller picture that must lie on the other."""
ITERATIONS = 1000


@dataclass(frozen=True)
class Match:
    """How two pictures agree.

    Attributes:
        matches: distinct ones.
        agreeing: those that agree on one transform.
        likeness: correlation (-1..1) of the grey pictures where they lie over each other by that transform.
    """

    matches: int
    agreeing: int
    likeness: float = 0.0

    @property
    def same(self) -> bool:
        """Whether they show the same photo."""
        return self.agreeing >= AGREEING and self.likeness >= LIKENESS


NOTHING = Match(0, 0)


def match(a: Features, b: Features) -> Match:
    """Match two pictures and find the affine transform that most matches agree on (RANSAC, seeded).

    Transforms that no copy goes through (mirrored, sheared, stretched beyond `STRETCH`, zoomed beyond `ZOOM`) agree
    with nothing: a mirrored copy is matched by its mirrored picture.
    """
    if min(len(a.points), len(b.points)) < 2:
        return NOTHING
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(a.descriptors, b.descriptors, k=2)
    kept = [first for first, second in pairs if first.distance < RATIO * second.distance]
    if len(kept) < AGREEING:
        return Match(len(kept), 0)
    at_a = a.points[[m.queryIdx for m in kept]]
    at_b = b.points[[m.trainIdx for m in kept]]
    cv2.setRNGSeed(0)
    transform, agreeing = cv2.estimateAffine2D(
        at_a, at_b, method=cv2.RANSAC, ransacReprojThreshold=TOLERANCE_PX, maxIters=ITERATIONS
    )
    if transform is None or not _is_plain(transform[:, :2]):
        return Match(len(kept), 0)
    found = _distinct(at_b[agreeing.ravel().astype(bool)])
    return Match(len(kept), found, _likeness(a.small, b.small, transform) if found >= AGREEING else 0.0)


def _is_plain(linear: np.ndarray) -> bool:
    larger, smaller = np.linalg.svd(linear, compute_uv=False)
    return bool(np.linalg.det(linear) > 0 and smaller > 1 / ZOOM and larger < ZOOM and larger < STRETCH * smaller)


def _likeness(a: np.ndarray, b: np.ndarray, transform: np.ndarray) -> float:
    """Return the correlation of two small pictures (uint8 [h, w]) where the transform lays `a` on `b`."""
    size = b.shape[1], b.shape[0]
    small = np.column_stack([transform[:, :2], transform[:, 2] / SMALL])
    over = cv2.warpAffine(np.full(a.shape, 255, np.uint8), small, size) == 255
    if over.sum() < OVERLAP * min(a.size, b.size):
        return 0.0
    laid = cv2.warpAffine(a, small, size)
    return float(np.nan_to_num(np.corrcoef(laid[over], b[over])[0, 1]))


def _distinct(points: np.ndarray) -> int:
    """Return how many places there are: corners found at several scales, or matched by several, count once."""
    return len(np.unique(np.floor(points / TOLERANCE_PX), axis=0))
