"""Hash lists and what is near them: exact for the radius, one name for each, told from what is no list."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from benchmarks.near.grounds import drawn

from schemas.errors import UserError
from schemas.hash_list import HashRow
from schemas.keys import digest
from schemas.picture_hash import PictureHash
from transforms.dedup.hash_lists import copy_hash_lists, listed, read_copied_lists, read_hash_lists
from transforms.dedup.near import near_pairs
from transforms.dedup.overlap import OVERLAP, near_listed, overlap_detail, overlaps, reject_listed
from transforms.shards.codec import encode_image
from transforms.sources.hashing import dhash, picture_hash

A = 0x0F0F0F0F0F0F0F0F


def hashed(own, mirrored=None):
    """Return the hash of a picture without a detail, whose mirror image is like nothing else unless said."""
    mirrored = int(digest("mirrored", own)[:16], 16) if mirrored is None else mirrored
    return PictureHash(dhash=f"{own:016x}", dhash_mirrored=f"{mirrored:016x}")


def a_list(name, *hashes):
    return listed(name, "0", [one if isinstance(one, PictureHash) else hashed(one) for one in hashes])


def write(path, *rows, **columns):
    names = list(HashRow.model_fields)[: len(rows[0])]  # the earlier ones hold no detail
    table = pa.table({name: [row[i] for row in rows] for i, name in enumerate(names)} | columns)
    pq.write_table(table, path)
    return str(path)


ROW = ("a.png", "00000000000000ff", "ff00000000000000", "Add a RED hat!")


def test_equals_brute_force_also_among_copies():
    rng = np.random.default_rng(0)
    hashes = rng.integers(0, 2**64, (300, 2), np.uint64)
    own = a_list("own", *rng.integers(0, 2**64, 50, np.uint64).tolist(), A)
    for number, flips in enumerate([0, 1, 3, 4, 9, 3, 3]):
        hashes[number, number % 2] = int(own.hashes[number % 5, 0]) ^ ((1 << flips) - 1)
    hashes[5:100] = hashes[5]
    expected = np.bitwise_count(hashes[:, :, None] ^ own.hashes.reshape(-1)).min(axis=(1, 2))
    found = near_listed([hashed(*both) for both in hashes.tolist()], [own], 3, near_pairs)
    assert {number: bits for number, (_, bits) in found.items()} == {
        number: int(bits) for number, bits in enumerate(expected) if bits <= 3
    }


def test_the_nearest_benchmark_is_named_and_of_equals_the_first():
    lists = [a_list("b", A ^ 1), a_list("a", A ^ 1), a_list("c", A)]
    hashes = [hashed(*both) for both in [(A, 0), (A ^ 3, 1 << 40), (A ^ 1, 5)]]
    assert near_listed(hashes, lists, 3, near_pairs) == {0: ("c", 0), 1: ("a", 1), 2: ("a", 0)}
    assert near_listed(hashes, [], 3, near_pairs) == {}


def test_an_edited_picture_near_a_listed_or_mirrored_one_is_set_aside(hand):
    rng = np.random.default_rng(1)
    rgb = np.repeat(np.repeat(rng.integers(0, 256, (8, 9, 3), np.uint8), 20, 0), 20, 1)
    own = replace(hand.candidate(), edited=encode_image(rgb))
    mirrored = a_list("mirrored", picture_hash(rgb[:, ::-1]))
    found = reject_listed(own, [a_list("far", dhash(rgb) ^ 0xFF), mirrored], 3)
    assert (found.key, found.stage, found.reason, found.reject_class) == (own.key, "dedup", OVERLAP, "duplicate")
    assert found.detail.startswith("mirrored: ")
    assert reject_listed(own, [a_list("far", dhash(rgb) ^ 0xFF)], 3) is None
    assert reject_listed(own, [], 3) is None


def test_an_edited_picture_on_the_ground_of_a_listed_one_stays(hand):
    """Same hash, other content: only a list without details takes it for a copy."""
    one, other = drawn("small things on white", 2)
    assert (dhash(one) ^ dhash(other)).bit_count() <= 3
    own = replace(hand.candidate(), edited=encode_image(other))
    assert reject_listed(own, [a_list("shop", picture_hash(one))], 3) is None
    assert reject_listed(own, [a_list("shop", hashed(dhash(one)))], 3) is not None
    assert reject_listed(own, [a_list("shop", picture_hash(other))], 3).detail.startswith("shop: 0 bits")


def test_rows_are_counted_by_the_benchmark_that_they_name():
    said = [
        overlap_detail("gedit", 2, 3),
        overlap_detail("v1.2", 0, 3),
        overlap_detail("gedit", 0, 3),
        "gedit: blurred",
    ]
    table = pa.table({"reason": [OVERLAP] * 3 + ["filter"], "detail": said})
    assert overlaps(table) == {"gedit": 2, "v1.2": 1}


def test_a_list_is_read_with_its_name_and_normal_instructions(tmp_path):
    (found,) = read_hash_lists([write(tmp_path / "gedit-1.0.parquet", ROW, ("b.png", *ROW[1:3], "-"))])
    assert (found.benchmark, found.pictures, found.hashes.tolist()) == ("gedit-1.0", 2, [[0xFF, 0xFF << 56]] * 2)
    assert found.undetailed == 2
    assert found.instructions == {"add red hat"}


def test_copies_are_read_as_the_lists_and_replace_earlier_ones(tmp_path):
    folder = str(tmp_path / "copies")
    paths = [write(tmp_path / f"{name}.parquet", ROW) for name in ("b", "a")]
    copy_hash_lists([*paths, write(tmp_path / "old.parquet", ROW)], folder)
    copy_hash_lists(paths, folder)
    assert [(one.benchmark, one.sha256) for one in read_copied_lists(folder)] == [
        (one.benchmark, one.sha256) for one in reversed(read_hash_lists(paths))
    ]
    assert read_copied_lists(str(tmp_path / "nowhere")) == ()


def test_what_is_no_list_is_told(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.parquet").write_text("no parquet")
    (tmp_path / "other").mkdir()
    bad = {
        str(tmp_path / "folder"): "is no name of a hash list",
        str(tmp_path / "a:b.parquet"): "is no name of a hash list",
        str(tmp_path / "missing.parquet"): "cannot be read",
        str(tmp_path / "text.parquet"): "is no sound parquet file",
        write(tmp_path / "short.parquet", ("a", "ff", ROW[2], "-")): r"row 1: dhash: is not 16 hex digits",
    }
    bad[write(tmp_path / "damaged.parquet", (*ROW, "abc"))] = "column detail: .*; make the list again"
    pq.write_table(pa.table({"name": ["a"]}), tmp_path / "thin.parquet")
    bad[str(tmp_path / "thin.parquet")] = "has no column dhash"
    for path, message in bad.items():
        with pytest.raises(UserError, match=message):
            read_hash_lists([path])
    alike = [write(folder / "x.parquet", ROW) for folder in (tmp_path, tmp_path / "other")]
    with pytest.raises(UserError, match="called alike"):
        read_hash_lists(alike)
