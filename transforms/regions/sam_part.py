"""Touching objects: a seed that the masks of its own points explain together, and none of them alone, is several."""

from collections.abc import Sequence

import numpy as np

from transforms.regions.sam_choose import Choice, Evidence

RISE = 0.15
"""By how much each further mask must explain the difference better."""
APART = 0.15
"""Share of a further mask that may lie in those before."""
OWN = 0.6
"""Share of a mask that must lie in the seed: background and neighbours do not."""
NO_WORSE = 0.1
"""How much worse than the whole seed's mask the parts may explain the difference."""


def part(evidence: Evidence, masks: Sequence[np.ndarray], whole: Choice) -> list[np.ndarray]:
    """Return the masks of the objects that share a seed, none where it is one object.

    A prompt on one part of an object also proposes the whole object, so the best single mask explains the seed
    and no second one adds to it; a prompt on one of two objects never proposes both.

    Args:
        evidence: of the seed.
        masks: bool [h, w] each: what single points of the seed lie on, on one image.
        whole: the best that was proposed for the whole seed.
    """
    own = [mask for mask in masks if (mask & evidence.seed).sum() >= OWN * max(int(mask.sum()), 1)]
    parts: list[np.ndarray] = []
    covered, score = np.zeros_like(evidence.seed), 0.0
    while True:
        apart = [mask for mask in own if (mask & covered).sum() <= APART * mask.sum()]
        scores = [evidence.explained(covered | mask) for mask in apart]
        if not scores or max(scores) < score + RISE:
            break
        index = int(np.argmax(scores))
        parts.append(apart[index] & ~covered)
        covered, score = covered | apart[index], scores[index]
    return parts if len(parts) > 1 and score >= whole.score - NO_WORSE else []
