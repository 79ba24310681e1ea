"""Which examples a report shows: a fixed choice in hash order, so that every run shows the same ones."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from schemas.keys import digest
from schemas.vocabulary import OUTCOMES


def in_hash_order(keys: Iterable[str]) -> list[str]:
    """Return keys in an order that has nothing to do with how they were made."""
    return sorted(keys, key=lambda key: digest("report", key))


def keys_by_outcome(rows: Iterable[dict[str, Any]], per_outcome: int) -> dict[str, list[str]]:
    """Return outcome -> at most `per_outcome` keys; outcomes in the vocabulary's order, those without rows left out."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[row["outcome"]].append(row["key"])
    return {outcome: in_hash_order(found[outcome])[:per_outcome] for outcome in OUTCOMES if found[outcome]}


def spread_over_groups(rows: Sequence[dict[str, Any]], count: int) -> list[str]:
    """Return whole groups in hash order, best candidate first, until `count` keys stand."""
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in rows:
        groups[row["group_id"]].append((row["rank"], row["key"]))
    chosen: list[str] = []
    for group_id in in_hash_order(groups):
        if len(chosen) >= count:
            break
        chosen += [key for _, key in sorted(groups[group_id])]
    return chosen
