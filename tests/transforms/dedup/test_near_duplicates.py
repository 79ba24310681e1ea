import numpy as np
import pytest

from schemas.errors import UserError
from schemas.keys import digest
from schemas.plan import PairRow, SourceItem, SourceRecord
from transforms.dedup.config import DedupConfig
from transforms.dedup.near import connected_groups, near_pairs
from transforms.dedup.sources import deduplicate_sources


def brute_force(hashes, radius):
    distance = np.bitwise_count(hashes[:, None] ^ hashes[None])
    i, j = np.nonzero(np.triu(distance <= radius, 1))
    return np.stack([i, j], 1)


@pytest.mark.parametrize("radius", [0, 1, 3, 7, 15])
def test_pairs_equal_brute_force(radius):
    rng = np.random.default_rng(radius)
    base = rng.integers(0, 2**64, 300, dtype=np.uint64)
    flips = [base.copy() for _ in range(3)]
    for copy in flips:
        for bit in rng.integers(0, 64, (8, len(copy))):
            copy ^= np.where(rng.random(len(copy)) < 0.5, np.uint64(1) << bit.astype(np.uint64), np.uint64(0))
    hashes = np.unique(np.concatenate([base, *flips]))
    expected = brute_force(hashes, radius)
    assert np.array_equal(near_pairs(hashes, radius), expected)
    assert radius < 3 or len(expected) > 0


def test_many_hashes_in_one_band_still_give_every_pair():
    hashes = np.arange(400, dtype=np.uint64)  # the upper bands are equal in all of them
    assert np.array_equal(near_pairs(hashes, 3), brute_force(hashes, 3))


def test_groups_follow_chains():
    groups = connected_groups(5, np.array([[0, 1], [1, 2]]))
    assert groups[0] == groups[1] == groups[2]
    assert len(set(groups)) == 3


def record(name, dhash, source_id=None, mirrored=None, size=100, scene="-", pair=None, edited="-"):
    # Unlike anything else, unless a test says so.
    mirrored = int(digest("mirrored", dhash)[:16], 16) if mirrored is None else mirrored
    return SourceRecord(
        source_id=source_id or name,
        item=SourceItem(name=name, uri=name, dataset="t", scene=scene, pair=pair),
        width=size,
        height=size,
        dhash=f"{dhash:016x}",
        dhash_mirrored=f"{mirrored:016x}",
        edited_sha256=edited,
    )


A, FAR, FARTHER = 0x0F0F0F0F0F0F0F0F, 0x00FF00FF00FF00FF, 0x123456789ABCDEF0


def test_identical_files_are_one_source_and_the_first_name_stays():
    result = deduplicate_sources([record("b", A, "s1"), record("a", A, "s1")], [], DedupConfig())
    assert [r.item.name for g in result.groups for r in g.sources] == ["a"]
    assert [(r.key, r.reason, r.reject_class) for r in result.rejects] == [("b", "duplicate_source", "duplicate")]


def test_the_largest_of_near_duplicates_stays_mirrored_copies_included():
    records = [
        record("a", A, "s1", mirrored=FAR),
        record("b", A ^ 0b11, "s2", size=200),
        record("c", FAR, "s3", mirrored=A),
    ]
    result = deduplicate_sources(records, [], DedupConfig(radius=3))
    assert [r.item.name for g in result.groups for r in g.sources] == ["b"]
    assert {(r.key, r.reason) for r in result.rejects} == {
        ("a", "near_duplicate_source"),
        ("c", "near_duplicate_source"),
    }


def test_a_scene_is_one_group_and_nothing_is_dropped():
    records = [record("l", A, "s1", scene="bike"), record("r", FARTHER, "s2", scene="bike"), record("x", FAR, "s3")]
    result = deduplicate_sources(records, [], DedupConfig(radius=0))
    assert sorted(len(group.sources) for group in result.groups) == [1, 2]
    assert not result.rejects


def test_pairs_of_one_source_stay_and_share_a_group():
    def pair(name, instruction):
        return PairRow(name=name, edited_uri="e", instruction=instruction)

    records = [
        record("p1", A, "s1", pair=pair("p1", "add a hat"), edited="e1"),
        record("p2", A, "s1", pair=pair("p2", "add a cat"), edited="e2"),
        record("p3", A ^ 1, "s2", pair=pair("p3", "add a dog"), edited="e3"),
        record("p4", A, "s1", pair=pair("p4", "add a hat"), edited="e1"),
    ]
    result = deduplicate_sources(records, [], DedupConfig(radius=3))
    assert len(result.groups) == 1
    assert [r.reason for r in result.rejects] == ["duplicate_pair"]


def test_benchmark_pictures_are_kept_out():
    result = deduplicate_sources([record("a", A, "s1"), record("b", FARTHER, "s2")], [f"{A ^ 1:016x}"], DedupConfig())
    assert [(r.key, r.reason) for r in result.rejects] == [("a", "benchmark_overlap")]


def test_a_group_that_chains_too_far_stops_the_build():
    records = [record(f"n{i}", 0xF << 56 | (i & 1), f"s{i}") for i in range(60)]
    records += [record(f"m{i}", int(h), f"t{i}") for i, h in enumerate(np.random.default_rng(0).integers(0, 2**63, 60))]
    with pytest.raises(UserError, match=r"dedup\.radius"):
        deduplicate_sources(records, [], DedupConfig(radius=3))
