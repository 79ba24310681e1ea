"""A tiny synthetic data set, written without a build: nine samples, two splits, three groups, truth known."""

import hashlib
import io
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from pipeline.finish import hashes_of, write_manifest
from pipeline.publish.card import card_text
from pipeline.publish.counts import CardCounts
from schemas.example import (
    SCHEMA_VERSION,
    Edit,
    EditRegion,
    Example,
    ImageInfo,
    Images,
    Judgement,
    Provenance,
    Quality,
    ScoredReasoning,
    canonical_json,
)
from schemas.generate import metadata_row
from schemas.geometry import bbox_2d_from_xyxy
from schemas.manifest import Accounting, Manifest, ShardInfo
from schemas.reject import Reject
from schemas.staging import TruthRow
from transforms.shards.metadata import REJECTED, TRUTH, TRUTH_SCHEMA, write_metadata, write_table
from transforms.shards.tables import REJECTS, reject_row
from transforms.tar_writer import tar_writer

WIDTH, HEIGHT = 160, 112
RED, BLUE, GREEN, SAND = (200, 50, 45), (40, 80, 190), (60, 150, 70), (222, 205, 170)
CUP, PLATE, WHOLE = (30, 40, 75, 90), (60, 70, 130, 104), (0, 0, WIDTH, HEIGHT)


def photo(seed):
    """A background that no two seeds share, with a red cup and a plate."""
    rng = np.random.default_rng(seed)
    small = rng.integers(120, 235, (6, 8, 3), dtype=np.uint8)
    image = cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return painted(painted(image, PLATE, SAND), CUP, RED)


def painted(image, box_xyxy, colour):
    x1, y1, x2, y2 = box_xyxy
    result = image.copy()
    result[y1:y2, x1:x2] = colour
    return result


def _jpeg(rgb):
    stream = io.BytesIO()
    Image.fromarray(rgb).save(stream, "JPEG", quality=95, subsampling="4:4:4")
    return stream.getvalue()


def _png(label_map):
    stream = io.BytesIO()
    Image.fromarray(label_map).save(stream, "PNG")
    return stream.getvalue()


def _info(data):
    return ImageInfo(width=WIDTH, height=HEIGHT, sha256=hashlib.sha256(data).hexdigest())


def _region(number, label, box_xyxy, kind, edit_id, label_map):
    return EditRegion(
        id=number,
        label=label,
        bbox_2d=bbox_2d_from_xyxy(box_xyxy, WIDTH, HEIGHT),
        edit_id=edit_id,
        kind=kind,
        area=float((label_map == number).mean()),
        delta_e=30.5,
        confidence=0.9,
    )


def _judgement(regions, following, over_editing):
    cited = " ".join(f"<|bbox_{region.id}|> The {region.label} changed." for region in regions)
    sc = ScoredReasoning(reasoning=f"{cited} <|global|> That is all.".strip(), score=[following, over_editing])
    return Judgement.from_branches(sc, ScoredReasoning(reasoning="Clean and plausible.", score=[22, 24]))


def sample(source, index, outcome, boxes, rank, scores, kind="requested", edit_type="color_alter"):
    """Return (source rgb, edited rgb, label map, Example without image facts filled in by the caller)."""
    before = photo(source)
    after, label_map, facts = before, np.zeros((HEIGHT, WIDTH), np.uint8), []
    for number, (label, box_xyxy, colour) in enumerate(boxes, 1):
        after = painted(after, box_xyxy, colour)
        x1, y1, x2, y2 = box_xyxy
        label_map[y1:y2, x1:x2] = number
        facts.append((number, label, box_xyxy, kind if number == 1 else "collateral", 1 if number == 1 else 0))
    regions = [_region(*fact, label_map) for fact in facts]
    source_bytes, edited_bytes = _jpeg(before), _jpeg(after)
    source_id = hashlib.sha256(str(source).encode()).hexdigest()[:16]
    key = f"{source_id}-p000-c{index}"
    cup = bbox_2d_from_xyxy(CUP, WIDTH, HEIGHT)
    example = Example(
        key=key,
        source_id=source_id,
        group_id=f"{source_id}-p000",
        group_size=3,
        instruction="Paint the cup on the left a deep blue, and leave the plate with its rim as it is.",
        edit_type=edit_type,
        edits=[
            Edit(
                id=1,
                edit_type=edit_type,
                target="red cup",
                value="blue",
                source_bbox_2d=cup,
                edited_bbox_2d=cup,
                done=float(bool(boxes)),
                region_ids=[1] if boxes else [],
            )
        ],
        edit_region=regions,
        outcome=outcome,
        judgement=_judgement(regions, *scores),
        rank=rank,
        images=Images(source=_info(source_bytes), edited=_info(edited_bytes)),
        provenance=Provenance(
            source_ids=[source_id],
            source_dataset="synthetic",
            license="CC0-1.0" if source else "CC-BY-2.0",
            attribution="the project" if source else "Somebody | Else",
            editor="renderer/1",
            region_method="classical/1+grabcut",
            annotator="oracle/1",
            recipe="tiny",
            config_hash="0123456789abcdef",
            seed=7,
            version="0.1.0",
        ),
        quality=Quality(truth_iou=0.8 if boxes else 1.0, truth_f1=1.0, registration_px=0.0, noise_floor=1.25),
    )
    return example, {"source.jpg": source_bytes, "edited.jpg": edited_bytes, "mask.png": _png(label_map)}


def samples():
    """Return split -> the samples of its one shard, in order."""
    blue_cup, grey_plate = ("red cup", CUP, BLUE), ("plate", PLATE, GREEN)
    train = [
        sample(0, 0, "faithful", [blue_cup], 1, (25, 24)),
        sample(0, 1, "failed", [], 2, (0, 25)),
        sample(0, 2, "over_edit", [blue_cup, grey_plate], 1, (25, 24)),
        # Rank and overall disagree here: a careless edit that does something ranks above an untouched picture.
        sample(1, 0, "over_edit", [blue_cup, grey_plate], 1, (8, 2)),
        sample(1, 1, "failed", [], 2, (0, 25)),
        sample(1, 2, "failed", [], 2, (0, 25)),
    ]
    whole = [("whole picture", WHOLE, SAND), blue_cup]
    validation = [
        sample(2, 0, "faithful", whole, 1, (25, 20), kind="global", edit_type="tone_transfer"),
        sample(2, 1, "partial", [blue_cup], 2, (12, 25), edit_type="tone_transfer"),
        sample(2, 2, "failed", [], 3, (0, 25), edit_type="tone_transfer"),
    ]
    return {"train": train, "validation": validation}


def write_shard(out, split, members):
    """Write one shard and return its ShardInfo; members stand in the order in which they are given."""
    name = f"data/{split}-00000-of-00001.tar"
    path = Path(out) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = io.BytesIO()
    with tar_writer(stream) as tar:
        for example, images in members:
            for suffix, data in images.items():
                tar.write({"__key__": example.key, suffix: data})
            tar.write({"__key__": example.key, "json": canonical_json(example)})
    path.write_bytes(stream.getvalue())
    return ShardInfo(
        name=name,
        split=split,
        samples=len(members),
        bytes=path.stat().st_size,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        first_key=members[0][0].key,
        last_key=members[-1][0].key,
    )


def write_dataset(out, by_split=None):
    """Write the data set into `out`; return its examples by key.

    Args:
        out: folder.
        by_split: split -> [(Example, image members)], when not that of `samples`.
    """
    out, by_split = Path(out), by_split or samples()
    shards = [write_shard(out, split, members) for split, members in by_split.items()]
    rows = {
        info.split: [metadata_row(example, info.split, info.name) for example, _ in by_split[info.split]]
        for info in shards
    }
    rejects = [
        _reject("file", "empty.jpg", "decode", "empty", "error"),
        _reject("candidate", "0123456789abcdef-p001-c0", "filter", "regions_disagree_with_truth", "filter"),
        _reject("candidate", "0123456789abcdef-p001-c1", "dedup", "duplicate_candidate", "duplicate"),
    ]
    rejects.sort(key=lambda reject: (reject.level, reject.key))
    write_table(str(out / REJECTED), map(reject_row, rejects), REJECTS)
    names = [REJECTED, *(write_metadata(str(out), split, rows[split]) for split in rows)]
    kept = [example for members in by_split.values() for example, _ in members]
    keys = {example.key for example in kept}
    truths = [{**row.model_dump(), "kept": row.key in keys} for row in sorted(_truths(kept), key=lambda row: row.key)]
    write_table(str(out / TRUTH), truths, TRUTH_SCHEMA)
    accounting = Accounting(
        files_found=4,
        files_used=3,
        files_set_aside=1,
        candidates_planned=len(kept) + 2,
        candidates_kept=len(kept),
        candidates_set_aside=2,
    )
    counts = CardCounts.of(row for own in rows.values() for row in own)
    manifest = manifest_of(shards, accounting)
    (out / "README.md").write_text(card_text(manifest, counts, "Painted rectangles.", "jpg"), encoding="utf-8")
    finish_with(out, manifest, [*names, "README.md"])
    return {example.key: example for example in kept}


def _reject(level, key, stage, reason, reject_class):
    return Reject(level=level, key=key, name=key, stage=stage, reason=reason, reject_class=reject_class)


def _truths(examples):
    """Truth rows of the kept, and of one candidate that a filter set aside: a false alarm."""
    rows = [
        TruthRow(
            key=example.key,
            outcome=example.outcome,
            edit_type=example.edit_type,
            truth_iou=example.quality.truth_iou,
            truth_f1=example.quality.truth_f1,
            n_truth=len(example.edit_region),
            n_derived=len(example.edit_region),
            area=round(sum(region.area for region in example.edit_region), 4),
            confidences=[region.confidence for region in example.edit_region],
            hits=[True] * len(example.edit_region),
        )
        for example in examples
    ]
    aside = {"key": "0123456789abcdef-p001-c0", "outcome": "failed", "edit_type": "color_alter"}
    alarms = {"n_derived": 2, "confidences": [0.55, 0.62], "hits": [False, False]}
    return [*rows, TruthRow(**aside, **alarms, truth_iou=0.0, truth_f1=0.0, n_truth=0, area=0.0)]


def finish_with(out, manifest, names):
    """Write a manifest with the hashes of the files."""
    write_manifest(str(out), manifest.model_copy(update={"files": hashes_of(str(out), names)}))


def manifest_of(shards, accounting):
    """A manifest but for the hashes of files."""
    return Manifest(
        schema_version=SCHEMA_VERSION,
        recipe="tiny",
        config_hash="0123456789abcdef",
        seed=7,
        versions={"spatialreward-train": "0.1.0"},
        cpu_features=[],
        accounting=accounting,
        samples={info.split: info.samples for info in shards},
        shards=shards,
        files={},
    )
