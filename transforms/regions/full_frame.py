"""Bring what was found in the shared part of a pair back to the edited frame, and add its margins."""

from dataclasses import replace

import numpy as np

from schemas.example import MAX_REGIONS
from transforms.regions.difference import DELTA_E_SIZE
from transforms.regions.frame import box_of
from transforms.regions.margins import margin_regions
from transforms.regions.overlap import Overlap
from transforms.regions.result import Region, RegionResult


def in_full_frame(result: RegionResult, edited: np.ndarray, overlap: Overlap, trust: float) -> RegionResult:
    """Return the regions of the shared part as regions of the edited frame, and its margins as regions of their own.

    Args:
        result: of the shared part.
        edited: uint8 [H, W, 3], the whole picture.
        overlap: where the source is in it.
        trust: how sure that is, 0..1.
    """
    margins = [] if result.status == "unregistrable" else margin_regions(edited, overlap, trust)
    inner = [_widened(region, overlap) for region in result.regions]
    whole = [region for region in inner if region.whole_frame]
    local = [region for region in (*inner, *margins) if not region.whole_frame]
    local.sort(key=lambda r: (-np.count_nonzero(r.mask), r.bbox_xyxy[1], r.bbox_xyxy[0]))
    width, height = overlap.edited_size
    scale = min(1.0, DELTA_E_SIZE / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    matrix = overlap.full_matrix(result.registration.matrix)
    return replace(
        result,
        status="ok" if result.status == "unchanged" and margins else result.status,
        regions=tuple([*whole, *local][:MAX_REGIONS]),
        registration=replace(result.registration, matrix=matrix, overlap=overlap),
        size=overlap.edited_size,
        delta_e_small=overlap.spread_small(result.delta_e_small, size),
    )


def _widened(region: Region, overlap: Overlap) -> Region:
    if region.whole_frame:
        width, height = overlap.edited_size
        return replace(region, mask=np.ones((height, width), bool), bbox_xyxy=(0, 0, width, height))
    mask = overlap.spread(region.mask)
    return replace(region, mask=mask, bbox_xyxy=box_of(mask))
