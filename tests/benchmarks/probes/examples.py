"""What the probes know of each example: its row, its statistics, its members' sizes and places."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.probes.removals import removal_ratio
from benchmarks.probes.seams import seam_rows
from benchmarks.probes.statistics import image_statistics
from pipeline.dataset import DataSet, open_dataset
from pipeline.pool import worker_pool
from schemas.keys import rng_for

PLANTED_SIGMA = 2.0
"""Standard deviation, in levels, of the noise that is planted on faithful edits."""
LABELS = ("json", "mask.png")
"""Members that state the answer."""
BORDERS = {
    ("faithful", "subject-add"): "edit",
    ("faithful", "subject-replace"): "edit",
    ("reversed", "subject-remove"): "own",
    ("reversed", "subject-replace"): "own",
}
"""Outcome and edit type -> whose border a region has in the edited image: that of something new, or of a thing that
was there before any edit, its region derived in the same way, shadow included."""
CROP = 128
"""Side of the crop that the small network sees."""


@dataclass(frozen=True, eq=False)
class Facts:
    """One example.

    Attributes:
        row: of the metadata.
        scene: the photo or rendered scene that was edited: folds are cut along it.
        source, edited, planted: statistics; `planted` is that of the edited image, with noise where it is faithful.
        members: sizes in bytes by suffix, the place in its shard and in its group as it is read.
        crops: uint8 [2, 128, 128, 3], of the edited image, and of the same planted.
        seams: statistics along borders, see `seam_rows`.
        removal: see `removal_ratio`; None where nothing was removed.
    """

    row: dict[str, Any]
    scene: str
    source: dict[str, float]
    edited: dict[str, float]
    planted: dict[str, float]
    members: dict[str, float]
    crops: np.ndarray
    seams: list[tuple[str, dict[str, float]]]
    removal: float | None


Rows = dict[str, dict[str, Any]]
"""Rows of the metadata by key."""


def rows_by_shard(data: DataSet) -> dict[str, Rows]:
    """Return the rows of each shard, the shards sorted."""
    found: dict[str, Rows] = {}
    for row in data.rows:
        found.setdefault(row["shard"], {})[row["key"]] = row
    return dict(sorted(found.items()))


def read_examples(out: str, by_shard: dict[str, Rows], jobs: int, done: Callable[[], None]) -> list[Facts]:
    """Read every example of a data set; `done` is called after each shard."""
    found: list[Facts] = []
    with worker_pool(jobs) as pool:
        for part in pool.map(_read_shard, [(out, shard, rows) for shard, rows in by_shard.items()]):
            found += part
            done()
    return found


def _read_shard(task: tuple[str, str, Rows]) -> list[Facts]:
    out, shard, rows = task
    return list(_facts(open_dataset(out).samples(shard), rows))


def _facts(samples: Iterator[Any], rows: Rows) -> Iterator[Facts]:
    groups: dict[str, int] = {}
    for place, sample in enumerate(samples):
        row = rows[sample.key]
        source, edited = sample.image("source"), sample.image("edited")
        planted = edited
        if row["outcome"] == "faithful":
            noise = rng_for(row["key"], "planted").normal(0, PLANTED_SIGMA, edited.shape)
            planted = np.clip(np.rint(edited + noise), 0, 255).astype(np.uint8)
        groups[row["group_id"]] = groups.get(row["group_id"], -1) + 1
        sizes = {
            f"bytes.{suffix}": float(len(content)) for suffix, content in sample.members.items() if suffix not in LABELS
        }
        members = {
            **sizes,
            "place": float(place),
            "place.group": float(groups[row["group_id"]]),
            "group_size": float(row["group_size"]),
            "width": float(row["edited_width"]),
            "height": float(row["edited_height"]),
            "key.candidate": float(row["key"].rpartition("-c")[2]) if "-c" in row["key"] else -1.0,
        }
        at = rng_for(row["key"], "crop").random(2)
        kind = BORDERS.get((row["outcome"], row["edit_type"]))
        is_removal = row["outcome"] == "faithful" and row["edit_type"] == "subject-remove"
        yield Facts(
            row=row,
            scene=row["source_ids"][0],
            source=image_statistics(source),
            edited=image_statistics(edited),
            planted=image_statistics(planted),
            members=members,
            crops=np.stack([_crop(edited, at), _crop(planted, at)]),
            seams=seam_rows(edited, sample.label_map() > 0, kind, rng_for(row["key"], "seams")) if kind else [],
            removal=removal_ratio(edited, sample.label_map() > 0) if is_removal else None,
        )


def _crop(rgb: np.ndarray, at: np.ndarray) -> np.ndarray:
    height, width = rgb.shape[:2]
    pad = ((0, max(0, CROP - height)), (0, max(0, CROP - width)), (0, 0))
    rgb = np.pad(rgb, pad, mode="reflect") if height < CROP or width < CROP else rgb
    y, x = (int(a * (side - CROP + 1)) for a, side in zip(at, rgb.shape[:2], strict=True))
    return rgb[y : y + CROP, x : x + CROP]
