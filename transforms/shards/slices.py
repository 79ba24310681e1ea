"""Staged parts in slices whose keys follow one another."""

from collections.abc import Iterable, Iterator, Mapping

from schemas.plan import SourcePlan
from schemas.work import StagedSlice

CANDIDATES_PER_SLICE = 1000
"""About: a slice is what a worker holds at a time, some 2 MB of rows."""


def slices_of(parts: Iterable[SourcePlan], marks: Mapping[str, str]) -> Iterator[StagedSlice]:
    """Yield all parts in slices: every key of a slice sorts behind those of the slices before it.

    Args:
        parts: all that were planned.
        marks: part_id -> name of its commit mark.
    """
    spans = sorted((min(keys), max(keys), len(keys), marks[part.part_id]) for part, keys in _keys(parts))
    number, size, last = 0, 0, ""
    names: list[str] = []
    for first, final, count, name in spans:
        if size >= CANDIDATES_PER_SLICE and first > last:
            yield StagedSlice(number=number, names=names)
            number, size, names = number + 1, 0, []
        names.append(name)
        size, last = size + count, max(last, final)
    if names:
        yield StagedSlice(number=number, names=names)


def _keys(parts: Iterable[SourcePlan]) -> Iterator[tuple[SourcePlan, list[str]]]:
    return ((part, part.candidate_keys()) for part in parts)
