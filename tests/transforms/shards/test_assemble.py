from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from transforms.shards.assemble import Entry, assemble
from transforms.splits.mixture import Quotas
from transforms.splits.quotas import Target


def entry(source=0, program=0, candidate=0, group=None, copy=None, split="train", overall=5.0, fills=2, component="-"):
    key = f"s{source:02d}-p{program:03d}-c{candidate}"
    return Entry(
        key=key,
        program_id=f"s{source:02d}-p{program:03d}",
        order=f"{program:06d}-s{source:02d}",
        group_id=group or f"g{source}-{program}",
        split=split,
        jsonl="x.jsonl",
        line=0,
        copy_id=copy or key,
        component=component,
        edit_type="color_alter",
        outcome="faithful",
        n_regions=1,
        overall=overall,
        any_done=True,
        fills=fills,
    )


def many(sources, programs, candidates=3):
    return [entry(s, p, c) for s in range(sources) for p in range(programs) for c in range(candidates)]


def keys(assembled):
    return [sample.key for shard in assembled.shards for sample in shard.samples]


@given(st.permutations(many(3, 4)))
def test_the_order_of_arrival_changes_nothing(entries):
    assert assemble(entries, [Target(num_examples=20)], 5, 0) == assemble(many(3, 4), [Target(num_examples=20)], 5, 0)


@given(st.integers(1, 70), st.integers(1, 5), st.integers(1, 6))
def test_every_entry_has_exactly_one_fate_and_programs_stay_whole(limit, sources, programs):
    entries = many(sources, programs)
    result = assemble(entries, [Target(num_examples=limit)], 10, 0)
    fates = keys(result) + [left_out.key for left_out in result.left_out]
    assert Counter(fates) == Counter(e.key for e in entries)
    kept = set(keys(result))
    for program in {e.program_id for e in entries}:
        assert len({e.key in kept for e in entries if e.program_id == program}) == 1
    assert len(kept) >= min(limit, len(entries))
    assert len(kept) < limit + 3 or len(kept) == 3


def test_a_larger_build_contains_the_smaller():
    small, large = (set(keys(assemble(many(4, 9), [Target(num_examples=n)], 10, 0))) for n in (30, 80))
    assert small < large


def test_copies_go_and_ranks_close_up():
    entries = [
        entry(candidate=1, copy="same", overall=7),
        entry(program=1, candidate=0, overall=9),
        entry(program=1, candidate=2, copy="same", overall=7),
        entry(program=1, candidate=3, overall=2),
    ]
    result = assemble(entries, [Target(num_examples=None)], 10, 0)
    assert [(r.key, r.reason) for r in result.left_out] == [("s00-p001-c2", "duplicate_candidate")]
    ranks = {s.key: (s.rank, s.group_size) for shard in result.shards for s in shard.samples}
    assert ranks["s00-p001-c0"] == (1, 2) and ranks["s00-p001-c3"] == (2, 2)


def test_candidates_of_one_program_are_no_copies_whatever_a_hash_says():
    twins = [entry(candidate=0, copy="same"), entry(candidate=1, copy="same")]
    assert assemble(twins, [Target(num_examples=None)], 10, 0).left_out == ()


def test_shard_count_and_groups_in_one_shard():
    result = assemble(many(10, 10), [Target(num_examples=None)], 50, 0)
    assert [shard.task.name for shard in result.shards] == [f"data/train-{i:05d}-of-00006.tar" for i in range(6)]
    for shard in result.shards:
        programs = [s.key.rpartition("-")[0] for s in shard.samples]
        assert all(count == 3 for count in Counter(programs).values())


def test_the_sample_that_fills_most_lists_leads_its_shard():
    entries = [entry(0, p, c, fills=4 if (p, c) == (7, 2) else p % 3) for p in range(9) for c in range(3)]
    (shard,) = assemble(entries, [Target(num_examples=None)], 1000, 0).shards
    assert shard.samples[0].key == "s00-p007-c2"
    assert {sample.key.rpartition("-")[0] for sample in shard.samples[:3]} == {"s00-p007"}


def test_each_component_has_its_own_number_and_quotas():
    entries = [
        entry(s, p, c, component=name) for s, name in ((0, "few"), (1, "none")) for p in range(4) for c in (0, 1)
    ]
    targets = [Target("few", 4), Target("none", 8, Quotas(outcome={"faithful": 0.0}))]
    result = assemble(entries, targets, 10, 0)
    assert {key[:3] for key in keys(result)} == {"s00"} and len(keys(result)) == 4
    assert Counter(left_out.reason for left_out in result.left_out) == {"over_num_examples": 4, "over_quota": 8}
