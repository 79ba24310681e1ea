"""What the card counts of the metadata rows: they are added some at a time, and not kept."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from schemas.vocabulary import SPLITS, Split

DISTINCT = {"groups": "group_id", "sources": "source_id", "shards": "shard"}
"""Column of the card's table of splits -> column of the rows whose distinct values it counts."""
COUNTED = ("outcome", "edit_type", "editor", "region_method")


class CardCounts:
    """Counts over the kept samples; a group takes some 100 bytes, a sample none."""

    def __init__(self) -> None:
        self.samples: Counter[Split] = Counter()
        self.values: dict[str, Counter[str]] = {column: Counter() for column in COUNTED}
        self.annotators: Counter[str] = Counter()
        """Of judged samples."""
        self.rights: Counter[tuple[str, str]] = Counter()
        """(licence, attribution) -> samples."""
        self.unedited = 0
        """Samples without a region."""
        self.truths = 0
        """Samples with a region and a known truth, over which the sums go."""
        self.truth_iou = self.truth_f1 = 0.0
        self._distinct: dict[tuple[str, str], set[str]] = {
            (split, column): set() for split in SPLITS for column in DISTINCT.values()
        }

    @classmethod
    def of(cls, rows: Iterable[dict[str, Any]]) -> "CardCounts":
        """Return the counts of some rows."""
        counts = cls()
        counts.add(list(rows))
        return counts

    @property
    def splits(self) -> list[Split]:
        """Splits that have samples, in order."""
        return [split for split in SPLITS if self.samples[split]]

    @property
    def judged(self) -> int:
        """Number of judged samples."""
        return self.annotators.total()

    def distinct(self, split: Split) -> dict[str, int]:
        """Return a split's numbers of groups, sources and shards."""
        return {name: len(self._distinct[split, column]) for name, column in DISTINCT.items()}

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Count metadata rows."""
        self.samples.update(row["split"] for row in rows)
        for column, counter in self.values.items():
            counter.update(row[column] for row in rows)
        self.annotators.update(row["annotator"] for row in rows if row["overall"] >= 0)
        self.rights.update((row["license"], row["attribution"]) for row in rows)
        self.unedited += sum(row["n_regions"] == 0 for row in rows)
        known = [row for row in rows if row["truth_iou"] >= 0 and row["n_regions"]]
        self.truths += len(known)
        self.truth_iou += sum(row["truth_iou"] for row in known)
        self.truth_f1 += sum(row["truth_f1"] for row in known)
        for (split, column), seen in self._distinct.items():
            seen.update(row[column] for row in rows if row["split"] == split)
