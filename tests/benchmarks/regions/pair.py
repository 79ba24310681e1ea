"""One pair to be scored, and a reference to it that travels to another process."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from schemas.geometry import BoxXYXY


@dataclass(frozen=True, eq=False)
class Pair:
    """Two images and the truth about them, whatever they come from.

    Attributes:
        data: synthetic or real.
        id: unique within `data`.
        group: pairs of one source share it; intervals are drawn over groups.
        source: uint8 [H', W', 3] sRGB.
        edited: uint8 [H, W, 3] sRGB.
        boxes_xyxy: true boxes in pixels of the edited image; none for an unedited pair.
        label_map: uint8 [H, W], 0 = unchanged; None where only boxes are known.
        ignore_xyxy: where a predicted box counts neither way.
        whole_frame: the whole frame was edited (one of the boxes is that of the frame).
        edit_type: what was asked, "none" for an unedited synthetic pair.
        level: noise level 0..3; -1 where it is not known.
        frame: how the frames differ.
        quality: how exact the truth is: exact, or what the drawer says.
    """

    data: str
    id: str
    group: str
    source: np.ndarray
    edited: np.ndarray
    boxes_xyxy: tuple[BoxXYXY, ...]
    label_map: np.ndarray | None
    ignore_xyxy: tuple[BoxXYXY, ...] = ()
    whole_frame: bool = False
    edit_type: str = "-"
    level: int = -1
    frame: str = "-"
    quality: str = "exact"


class PairRef(Protocol):
    """Names a pair and loads it where it is needed; small, picklable, hashable."""

    def load(self) -> Pair:
        """Read or make the pair; the same one each time."""
        ...
