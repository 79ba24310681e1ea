"""What `derive_regions` returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import cv2
import numpy as np

from schemas.geometry import BoxXYXY
from transforms.regions.overlap import Overlap

Status = Literal["ok", "unchanged", "global", "unregistrable"]
DrawnBy = Literal["difference", "network", "grabcut", "sam:source", "sam:edited", "sam:both"]
"""Who drew a mask: the difference itself, the network on its maps, GrabCut on either, or Segment Anything on the image
or images named."""


MarginKind = Literal["", "bar", "grown"]


@dataclass(frozen=True, eq=False)
class Registration:
    """How the source was brought onto the edited frame.

    Attributes:
        matrix: float64 [2, 3], edited pixel -> source pixel (cv2 warp with WARP_INVERSE_MAP); where something was
            pushed into the frame, that of the larger part.
        displacement_px: mean displacement over the frame, edited pixels, from the stretched source, or from where
            `overlap` has it.
        residual: robust residual after registration, Delta E units.
        ok: False when the frame could not be registered.
        overlap: the part that both pictures show, where the frames show more or less of the same; None where the
            source fills the edited frame.
    """

    matrix: np.ndarray
    displacement_px: float
    residual: float
    ok: bool
    overlap: Overlap | None = None


@dataclass(frozen=True, eq=False)
class Region:
    """One region that visibly changed, in the edited frame.

    Attributes:
        mask: bool [H, W], full extent before overlap.
        bbox_xyxy: half open box of the mask.
        delta_e: median CIEDE2000 inside the mask after colour matching (before it, for a global region).
        confidence: 0..1.
        whole_frame: True for the one region of a global edit.
        mask_by: who drew the mask.
        margin: of an edited frame that shows more than the source: "bar" for a strip at a side that shows nothing of
            its own, "grown" for new content; its `delta_e` is that to the nearest row or column of the source. ""
            for any other region.
    """

    mask: np.ndarray
    bbox_xyxy: BoxXYXY
    delta_e: float
    confidence: float
    whole_frame: bool = False
    mask_by: DrawnBy = "difference"
    margin: MarginKind = ""


@dataclass(frozen=True, eq=False)
class RegionResult:
    """Regions of one pair.

    Attributes:
        status: ok, unchanged (no regions), global (the first region is the whole frame), unregistrable.
        regions: at most 12, by area, largest first, ties by y then x; a whole-frame region first.
        registration: see there.
        noise_floor: median Delta E of the unedited part after colour matching.
        method: name and version of the chain ("classical/1+grabcut", "network/1").
        size: (W, H) of the edited frame.
        delta_e_small: float32 [h, w], see `delta_e_map`, as coarse as it is measured; 0 where the source has nothing.
    """

    status: Status
    regions: tuple[Region, ...]
    registration: Registration
    noise_floor: float
    method: str
    size: tuple[int, int]
    delta_e_small: np.ndarray

    @property
    def delta_e_map(self) -> np.ndarray:
        """CIEDE2000 after registration and colour matching, float32 [H, W], in the edited frame; made at each call."""
        return cv2.resize(self.delta_e_small, self.size, interpolation=cv2.INTER_LINEAR)


@dataclass(frozen=True, eq=False)
class Outline:
    """The mask of one object that a refiner drew.

    Attributes:
        mask: bool [h, w], never empty.
        seeds: indices of the seeds that it stands for, ascending; several where fragments of one object were joined.
        drawn_by: who drew it.
    """

    mask: np.ndarray
    seeds: tuple[int, ...]
    drawn_by: DrawnBy


class MaskRefiner(Protocol):
    """Draws the outlines of what changed, better than the difference alone can."""

    @property
    def name(self) -> str:
        """What stands in `RegionResult.method`."""
        ...

    def refine(
        self, source: np.ndarray, edited: np.ndarray, strength: np.ndarray, seeds: Sequence[np.ndarray]
    ) -> list[Outline]:
        """Return the objects that the seeds are of: joined, parted, or one for one.

        Args:
            source: uint8 [h, w, 3] sRGB, registered onto the edited frame.
            edited: uint8 [h, w, 3] sRGB.
            strength: float32 [h, w], difference over noise floor, 1 = floor.
            seeds: bool [h, w] each, never empty.

        Returns:
            Outlines, by their first seed. Every seed stands in one of them at least; a seed that touching objects
            share stands in each of theirs.
        """
        ...
