"""Which split a leak group goes to, decided before anything is rendered."""

from collections import Counter
from collections.abc import Mapping, Sequence

from schemas.keys import digest
from schemas.sources import SourceRow
from schemas.vocabulary import SPLITS, Split
from transforms.dedup.sources import LeakGroup
from transforms.splits.config import SplitsConfig


def assign_splits(
    group_sizes: Mapping[str, int],
    config: SplitsConfig,
    seed: int,
    filled: Mapping[Split, int] | None = None,
    fixed: Mapping[str, Split] | None = None,
) -> dict[str, Split]:
    """Deal groups, in hash order, to the split that is furthest below its quota.

    "Furthest below" is relative to the quota, so every split with a quota gets a group as soon as there is one
    to give: with three groups, each split has one.

    Args:
        group_sizes: group id -> number of sources in it.
        config: the quotas.
        seed: the recipe's.
        filled: sources that each split has already.
        fixed: groups whose split is decided already.
    """
    quotas: dict[Split, float] = {split: getattr(config, split) for split in SPLITS if getattr(config, split) > 0}
    fill = Counter(filled)
    result = dict(fixed or {})
    for group, split in result.items():
        fill[split] += group_sizes[group]
    for group in sorted(group_sizes.keys() - result.keys(), key=lambda group: split_order(group, seed)):
        split = min(quotas, key=lambda name: (fill[name] / quotas[name], -quotas[name]))
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
    sizes = {group.group_id: len({record.source_id for record in group.sources}) for group in groups}
    return assign_splits(sizes, config, seed, filled, {name: row.split for name, row in (joins or {}).items()})


def split_order(group_id: str, seed: int) -> str:
    """Return the sort key in which groups are dealt: a hash, so that nothing but the seed decides."""
    return digest(seed, "split", group_id)
