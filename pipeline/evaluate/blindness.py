"""Does the model look at the source? The same edited image and instruction beside another source.

A judge that scores the edited image alone gives the same answer whatever the source. Three others take its place:

- *unrelated*: a photo of something else. Nothing was kept, so over_editing must be at most `MOST_KEPT`.
- *identical*: the edited image itself. Nothing differs, so there must be no region.
- *control*: the source encoded again. Nothing has changed for the eye, so over_editing must stay within `STEADY` of the
  model's own answer on the true source.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.train.answers import SemanticAnswer

VARIANTS = ("unrelated", "identical", "control")
MOST_KEPT, STEADY = 3, 3
"""Points of 25."""


@dataclass(frozen=True)
class Probed:
    """Answers about one sample; None for one that cannot be read.

    Attributes:
        before: about the true source.
        after: variant -> about the other one.
    """

    before: SemanticAnswer | None
    after: dict[str, SemanticAnswer | None]


def blindness_figures(probed: Sequence[Probed]) -> dict[str, float]:
    """Return per variant the share of right answers, and the mean change of over_editing in points.

    An answer that cannot be read is not right; the change is over the samples with both answers.
    """
    found = {}
    for variant in VARIANTS:
        right = [is_right(variant, one.before, one.after[variant]) for one in probed]
        changes = [
            after.score[1] - one.before.score[1]
            for one in probed
            if (after := one.after[variant]) is not None and one.before is not None
        ]
        if right:
            found[f"source_{variant}_right"] = float(np.mean(right))
        if changes:
            found[f"source_{variant}_change"] = float(np.mean(changes))
    return found


def is_right(variant: str, before: SemanticAnswer | None, after: SemanticAnswer | None) -> bool:
    """Return whether an answer about another source is right, as said above."""
    if after is None:
        return False
    if variant == "unrelated":
        return after.score[1] <= MOST_KEPT
    if variant == "identical":
        return not after.edit_region
    return before is not None and abs(after.score[1] - before.score[1]) <= STEADY
