"""From deduplicated sources to plans: how many programs each source gets, and who may lend to whom."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from schemas.keys import digest
from schemas.plan import ProgramPlan, SourcePlan, SourceRecord
from schemas.vocabulary import Split
from transforms.dedup.sources import LeakGroup
from transforms.splits.assign import assign_splits
from transforms.splits.config import SplitsConfig

MAX_PARTNERS = 4
"""Partners offered to each source: enough variety, and a plan stays small."""

PROGRAMS_PER_PART = 4
PAIRS_PER_PART = 16
"""A unit of work is some 16 candidates: a few MB in memory, a few seconds to lose."""

PlanPrograms = Callable[[SourceRecord, int, int, Sequence[SourceRecord]], list[ProgramPlan]]
"""(source, first, count, partners) -> programs."""


@dataclass(frozen=True)
class Budget:
    """How much to plan: `oversample` times `num_examples` candidates, in whole programs.

    Attributes:
        num_examples: examples wanted.
        oversample: planned candidates per wanted example, > 1 since some are set aside.
        candidates_per_program: the mean that the edit stage plans.
    """

    num_examples: int
    oversample: float
    candidates_per_program: float

    @property
    def programs(self) -> int:
        """Number of programs to plan."""
        return max(1, ceil(self.num_examples * self.oversample / self.candidates_per_program))


def plan_sources(
    groups: Sequence[LeakGroup], splits: SplitsConfig, budget: Budget, seed: int, plan_programs: PlanPrograms
) -> list[SourcePlan]:
    """Assign splits and plan every source, in parts, sorted by source_id.

    Programs are dealt in rounds: every source gets its first before any gets a second, so the plan of a smaller
    budget is a prefix of the plan of a larger one.
    """
    split_of_group = assign_splits({g.group_id: len({r.source_id for r in g.sources}) for g in groups}, splits, seed)
    by_source = {
        source_id: (split_of_group[group.group_id], records)
        for group in groups
        for source_id, records in _by_source(group.sources).items()
    }
    lenders = _lenders(by_source, seed)
    photos = [source_id for source_id, (_, records) in by_source.items() if records[0].item.pair is None]
    counts = _deal(photos, budget.programs, seed)
    return [
        part
        for source_id, (split, records) in sorted(by_source.items())
        for part in _plan_source(
            records, split, counts.get(source_id, 0), _choose(lenders[split], source_id, seed), plan_programs
        )
    ]


def program_order(program_id: str, seed: int) -> tuple[int, str, str]:
    """Return the sort key in which programs are kept: round first, then by hash of the source."""
    source_id, _, number = program_id.rpartition("-")
    level = int(number[1:]) if number.startswith("p") else 0
    return level, digest(seed, "deal", source_id), program_id


def _by_source(records: Iterable[SourceRecord]) -> dict[str, list[SourceRecord]]:
    result: dict[str, list[SourceRecord]] = {}
    for record in records:
        result.setdefault(record.source_id, []).append(record)
    return result


def _deal(photos: Sequence[str], programs: int, seed: int) -> dict[str, int]:
    if not photos:
        return {}
    order = sorted(photos, key=lambda source_id: digest(seed, "deal", source_id))
    whole, rest = divmod(programs, len(order))
    return {source_id: whole + (position < rest) for position, source_id in enumerate(order)}


def _lenders(
    by_source: dict[str, tuple[Split, list[SourceRecord]]], seed: int
) -> dict[Split, list[tuple[str, SourceRecord]]]:
    result: dict[Split, list[tuple[str, SourceRecord]]] = {"train": [], "validation": [], "test": []}
    for source_id, (split, records) in by_source.items():
        if records[0].item.pair is None:
            result[split].append((digest(seed, "lend", source_id), records[0]))
    return {split: sorted(entries, key=lambda entry: entry[0]) for split, entries in result.items()}


def _choose(lenders: list[tuple[str, SourceRecord]], source_id: str, seed: int) -> list[SourceRecord]:
    """Return up to MAX_PARTNERS lenders that follow a hashed place in the ring, never the source itself."""
    if not lenders:
        return []
    start = int(digest(seed, "partners", source_id)[:8], 16) % len(lenders)
    ring = [record for _, record in lenders[start:] + lenders[:start]]
    return [record for record in ring if record.source_id != source_id][:MAX_PARTNERS]


def _plan_source(
    records: list[SourceRecord],
    split: Split,
    count: int,
    partners: list[SourceRecord],
    plan_programs: PlanPrograms,
) -> list[SourcePlan]:
    source = records[0]
    if source.item.pair:
        return [
            SourcePlan(
                source=source,
                part=part,
                split=split,
                programs=[],
                pairs=records[first : first + PAIRS_PER_PART],
                first_pair=first,
                partners=[],
            )
            for part, first in enumerate(range(0, len(records), PAIRS_PER_PART))
        ]
    programs = plan_programs(source, 0, count, partners)
    return [
        _part(source, part, split, programs[first : first + PROGRAMS_PER_PART], partners)
        for part, first in enumerate(range(0, len(programs), PROGRAMS_PER_PART))
    ]


def _part(
    source: SourceRecord, part: int, split: Split, programs: list[ProgramPlan], partners: list[SourceRecord]
) -> SourcePlan:
    used = {partner_id for program in programs for partner_id in program.partner_ids}
    lending = [partner for partner in partners if partner.source_id in used]
    return SourcePlan(
        source=source, part=part, split=split, programs=programs, pairs=[], first_pair=0, partners=lending
    )
