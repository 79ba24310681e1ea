"""The figures of a finished data set, all counted from its rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from pipeline.dataset import DataSet, open_dataset
from pipeline.report.near import largest_group, near_line
from pipeline.report.truth import TruthAgreement, truth_agreement
from pipeline.report.worth import AXES, Worth, worth_of
from schemas.manifest import Accounting, ComponentCount
from schemas.vocabulary import EDIT_TYPES, OUTCOMES, SPLITS

SCORE_COLUMNS = (*AXES, "overall")


@dataclass(frozen=True)
class SetAside:
    """Rows of `rejected.parquet` with one stage and reason."""

    level: str
    stage: str
    reason: str
    reject_class: str
    count: int


@dataclass(frozen=True)
class SplitFigures:
    """What one split holds."""

    name: str
    samples: int
    groups: int
    sources: int
    shards: int
    bytes: int


@dataclass(frozen=True)
class Spread:
    """Quantiles of a score: 10 %, median, 90 %."""

    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Summary:
    """All that the summary prints.

    Attributes:
        out, recipe: which data set.
        accounting: both equations.
        set_aside: files, then candidates, the most frequent first.
        splits: those that hold something.
        outcomes, edit_types: value -> split -> samples, in the vocabulary's order.
        scores: column -> spread over the judged samples; empty when nothing was judged.
        regions: number of regions -> samples.
        group_sizes: size -> groups.
        disagreements, pairs: pairs of one group whose rank and overall disagree, and all pairs of groups.
        largest_near_duplicates: size of the largest group of near-duplicate sources, 1 without any.
        near_duplicates: what to say of them, `-` where they are few.
        largest_group: pairs of the largest group that shares pictures or a scene, 0 without pairs.
        notes: where such groups keep the splits from their quotas, a line each.
        truth: None where no truth is known.
        worth: use of the scores, twins, variety; None where nothing was judged.
        mixture: what each component was to have, and has.
        cleaned: what was changed in texts of the sources -> number of texts.
    """

    out: str
    recipe: str
    accounting: Accounting
    set_aside: tuple[SetAside, ...]
    splits: tuple[SplitFigures, ...]
    outcomes: dict[str, dict[str, int]]
    edit_types: dict[str, dict[str, int]]
    scores: dict[str, Spread]
    regions: dict[int, int]
    group_sizes: dict[int, int]
    disagreements: int
    pairs: int
    largest_near_duplicates: int
    near_duplicates: str
    largest_group: int
    notes: tuple[str, ...]
    truth: TruthAgreement | None
    worth: Worth | None
    mixture: tuple[ComponentCount, ...]
    cleaned: dict[str, int]


def summarise(out: str) -> Summary:
    """Count everything there is to say about a finished data set.

    Raises:
        UserError: `out` is no finished data set.
    """
    return summarise_dataset(open_dataset(out))


def summarise_dataset(data: DataSet) -> Summary:
    """Count everything there is to say about an open data set."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in data.rows:
        groups[row["group_id"]].append(row)
    pairs = [pair for members in groups.values() for pair in combinations(members, 2)]
    return Summary(
        out=data.out,
        recipe=data.manifest.recipe,
        accounting=data.manifest.accounting,
        set_aside=_set_aside(data.rejects),
        splits=tuple(_split(data, split) for split in SPLITS if data.manifest.samples.get(split)),
        outcomes=_by_split(data.rows, "outcome", OUTCOMES),
        edit_types=_by_split(data.rows, "edit_type", EDIT_TYPES),
        scores=_scores(data.rows),
        regions=_sorted_counts(row["n_regions"] for row in data.rows),
        group_sizes=_sorted_counts(len(members) for members in groups.values()),
        disagreements=sum(_disagree(a, b) for a, b in pairs),
        pairs=len(pairs),
        largest_near_duplicates=largest_group(data.rejects),
        near_duplicates=near_line(data.rejects, data.manifest),
        largest_group=max(0, data.manifest.largest_group),
        notes=data.manifest.notes,
        truth=truth_agreement(data.truths),
        worth=worth_of(data.rows),
        mixture=tuple(data.manifest.mixture),
        cleaned=dict(data.manifest.cleaned),
    )


def _set_aside(rejects: Sequence[dict[str, Any]]) -> tuple[SetAside, ...]:
    counts = Counter((row["level"], row["stage"], row["reason"], row["class"]) for row in rejects)
    order = sorted(counts, key=lambda kind: (kind[0] != "file", -counts[kind], kind))
    return tuple(SetAside(*kind, counts[kind]) for kind in order)


def _split(data: DataSet, split: str) -> SplitFigures:
    rows = [row for row in data.rows if row["split"] == split]
    shards = [info for info in data.manifest.shards if info.split == split]
    return SplitFigures(
        name=split,
        samples=len(rows),
        groups=len({row["group_id"] for row in rows}),
        sources=len({row["source_id"] for row in rows}),
        shards=len(shards),
        bytes=sum(info.bytes for info in shards),
    )


def _by_split(rows: Sequence[dict[str, Any]], column: str, order: Sequence[str]) -> dict[str, dict[str, int]]:
    counts = Counter((row[column], row["split"]) for row in rows)
    table: dict[str, dict[str, int]] = {
        value: {split: counts[value, split] for split in SPLITS if counts[value, split]} for value in order
    }
    return {value: line for value, line in table.items() if line}


def _scores(rows: Sequence[dict[str, Any]]) -> dict[str, Spread]:
    judged = [row for row in rows if row["overall"] >= 0]
    if not judged:
        return {}
    values = {name: np.quantile([row[name] for row in judged], (0.1, 0.5, 0.9)) for name in SCORE_COLUMNS}
    return {name: Spread(*(float(value) for value in found)) for name, found in values.items()}


def _sorted_counts(values: Iterable[int]) -> dict[int, int]:
    return dict(sorted(Counter(values).items()))


def _disagree(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return bool((a["rank"] - b["rank"]) * (a["overall"] - b["overall"]) > 0)
