"""What was edited as a whole: nothing, the frame, all but a foreground; or whether it is another picture."""

from dataclasses import dataclass

import numpy as np

from transforms.regions.compare import Maps
from transforms.regions.kept import kept, surrounds
from transforms.regions.register import Aligned
from transforms.regions.whole_frame import WholeFrame, judge_whole_frame

REPLACED = 0.5
"""Share of the structure that both images show below which a foreground that stays is looked for: an edit of tone or
style keeps more of it than a new background does."""
UNRELATED = 0.15
"""Share below which, with no foreground that stays, it is another picture."""
BESIDE_TONE = 6.0
"""How much stronger than usual a local difference must be beside a change of tone, which no polynomial undoes."""
NONE = WholeFrame(tone=False, style=False)


@dataclass(frozen=True, eq=False)
class Verdict:
    """What was edited as a whole.

    Attributes:
        whole: tone, style, or neither.
        stays: bool [h, w], the foreground before a new background; None without one.
        unrelated: the pictures do not show the same scene.
    """

    whole: WholeFrame
    stays: np.ndarray | None = None
    unrelated: bool = False

    @property
    def local(self) -> bool:
        """Whether local edits are looked for: not in another style or another picture."""
        return not (self.whole.style or self.unrelated)

    def strength(self, maps: Maps) -> np.ndarray:
        """Return what local edits are found on, float32 [h, w], 1 = floor."""
        return maps.strength / BESIDE_TONE if self.whole.tone else maps.strength


def judge(aligned: Aligned, edited: np.ndarray, enabled: bool = True) -> Verdict:
    """Judge a registered pair before its colours are matched.

    Args:
        aligned: the registered source.
        edited: uint8 [h, w, 3].
        enabled: False takes every edit for a local one.
    """
    whole = judge_whole_frame(aligned.source, edited) if enabled else NONE
    if not whole.edited or aligned.agreement >= REPLACED:
        return Verdict(whole)
    stays = kept(aligned.source, edited)
    if surrounds(stays):
        return Verdict(NONE)
    if stays.any():
        return Verdict(whole, stays)
    return Verdict(whole, unrelated=aligned.agreement < UNRELATED)
