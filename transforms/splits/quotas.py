"""Which programs a component keeps: whole ones, in the order in which they were planned, within its quotas."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil, floor
from typing import NamedTuple

from schemas.manifest import ComponentCount, QuotaCount
from transforms.splits.mixture import Quotas, bounds

SLACK = 0.1
"""A value may exceed its quota by this part of it, rounded up: whole programs are kept, and they seldom fit exactly."""
UNNAMED = "-"
"""The component of a recipe without a mixture, and of imported pairs."""

Value = tuple[str, str]
"""Dimension (a field of `Quotas`) and one of its values."""


@dataclass(frozen=True)
class Target:
    """What a component is to have. Attributes: its name, its examples (None: all there are), its quotas."""

    name: str = UNNAMED
    num_examples: int | None = None
    quotas: Quotas = field(default_factory=Quotas)

    def wanted(self) -> dict[Value, float]:
        """Return how many examples each value with a quota is to have."""
        return {
            (dimension, value): share * (self.num_examples or 0)
            for dimension, shares in self.quotas
            for value, share in shares.items()
        }


class Counted(NamedTuple):
    """What quotas count of an example: its type, its outcome, its number of regions, its overall score (0..10)."""

    edit_type: str
    outcome: str
    n_regions: int
    overall: float


@dataclass(frozen=True)
class Verdict:
    """What becomes of a program. Attributes: `reason` is empty where it is kept, else a reject's, with its detail."""

    reason: str = ""
    detail: str = "-"


def choose(programs: Iterable[Sequence[Counted]], target: Target) -> Iterator[Verdict]:
    """Yield a verdict for each program (its examples), in order.

    A program is kept while the component has too few examples and none of its values exceeds its quota by more than
    `SLACK`. Nothing is filled up from other values: what is missing in the end is a shortfall (`Filling`).
    """
    wanted, limit = target.wanted(), target.num_examples
    caps = {value: ceil(number * (1 + SLACK)) for value, number in wanted.items()}
    kept: Counter[Value] = Counter()
    total = 0
    for members in programs:
        if limit is not None and total >= limit:
            yield Verdict("over_num_examples", f"{_named(target)}{limit} examples are reached")
            continue
        values = _tally(members, caps)
        full = next((value for value in caps if values[value] and kept[value] + values[value] > caps[value]), None)
        if full:
            dimension, value = full
            yield Verdict("over_quota", f"{_named(target)}{dimension} {value} has {kept[full]} of {wanted[full]:.0f}")
            continue
        kept += values
        total += len(members)
        yield Verdict()


class Filling:
    """What a component has so far; examples are added a few at a time and not kept."""

    def __init__(self, target: Target) -> None:
        self.target, self.examples = target, 0
        self._wanted = target.wanted()
        self._found: Counter[Value] = Counter()

    def add(self, members: Sequence[Counted]) -> None:
        """Count examples of the component."""
        self.examples += len(members)
        self._found += _tally(members, self._wanted)

    def count(self, planned: int, sources: int) -> ComponentCount:
        """Return what the component has against what it was to have.

        Args:
            planned: candidates that were planned for it.
            sources: photos that were edited for it.
        """
        return ComponentCount(
            component=self.target.name,
            wanted=self.target.num_examples if self.target.num_examples is not None else self.examples,
            planned=planned,
            kept=self.examples,
            sources=sources,
            quotas=[
                QuotaCount(dimension=value[0], value=value[1], wanted=round(number), kept=self._found[value])
                for value, number in self._wanted.items()
            ],
        )


def _named(target: Target) -> str:
    return "" if target.name == UNNAMED else f"component {target.name}: "


def _tally(members: Iterable[Counted], values: Iterable[Value]) -> Counter[Value]:
    """Count the examples of each value of interest."""
    named: dict[str, list[str]] = defaultdict(list)
    for dimension, value in values:
        named[dimension].append(value)
    tally: Counter[Value] = Counter()
    for member in members:
        for dimension, options in named.items():
            tally.update((dimension, value) for value in options if _has(member, dimension, value))
    return tally


def _has(member: Counted, dimension: str, value: str) -> bool:
    if dimension in ("edit_type", "outcome"):
        return bool(getattr(member, dimension) == value)
    first, last = bounds(value)
    return first <= floor(member.n_regions if dimension == "regions" else member.overall) <= last
