"""Made-up photos and staged candidates: the sizes of real ones in text and numbers, pictures of a few KB."""

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from schemas.example import Edit, EditRegion, Judgement, Quality, ScoredReasoning
from schemas.keys import digest
from schemas.plan import SourcePlan
from schemas.reject import Reject
from schemas.staging import Fingerprint, TruthRow
from transforms.candidate import Candidate, DerivedRegions, SourceWork
from transforms.shards.codec import encode_image, encode_label_map
from transforms.shards.staging import RunFacts, stage_source

SIDE = 96
"""Of every picture, pixels."""
SET_ASIDE = 9
"""One candidate of so many is set aside by a filter."""
SENTENCE = "The cup on the left is painted a deep blue, its rim and the shadow under it are as they were. "


def write_photos(folder: Path, count: int) -> None:
    """Write `count` JPEG files of some 2 KB, no two alike."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        small = np.random.default_rng(number).integers(0, 255, (9, 9, 3), dtype=np.uint8)
        cv2.imwrite(str(folder / f"{number:07d}.jpg"), cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR))


def stage_all(parts: Iterable[SourcePlan], folder: str, facts: RunFacts) -> int:
    """Stage every planned candidate of these parts as if it had been rendered; return their number."""
    rgb = np.random.default_rng(0).integers(0, 255, (SIDE, SIDE, 3), dtype=np.uint8)
    image = encode_image(cv2.GaussianBlur(rgb, (0, 0), 4))
    label_map = np.zeros((SIDE, SIDE), np.uint8)
    label_map[20:50, 10:60], label_map[70:90, 60:90] = 1, 2
    regions = DerivedRegions("ok", encode_label_map(label_map), _regions(), "classical/1", 0.01, 3.0, 1.0, 0.5)
    made = 0
    for part in parts:
        keys = part.candidate_keys()
        items = [_candidate(part, key, image, regions, int(digest("made", key)[:8], 16)) for key in keys]
        truths = {key: _truth(key) for key in keys}
        stage_source(SourceWork(part, tuple(items), truths), folder, facts)
        made += len(keys)
    return made


def _regions():
    sizes = ("cup", [104, 208, 625, 521], 1, "requested"), ("table", [625, 729, 938, 938], 0, "collateral")
    return tuple(
        EditRegion(
            id=i, label=label, bbox_2d=box, edit_id=edit, kind=kind, area=0.16 / i, delta_e=24.5, confidence=0.91
        )
        for i, (label, box, edit, kind) in enumerate(sizes, 1)
    )


def _candidate(part, key, image, regions, number):
    if number % SET_ASIDE == 0:
        return Reject(
            level="candidate",
            key=key,
            name=part.source.item.name,
            stage="filter",
            reason="regions_disagree_with_truth",
            reject_class="filter",
            detail="truth_iou 0.12 under 0.3",
        )
    program = key.rpartition("-")[0]
    edit = Edit(
        id=1,
        edit_type="color_alter",
        target="the cup on the left",
        value="deep blue",
        source_bbox_2d=[104, 208, 625, 521],
        edited_bbox_2d=[104, 208, 625, 521],
        done=1.0,
        region_ids=[1],
    )
    cited = "".join(f"<|bbox_{i}|> {SENTENCE * 3}" for i in (1, 2))
    return Candidate(
        key=key,
        name=part.source.item.name,
        program_id=program,
        group_id=digest(program)[:16],
        instruction=SENTENCE,
        edit_type="color_alter",
        edits=(edit,),
        outcome="faithful" if number % 2 else "over_edit",
        source=image,
        edited=image,
        truth=None,
        flaws=(),
        lender_ids=(part.source.source_id,),
        editor="renderer/1",
        regions=regions,
        quality=Quality(truth_iou=0.8, truth_f1=1.0, registration_px=0.0, noise_floor=1.25),
        judgement=Judgement.from_branches(
            ScoredReasoning(reasoning=f"{cited}<|global|> {SENTENCE}".strip(), score=[25, number % 25]),
            ScoredReasoning(reasoning=(SENTENCE * 4).strip(), score=[22, 24]),
        ),
        annotator="oracle/1",
        fingerprint=Fingerprint(source_dhash=part.source.dhash, regions_dhash=digest(key)[:33], instruction=SENTENCE),
    )


def _truth(key):
    return TruthRow(
        key=key,
        outcome="faithful",
        edit_type="color_alter",
        truth_iou=0.8,
        truth_f1=1.0,
        n_truth=1,
        n_derived=2,
        area=0.16,
        confidences=[0.91, 0.91],
        hits=[True, False],
    )
