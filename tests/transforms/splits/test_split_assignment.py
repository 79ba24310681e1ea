from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.plan import CandidatePlan, PairRow, ProgramPlan, Rights, SourceItem, SourceRecord
from transforms.dedup.sources import LeakGroup
from transforms.splits.assign import assign_splits, split_groups, split_notes
from transforms.splits.config import SplitsConfig
from transforms.splits.plan import MAX_CUTOUTS, Budget, Deal, plan_sources, program_order


@pytest.mark.parametrize("count", [3, 7, 50])
def test_no_split_with_a_quota_is_empty(count):
    splits = assign_splits({f"g{i}": 1 for i in range(count)}, SplitsConfig(), seed=0)
    assert set(splits.values()) == {"train", "validation", "test"}


def test_shares_follow_the_quotas():
    counts = Counter(assign_splits({f"g{i}": 1 for i in range(1000)}, SplitsConfig(), seed=1).values())
    assert counts == {"train": 900, "validation": 50, "test": 50}


def test_a_split_without_a_quota_gets_nothing():
    splits = assign_splits({f"g{i}": 1 for i in range(9)}, SplitsConfig(train=0.5, validation=0.5, test=0.0), seed=0)
    assert set(splits.values()) == {"train", "validation"}


def test_quotas_must_add_up():
    with pytest.raises(ValidationError, match="add up to 1"):
        SplitsConfig(train=0.5, validation=0.1, test=0.1)


def source(name, scene="-", people="unknown"):
    item = SourceItem(name=name, uri=name, dataset="t", scene=scene, rights=Rights(people=people))
    return SourceRecord(source_id=name, item=item, width=9, height=9, dhash="0" * 16, dhash_mirrored="0" * 16)


def fake_programs(record, numbers, partners):
    ids = [partner.source_id for partner in partners[:2]]
    return [
        ProgramPlan(
            program_id=f"{record.source_id}-p{n:03d}",
            candidates=[CandidatePlan(outcome="faithful"), CandidatePlan(outcome="failed")],
            partner_ids=ids,
        )
        for n in numbers
    ]


def planned(groups, deals, cutouts=()):
    splits, lent = (split_groups(found, SplitsConfig(), 0) for found in (groups, cutouts))
    return plan_sources(groups, splits, deals, 0, cutouts, lent)


def plans(names, examples):
    groups = [LeakGroup(name, (source(name),)) for name in names]
    return planned(groups, [Deal(Budget(examples, 1.5, 2.0), fake_programs)])


@given(st.sets(st.text("abcdef0123", min_size=4, max_size=6), min_size=1, max_size=30), st.integers(1, 200))
def test_the_budget_is_dealt_whole_and_partners_share_the_split(names, examples):
    result = plans(sorted(names), examples)
    assert sum(len(plan.programs) for plan in result) == Budget(examples, 1.5, 2.0).programs
    split_of = {plan.source.source_id: plan.split for plan in result}
    for plan in result:
        for partner in plan.partners:
            assert partner.source_id != plan.source.source_id
            assert split_of.get(partner.source_id, plan.split) == plan.split
    assert len({plan.part_id for plan in result}) == len(result)


def test_a_larger_plan_begins_with_the_smaller():
    def ordered(examples):
        found = plans([f"s{i}" for i in range(7)], examples)
        keys = {p.program_id: program_order(p.program_id, plan.order) for plan in found for p in plan.programs}
        return sorted(keys, key=keys.get)

    small, large = ordered(20), ordered(90)
    assert large[: len(small)] == small


def test_the_first_programs_cover_every_split():
    found = plans([f"s{i}" for i in range(12)], 40)
    keys = {program_order(p.program_id, plan.order): plan.split for plan in found for p in plan.programs}
    assert {keys[key] for key in sorted(keys)[:3]} == {"train", "validation", "test"}


def test_components_share_the_sources_and_number_their_programs_apart():
    groups = [LeakGroup(name, (source(name, people="yes" if name == "s1" else "no"),)) for name in ("s0", "s1", "s2")]
    deals = [
        Deal(Budget(12, 1.0, 2.0), fake_programs),
        Deal(Budget(40, 1.0, 2.0), fake_programs, people_only=True, per_source=3),
    ]
    found = {p.program_id for plan in planned(groups, deals) for p in plan.programs}
    numbers = {name: sorted(int(p[-3:]) for p in found if p.startswith(name)) for name in ("s0", "s1", "s2")}
    assert numbers == {"s0": [0, 2], "s1": [0, 1, 2, 3, 5], "s2": [0, 2]}


def test_cutouts_are_lent_within_their_split_alone():
    groups = [LeakGroup(f"s{i}", (source(f"s{i}"),)) for i in range(12)]
    library = [LeakGroup(f"c{i}", (source(f"c{i}"), source(f"c{i}x"))) for i in range(9)]
    deals = [Deal(Budget(120, 1.0, 2.0), fake_programs)]
    found = planned(groups, deals, library)
    users: dict[str, set[str]] = {}
    for plan in found:
        lent = {record.source_id for record in plan.cutouts}
        assert lent == {cutout_id for program in plan.programs for cutout_id in program.cutout_ids}
        assert all(1 <= len(program.cutout_ids) <= MAX_CUTOUTS for program in plan.programs)
        for cutout_id in lent:
            users.setdefault(cutout_id.removesuffix("x"), set()).add(plan.split)
    assert len(users) >= 6 and all(len(splits) == 1 for splits in users.values())
    assert {split for splits in users.values() for split in splits} == {"train", "validation", "test"}
    bare = planned(groups, deals)
    assert [p.program_id for plan in bare for p in plan.programs] == [
        p.program_id for plan in found for p in plan.programs
    ]


@pytest.mark.parametrize("giant", range(8))
def test_a_group_larger_than_a_split_goes_where_it_fits_and_no_split_is_empty(giant):
    """Whatever its place in the order is."""
    sizes = {f"g{i}": 70 if i == giant else 1 + i % 3 for i in range(8)}
    splits = assign_splits(sizes, SplitsConfig(), seed=3)
    assert splits[f"g{giant}"] == "train"
    assert set(splits.values()) == {"train", "validation", "test"}


def test_what_fits_nowhere_goes_to_the_largest_split():
    thirds = SplitsConfig(train=0.4, validation=0.3, test=0.3)
    splits = assign_splits({"all": 90, "a": 1, "b": 1}, thirds, seed=0)
    assert splits == {"all": "train", "a": splits["a"], "b": splits["b"]}
    assert {splits["a"], splits["b"]} == {"validation", "test"}


@given(st.lists(st.integers(1, 60), min_size=3, max_size=12))
def test_groups_of_any_sizes_leave_no_split_empty(sizes):
    splits = assign_splits({f"g{i}": size for i, size in enumerate(sizes)}, SplitsConfig(), seed=0)
    assert set(splits.values()) == {"train", "validation", "test"}


def pairs_group(name, rows):
    said = [
        source(name).item.model_copy(
            update={"name": f"{name}:{i}", "pair": PairRow(name=f"{name}:{i}", edited_uri="e", instruction="i")}
        )
        for i in range(rows)
    ]
    return LeakGroup(name, tuple(source(name).model_copy(update={"item": item}) for item in said))


def test_a_note_says_which_group_is_too_large_and_which_split_gets_nothing():
    groups = [pairs_group("a", 12), pairs_group("b", 2)]
    splits = split_groups(groups, SplitsConfig(), 0)
    large, empty = split_notes(groups, splits, SplitsConfig())
    assert splits["a"] == "train" and large.startswith("12 of 14 rows share pictures or a scene")
    assert "train: more than the share of validation (5%), test (5%);" in large
    assert empty == "nothing is left for test: 3 splits, and 2 groups of rows that share no picture or scene"
    assert split_notes(groups, splits, SplitsConfig(), {"test": 4}) == (large,)


def test_nothing_is_noted_where_quotas_hold():
    groups = [pairs_group(f"g{i}", 2) for i in range(50)]
    assert split_notes(groups, split_groups(groups, SplitsConfig(), 0), SplitsConfig()) == ()
