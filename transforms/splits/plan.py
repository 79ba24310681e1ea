"""From deduplicated sources to plans: how many programs each source gets, and who may lend to whom."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil

from schemas.keys import digest
from schemas.plan import ProgramPlan, SourcePlan, SourceRecord
from schemas.vocabulary import SPLITS, Split
from transforms.dedup.sources import LeakGroup
from transforms.splits.assign import split_order

MAX_PARTNERS = 4
"""Partners offered to each source: enough variety, and a plan stays small."""

MAX_CUTOUTS = 2
"""Cut-outs offered to each program."""
PROGRAMS_PER_PART = 4
PAIRS_PER_PART = 16
"""A unit of work is some 16 candidates: a few MB in memory, a few seconds to lose."""

PlanPrograms = Callable[[SourceRecord, Sequence[int], Sequence[SourceRecord]], list[ProgramPlan]]
"""(source, numbers of its programs, partners) -> programs."""


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


@dataclass(frozen=True)
class Deal:
    """The programs of one component of the mixture, and who gets them.

    Attributes:
        budget: how many.
        plan_programs: makes them.
        people_only: deals them over sources that are known to show people.
        per_source: at most so many to one source; None for as many as it takes.
    """

    budget: Budget
    plan_programs: PlanPrograms
    people_only: bool = False
    per_source: int | None = None

    def numbers(self, photos: Sequence["_Source"]) -> dict[str, int]:
        """Return how many programs each photo (in order, by its order) gets: in rounds, one to each before a second."""
        fit = [photo for photo in photos if not self.people_only or photo.records[0].item.rights.people == "yes"]
        whole, rest = divmod(self.budget.programs, max(1, len(fit)))
        most = self.per_source or self.budget.programs
        return {photo.order: min(most, whole + (position < rest)) for position, photo in enumerate(fit)}


def plan_sources(
    groups: Sequence[LeakGroup],
    splits: Mapping[str, Split],
    deals: Sequence[Deal],
    seed: int,
    cutouts: Sequence[LeakGroup] = (),
    cutout_splits: Mapping[str, Split] | None = None,
) -> list[SourcePlan]:
    """Plan every source, in parts, sorted by source_id.

    Programs are dealt in rounds: every source gets its first before any gets a second, so the plan of a smaller
    budget is a prefix of the plan of a larger one. The order of dealing is that in which splits were assigned, so the
    first programs cover every split. Program `k` of deal `i` of `n` has the number `k * n + i`.

    Args:
        groups: of sources.
        splits: group_id -> split (see `split_groups`).
        deals: of the mixture.
        seed: the recipe's.
        cutouts: groups of cut-outs, lent within their split alone.
        cutout_splits: theirs.
    """
    library = _by_split(cutouts, cutout_splits or {})
    sources = [
        _Source(f"{split_order(group.group_id, seed)[:12]}-{source_id}", splits[group.group_id], records)
        for group in groups
        for source_id, records in _by_source(group.sources).items()
    ]
    sources.sort(key=lambda source: source.order)
    photos = [source for source in sources if source.records[0].item.pair is None]
    counts = [deal.numbers(photos) for deal in deals]
    by_split = {split: [p.records[0] for p in photos if p.split == split] for split in SPLITS}
    parts = []
    for source in sources:
        if source.records[0].item.pair:
            parts += _pair_parts(source)
            continue
        partners = _choose(by_split[source.split], source, seed)
        programs = [
            _lent(program, library[source.split], seed)
            for index, (deal, count) in enumerate(zip(deals, counts, strict=True))
            for program in deal.plan_programs(
                source.records[0], range(index, count.get(source.order, 0) * len(deals), len(deals)), partners
            )
        ]
        programs.sort(key=lambda program: program.program_id)
        parts += _program_parts(source, programs, partners, library[source.split])
    return sorted(parts, key=lambda part: part.part_id)


def _by_split(groups: Sequence[LeakGroup], splits: Mapping[str, Split]) -> dict[Split, list[SourceRecord]]:
    found: dict[Split, list[SourceRecord]] = {split: [] for split in SPLITS}
    for group in groups:
        found[splits[group.group_id]] += group.sources
    return found


def _lent(program: ProgramPlan, library: Sequence[SourceRecord], seed: int) -> ProgramPlan:
    """Return the program with cut-outs at hashed places of its split's library."""
    if not library:
        return program
    places = (int(digest(seed, "cutouts", program.program_id, place)[:8], 16) for place in range(MAX_CUTOUTS))
    ids = dict.fromkeys(library[place % len(library)].source_id for place in places)
    return program.model_copy(update={"cutout_ids": tuple(ids)})


@dataclass(frozen=True)
class _Source:
    """A source on its way to a plan. Attributes: its sort key, its split, its records (several for pairs)."""

    order: str
    split: Split
    records: list[SourceRecord]


def program_order(program_id: str, source_order: str) -> str:
    """Return the sort key in which programs are kept: round of dealing first, then the source's."""
    number = program_id.rpartition("-")[2]
    level = int(number[1:]) if number.startswith("p") else 0
    return f"{level:06d}-{source_order}"


def _by_source(records: Iterable[SourceRecord]) -> dict[str, list[SourceRecord]]:
    result: dict[str, list[SourceRecord]] = {}
    for record in records:
        result.setdefault(record.source_id, []).append(record)
    return result


def _choose(photos: Sequence[SourceRecord], source: _Source, seed: int) -> list[SourceRecord]:
    """Return up to MAX_PARTNERS photos of the split that follow a hashed place in the ring, never the source itself."""
    if not photos:
        return []
    own_id = source.records[0].source_id
    start = int(digest(seed, "partners", own_id)[:8], 16) % len(photos)
    ring = (photos[(start + step) % len(photos)] for step in range(len(photos)))
    return list(islice((record for record in ring if record.source_id != own_id), MAX_PARTNERS))


def _pair_parts(source: _Source) -> list[SourcePlan]:
    starts = range(0, len(source.records), PAIRS_PER_PART)
    return [
        _part(source, part, pairs=source.records[first : first + PAIRS_PER_PART], first_pair=first)
        for part, first in enumerate(starts)
    ]


def _program_parts(
    source: _Source,
    programs: Sequence[ProgramPlan],
    partners: Sequence[SourceRecord],
    cutouts: Sequence[SourceRecord],
) -> list[SourcePlan]:
    return [
        _part(source, part, programs=programs[first : first + PROGRAMS_PER_PART], partners=partners, cutouts=cutouts)
        for part, first in enumerate(range(0, len(programs), PROGRAMS_PER_PART))
    ]


def _part(
    source: _Source,
    part: int,
    programs: Sequence[ProgramPlan] = (),
    partners: Sequence[SourceRecord] = (),
    cutouts: Sequence[SourceRecord] = (),
    pairs: Sequence[SourceRecord] = (),
    first_pair: int = 0,
) -> SourcePlan:
    used = {partner_id for program in programs for partner_id in program.partner_ids}
    lent = {cutout_id for program in programs for cutout_id in program.cutout_ids}
    return SourcePlan(
        source=source.records[0],
        part=part,
        split=source.split,
        order=source.order,
        programs=list(programs),
        pairs=list(pairs),
        first_pair=first_pair,
        partners=[partner for partner in partners if partner.source_id in used],
        cutouts=tuple(cutout for cutout in cutouts if cutout.source_id in lent),
    )
