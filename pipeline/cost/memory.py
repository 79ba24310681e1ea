"""What planning holds in memory, measured on made-up records: duplicates are found and plans made in one process."""

import tracemalloc
from collections.abc import Sequence
from hashlib import sha256

from pipeline.config import Recipe
from pipeline.mixture import deals_of
from schemas.plan import SourceItem, SourceRecord
from transforms.dedup.sources import deduplicate_sources
from transforms.splits.assign import split_groups
from transforms.splits.plan import plan_sources

FEW, MANY = 100, 400
"""Sources of the two measurements whose difference is the slope."""
DETAIL = 740
"""Letters of the detail of a picture before a plain ground; others have half of them."""


def planning_bytes(items: Sequence[SourceItem], recipe: Recipe, programs_per_source: float) -> float:
    """Return the bytes of Python objects that planning holds at its peak for one more source.

    Args:
        items: sources, of which records are made up: other identities and hashes, sizes of a photo.
        recipe: to plan for.
        programs_per_source: how many programs a source gets in the build that is planned.
    """
    few, many = (_peak(items, recipe, count, programs_per_source) for count in (FEW, MANY))
    return (many - few) / (MANY - FEW)


def _peak(items: Sequence[SourceItem], recipe: Recipe, count: int, programs_per_source: float) -> int:
    whole = deals_of(recipe)
    planned = sum(deal.budget.programs for deal in whole)
    wanted = recipe.num_examples or sum(part.examples for part in recipe.mixture) or count
    examples = max(1, round(wanted * count * programs_per_source / planned))
    deals = deals_of(recipe.model_copy(update={"num_examples": examples}))
    tracemalloc.start()
    try:
        records = [_made_up(items[index % len(items)], index) for index in range(count)]
        groups = deduplicate_sources(records, [], recipe.dedup).groups
        plans = plan_sources(groups, split_groups(groups, recipe.splits, recipe.seed), deals, recipe.seed)
        peak = tracemalloc.get_traced_memory()[1]
        assert plans or not groups
        return peak
    finally:
        tracemalloc.stop()


def _made_up(item: SourceItem, index: int) -> SourceRecord:
    digits = sha256(f"planning {index}".encode()).hexdigest()
    return SourceRecord(
        source_id=digits[:16],
        item=item.model_copy(update={"name": f"{item.name}-{index}", "scene": "-"}),
        width=1024,
        height=768,
        dhash=digits[16:32],
        dhash_mirrored=digits[32:48],
        detail=(digits * 12)[:DETAIL],
    )
