"""Which split a leak group goes to, decided before anything is rendered."""

from collections.abc import Mapping

from schemas.keys import digest
from schemas.vocabulary import SPLITS, Split
from transforms.splits.config import SplitsConfig


def assign_splits(group_sizes: Mapping[str, int], config: SplitsConfig, seed: int) -> dict[str, Split]:
    """Deal groups, in hash order, to the split that is furthest below its quota.

    "Furthest below" is relative to the quota, so every split with a quota gets a group as soon as there is one
    to give: with three groups, each split has one.

    Args:
        group_sizes: group id -> number of sources in it.
        config: the quotas.
        seed: the recipe's.
    """
    quotas: dict[Split, float] = {split: getattr(config, split) for split in SPLITS if getattr(config, split) > 0}
    filled = dict.fromkeys(quotas, 0)
    result: dict[str, Split] = {}
    for group in sorted(group_sizes, key=lambda group: split_order(group, seed)):
        split = min(quotas, key=lambda name: (filled[name] / quotas[name], -quotas[name]))
        result[group] = split
        filled[split] += group_sizes[group]
    return result


def split_order(group_id: str, seed: int) -> str:
    """Return the sort key in which groups are dealt: a hash, so that nothing but the seed decides."""
    return digest(seed, "split", group_id)
