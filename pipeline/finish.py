"""The end of a build: accounting checked, then metadata, card, and the manifest last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.config import DISTRIBUTION
from pipeline.publish.card import CARD, CardFacts, card_text
from schemas.example import SCHEMA_VERSION, canonical_json
from schemas.manifest import Accounting, ComponentCount, Manifest, ShardInfo
from schemas.reject import Reject
from schemas.staging import TruthRow
from schemas.vocabulary import SPLITS
from transforms import storage
from transforms.shards.metadata import write_metadata, write_rejects, write_truth
from transforms.splits.quotas import Counted, Target, count

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class PlannedComponent:
    """A component of the mixture. Attributes: what it is to have, candidates planned, photos edited for it."""

    target: Target
    planned: int
    sources: int


@dataclass(frozen=True)
class BuildFacts:
    """What the finish needs to know of the run; nothing here names a time, host or path.

    Attributes:
        files_found: items that the source readers found.
        planned: candidates planned.
        components: of the mixture, in the recipe's order; one without a name where it has none.
    """

    recipe: str
    description: str
    config_hash: str
    seed: int
    image_format: str
    versions: dict[str, str]
    cpu_features: list[str]
    files_found: int
    files_used: int
    planned: int
    components: tuple[PlannedComponent, ...]


class AccountingError(RuntimeError):
    """Something was lost or counted twice; no manifest is written."""


def account(facts: BuildFacts, kept: int, rejects: Iterable[Reject]) -> Accounting:
    """Return the accounting after checking both equations.

    Raises:
        AccountingError: found != used + set aside, or planned != kept + set aside, or a key has two fates.
    """
    keys = [(reject.level, reject.key) for reject in rejects]
    if len(set(keys)) != len(keys):
        twice = sorted({key for key in keys if keys.count(key) > 1})[:3]
        raise AccountingError(f"set aside twice: {twice}")
    files = sum(level == "file" for level, _ in keys)
    result = Accounting(
        files_found=facts.files_found,
        files_used=facts.files_used,
        files_set_aside=files,
        candidates_planned=facts.planned,
        candidates_kept=kept,
        candidates_set_aside=len(keys) - files,
    )
    if result.files_found != result.files_used + result.files_set_aside:
        raise AccountingError(f"files: found is not used + set aside: {result}")
    if result.candidates_planned != result.candidates_kept + result.candidates_set_aside:
        raise AccountingError(f"candidates: planned is not kept + set aside: {result}")
    return result


def finish(
    out: str,
    facts: BuildFacts,
    shards: Sequence[tuple[ShardInfo, list[dict[str, Any]]]],
    rejects: Sequence[Reject],
    truths: Sequence[TruthRow],
) -> Manifest | None:
    """Write metadata, rejects, card and, last of all, the manifest; None when no example was kept.

    Raises:
        AccountingError: see `account`.
    """
    rows = [row for _, shard_rows in shards for row in shard_rows]
    accounting = account(facts, len(rows), rejects)
    names = [write_rejects(out, rejects)]
    write_truth(out, truths, {row["key"] for row in rows})
    if not rows:
        return None
    by_split = {split: [row for row in rows if row["split"] == split] for split in SPLITS}
    names += [write_metadata(out, split, split_rows) for split, split_rows in by_split.items() if split_rows]
    mixture = tuple(_mixed(component, rows) for component in facts.components)
    card = CardFacts(
        recipe=facts.recipe,
        description=facts.description,
        config_hash=facts.config_hash,
        seed=facts.seed,
        version=facts.versions[DISTRIBUTION],
        image_ext=facts.image_format,
        accounting=accounting,
        mixture=mixture,
    )
    storage.write_bytes(storage.join(out, CARD), card_text(card, by_split).encode())
    names.append(CARD)
    manifest = Manifest(
        schema_version=SCHEMA_VERSION,
        recipe=facts.recipe,
        config_hash=facts.config_hash,
        seed=facts.seed,
        versions=facts.versions,
        cpu_features=facts.cpu_features,
        accounting=accounting,
        samples={split: len(split_rows) for split, split_rows in by_split.items()},
        shards=sorted((info for info, _ in shards), key=lambda info: info.name),
        files={name: storage.sha256_of(storage.join(out, name)) for name in sorted(names)},
        mixture=mixture,
    )
    storage.write_bytes(storage.join(out, MANIFEST), canonical_json(manifest) + b"\n")
    return manifest


def _mixed(component: PlannedComponent, rows: Iterable[dict[str, Any]]) -> ComponentCount:
    own = [row for row in rows if row["component"] == component.target.name]
    kept = [Counted(**{name: row[name] for name in Counted._fields}) for row in own]
    return count(kept, component.target, component.planned, component.sources)
