"""What `derive_regions` returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from schemas.geometry import BoxXYXY

Status = Literal["ok", "unchanged", "global", "unregistrable"]


@dataclass(frozen=True, eq=False)
class Registration:
    """How the source was brought onto the edited frame.

    Attributes:
        matrix: float64 [2, 3], edited pixel -> source pixel (cv2 warp with WARP_INVERSE_MAP).
        displacement_px: mean displacement over the frame, edited pixels.
        residual: robust residual after registration, Delta E units.
        ok: False when the frame could not be registered.
    """

    matrix: np.ndarray
    displacement_px: float
    residual: float
    ok: bool


@dataclass(frozen=True, eq=False)
class Region:
    """One region that visibly changed, in the edited frame.

    Attributes:
        mask: bool [H, W], full extent before overlap.
        bbox_xyxy: half open box of the mask.
        delta_e: median CIEDE2000 inside the mask after colour matching (before it, for a global region).
        confidence: 0..1.
        whole_frame: True for the one region of a global edit.
    """

    mask: np.ndarray
    bbox_xyxy: BoxXYXY
    delta_e: float
    confidence: float
    whole_frame: bool = False


@dataclass(frozen=True, eq=False)
class RegionResult:
    """Regions of one pair.

    Attributes:
        status: ok, unchanged (no regions), global (the first region is the whole frame), unregistrable.
        regions: at most 12, by area, largest first, ties by y then x; a whole-frame region first.
        registration: see there.
        noise_floor: median Delta E of the unedited part after colour matching.
        method: name and version of the chain ("classical/1+grabcut").
        delta_e_map: float32 [H, W], CIEDE2000 after registration and colour matching, in the edited frame.
    """

    status: Status
    regions: tuple[Region, ...]
    registration: Registration
    noise_floor: float
    method: str
    delta_e_map: np.ndarray


class MaskRefiner(Protocol):
    """Draws the outline of what changed, better than the difference alone can."""

    @property
    def name(self) -> str:
        """What stands in `RegionResult.method`."""
        ...

    def refine(
        self, source: np.ndarray, edited: np.ndarray, strength: np.ndarray, seeds: Sequence[np.ndarray]
    ) -> list[np.ndarray]:
        """Return one mask for each seed.

        Args:
            source: uint8 [h, w, 3] sRGB, registered onto the edited frame.
            edited: uint8 [h, w, 3] sRGB.
            strength: float32 [h, w], difference over noise floor, 1 = floor.
            seeds: bool [h, w] each, never empty.

        Returns:
            bool [h, w] each, never empty.
        """
        ...
