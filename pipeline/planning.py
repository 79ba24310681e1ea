"""From opened sources to what is made of them: duplicates merged, splits assigned, programs planned."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.config import Recipe, config_hash
from pipeline.dataset import DataSet
from pipeline.extend import known_sources
from pipeline.mixture import deals_of
from schemas.errors import UserError
from schemas.plan import SourcePlan, SourceRecord, is_pair_key
from schemas.reject import Reject
from schemas.sources import SourceRow
from transforms.dedup.hash_lists import HashList
from transforms.dedup.known import bind_cutouts, set_known_aside, settle_groups, source_rows
from transforms.dedup.near import PairSearch
from transforms.dedup.sources import deduplicate_sources, group_cutouts
from transforms.sources.read import BUNDLED
from transforms.splits.assign import split_groups, split_notes
from transforms.splits.plan import plan_sources


class NothingUsableError(UserError):
    """No source can be used. Attributes: rejects, a row for each."""

    def __init__(self, message: str, rejects: Sequence[Reject]) -> None:
        super().__init__(message)
        self.rejects = rejects


@dataclass(frozen=True)
class Planned:
    """What pass 1 leads to: what to make, the rows of what was set aside, and those of the sources."""

    plans: tuple[SourcePlan, ...]
    rejects: tuple[Reject, ...]
    sources: tuple[SourceRow, ...]
    files_found: int
    files_used: int
    config_hash: str
    largest_near: int
    """Sources of the largest group of near duplicates."""
    embedder_sha256: str
    cleaned: dict[str, int]
    """What was changed in texts of the sources used -> number of texts."""
    largest_group: int = 0
    """Pairs of the largest group of those that share pictures or a scene."""
    notes: tuple[str, ...] = ()
    """Where such groups keep the splits from their quotas."""


SHOWN = 3
"""Reasons of which a message shows the first row."""


@dataclass(frozen=True)
class Beside:
    """What sources are compared with and by.

    Attributes:
        lists: of benchmarks to keep away from.
        embeddings: source_id -> float16 [D], of length 1; empty without a model.
        embedder_sha256: of the model, `-` for none.
        old: a data set that is extended, or None.
        search: who finds near duplicates.
    """

    lists: Sequence[HashList]
    embeddings: Mapping[str, np.ndarray]
    embedder_sha256: str
    old: DataSet | None
    search: PairSearch


def plan_build(
    recipe: Recipe,
    sources: Sequence[str],
    found: int,
    opened: Sequence[SourceRecord | Reject],
    beside: Beside,
) -> Planned:
    """Plan a build.

    Args:
        recipe: of the build.
        sources: as the user gave them, to be named in messages.
        found: how many sources were found.
        opened: what became of every one of them.
        beside: what they are compared with and by.

    Raises:
        NothingUsableError: no source is usable.
        UserError: nearly all are alike, or nobody said how many examples.
    """
    records = [entry for entry in opened if isinstance(entry, SourceRecord)]
    unusable = [entry for entry in opened if isinstance(entry, Reject)]
    old, search = beside.old, beside.search
    known = known_sources(old) if old else []
    radius = recipe.dedup.radius
    other = set_known_aside([r for r in records if r.item.cutout is None], known, recipe.dedup, search)
    lent_beside = bind_cutouts([r for r in records if r.item.cutout], known, radius, search)
    deduplicated = deduplicate_sources(other.records, beside.lists, recipe.dedup, search, beside.embeddings)
    cutouts = group_cutouts(lent_beside.records, radius, search)
    settled = settle_groups(deduplicated.groups, other.bound)
    settled_lent = settle_groups(cutouts.groups, lent_beside.bound)
    rejects = [*unusable, *other.rejects, *lent_beside.rejects, *deduplicated.rejects, *cutouts.rejects]
    rejects += [*settled.rejects, *settled_lent.rejects]
    used = [record for group in settled.groups for record in group.sources]
    lent = [record for group in settled_lent.groups for record in group.sources]
    if not used:
        raise NothingUsableError(_nothing_usable(sources, rejects), rejects)
    if recipe.num_examples is None and not recipe.mixture and not all(record.item.pair for record in used):
        raise UserError(f"recipe {recipe.name}: num_examples is missing; say how many with --num-examples N")
    filled = Counter(row.split for row in known if row.kind == "photo")
    filled.update(row["split"] for row in (old.rows if old else ()) if is_pair_key(row["key"]))
    splits = split_groups(settled.groups, recipe.splits, recipe.seed, filled, settled.joins)
    lent_splits = split_groups(settled_lent.groups, recipe.splits, recipe.seed, {}, settled_lent.joins)
    plans = plan_sources(settled.groups, splits, deals_of(recipe), recipe.seed, settled_lent.groups, lent_splits)
    rows = source_rows(settled.groups, splits, settled.joins)
    rows += source_rows(settled_lent.groups, lent_splits, settled_lent.joins)
    files = [*used, *lent]
    contents = [*map(_content, files), *([old.manifest_sha256] if old else [])]
    contents += [f"{one.benchmark} {one.sha256}" for one in beside.lists] + [beside.embedder_sha256]
    return Planned(
        plans=tuple(plans),
        rejects=tuple(rejects),
        sources=tuple(rows),
        files_found=found,
        files_used=len(files),
        config_hash=config_hash(recipe, contents),
        largest_near=deduplicated.largest,
        embedder_sha256=beside.embedder_sha256,
        largest_group=deduplicated.largest_group,
        notes=split_notes(settled.groups, splits, recipe.splits, filled),
        cleaned=_cleaned(files),
    )


def _cleaned(records: Sequence[SourceRecord]) -> dict[str, int]:
    return dict(sorted(Counter(kind for record in records for kind in record.item.cleaned).items()))


def _content(record: SourceRecord) -> str:
    """Return all of a source that decides bytes: its pixels and what is said of it, not where it lies."""
    said = record.item.model_dump_json(exclude={"uri": True, "base_length": True, "pair": {"edited_uri"}})
    return f"{said} {record.source_id} {record.edited_sha256}"


def _nothing_usable(sources: Sequence[str], rejects: Sequence[Reject]) -> str:
    counts = Counter(reject.reason for reject in rejects)
    reasons = ", ".join(f"{reason} {count}" for reason, count in counts.most_common())
    firsts = {reject.reason: reject for reject in reversed(rejects)}
    examples = "; ".join(
        f"{firsts[reason].name} ({reason}: {firsts[reason].detail})" for reason in list(counts)[:SHOWN]
    )
    given = " ".join(sources) or BUNDLED
    return f"--sources {given}: no usable source among {len(rejects)} ({reasons}); first: {examples}"
