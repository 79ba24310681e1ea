"""Edit regions from pixels: what visibly changed between two images."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from schemas.example import MAX_REGIONS
from transforms.regions.compare import Maps, compare
from transforms.regions.config import RegionsConfig
from transforms.regions.difference import ciede2000_map
from transforms.regions.edges import sharpen
from transforms.regions.finding import Finding, find
from transforms.regions.frame import WorkFrame, box_of, to_lab
from transforms.regions.full_frame import in_full_frame
from transforms.regions.grabcut import GrabCutRefiner
from transforms.regions.medians import median_inside, median_outside
from transforms.regions.place import Laid, lay
from transforms.regions.register import Aligned, displacement
from transforms.regions.result import MaskRefiner, Outline, Region, RegionResult, Registration, Status
from transforms.regions.verdict import judge

DEFAULT = RegionsConfig()


def derive_regions(
    source: np.ndarray, edited: np.ndarray, config: RegionsConfig = DEFAULT, masks: MaskRefiner | None = None
) -> RegionResult:
    """Find the regions that visibly changed; a function of the pixels alone.

    Lay the pair on each other, judge the whole frame, match colours, compare at several scales over the noise floor
    of the local texture, find components, group them into objects, refine their masks, take boxes from the masks.
    Where the frames show more or less of the same, the part that both show is compared, and what only the edited
    picture shows is a region for each side that it is at.

    Args:
        source: uint8 [H, W, 3] sRGB.
        edited: uint8 [H', W', 3] sRGB; the regions are in its frame.
        config: switches of the steps.
        masks: refines the masks; None for GrabCut if `config.masks` names it, else for none.

    Raises:
        ValueError: an image is not uint8 [H, W, 3].
    """
    _check_image("source", source)
    _check_image("edited", edited)
    laid = lay(source, edited, config)
    result = _derived(laid, config, masks)
    regions = tuple(replace(region, confidence=min(region.confidence, laid.trust)) for region in result.regions)
    result = replace(result, regions=regions)
    return result if laid.overlap is None else in_full_frame(result, edited, laid.overlap, laid.trust)


def _derived(laid: Laid, config: RegionsConfig, masks: MaskRefiner | None) -> RegionResult:
    """Return the regions of a pair laid on each other, in the frame of what is compared."""
    frame, aligned = laid.frame, laid.aligned
    verdict = judge(aligned, frame.edited, config.whole_frame)
    maps = compare(aligned, frame.edited, config, verdict.whole.tone)
    refiner = masks or (GrabCutRefiner() if config.masks == "grabcut" else None)
    finding = find(aligned, frame.edited, maps, verdict, config)
    found = _objects(frame, aligned, finding, refiner)
    matrix = frame.full_matrix(aligned.matrix)

    def full(mask: np.ndarray) -> np.ndarray:
        return sharpen(mask, frame, (laid.source, laid.edited), matrix) if config.sharpen else frame.full_mask(mask)

    regions = _local_regions(found, maps.delta_e, full)
    if finding.whole:
        regions.insert(0, _whole_region(frame, aligned, finding.stays))
    return RegionResult(
        status=_status(regions, verdict.unrelated),
        regions=tuple(regions[:MAX_REGIONS]),
        registration=_registration(frame, aligned, maps, ok=not verdict.unrelated),
        noise_floor=median_outside(maps.delta_e, [region.mask for region in regions if not region.whole_frame]),
        method=f"{finding.method}+{refiner.name}" if refiner else finding.method,
        size=frame.edited_size,
        delta_e_small=maps.delta_e,
    )


def _check_image(name: str, image: np.ndarray) -> None:
    if isinstance(image, np.ndarray) and image.dtype == np.uint8 and image.shape[2:] == (3,) and image.size:
        return
    given = f"{image.dtype} {list(image.shape)}" if isinstance(image, np.ndarray) else type(image).__name__
    raise ValueError(
        f"{name}: expected a uint8 image of shape [H, W, 3], sRGB, got {given}; "
        "transforms.sources.decode.decode_image makes that of any picture file"
    )


def _status(regions: Sequence[Region], unrelated: bool) -> Status:
    if unrelated:
        return "unregistrable"
    if not regions:
        return "unchanged"
    return "global" if regions[0].whole_frame else "ok"


def _objects(
    frame: WorkFrame, aligned: Aligned, finding: Finding, refiner: MaskRefiner | None
) -> list[tuple[Outline, float]]:
    """Return each object's outline in the working frame, and the confidence of the surest of its components."""
    parts = finding.objects
    seeds = [part.mask for part in parts]
    if refiner and seeds:
        outlines = refiner.refine(aligned.source, frame.edited, finding.strength, seeds)
    else:
        outlines = [Outline(seed, (index,), "difference") for index, seed in enumerate(seeds)]
    outlines = [replace(o, drawn_by=finding.drawn_by) if o.drawn_by == "difference" else o for o in outlines]
    return [(outline, max(parts[seed].confidence for seed in outline.seeds)) for outline in outlines]


def _local_regions(
    found: Sequence[tuple[Outline, float]], delta_e: np.ndarray, full: Callable[[np.ndarray], np.ndarray]
) -> list[Region]:
    """Return the regions of `_objects`, largest first; `full` brings a mask to the edited image's size."""
    regions = []
    for outline, confidence in found:
        mask = full(outline.mask)
        if mask.any():
            box = box_of(mask)
            inside = median_inside(delta_e, mask, box)
            regions.append(Region(mask, box, inside, confidence, mask_by=outline.drawn_by))
    return sorted(regions, key=lambda r: (-np.count_nonzero(r.mask), r.bbox_xyxy[1], r.bbox_xyxy[0]))


def _whole_region(frame: WorkFrame, aligned: Aligned, stays: np.ndarray | None) -> Region:
    """Return the region of an edit of the whole frame, or of all but a foreground that stays (bool [h, w])."""
    width, height = frame.edited_size
    delta_e = ciede2000_map(to_lab(aligned.source), to_lab(frame.edited))
    if stays is None:
        mask = np.ones((height, width), bool)
        return Region(mask, (0, 0, width, height), float(np.median(delta_e)), 1.0, whole_frame=True)
    mask = frame.full_mask(~stays)
    box = box_of(mask)
    return Region(mask, box, median_inside(delta_e, mask, box), 1.0)


def _registration(frame: WorkFrame, aligned: Aligned, maps: Maps, ok: bool) -> Registration:
    work_width, work_height = frame.size
    scale = max(frame.edited_size) / max(frame.size)
    moved = displacement(aligned.matrix, work_width, work_height) * scale
    return Registration(frame.full_matrix(aligned.matrix), moved, maps.residual, ok)
