"""Two looks: what shares a ground stays apart, what is a copy is found, and great numbers take one way to the same."""

import cv2
import numpy as np
import pytest
from benchmarks.near.copies import COPIES
from benchmarks.near.grounds import drawn

from schemas.errors import UserError
from schemas.picture_hash import PictureHash
from transforms.dedup import confirmed
from transforms.dedup.alike import looks_of
from transforms.dedup.confirmed import near_edges
from transforms.dedup.near import connected_groups, near_pairs
from transforms.sources.detail import detail, read_details
from transforms.sources.hashing import picture_hash

SAME = "0" * 16


def one_hash(pictures):
    """Return hashes of pictures that a coarse hash cannot tell apart."""
    return [PictureHash(dhash=SAME, dhash_mirrored=SAME, detail=detail(rgb)) for rgb in pictures]


def groups_of(hashes, radius=3):
    return connected_groups(len(hashes), near_edges(hashes, radius))


KINDS = ["products on white", "products on grey", "products on a gradient", "small things on white", "pages of text"]
KINDS += ["one mug, other prints", "faces", "night sky", "line art", "screenshots", "scans", "forms", "bar codes"]


@pytest.mark.parametrize("kind", KINDS)
def test_other_content_on_one_ground_stays_apart_whatever_the_hash_says(kind):
    hashes = one_hash(drawn(kind, 6))
    assert len(set(groups_of(hashes).tolist())) == 6


@pytest.mark.parametrize("kind", ["products on white", "products on one colour", "faces", "pages of text", "scans"])
def test_copies_on_a_plain_ground_are_found_again(kind):
    pictures = drawn(kind, 2)
    for name in ("JPEG q50", "resized to 50 %", "mirrored", "mirrored, 50 %, JPEG q50"):
        copies = [COPIES[name](rgb) for rgb in pictures]
        found = groups_of(one_hash([*pictures, *copies]))
        assert found[:2].tolist() == found[2:].tolist(), name
        assert found[0] != found[1], name


@pytest.mark.parametrize("ground", [255, 120])
def test_copies_of_things_of_some_pixels_are_found_where_saving_moves_their_window(ground):
    rng = np.random.default_rng(5)
    things = []
    for _ in range(8):
        canvas = np.full((256, 256, 3), ground, np.uint8)
        (width, height), left, top = rng.integers(24, 80, 2).tolist(), *rng.integers(70, 100, 2).tolist()
        cv2.rectangle(canvas, (left, top), (left + width, top + height), rng.integers(0, 230, 3).tolist(), -1)
        for _ in range(3):
            at = rng.integers((left, top), (left + width, top + height)).tolist()
            cv2.circle(canvas, at, int(rng.integers(3, 9)), rng.integers(0, 256, 3).tolist(), -1)
        things.append(canvas)
    for name in ("JPEG q50", "resized to 50 %", "mirrored"):
        found = groups_of(one_hash([*things, *(COPIES[name](rgb) for rgb in things)]))
        assert len(set(found[:8].tolist())) == 8
        assert (found[:8] == found[8:]).sum() >= 7, name


def test_products_on_white_and_their_copies_by_their_own_hashes():
    pictures = drawn("products on white", 12)
    copies = [COPIES["JPEG q50"](rgb) for rgb in pictures[:4]]
    hashes = [picture_hash(rgb) for rgb in [*pictures, *copies]]
    alone = groups_of([one.model_copy(update={"detail": "-"}) for one in hashes])
    assert np.bincount(alone[:12]).max() > 6
    found = groups_of(hashes)
    assert len(set(found[:12].tolist())) == 12
    assert found[12:].tolist() == found[:4].tolist()


def test_colour_tells_things_of_one_shape_apart_on_a_plain_ground():
    def square(colour):
        canvas = np.full((300, 300, 3), 255, np.uint8)
        cv2.rectangle(canvas, (100, 100), (200, 200), colour, -1)
        return canvas

    red, blue = (200, 40, 40), (40, 60, 200)
    assert len(set(groups_of(one_hash([square(red), square(blue), square((50, 50, 50))])).tolist())) == 3
    assert len(set(groups_of(one_hash([square(red), COPIES["brighter (+15 %)"](square(red))])).tolist())) == 1


def test_a_content_as_bright_as_its_ground_is_not_like_any_other():
    def letter(text, colour):
        canvas = np.full((256, 256, 3), 128, np.uint8)
        return cv2.putText(canvas, text, (80, 175), cv2.FONT_HERSHEY_TRIPLEX, 4, colour, 8, cv2.LINE_AA)

    pale, others = letter("A", (140, 123, 122)), [letter(text, (95, 95, 95)) for text in "BCDG"]
    assert len(set(groups_of(one_hash([pale, *others])).tolist())) == 5
    pale, dark = [letter(text, (140, 123, 122)) for text in "BCDG"], letter("A", (95, 95, 95))
    found = groups_of(one_hash([*pale, dark]))
    assert (found == found[-1]).sum() == 1


def test_a_hash_without_a_detail_decides_alone_as_before():
    one, other = drawn("products on white", 2)
    bare = PictureHash(dhash=SAME, dhash_mirrored="f" * 16)
    full = [PictureHash(dhash=SAME, dhash_mirrored="f" * 16, detail=detail(rgb)) for rgb in (one, other)]
    assert len(near_edges([bare, full[0]], 0)) == 1
    assert len(near_edges(full, 0)) == 0
    assert len(near_edges([*full, bare], 0)) == 2


def brute(hashes, radius):
    """Return the groups by comparing all with all."""
    count = len(hashes)
    own, mirrored = (np.array([int(getattr(one, name), 16) for one in hashes], np.uint64) for name in NAMES)
    looks = looks_of([one.detail for one in hashes])
    i, j = np.triu_indices(count, 1)
    linked = np.zeros(len(i), bool)
    for flipped, a, b in ((0, own, own), (0, mirrored, mirrored), (1, own, mirrored), (1, mirrored, own)):
        close = np.bitwise_count(a[i] ^ b[j]) <= radius
        linked |= close & looks.alike(i, looks, j, np.full(len(i), bool(flipped)))
    return connected_groups(count, np.stack([i, j], axis=1)[linked])


NAMES = ("dhash", "dhash_mirrored")


def test_groups_equal_brute_force_over_near_and_equal_hashes(monkeypatch):
    monkeypatch.setattr(confirmed, "AT_ONCE", 128)
    rng = np.random.default_rng(5)
    details = [detail(rgb) for rgb in drawn("one mug, other prints", 5)] + ["-"]
    details += [detail(rgb[:, ::-1]) for rgb in drawn("one mug, other prints", 3)]
    base = rng.integers(0, 2**64, 12, np.uint64)
    hashes = []
    for _ in range(60):
        own, mirrored = (int(base[rng.integers(12)]) ^ int(rng.choice([0, 1, 6, 0b111 << 30])) for _ in range(2))
        detail_text = details[rng.integers(len(details))] if rng.random() < 0.97 else "-"
        hashes.append(PictureHash(dhash=f"{own:016x}", dhash_mirrored=f"{mirrored:016x}", detail=detail_text))
    hashes = [one for one in hashes if one.detail != "-"] + [one for one in hashes if one.detail == "-"][:1]
    edges = near_edges(hashes, 2)
    found, expected = connected_groups(len(hashes), edges), brute(hashes, 2)
    assert len(edges) < len(hashes)
    assert np.array_equal(found[:, None] == found, expected[:, None] == expected)
    assert 3 < len(set(found.tolist())) < len(hashes)


def test_more_candidates_than_can_be_compared_stop_with_the_key_to_change(monkeypatch):
    monkeypatch.setattr(confirmed, "MOST_COMPARED", 99)
    hashes = one_hash(drawn("small things on white", 2)) * 5
    with pytest.raises(UserError, match=r"dedup\.radius=3: .* \d+ pairs"):
        near_edges(hashes, 3)


def test_no_picture_and_one_picture_have_no_edge():
    assert near_edges([], 3).shape == (0, 2)
    assert near_edges(one_hash(drawn("faces", 1)), 3).shape == (0, 2)


def test_the_search_may_be_another_one():
    hashes = [picture_hash(rgb) for rgb in drawn("small things on white", 3)] * 2
    asked = []

    def search(values, radius):
        asked.append(len(values))
        return near_pairs(values, radius)

    assert np.array_equal(near_edges(hashes, 3, search), near_edges(hashes, 3))
    assert len(asked) == 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (2, 700), (40, 3), (130, 130)])
def test_a_picture_of_any_size_has_a_detail_and_is_like_itself(shape):
    rgb = np.random.default_rng(shape[1]).integers(0, 256, (*shape, 3), dtype=np.uint8)
    text = detail(rgb)
    assert text == detail(rgb.copy()) and text.isascii() and len(text) < 1024
    looks = looks_of([text])
    assert looks.alike(np.zeros(1, int), looks, np.zeros(1, int), np.zeros(1, bool)).tolist() == [True]


def test_a_framed_picture_has_the_detail_of_the_picture():
    rng = np.random.default_rng(3)
    rgb = cv2.resize(rng.integers(0, 200, (9, 12, 3), np.uint8), (400, 300), interpolation=cv2.INTER_CUBIC)
    texts = [detail(rgb), detail(COPIES["white frame of 2 %"](rgb))]
    assert not read_details(texts).plain.any()
    assert groups_of([PictureHash(dhash=SAME, dhash_mirrored="f" * 16, detail=text) for text in texts]).max() == 0


def test_what_is_no_detail_is_refused():
    for text in ("?", "AAAA", detail(np.zeros((9, 9, 3), np.uint8))[:-8]):
        with pytest.raises(ValueError, match=r".+"):
            read_details([text])
