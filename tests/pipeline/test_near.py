"""Near duplicates among very many hashes: the join on Beam gives what one worker gives, and what brute force gives."""

import numpy as np
import pytest

from pipeline import near as chooser
from pipeline.layout import Layout
from pipeline.near import joined_pairs, pair_search
from pipeline.runner import make_options
from schemas.errors import UserError
from transforms import storage
from transforms.dedup import near
from transforms.dedup.banding import crowds, deal, read_pairs, write_pairs
from transforms.dedup.near import near_pairs


def brute_force(hashes, radius):
    return np.argwhere(np.triu(np.bitwise_count(hashes[:, None] ^ hashes[None]) <= radius, 1))


def scattered(rng):
    """Random hashes, and copies of them some bits off."""
    base = rng.integers(0, 2**64, 250, dtype=np.uint64)
    bits = rng.integers(0, 64, (6, 250)).astype(np.uint64)
    return [base, *(np.bitwise_xor.reduce(np.uint64(1) << bits[: k + 1], axis=0) ^ base for k in range(6))]


def chain(rng):
    """Each three bits from the one before, the ends far apart."""
    links = [rng.integers(0, 2**64, dtype=np.uint64)]
    for step in range(120):
        links.append(links[-1] ^ np.uint64(0b111) << np.uint64(3 * step % 61))
    return [np.array(links)]


def hot_band(rng):
    """Pictures with a plain sky: the upper half is the same in all, near neighbours among them."""
    base = rng.integers(0, 2**32, 300, dtype=np.uint64)
    return [base, base ^ np.uint64(1 << 40), base ^ np.uint64(0b101)]


def crammed(rng):
    """All within a few bits of one another."""
    return [np.arange(256, dtype=np.uint64), np.uint64(2**64 - 1) - np.arange(64, dtype=np.uint64)]


SETS = {make.__name__: make for make in (scattered, chain, hot_band, crammed)}


@pytest.fixture
def join(tmp_path):
    layout, options = Layout(str(tmp_path), "-"), make_options(1, ())
    return lambda hashes, radius: joined_pairs(hashes, radius, options, layout)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("radius", [1, 3, 7])
def test_both_ways_equal_brute_force(monkeypatch, join, name, radius):
    monkeypatch.setattr(crowds, "__defaults__", (40,))  # so that bands are crowded
    monkeypatch.setattr(chooser, "HASHES_PER_SPAN", 100)
    hashes = np.unique(np.concatenate(SETS[name](np.random.default_rng(radius))))
    expected = brute_force(hashes, radius)
    assert len(expected) > 100 or (radius, name) == (1, "chain")
    assert np.array_equal(near_pairs(hashes, radius), expected)
    assert np.array_equal(join(hashes, radius), expected)


def test_no_bucket_holds_more_than_two_chunks():
    hashes = np.unique(np.concatenate(hot_band(np.random.default_rng(0))))
    crowded = dict(crowds(hashes, 3, chunk=50))
    sizes = {}
    for bucket, _ in deal(hashes, 3, crowded):
        sizes[bucket] = sizes.get(bucket, 0) + 1
    assert max(crowded.values()) >= len(hashes) // 50 - 1  # the plain half's bands hold nearly all
    assert max(sizes.values()) < 2 * 50 * 1.5
    assert all(a <= b for _, _, a, b in sizes)


def test_the_number_of_hashes_chooses(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(chooser, "joined_pairs", lambda hashes, *rest: asked.append(len(hashes)))
    monkeypatch.setattr(chooser, "ONE_WORKER_HASHES", 10)
    search = pair_search(make_options(1, ()), Layout(str(tmp_path), "-"))
    assert np.array_equal(search(np.arange(10, dtype=np.uint64), 1), near_pairs(np.arange(10, dtype=np.uint64), 1))
    assert asked == []
    search(np.arange(11, dtype=np.uint64), 1)
    assert asked == [11]


def test_pairs_of_a_step_that_was_tried_twice_count_once(tmp_path):
    hashes = np.array([3, 5, 9], np.uint64)
    for part in ([[3, 5]], [[3, 5]], [[9, 3], [3, 5]]):
        write_pairs(str(tmp_path), np.array(part, np.uint64))
    assert len(storage.list_files(str(tmp_path))) == 2
    assert read_pairs(str(tmp_path), hashes, 3).tolist() == [[0, 1], [0, 2]]


def test_too_many_pairs_stop_the_join_too(monkeypatch, join):
    monkeypatch.setattr(near, "MOST_PAIRS", 1000)
    with pytest.raises(UserError, match=r"dedup\.radius=7"):
        join(np.arange(400, dtype=np.uint64), 7)
