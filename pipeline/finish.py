"""The end of a build: accounting checked, then metadata, card, and the manifest last."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from pyarrow import Schema

from pipeline.publish.card import CARD, card_text
from pipeline.publish.counts import CardCounts
from schemas.example import SCHEMA_VERSION, canonical_json
from schemas.manifest import Accounting, BenchmarkCount, ComponentCount, Manifest, ShardInfo
from schemas.vocabulary import SPLITS, Split
from schemas.work import Placement
from transforms import storage
from transforms.dedup.fingerprint import normalise_instruction
from transforms.dedup.hash_lists import HashList, read_copied_lists
from transforms.dedup.overlap import overlaps
from transforms.marks import MANIFEST
from transforms.shards.join import Joined, join_slice
from transforms.shards.metadata import REJECTED, TRUTH, TRUTH_SCHEMA, TableWriter, metadata_name, open_table
from transforms.shards.tables import METADATA, REJECTS, file_rejects_name, read_table, sources_name
from transforms.splits.quotas import Counted, Filling, Target

SOURCES = "sources.parquet"


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
        near_radius, shared_radius, largest_near, largest_group, notes, embedder_sha256, similarity, cleaned: see
            `Manifest`.
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
    near_radius: int
    shared_radius: int
    largest_near: int
    largest_group: int
    notes: tuple[str, ...]
    embedder_sha256: str
    similarity: float
    cleaned: dict[str, int] = field(default_factory=dict)


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

    def __init__(self, facts: BuildFacts, lists: Sequence[HashList]) -> None:
        self.kept = self.set_aside = 0
        self.card = CardCounts()
        self._fillings = [(component, Filling(component.target)) for component in facts.components]
        self._fates = OneFate()
        self._lists, self._overlaps = lists, Counter[str]()
        self._said: Counter[str] = Counter()

    def add(self, joined: Joined) -> None:
        self._fates.check(joined.keys)
        self.kept += len(joined.rows)
        self.set_aside += len(joined.rejects)
        rows = joined.rows.to_pylist()
        self.card.add(rows)
        if self._lists:
            self._overlaps += overlaps(joined.rejects)
            said = [normalise_instruction(row["instruction"]) for row in rows]
            for one in self._lists:
                self._said[one.benchmark] += sum(instruction in one.instructions for instruction in said)
        for component, filling in self._fillings:
            own = (row for row in rows if row["component"] == component.target.name)
            filling.add([Counted(**{name: row[name] for name in Counted._fields}) for row in own])

    def mixture(self) -> tuple[ComponentCount, ...]:
        return tuple(filling.count(component.planned, component.sources) for component, filling in self._fillings)

    def benchmarks(self, sources: Counter[str]) -> tuple[BenchmarkCount, ...]:
        """Return the counts by list; `sources` has the sources that were set aside for each."""
        return tuple(
            BenchmarkCount(
                benchmark=one.benchmark,
                sha256=one.sha256,
                pictures=one.pictures,
                examples_checked=self.kept,
                sources_set_aside=sources[one.benchmark],
                candidates_set_aside=self._overlaps[one.benchmark],
                equal_instructions=self._said[one.benchmark],
            )
            for one in self._lists
        )


def hashes_of(out: str, names: Iterable[str]) -> dict[str, str]:
    """Return the sha256 of files of a data set, by name, sorted."""
    return {name: storage.sha256_of(storage.join(out, name)) for name in sorted(names)}


def write_manifest(out: str, manifest: Manifest) -> None:
    """Write the manifest: from now on the data set is complete."""
    storage.write_bytes(storage.join(out, MANIFEST), canonical_json(manifest) + b"\n")


def publish(out: str, manifest: Manifest, names: Iterable[str], counts: CardCounts, facts: BuildFacts) -> Manifest:
    """Write the card and, with the hashes of all files, the manifest.

    Args:
        out: folder of the data set, where all files but these two stand.
        manifest: but for the hashes.
        names: of the files beside the shards and the card.
        counts: over all examples.
        facts: of the build.
    """
    card = card_text(manifest, counts, facts.description, facts.image_format)
    storage.write_bytes(storage.join(out, CARD), card.encode())
    manifest = manifest.model_copy(update={"files": hashes_of(out, [CARD, *names])})
    write_manifest(out, manifest)
    return manifest


def finish(
    placement: Placement, shards: Iterable[ShardInfo], facts: BuildFacts, out: str, tables: str, lists: str
) -> Manifest | None:
    """Write metadata, rejects, card and, last of all, the manifest; None when no example was kept.

    One slice of rows is held at a time. Nothing stands under its name before both equations are checked.

    Args:
        placement: of all candidates.
        shards: all that were written.
        facts: of the build.
        out: the output folder.
        tables: folder of the slices' tables.
        lists: folder of the hash lists.

    Raises:
        AccountingError: see `account` and `OneFate`; or shards do not hold what was kept.
    """
    written = sorted(shards, key=lambda info: info.name)
    tally = _Tally(facts, read_copied_lists(lists))
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
        files = read_table(file_rejects_name(tables))
        OneFate().check(files["key"].to_pylist())
        rejected.write(files)  # behind all candidates
        accounting = account(facts, tally.kept, len(files), tally.set_aside)
        _check_shards(written, placement, tally.card)
    if not tally.kept:
        return None
    storage.write_bytes(sources_name(out), storage.read_bytes(sources_name(tables)))
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
        files={},
        mixture=tally.mixture(),
        benchmarks=tally.benchmarks(overlaps(files)),
        near_radius=facts.near_radius,
        shared_radius=facts.shared_radius,
        largest_near=facts.largest_near,
        largest_group=facts.largest_group,
        notes=facts.notes,
        embedder_sha256=facts.embedder_sha256,
        similarity=facts.similarity,
        cleaned=facts.cleaned,
    )
    return publish(out, manifest, [REJECTED, SOURCES, *map(metadata_name, metadata)], tally.card, facts)


def _check_shards(shards: Sequence[ShardInfo], placement: Placement, counts: CardCounts) -> None:
    for split in SPLITS:
        own = [info.samples for info in shards if info.split == split]
        if (len(own), sum(own)) != (placement.shards.get(split, 0), counts.samples[split]):
            raise AccountingError(
                f"{split}: {sum(own)} samples in {len(own)} shards, "
                f"of {counts.samples[split]} rows and {placement.shards.get(split, 0)} planned shards"
            )
