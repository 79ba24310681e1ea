"""One flat row per kept sample: what one filters and counts by without opening a shard."""

from typing import Any

from schemas.example import Example, Model
from schemas.vocabulary import EditType, Outcome, Split


class MetadataRow(Model):
    """A row of `metadata/SPLIT.parquet`; every value follows from the sample's JSON and its place."""

    key: str
    split: Split
    shard: str
    source_id: str
    group_id: str
    group_size: int
    rank: int
    instruction: str
    edit_type: EditType
    outcome: Outcome
    n_edits: int
    n_regions: int
    n_unrequested: int
    """Regions of kind collateral or artifact."""
    region_area: float
    """Sum of the regions' visible areas, share of the edited frame."""
    instruction_following: int
    over_editing: int
    naturalness: int
    artifacts: int
    overall: float
    reward: float
    truth_iou: float
    truth_f1: float
    registration_px: float
    noise_floor: float
    severity_instruction_following: float
    severity_over_editing: float
    severity_naturalness: float
    severity_artifacts: float
    source_width: int
    source_height: int
    source_sha256: str
    edited_width: int
    edited_height: int
    edited_sha256: str
    source_ids: list[str]
    source_dataset: str
    license: str
    attribution: str
    editor: str
    region_method: str
    annotator: str
    component: str


def metadata_row(example: Example, split: Split, shard: str) -> dict[str, Any]:
    """Return the metadata row of an example.

    Args:
        example: as it stands in the shard, rank and group size final.
        split: the split of its shard.
        shard: path of the shard relative to the data set.
    """
    return MetadataRow(
        split=split, shard=shard, **_plain(example), **_counted(example), **_images(example)
    ).model_dump()


def _plain(example: Example) -> dict[str, Any]:
    """Values copied as they are: a column that bears the name of a field is that field."""
    judgement = example.judgement
    following, over_editing = judgement.semantic_consistency.score
    naturalness, artifacts = judgement.perceptual_quality.score
    found = {
        **dict(example),
        **dict(example.quality),
        **dict(example.provenance),
        "overall": judgement.overall,
        "reward": judgement.reward,
        "instruction_following": following,
        "over_editing": over_editing,
        "naturalness": naturalness,
        "artifacts": artifacts,
    }
    return {name: found[name] for name in MetadataRow.model_fields if name in found}


def _counted(example: Example) -> dict[str, Any]:
    regions = example.edit_region
    return {
        "n_edits": len(example.edits),
        "n_regions": len(regions),
        "n_unrequested": sum(region.kind in ("collateral", "artifact") for region in regions),
        "region_area": round(sum(region.area for region in regions), 4),
    }


def _images(example: Example) -> dict[str, Any]:
    return {
        f"{name}_{field}": value for name, info in dict(example.images).items() for field, value in dict(info).items()
    }
