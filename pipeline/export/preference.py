"""Preference pairs for ranking losses: of one source and instruction, the better and the worse edited image."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from pipeline.dataset import Sample, open_dataset
from pipeline.train.special_tokens import FOR_TRAINERS, reason_for
from schemas.errors import UserError
from transforms import storage

SOURCE, EDITED = "source", "edited"


@dataclass(frozen=True)
class Exported:
    """What an export did.

    Attributes:
        pairs: written.
        ties, disagreements: pairs left out as ties, and as those whose rank and overall disagree.
        special: pairs left out for a special token in their instruction, by reason.
    """

    pairs: int
    ties: int
    disagreements: int
    special: dict[str, int]


def export_preferences(out: str, target: Path, images: Path | None, disagreeing: bool, console: Console) -> Exported:
    """Write one JSON line per pair of a group, sorted by split, shard and key.

    A line holds `source`, `better` and `worse` (`SHARD.tar#MEMBER`, or paths relative to the file when `images` is
    given), `instruction`, `margin` (difference of overall, 0..10), `key_better`, `key_worse`, `outcome_better`,
    `outcome_worse`, `split` and `group_id`. Candidates of one group have one source and one instruction; those of a
    source twin have another source and are never paired with it. One shard is in memory at a time.

    Args:
        out: folder of a finished data set.
        target: the `.jsonl` file.
        images: folder to write the images into, None to refer to the shards' members.
        disagreeing: also write pairs of which the better ranked one has the lower overall.
        console: where progress goes.

    Raises:
        UserError: no finished data set, or one that nobody judged.
    """
    data = open_dataset(out)
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in data.rows:
        if row["overall"] >= 0:
            groups.setdefault((row["shard"], row["group_id"]), []).append(row)
    if not groups:
        raise UserError(f"{out}: no example has a judgement, so none is better than another")
    by_shard: dict[str, list[list[dict[str, Any]]]] = {}
    for (shard, _), members in sorted(groups.items()):
        by_shard.setdefault(shard, []).append(sorted(members, key=lambda row: row["key"]))
    counts, special = {"pairs": 0, "ties": 0, "disagreements": 0}, Counter[str]()
    with storage.atomic_writer(str(target)) as stream:
        for shard in track(sorted(by_shard), "Pairs", console=console, transient=True):
            pairs = list(_pairs(by_shard[shard], counts, special, disagreeing))
            names = _names(data.samples(shard), shard, pairs, target, images)
            for better, worse in pairs:
                stream.write(_line(better, worse, names).encode())
            counts["pairs"] += len(pairs)
    return Exported(**counts, special=dict(sorted(special.items())))


def _pairs(
    groups: list[list[dict[str, Any]]], counts: dict[str, int], special: Counter[str], disagreeing: bool
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for members in groups:
        if token := FOR_TRAINERS.first_in(members[0]["instruction"]):
            if pairs := len(members) * (len(members) - 1) // 2:
                special[reason_for(token)] += pairs
            continue
        for pair in combinations(members, 2):
            better, worse = sorted(pair, key=lambda row: row["rank"])
            if better["rank"] == worse["rank"]:
                counts["ties"] += 1
            elif better["overall"] < worse["overall"] and not disagreeing:
                counts["disagreements"] += 1
            else:
                yield better, worse


def _names(
    samples: Iterator[Sample],
    shard: str,
    pairs: list[tuple[dict[str, Any], dict[str, Any]]],
    target: Path,
    images: Path | None,
) -> dict[tuple[str, str], str]:
    """Return what to call each image of the pairs, by key and member; images are written if a folder is given."""
    wanted = {row["key"] for pair in pairs for row in pair}
    names = {}
    for sample in samples:
        if sample.key not in wanted:
            continue
        for suffix, content in sample.members.items():
            member = suffix.partition(".")[0]
            if member not in (SOURCE, EDITED):
                continue
            file = f"{sample.key}.{suffix}"
            names[sample.key, member] = f"{shard}#{file}"
            if images is not None:
                storage.write_bytes(str(images / file), content)
                names[sample.key, member] = _relative(images / file, target)
    return names


def _relative(path: Path, target: Path) -> str:
    folder = target.parent.resolve()
    whole = path.resolve()
    return whole.relative_to(folder).as_posix() if whole.is_relative_to(folder) else whole.as_posix()


def _line(better: dict[str, Any], worse: dict[str, Any], names: dict[tuple[str, str], str]) -> str:
    record = {
        "source": names[better["key"], SOURCE],
        "instruction": better["instruction"],
        "better": names[better["key"], EDITED],
        "worse": names[worse["key"], EDITED],
        "margin": round(better["overall"] - worse["overall"], 4),
        "key_better": better["key"],
        "key_worse": worse["key"],
        "outcome_better": better["outcome"],
        "outcome_worse": worse["outcome"],
        "split": better["split"],
        "group_id": better["group_id"],
    }
    return json.dumps(record, ensure_ascii=False) + "\n"
