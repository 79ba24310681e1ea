import numpy as np
import pytest

from schemas.errors import UserError
from schemas.keys import digest
from schemas.picture_hash import PictureHash
from schemas.plan import PairRow, SourceItem, SourceRecord
from transforms.dedup import near
from transforms.dedup.config import DedupConfig
from transforms.dedup.confirmed import near_edges
from transforms.dedup.hash_lists import listed
from transforms.dedup.near import bands, connected_groups, near_pairs
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


@pytest.mark.parametrize("radius", range(16))
@pytest.mark.parametrize("count", [100, 10**5, 10**7, 10**9])
def test_bands_leave_no_way_out(count, radius):
    """Differing in one bit more than each band tolerates takes more bits than the radius has."""
    found = bands(count, radius)
    assert sum(flips + 1 for _, _, flips in found) > radius
    assert all(low < high and flips >= 0 for low, high, flips in found)
    edges = [edge for low, high, _ in found for edge in (low, high)]
    assert edges == sorted(edges)


@pytest.mark.parametrize(("number", "radius"), [(1, 1), (2, 3), (3, 3), (4, 3), (3, 7), (5, 7), (8, 7), (4, 10)])
def test_pairs_are_the_same_with_any_number_of_bands(monkeypatch, number, radius):
    rng = np.random.default_rng(number)
    base = rng.integers(0, 2**64, 150, dtype=np.uint64)
    near_ones = base ^ np.bitwise_or.reduce(np.uint64(1) << rng.integers(0, 64, (7, 150)).astype(np.uint64))
    hashes = np.unique(np.concatenate([base, near_ones]))
    monkeypatch.setattr(near, "bands", lambda count, radius: near._bands(number, radius))
    assert np.array_equal(near_pairs(hashes, radius), brute_force(hashes, radius))


def test_no_pair_among_none_or_one():
    for count in (0, 1):
        assert near_pairs(np.zeros(count, np.uint64), 3).shape == (0, 2)


def test_too_many_pairs_stop_with_the_key_to_change(monkeypatch):
    monkeypatch.setattr(near, "MOST_PAIRS", 1000)
    with pytest.raises(UserError, match=r"dedup\.radius=7"):
        near_pairs(np.arange(400, dtype=np.uint64), 7)
    assert len(near_pairs(np.arange(32, dtype=np.uint64), 7)) == 496


def test_groups_follow_chains():
    groups = connected_groups(5, np.array([[0, 1], [1, 2]]))
    assert groups[0] == groups[1] == groups[2]
    assert len(set(groups)) == 3


def unlike(name):
    """Hashes of a picture that is unlike all others."""
    return PictureHash(dhash=digest("edited", name)[:16], dhash_mirrored=digest("edited, mirrored", name)[:16])


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
        edited=unlike(edited) if pair else None,
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


def test_a_thousand_equal_hashes_are_one_group_and_cost_an_edge_each():
    rng = np.random.default_rng(0)
    others = rng.integers(0, 2**63, 200).tolist()
    values = [A] * 1000 + [A ^ 0b111, FAR] + others + [value ^ 1 << 7 for value in others[:20]]
    records = [record(f"n{i}", value) for i, value in enumerate(values)]
    edges = near_edges(records, 3)
    assert len(edges) < 2 * len(records)
    groups = connected_groups(len(records), edges)
    own, mirrored = (
        np.array([int(h, 16) for h in hashes], np.uint64)
        for hashes in zip(*((r.dhash, r.dhash_mirrored) for r in records), strict=True)
    )
    close = np.bitwise_count(own[:, None] ^ own) <= 3
    for one, other in ((own, mirrored), (mirrored, own), (mirrored, mirrored)):
        close |= np.bitwise_count(one[:, None] ^ other) <= 3
    expected = connected_groups(len(records), np.argwhere(close))
    assert np.array_equal(groups[:, None] == groups, expected[:, None] == expected)
    assert np.bincount(groups).max() == 1001


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
    own = listed("gedit", "0", [record("c", A ^ 1)])
    result = deduplicate_sources([record("a", A, "s1"), record("b", FARTHER, "s2")], [own], DedupConfig())
    assert [(r.key, r.reason) for r in result.rejects] == [("a", "benchmark_overlap")]
    assert result.rejects[0].detail == "gedit: 1 bits from one of its pictures, radius 3"


def test_the_largest_group_counts_what_was_set_aside_and_each_source_once():
    records = [record("a", A, "s1"), record("b", A ^ 1, "s2"), record("c", A ^ 3, "s3"), record("d", FARTHER, "s4")]
    assert deduplicate_sources(records, [], DedupConfig()).largest == 3
    assert deduplicate_sources(records[3:], [], DedupConfig()).largest == 1
    assert deduplicate_sources([], [], DedupConfig()).largest == 0


def test_a_group_that_chains_too_far_stops_the_build():
    records = [record(f"n{i}", 0xF << 56 | (i & 1), f"s{i}") for i in range(60)]
    records += [record(f"m{i}", int(h), f"t{i}") for i, h in enumerate(np.random.default_rng(0).integers(0, 2**63, 60))]
    with pytest.raises(UserError, match=r"dedup\.radius"):
        deduplicate_sources(records, [], DedupConfig(radius=3))
