"""Rank within a group: by overall, with one rule above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from schemas.vocabulary import Outcome


@dataclass(frozen=True)
class RankInput:
    """What the rank of one candidate depends on.

    Attributes:
        key: of the candidate, unique in its group.
        overall: 0..10, -1.0 if unjudged.
        outcome: of the candidate.
        any_done: whether at least one of the requested edits was carried out, wholly or in part.
    """

    key: str
    overall: float
    outcome: Outcome
    any_done: bool

    @property
    def tier(self) -> int:
        """0 with something done, 1 without; an unrelated picture stands with the latter, whatever it shows."""
        return 0 if self.any_done and self.outcome != "unrelated" else 1


def rank_group(members: Sequence[RankInput]) -> dict[str, int]:
    """Return the rank of each member of one group, 1 = best, by key.

    Order: members with something done before those without (the aggregate alone gives an unchanged picture 4.8 of 10),
    then by overall. Dense ranking: ties share a rank and the next rank is one more (1, 1, 2), so no rank is missing.
    """
    order = sorted({_sort_key(member) for member in members})
    return {member.key: order.index(_sort_key(member)) + 1 for member in members}


def disagreements(members: Sequence[RankInput]) -> int:
    """Return the number of pairs of one group that rank and overall order in opposite ways."""
    pairs = combinations(members, 2)
    return sum((_sort_key(a) < _sort_key(b)) != (a.overall > b.overall) for a, b in pairs if a.overall != b.overall)


def _sort_key(member: RankInput) -> tuple[int, float]:
    return member.tier, -member.overall
