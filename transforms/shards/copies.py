"""Copies among candidates: equal marks find them, and a look at the pictures' details confirms them.

Two different products on white can have equal marks: their hashes see mostly ground. Details are read from the tables
for those candidates alone whose marks meet.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from transforms.dedup.alike import Looks, looks_of
from transforms.shards.assemble import Entry

Details = Mapping[str, tuple[str, str]]
"""Key of a candidate -> the details of its source and of the part of the edited picture that its regions span."""
ReadDetails = Callable[[Collection[str]], Details]


def confirm_copies(entries: Sequence[Entry], read: ReadDetails) -> list[Entry]:
    """Return the candidates, those with one `copy_id` told apart where their pictures differ.

    Args:
        entries: in any order.
        read: returns the details of some candidates by their keys.
    """
    first: dict[str, str] = {}
    shared = {
        entry.copy_id for entry in entries if first.setdefault(entry.copy_id, entry.program_id) != entry.program_id
    }
    meeting: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: (entry.order, entry.program_id, entry.key)):
        if entry.copy_id in shared:
            meeting[entry.copy_id].append(entry)
    details = read({entry.key for own in meeting.values() for entry in own})
    marks: dict[str, str] = {}
    for mark, own in meeting.items():
        leaders = _leaders([details[entry.key] for entry in own])
        marks.update({entry.key: f"{mark}-{leader}" for entry, leader in zip(own, leaders, strict=True)})
    return [entry._replace(copy_id=marks[entry.key]) if entry.key in marks else entry for entry in entries]


def _leaders(details: Sequence[tuple[str, str]]) -> list[int]:
    """Return for each candidate the number of the first one that it is a copy of, its own if of none."""
    sources, regions = (looks_of(texts) for texts in zip(*details, strict=True))
    leaders: list[int] = []
    found: list[int] = []
    for number in range(len(details)):
        same = np.flatnonzero(_alike(sources, leaders, number) & _alike(regions, leaders, number))
        if not len(same):
            leaders.append(number)
        found.append(leaders[same[0]] if len(same) else number)
    return found


def _alike(looks: Looks, leaders: Sequence[int], number: int) -> np.ndarray:
    count = len(leaders)
    return looks.alike(np.array(leaders, np.int64), looks, np.full(count, number), np.zeros(count, bool))
