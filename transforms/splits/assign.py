"""Which split a leak group goes to, decided before anything is rendered."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median_low

from schemas.keys import digest
from schemas.sources import SourceRow
from schemas.vocabulary import SPLITS, Split
from transforms.dedup.sources import LeakGroup
from transforms.splits.config import SplitsConfig

MUCH_LARGER = 3
"""A group of more than so many times the usual size is dealt before the others, and to a split that it fits into."""


def assign_splits(
    group_sizes: Mapping[str, int],
    config: SplitsConfig,
    seed: int,
    filled: Mapping[Split, int] | None = None,
    fixed: Mapping[str, Split] | None = None,
) -> dict[str, Split]:
    """Deal groups, in hash order, to the split that is furthest below its quota.

    "Furthest below" is relative to the quota, so every split with a quota gets a group as soon as there is one
    to give: with three groups, each split has one. A group that is much larger than most and than a split's share, such
    as pairs that all share pictures, would make that split the largest: such groups come first, each to a split whose
    share holds it, or to that with the largest quota.

    Args:
        group_sizes: group id -> number of photos and pairs in it.
        config: the quotas.
        seed: the recipe's.
        filled: photos and pairs that each split has already.
        fixed: groups whose split is decided already.
    """
    quotas: dict[Split, float] = {split: getattr(config, split) for split in SPLITS if getattr(config, split) > 0}
    fill = Counter(filled)
    result = dict(fixed or {})
    for group, split in result.items():
        fill[split] += group_sizes[group]
    total = sum((*group_sizes.values(), *(filled or {}).values()))
    usual = median_low(group_sizes.values()) if group_sizes else 0

    def fitting(group: str) -> list[Split]:
        size = group_sizes[group]
        fit = [split for split, quota in quotas.items() if size <= max(quota * total, MUCH_LARGER * usual)]
        return fit or [max(quotas, key=lambda split: quotas[split])]

    open_groups = group_sizes.keys() - result.keys()
    for group in sorted(open_groups, key=lambda group: (len(fitting(group)), split_order(group, seed))):
        split = min(fitting(group), key=lambda name: (fill[name] / quotas[name], -quotas[name]))
        result[group] = split
        fill[split] += group_sizes[group]
    return result


def split_groups(
    groups: Sequence[LeakGroup],
    config: SplitsConfig,
    seed: int,
    filled: Mapping[Split, int] | None = None,
    joins: Mapping[str, SourceRow] | None = None,
) -> dict[str, Split]:
    """Return group_id -> split of leak groups.

    Args:
        groups: of sources.
        config, seed, filled: see `assign_splits`.
        joins: group_id -> the source of an extended data set whose split it shares.
    """
    sizes = {group.group_id: len(group.sources) for group in groups}
    return assign_splits(sizes, config, seed, filled, {name: row.split for name, row in (joins or {}).items()})


def split_notes(
    groups: Sequence[LeakGroup],
    splits: Mapping[str, Split],
    config: SplitsConfig,
    filled: Mapping[Split, int] | None = None,
) -> tuple[str, ...]:
    """Say, a line each, where groups keep splits from their quotas: one of pairs that is too large, too few for all.

    Args:
        groups: of sources, one at least.
        splits: group_id -> split.
        config: the quotas.
        filled: photos and pairs that each split has already.
    """
    quotas = {split: getattr(config, split) for split in SPLITS if getattr(config, split) > 0}
    largest = max(groups, key=lambda group: (len(group.sources), group.group_id))
    rows, size = sum(len(group.sources) for group in groups), len(largest.sources)
    over = [f"{split} ({quota:.0%})" for split, quota in quotas.items() if size > quota * rows]
    notes = []
    if over and size > 1 and any(record.item.pair for record in largest.sources):
        notes.append(
            f"{size} of {rows} rows share pictures or a scene, one with the next, and so a split, "
            f"{splits[largest.group_id]}: more than the share of {', '.join(over)}; with more pairs of other pictures "
            "splits come nearer to their quotas"
        )
    if empty := [split for split in quotas if split not in {*splits.values(), *(filled or {})}]:
        notes.append(
            f"nothing is left for {', '.join(empty)}: {len(quotas)} splits, and {len(groups)} groups of rows that "
            "share no picture or scene"
        )
    return tuple(notes)


def split_order(group_id: str, seed: int) -> str:
    """Return the sort key in which groups are dealt: a hash, so that nothing but the seed decides."""
    return digest(seed, "split", group_id)
