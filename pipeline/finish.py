"""The end of a build: accounting checked, then metadata, card, and the manifest last."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from pyarrow import Schema

from pipeline.config import DISTRIBUTION
from pipeline.publish.card import CARD, CardFacts, card_text
from pipeline.publish.counts import CardCounts
from schemas.example import SCHEMA_VERSION, canonical_json
from schemas.manifest import Accounting, ComponentCount, Manifest, ShardInfo
from schemas.vocabulary import SPLITS, Split
from schemas.work import Placement
from transforms import storage
from transforms.shards.join import Joined, join_slice
from transforms.shards.metadata import REJECTED, TRUTH, TRUTH_SCHEMA, TableWriter, metadata_name, open_table
from transforms.shards.tables import METADATA, REJECTS, file_rejects_name, read_table, sources_name
from transforms.splits.quotas import Counted, Filling, Target

MANIFEST, SOURCES = "manifest.json", "sources.parquet"


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


def account(facts: BuildFacts, kept: int, files_set_aside: int, candidates_set_aside: int) -> Accounting:
    """Return the accounting after checking both equations.

    Raises:
        AccountingError: found != used + set aside, or planned != kept + set aside.
    """
    result = Accounting(
        files_found=facts.files_found,
        files_used=facts.files_used,
        files_set_aside=files_set_aside,
        candidates_planned=facts.planned,
        candidates_kept=kept,
        candidates_set_aside=candidates_set_aside,
    )
    if result.files_found != result.files_used + result.files_set_aside:
        raise AccountingError(f"files: found is not used + set aside: {result}")
    if result.candidates_planned != result.candidates_kept + result.candidates_set_aside:
        raise AccountingError(f"candidates: planned is not kept + set aside: {result}")
    return result


class OneFate:
    """Checks that keys arrive in order, each once: then every key has one fate, and none need be remembered."""

    def __init__(self) -> None:
        self._last = ""

    def check(self, keys: Iterable[str]) -> None:
        """Check the keys that come next.

        Raises:
            AccountingError: one has two fates, or comes behind a greater one.
        """
        for key in keys:
            if key <= self._last:
                raise AccountingError(f"{key}: has two fates, or is out of order behind {self._last}")
            self._last = key


class _Tally:
    """What is counted over the slices: rows of each kind, the card's counts, each component's."""

    def __init__(self, facts: BuildFacts) -> None:
        self.kept = self.set_aside = 0
        self.card = CardCounts()
        self._fillings = [(component, Filling(component.target)) for component in facts.components]
        self._fates = OneFate()

    def add(self, joined: Joined) -> None:
        self._fates.check(joined.keys)
        self.kept += len(joined.rows)
        self.set_aside += len(joined.rejects)
        rows = joined.rows.to_pylist()
        self.card.add(rows)
        for component, filling in self._fillings:
            own = (row for row in rows if row["component"] == component.target.name)
            filling.add([Counted(**{name: row[name] for name in Counted._fields}) for row in own])

    def mixture(self) -> tuple[ComponentCount, ...]:
        return tuple(filling.count(component.planned, component.sources) for component, filling in self._fillings)


def card_facts(facts: BuildFacts, accounting: Accounting, mixture: Sequence[ComponentCount]) -> CardFacts:
    """Return what the card states of a build beside its rows."""
    return CardFacts(
        recipe=facts.recipe,
        description=facts.description,
        config_hash=facts.config_hash,
        seed=facts.seed,
        version=facts.versions[DISTRIBUTION],
        image_ext=facts.image_format,
        accounting=accounting,
        mixture=mixture,
    )


def hashes_of(out: str, names: Iterable[str]) -> dict[str, str]:
    """Return the sha256 of files of a data set, by name, sorted."""
    return {name: storage.sha256_of(storage.join(out, name)) for name in sorted(names)}


def write_manifest(out: str, manifest: Manifest) -> None:
    """Write the manifest: from now on the data set is complete."""
    storage.write_bytes(storage.join(out, MANIFEST), canonical_json(manifest) + b"\n")


def finish(
    placement: Placement, shards: Iterable[ShardInfo], facts: BuildFacts, out: str, tables: str
) -> Manifest | None:
    """Write metadata, rejects, card and, last of all, the manifest; None when no example was kept.

    One slice of rows is held at a time. Nothing stands under its name before both equations are checked.

    Args:
        placement: of all candidates.
        shards: all that were written.
        facts: of the build.
        out: the output folder.
        tables: folder of the slices' tables.

    Raises:
        AccountingError: see `account` and `OneFate`; or shards do not hold what was kept.
    """
    written = sorted(shards, key=lambda info: info.name)
    tally = _Tally(facts)
    with ExitStack() as stack:

        def opened(name: str, schema: Schema) -> TableWriter:
            return stack.enter_context(open_table(storage.join(out, name), schema))

        rejected, truth = opened(REJECTED, REJECTS), opened(TRUTH, TRUTH_SCHEMA)
        metadata: dict[Split, TableWriter] = {}
        for number in range(placement.slices):
            joined = join_slice(tables, number)
            tally.add(joined)
            rejected.write(joined.rejects)
            truth.write(joined.truths)
            for split, rows in joined.by_split().items():
                if split not in metadata:
                    metadata[split] = opened(metadata_name(split), METADATA)
                metadata[split].write(rows)
        files = _write_file_rejects(tables, rejected)
        accounting = account(facts, tally.kept, files, tally.set_aside)
        _check_shards(written, placement, tally.card)
    if not tally.kept:
        return None
    mixture = tally.mixture()
    card = card_facts(facts, accounting, mixture)
    storage.write_bytes(storage.join(out, CARD), card_text(card, tally.card).encode())
    storage.write_bytes(sources_name(out), storage.read_bytes(sources_name(tables)))
    names = [REJECTED, SOURCES, CARD, *map(metadata_name, metadata)]
    manifest = Manifest(
        schema_version=SCHEMA_VERSION,
        recipe=facts.recipe,
        config_hash=facts.config_hash,
        seed=facts.seed,
        versions=facts.versions,
        cpu_features=facts.cpu_features,
        accounting=accounting,
        samples={split: tally.card.samples[split] for split in SPLITS},
        shards=written,
        files=hashes_of(out, names),
        mixture=mixture,
    )
    write_manifest(out, manifest)
    return manifest


def _write_file_rejects(tables: str, rejected: TableWriter) -> int:
    """Append the files that were set aside, which stand behind all candidates; return their number."""
    table = read_table(file_rejects_name(tables))
    OneFate().check(table["key"].to_pylist())
    rejected.write(table)
    return len(table)


def _check_shards(shards: Sequence[ShardInfo], placement: Placement, counts: CardCounts) -> None:
    for split in SPLITS:
        own = [info.samples for info in shards if info.split == split]
        if (len(own), sum(own)) != (placement.shards.get(split, 0), counts.samples[split]):
            raise AccountingError(
                f"{split}: {sum(own)} samples in {len(own)} shards, "
                f"of {counts.samples[split]} rows and {placement.shards.get(split, 0)} planned shards"
            )
