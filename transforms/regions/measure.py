"""The region step of one candidate: derive on the shipped bytes, label, and compare with the truth if there is one."""

from dataclasses import dataclass, replace

import numpy as np

from schemas.example import EditRegion, Quality
from schemas.geometry import SCALE
from schemas.staging import TruthRow
from transforms.candidate import Candidate, DerivedRegions
from transforms.edits.triplet import Truth
from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions
from transforms.regions.label import Known, label_regions
from transforms.regions.preservation import outside_change, structure
from transforms.regions.result import MaskRefiner, RegionResult
from transforms.regions.truth import compare_with_truth
from transforms.shards.codec import encode_label_map


@dataclass(frozen=True)
class Measured:
    """A candidate with its regions, and its row in the comparison with the truth (None without truth)."""

    candidate: Candidate
    truth: TruthRow | None


def measure(candidate: Candidate, config: RegionsConfig, masks: MaskRefiner | None) -> Measured:
    """Derive the regions of a candidate from its decoded shipped bytes.

    Args:
        candidate: with both images encoded.
        config: of the chain.
        masks: refiner that needs a model, or None for the one that needs none.
    """
    source, edited = candidate.source.pixels, candidate.edited.pixels
    result = derive_regions(source, edited, config, masks)
    regions, label_map = _label(candidate, result)
    outside_share, outside_delta_e = outside_change(result, _requested(candidate, regions, label_map))
    derived = DerivedRegions(
        status=result.status,
        label_png=encode_label_map(label_map),
        edit_region=regions,
        method=result.method,
        outside_changed=outside_share,
        outside_delta_e=outside_delta_e,
        structure=structure(source, edited, result.registration),
        noise_delta_e=result.noise_floor,
    )
    edits = tuple(
        edit.model_copy(update={"region_ids": [r.id for r in regions if r.edit_id == edit.id]})
        for edit in candidate.edits
    )
    quality = Quality(registration_px=result.registration.displacement_px, noise_floor=result.noise_floor)
    measured = replace(candidate, regions=derived, edits=edits, quality=quality)
    return _with_truth(measured, label_map) if candidate.truth else Measured(measured, None)


def _label(candidate: Candidate, result: RegionResult) -> tuple[tuple[EditRegion, ...], np.ndarray]:
    if candidate.outcome == "unrelated":
        return _whole_frame(result)
    true_regions = candidate.truth.regions if candidate.truth else ()
    known = [
        Known(true.label, true.bbox_xyxy, "artifact" if true.kind == "artifact" else "collateral")
        for true in true_regions
        if true.edit_id == 0
    ]
    return label_regions(result, candidate.edits, known)


def _requested(candidate: Candidate, regions: tuple[EditRegion, ...], label_map: np.ndarray) -> np.ndarray:
    """Return where the requested edits changed the picture (bool [H, W]): derived, and known to be so.

    What derivation missed of an edit must not count as damage.
    """
    mask = np.isin(label_map, [region.id for region in regions if region.edit_id > 0])
    if candidate.truth:
        ids = [true.id for true in candidate.truth.regions if true.edit_id > 0]
        mask |= np.isin(candidate.truth.label_map, ids)
    return mask


def _whole_frame(result: RegionResult) -> tuple[tuple[EditRegion, ...], np.ndarray]:
    """Another picture altogether: one region, the whole frame, whatever pieces happen to look alike."""
    width, height = result.size
    region = EditRegion(
        id=1,
        label="the whole picture",
        bbox_2d=[0, 0, SCALE, SCALE],
        edit_id=0,
        kind="collateral",
        area=1.0,
        delta_e=float(np.median(result.delta_e_small)),
        confidence=1.0,
    )
    return (region,), np.ones((height, width), np.uint8)


def _with_truth(candidate: Candidate, label_map: np.ndarray) -> Measured:
    assert candidate.truth is not None and candidate.regions is not None, candidate.key
    truth = Truth(candidate.truth.label_map, candidate.truth.regions)
    score = compare_with_truth(candidate.regions.edit_region, label_map, truth)
    quality = candidate.quality.model_copy(update={"truth_iou": round(score.iou, 4), "truth_f1": round(score.f1, 4)})
    row = TruthRow(
        key=candidate.key,
        outcome=candidate.outcome,
        edit_type=candidate.edit_type,
        truth_iou=quality.truth_iou,
        truth_f1=quality.truth_f1,
        n_truth=len(truth.regions),
        n_derived=len(candidate.regions.edit_region),
        area=round(float((truth.label_map > 0).mean()), 4),
        confidences=[region.confidence for region in candidate.regions.edit_region],
        hits=list(score.hits),
    )
    return Measured(replace(candidate, quality=quality), row)
