"""The line on near duplicates: said when they take more than a few per cent of the sources."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from schemas.manifest import Manifest

NEAR_DUPLICATES = ("near_duplicate_source", "near_known_source")
"""Reasons of sources that were rejected because they are nearly another one."""
WORTH_SAYING = 0.03
"""Share of the sources above which near duplicates are spoken of."""
NAMED = 3


def largest_group(rejects: Sequence[dict[str, Any]]) -> int:
    """Return the size of the largest group of near duplicates, 1 without any: each row's detail names who stayed."""
    return 1 + max(_by_detail(rejects).values(), default=0)


def near_line(rejects: Sequence[dict[str, Any]], manifest: Manifest) -> str:
    """Return what to say of near duplicates, `-` where they take no more than `WORTH_SAYING` of the sources.

    Args:
        rejects: rows of `rejected.parquet`.
        manifest: of the data set.
    """
    groups = _by_detail(rejects)
    count, found = groups.total(), manifest.accounting.files_found
    if count <= WORTH_SAYING * found:
        return "-"
    detail, size = max(groups.items(), key=lambda group: (group[1], group[0]))
    names = [row["name"] for row in rejects if row["reason"] in NEAR_DUPLICATES and row["detail"] == detail][:NAMED]
    return (
        f"Near duplicates: {count} of {found} sources ({count / found:.0%}) were rejected as nearly equal to another. "
        f"The largest group has {size + 1}: {', '.join(names)}{' ...' if size > len(names) else ''} are "
        f"{detail}. Look at these; if they show different things, set a lower dedup.radius (it is "
        f"{manifest.near_radius}; 0 is the strictest)."
    )


def _by_detail(rejects: Sequence[dict[str, Any]]) -> Counter[str]:
    return Counter(row["detail"] for row in rejects if row["reason"] in NEAR_DUPLICATES)
