"""Which of the masks that were proposed for a seed is taken: the one that explains the difference best."""

from dataclasses import dataclass

import cv2
import numpy as np

from transforms.regions.frame import box_of
from transforms.regions.result import DrawnBy

CLEAR = 0.5
"""A pixel is clearly changed from this share of the object's own strength (its 90 % quantile) on."""
OTHERS = 0.5
"""What a pixel of another seed weighs against a mask, where one that clearly did not change weighs 1."""
LEAST_EXPLAINED = 0.5
"""A mask that explains less is of another object."""
BOTH_GAIN = 0.02
"""How much better the masks of both images together must explain a difference than either alone."""
FAR = 0.1
"""Gap between an object's old and new place, as a share of its longer side, from which they are two regions."""
LEFT = 0.1
"""What a mask leaves of a seed belongs to it (a shadow, a reflection) from this share of the seed's area on,"""
LEFT_CLEAR = 0.7
"""where it is this clearly changed,"""
LEFT_RADIUS = 0.008
"""and thicker than the blur's halo: a disc of this share of the frame's longer side fits in."""


class Evidence:
    """What the difference says for and against each pixel of a seed, measured by the seed's own strength."""

    def __init__(self, seed: np.ndarray, strength: np.ndarray, others: np.ndarray | None = None) -> None:
        """Weigh the pixels.

        Args:
            seed: bool [h, w], never empty.
            strength: float32 [h, w], difference over noise floor.
            others: bool [h, w], where other seeds are, which may be of the same object or not.
        """
        self.seed = seed
        self.clear = np.clip(strength / max(CLEAR * float(np.quantile(strength[seed], 0.9)), 1e-6), 0, 1)
        """float32 [h, w], 0..1: how clearly a pixel changed."""
        self._for = np.where(seed, self.clear, 0)
        against = 1 - self.clear if others is None else np.where(others, OTHERS, 1 - self.clear)
        self._against = np.where(seed, 0, against)
        self._total = max(float(self._for.sum()), 1e-6)

    def explained(self, mask: np.ndarray) -> float:
        """Return how well a mask (bool [h, w]) explains the difference: a weighted IoU with the seed, 0..1.

        Inside the seed a pixel weighs as much as it clearly changed, outside as much as it clearly did not.
        """
        return float(self._for[mask].sum()) / (self._total + float(self._against[mask].sum()))

    def completed(self, mask: np.ndarray) -> np.ndarray:
        """Return the mask with what it leaves of the seed: a shadow changed with its object, a halo did not."""
        rest = self.seed & ~mask & (self.clear >= LEFT_CLEAR)
        radius = max(2, round(LEFT_RADIUS * max(mask.shape)))
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        opened = cv2.morphologyEx(rest.astype(np.uint8), cv2.MORPH_OPEN, disc)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
        least = LEFT * self.seed.sum()
        large = [label for label in range(1, count) if stats[label, cv2.CC_STAT_AREA] >= least]
        return mask | np.isin(labels, large) if large else mask


@dataclass(frozen=True, eq=False)
class Proposals:
    """The masks that were proposed for a seed, bool [n, h, w], n >= 1, on each image."""

    source: np.ndarray
    edited: np.ndarray

    def joined(self, other: "Proposals") -> "Proposals":
        """Return the masks of both."""
        return Proposals(
            np.concatenate([self.source, other.source]),
            np.concatenate([self.edited, other.edited]),
        )


@dataclass(frozen=True, eq=False)
class Choice:
    """The best of what was proposed.

    Attributes:
        mask: bool [h, w].
        drawn_by: who drew it.
        score: how well it explains the difference, 0..1.
        halves: where both images drew it, the mask of each, source first.
    """

    mask: np.ndarray
    drawn_by: DrawnBy
    score: float
    halves: tuple[np.ndarray, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the mask is of the object that changed, and of no other."""
        return self.score >= LEAST_EXPLAINED

    def places(self) -> list[tuple[np.ndarray, DrawnBy]]:
        """Return the regions that the mask is: an object's old and new place are two if they lie far apart."""
        if self.halves and _far_apart(*self.halves):
            return list(zip(self.halves, ("sam:source", "sam:edited"), strict=True))
        return [(self.mask, self.drawn_by)]


def choose(evidence: Evidence, proposals: Proposals) -> Choice:
    """Return the best of the proposals and of the union of each image's best.

    What appeared is outlined by the edited image, what vanished by the source, what was replaced by both.
    """
    edited = _best(evidence, proposals.edited, "sam:edited")
    source = _best(evidence, proposals.source, "sam:source")
    union = edited.mask | source.mask
    both = Choice(union, "sam:both", evidence.explained(union), (source.mask, edited.mask))
    alone = max(edited, source, key=lambda choice: choice.score)
    return both if both.score > alone.score + BOTH_GAIN else alone


def _best(evidence: Evidence, masks: np.ndarray, drawn_by: DrawnBy) -> Choice:
    scores = [evidence.explained(mask) for mask in masks]
    index = int(np.argmax(scores))
    return Choice(masks[index], drawn_by, scores[index])


def _far_apart(a: np.ndarray, b: np.ndarray) -> bool:
    """Return whether the gap between two masks is wider than a share of the larger one's longer side."""
    boxes = [box_of(mask) for mask in (a, b)]
    side = max(max(box[2] - box[0], box[3] - box[1]) for box in boxes)
    distance = cv2.distanceTransform((~a).astype(np.uint8), cv2.DIST_L2, 5)
    return float(distance[b].min()) > FAR * side
