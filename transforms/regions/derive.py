"""Edit regions from pixels: what visibly changed between two images."""

from collections.abc import Callable, Sequence

import numpy as np

from schemas.example import MAX_REGIONS
from transforms.regions.compare import Maps, compare
from transforms.regions.components import find_components
from transforms.regions.config import RegionsConfig
from transforms.regions.difference import ciede2000_map
from transforms.regions.edges import sharpen
from transforms.regions.frame import WorkFrame, box_of, to_lab, work_frame
from transforms.regions.grabcut import GrabCutRefiner
from transforms.regions.kept import kept, surrounds
from transforms.regions.medians import median_inside, median_outside
from transforms.regions.register import Aligned, displacement, register
from transforms.regions.result import MaskRefiner, Outline, Region, RegionResult, Registration, Status
from transforms.regions.whole_frame import WholeFrame, judge_whole_frame

METHOD = "classical/1"
UNRELATED = 0.15
"""Share of the structure that both images must show, or an edit of the whole frame is another picture."""
REPLACED = 0.5
"""Share below which all but a foreground was replaced: an edit of tone or style keeps more of the structure."""
BESIDE_TONE = 6.0
"""How much stronger than usual a local difference must be beside a change of tone, which no polynomial undoes."""
NOT_JUDGED = WholeFrame(tone=False, style=False)
DEFAULT = RegionsConfig()


def derive_regions(
    source: np.ndarray, edited: np.ndarray, config: RegionsConfig = DEFAULT, masks: MaskRefiner | None = None
) -> RegionResult:
    """Find the regions that visibly changed; a function of the pixels alone.

    Register, judge the whole frame, match colours, compare at several scales over the noise floor of the local
    texture, find components, group them into objects, refine their masks, take boxes from the masks.

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
    frame = work_frame(source, edited, config.work_size)
    aligned = register(frame.source, frame.edited, config.register_frame)
    whole = judge_whole_frame(aligned.source, frame.edited) if config.whole_frame else NOT_JUDGED
    maps = compare(aligned, frame.edited, config)
    stays = kept(aligned.source, frame.edited) if whole.edited and aligned.agreement < REPLACED else None
    if stays is not None and surrounds(stays):
        whole, stays = NOT_JUDGED, None
    unrelated = stays is not None and aligned.agreement < UNRELATED and not stays.any()
    refiner = masks or (GrabCutRefiner() if config.masks == "grabcut" else None)
    found = [] if unrelated or whole.style else _objects(frame, aligned, maps, config, refiner, whole)
    matrix = frame.full_matrix(aligned.matrix)

    def full(mask: np.ndarray) -> np.ndarray:
        return sharpen(mask, frame, (source, edited), matrix) if config.sharpen else frame.full_mask(mask)

    regions = _local_regions(found, maps.delta_e, full)
    if whole.edited and not unrelated:
        regions.insert(0, _whole_region(frame, aligned, stays))
    return RegionResult(
        status=_status(regions, unrelated),
        regions=tuple(regions[:MAX_REGIONS]),
        registration=_registration(frame, aligned, maps, ok=not unrelated),
        noise_floor=median_outside(maps.delta_e, [region.mask for region in regions if not region.whole_frame]),
        method=f"{METHOD}+{refiner.name}" if refiner else METHOD,
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
    frame: WorkFrame,
    aligned: Aligned,
    maps: Maps,
    config: RegionsConfig,
    refiner: MaskRefiner | None,
    whole: WholeFrame,
) -> list[tuple[Outline, float]]:
    """Return each object's outline in the working frame, and the confidence of the surest of its components."""
    strength = maps.strength / BESIDE_TONE if whole.tone else maps.strength
    parts = find_components(strength, maps.ratios, config)
    seeds = [part.mask for part in parts]
    if refiner and seeds:
        outlines = refiner.refine(aligned.source, frame.edited, strength, seeds)
    else:
        outlines = [Outline(seed, (index,), "difference") for index, seed in enumerate(seeds)]
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
    if stays is None or not stays.any():
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
