from itertools import pairwise

import pytest

from schemas.plan import CandidatePlan, PairRow, ProgramPlan, SourceItem, SourcePlan, SourceRecord
from transforms.shards import slices
from transforms.shards.slices import slices_of


def source(source_id, pair=None):
    item = SourceItem(name=source_id, uri="x", dataset="d", pair=pair)
    return SourceRecord(source_id=source_id, item=item, width=9, height=9, dhash="0" * 16, dhash_mirrored="0" * 16)


def rendered(source_id, part, programs):
    plans = [
        ProgramPlan(
            program_id=f"{source_id}-p{number:03d}",
            candidates=[CandidatePlan(outcome="faithful")] * 12,
            partner_ids=[],
        )
        for number in programs
    ]
    return SourcePlan(
        source=source(source_id),
        part=part,
        split="train",
        order="o",
        programs=plans,
        pairs=[],
        first_pair=0,
        partners=[],
    )


def imported(source_id, part, first, count):
    pair = PairRow(name="n", edited_uri="y", instruction="Do it.")
    return SourcePlan(
        source=source(source_id, pair),
        part=part,
        split="train",
        order="o",
        programs=[],
        pairs=[source(source_id, pair)] * count,
        first_pair=first,
        partners=[],
    )


def keys_of(found, parts):
    keys = {part.part_id: part.candidate_keys() for part in parts}
    return [[key for name in piece.names for key in keys[name]] for piece in found]


@pytest.fixture
def some_candidates(monkeypatch):
    monkeypatch.setattr(slices, "CANDIDATES_PER_SLICE", 20)


def sliced(parts):
    found = list(slices_of(parts, {part.part_id: part.part_id for part in parts}))
    assert [piece.number for piece in found] == list(range(len(found)))
    keys = keys_of(found, parts)
    assert sorted(key for own in keys for key in own) == sorted(key for part in parts for key in part.candidate_keys())
    assert all(max(before) < min(behind) for before, behind in pairwise(keys))
    return [piece.names for piece in found]


def test_slices_follow_one_another_whatever_the_order_of_parts(some_candidates):
    parts = [rendered(f"{n:016x}", part, range(4 * part, 4 * part + 2)) for n in (3, 1, 2) for part in (1, 0)]
    names = sliced(parts)
    assert len(names) == 6 and names[0] == ["0000000000000001-000"]


def test_no_slice_ends_between_parts_whose_keys_interleave(some_candidates):
    # the key of pair 1000 sorts between those of pairs 100 and 101: part 1 lies inside part 0
    parts = [imported("a" * 16, part, first, 25) for part, first in enumerate((90, 1000, 300))]
    parts += [rendered("b" * 16, 0, [0, 1])]
    assert sliced(parts) == [["a" * 16 + "-000", "a" * 16 + "-001"], ["a" * 16 + "-002"], ["b" * 16 + "-000"]]


def test_nothing_planned_is_no_slice():
    assert sliced([]) == []
