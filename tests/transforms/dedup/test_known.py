"""Sources beside those of a data set that is extended: who comes too late, and who must share a split."""

import pytest

from schemas.picture_hash import PictureHash
from schemas.plan import CutoutRow, PairRow, SourceItem, SourceRecord
from schemas.sources import SourceRow
from transforms.dedup.config import DedupConfig
from transforms.dedup.known import bind_cutouts, set_known_aside, settle_groups, source_rows
from transforms.dedup.sources import LeakGroup

CONFIG = DedupConfig(radius=3, shared_radius=3)
FAR = "f0f0f0f0f0f0f0f0"


def inverted(dhash):
    return f"{int(dhash, 16) ^ (1 << 64) - 1:016x}"


def record(source_id, dhash, pair=False, scene="-", cutout=False):
    said = PairRow(name=f"{source_id}.jsonl:1", edited_uri="e.png", instruction="i") if pair else None
    thing = CutoutRow(called="cup") if cutout else None
    item = SourceItem(name=source_id, uri=source_id, dataset="d", scene=scene, pair=said, cutout=thing)
    return SourceRecord(
        source_id=source_id,
        item=item,
        width=9,
        height=9,
        dhash=dhash,
        dhash_mirrored=inverted(dhash),
    )


def row(source_id, split, dhash, scene="-", kind="photo"):
    return SourceRow(
        source_id=source_id,
        kind=kind,
        group_id=f"group-{source_id}",
        split=split,
        scene=scene,
        dhash=dhash,
        dhash_mirrored=inverted(dhash),
    )


KNOWN = [row("old", "test", "00000000000000ff"), row("other", "train", FAR, scene="beach")]


def test_nothing_is_set_aside_beside_nothing():
    records = [record("a", FAR), record("b", FAR)]
    found = set_known_aside(records, [], CONFIG)
    assert (found.records, found.rejects, found.bound) == (records, [], {})


def test_a_known_source_and_a_photo_near_one_come_too_late():
    records = [record("old", "00000000000000ff"), record("near", "00000000000000fe"), record("far", "aaaaaaaaaaaaaaaa")]
    found = set_known_aside(records, KNOWN, CONFIG)
    assert [r.source_id for r in found.records] == ["far"]
    assert [(r.key, r.reason, r.reject_class) for r in found.rejects] == [
        ("old", "known_source", "duplicate"),
        ("near", "near_known_source", "duplicate"),
    ]
    assert "old" in found.rejects[1].detail
    assert found.bound == {}


def test_a_photo_that_is_like_one_that_comes_too_late_does_too():
    chain = [record("near", "00000000000000fe"), record("next", "00000000000000f0")]
    assert [r.key for r in set_known_aside(chain, KNOWN, CONFIG).rejects] == ["near", "next"]


def test_a_pair_and_a_photo_of_a_known_scene_share_the_split():
    records = [record("pair", "00000000000000fe", pair=True), record("photo", "aaaaaaaaaaaaaaaa", scene="beach")]
    found = set_known_aside(records, KNOWN, CONFIG)
    assert found.records == records
    assert {name: bound.split for name, bound in found.bound.items()} == {"pair": "test", "photo": "train"}


def test_what_is_like_sources_of_two_splits_is_set_aside():
    known = [*KNOWN, row("third", "train", "00000000000000f8")]
    found = set_known_aside([record("pair", "00000000000000fc", pair=True)], known, CONFIG)
    assert [r.reason for r in found.rejects] == ["between_splits"]


@pytest.mark.parametrize("dhash", ["00000000000000ff", "00000000000000fe"])
def test_cutouts_are_used_again_in_the_split_where_they_were_lent(dhash):
    known = [row("cup", "test", "00000000000000ff", kind="cutout")]
    again = record("cup" if dhash.endswith("ff") else "cup2", dhash, cutout=True)
    found = bind_cutouts([again, record("new", "aaaaaaaaaaaaaaaa", cutout=True)], known, 3)
    assert len(found.records) == 2
    assert [bound.split for bound in found.bound.values()] == ["test"]


def test_photos_and_cutouts_do_not_count_for_each_other():
    known = [row("cup", "test", "00000000000000ff", kind="cutout"), row("photo", "train", FAR)]
    photo, cup = record("new", "00000000000000fe"), record("cup2", FAR, cutout=True)
    assert set_known_aside([photo], known, CONFIG).records == [photo]
    found = bind_cutouts([cup], known, 3)
    assert (found.records, found.bound) == ([cup], {})


def test_rows_of_a_group_take_the_known_groups_id():
    pair, friend, alone = record("pair", FAR, pair=True), record("friend", FAR), record("alone", FAR, cutout=True)
    groups = [LeakGroup("friend", (friend, pair, pair)), LeakGroup("alone", (alone,))]
    settled = settle_groups(groups, {"pair": KNOWN[0]})
    assert (settled.groups, settled.rejects) == (groups, [])
    rows = source_rows(groups, {"friend": "test", "alone": "train"}, settled.joins)
    assert [(r.source_id, r.kind, r.group_id, r.split) for r in rows] == [
        ("friend", "photo", "group-old", "test"),
        ("pair", "pair", "group-old", "test"),
        ("alone", "cutout", "alone", "train"),
    ]


def pair_of(source_id, dhash, edited_id, edited_dhash):
    found = record(source_id, dhash, pair=True)
    edited = PictureHash(dhash=edited_dhash, dhash_mirrored=inverted(edited_dhash))
    return found.model_copy(update={"edited_sha256": edited_id.ljust(64, "0"), "edited": edited})


BRANCH, LEAF, NEW = "00ff00ff00ff00ff", "3333333333333333", "5a5a5a5a5a5a5a5a"
KNOWN_EDIT = row("e" * 16, "validation", BRANCH, kind="edited")


@pytest.mark.parametrize(
    "new",
    [
        pair_of("e" * 16, BRANCH, "1" * 16, NEW),
        pair_of("e2", "00ff00ff00ff00fe", "1" * 16, NEW),
        pair_of("s", NEW, "e" * 16, BRANCH),
        pair_of("s", NEW, "e2".ljust(16, "0"), "00ff00ff00ff00fe"),
        record("e" * 16, BRANCH),
    ],
    ids=["next turn", "next turn from a copy", "same output", "nearly the same output", "photo"],
)
def test_what_shares_an_edited_picture_shares_its_split(new):
    found = set_known_aside([new], [*KNOWN, KNOWN_EDIT], CONFIG)
    assert (found.records, found.rejects) == ([new], [])
    assert {name: row.split for name, row in found.bound.items()} == {new.item.name: "validation"}


def test_an_output_that_is_a_known_source_shares_its_split():
    new = pair_of("s", NEW, "other".ljust(16, "0"), FAR)
    assert set_known_aside([new], KNOWN, CONFIG).bound["s"].split == "train"


def test_a_pair_between_two_splits_is_set_aside():
    new = pair_of("e" * 16, BRANCH, "x" * 16, FAR)
    found = set_known_aside([new], [*KNOWN, KNOWN_EDIT], CONFIG)
    assert [reject.reason for reject in found.rejects] == ["between_splits"]


def test_of_a_group_that_is_bound_to_two_splits_the_fewer_go():
    records = [record(name, NEW, pair=True) for name in ("a", "b", "c", "d")]
    bound = {"a": KNOWN[0], "b": KNOWN[1], "c": KNOWN[1]}
    settled = settle_groups([LeakGroup("a", tuple(records))], bound)
    assert [[r.source_id for r in group.sources] for group in settled.groups] == [["b", "c", "d"]]
    assert [(reject.name, reject.reason) for reject in settled.rejects] == [("a.jsonl:1", "between_splits")]
    assert {name: row.split for name, row in settled.joins.items()} == {"a": "train"}


def test_rows_of_edited_pictures_and_none_twice():
    first, second = pair_of("s", NEW, "m" * 16, LEAF), pair_of("m" * 16, LEAF, "t" * 16, BRANCH)
    rows = source_rows([LeakGroup("s", (second, first))], {"s": "train"}, {})
    assert sorted((row.source_id, row.kind, row.dhash, row.split) for row in rows) == [
        ("m" * 16, "pair", LEAF, "train"),
        ("s", "pair", NEW, "train"),
        ("t" * 16, "edited", BRANCH, "train"),
    ]
