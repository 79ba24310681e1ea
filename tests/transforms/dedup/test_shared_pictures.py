"""Pairs that share a picture: turns of a session, inverses, stars, copies of them; and pictures that join nothing."""

from itertools import pairwise

import cv2
import numpy as np
import pytest
from PIL import Image

from schemas.plan import PairRow, SourceItem, SourceRecord
from transforms.dedup import sources
from transforms.dedup.config import DedupConfig
from transforms.dedup.sources import deduplicate_sources
from transforms.sources.decode import DecodeLimits
from transforms.sources.read import inspect_item
from transforms.splits.assign import split_groups
from transforms.splits.config import SplitsConfig

THIRDS = SplitsConfig(train=0.4, validation=0.3, test=0.3)


def scene(seed, width=120, height=80):
    """A picture that no two seeds share: soft colours, sharp shapes."""
    rng = np.random.default_rng(seed)
    rgb = cv2.resize(rng.integers(30, 225, (5, 7, 3), dtype=np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(6):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        cv2.circle(rgb, centre, int(rng.integers(5, 15)), rng.integers(0, 255, 3).tolist(), -1)
    return rgb


class Folder:
    """Pictures and pairs in a folder; `found` opens them as a build does and merges duplicates."""

    def __init__(self, path):
        self.path, self.items = path, []

    def picture(self, name, rgb, **save):
        Image.fromarray(rgb).save(self.path / name, **save)
        return name

    def pair(self, source, edited, scene="-"):
        name = f"pairs.jsonl:{len(self.items):03d}"
        row = PairRow(name=name, edited_uri=str(self.path / edited), instruction=f"do {source} {edited}")
        uri = str(self.path / source)
        self.items.append(SourceItem(name=name, uri=uri, dataset="pairs", scene=scene, pair=row))
        return name

    def photo(self, name):
        self.items.append(SourceItem(name=name, uri=str(self.path / name), dataset="folder"))
        return name

    def found(self, **config):
        entries = [inspect_item(item, DecodeLimits()) for item in self.items]
        records = [entry for entry in entries if isinstance(entry, SourceRecord)]
        result = deduplicate_sources(records, [], DedupConfig(**config))
        unread = [entry for entry in entries if not isinstance(entry, SourceRecord)]
        return result, {reject.name: reject for reject in [*unread, *result.rejects]}

    def groups(self, **config):
        """Return the names of rows that share a group, sorted."""
        result, _ = self.found(**config)
        return sorted(sorted(record.item.name for record in group.sources) for group in result.groups)


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def resaved(rgb, tmp_path, quality):
    Image.fromarray(rgb).save(tmp_path / "again.jpg", quality=quality)
    return np.array(Image.open(tmp_path / "again.jpg"))


def test_the_turns_of_a_session_share_a_group_and_sessions_do_not(folder):
    expected = []
    for session in range(5):
        names = [folder.picture(f"{session}-{turn}.png", scene(10 * session + turn)) for turn in range(4)]
        expected.append([folder.pair(*turn) for turn in pairwise(names)])
    assert folder.groups() == expected


def test_a_pair_and_its_inverse_share_a_group(folder):
    names = [folder.picture(f"{i}.png", scene(i)) for i in range(8)]
    there = [folder.pair(names[i], names[i + 1]) for i in range(0, 8, 2)]
    back = [folder.pair(names[i + 1], names[i]) for i in range(0, 8, 2)]
    assert folder.groups() == [list(both) for both in zip(there, back, strict=True)]


def test_an_output_that_is_the_source_of_many_rows_joins_them(folder):
    first, middle, alone = (folder.picture(f"{i}.png", scene(i)) for i in range(3))
    star = [folder.pair(first, middle)]
    star += [folder.pair(middle, folder.picture(f"end{i}.png", scene(100 + i))) for i in range(9)]
    other = [folder.pair(alone, folder.picture("other.png", scene(99)))]
    assert folder.groups() == [star, other]


@pytest.mark.parametrize("how", ["jpeg", "smaller", "smaller jpeg", "larger", "mirrored"])
def test_a_next_turn_may_begin_from_a_copy_of_the_output(folder, how):
    expected = []
    for session in range(4):
        before, after, last = (scene(10 * session + turn) for turn in range(3))
        if "smaller" in how:
            copy = np.array(Image.fromarray(after).resize((96, 64), Image.Resampling.LANCZOS))
        elif "larger" in how:
            copy = np.array(Image.fromarray(after).resize((300, 200), Image.Resampling.BICUBIC))
        else:
            copy = np.ascontiguousarray(after[:, ::-1]) if how == "mirrored" else after
        copy = resaved(copy, folder.path, 80) if "jpeg" in how else copy
        names = [folder.picture(f"{session}-{i}.png", rgb) for i, rgb in enumerate((before, after, copy, last))]
        expected.append([folder.pair(names[0], names[1]), folder.pair(names[2], names[3])])
    assert folder.groups() == expected


def test_two_edits_to_nearly_one_picture_share_a_group(folder):
    target = scene(1)
    one = folder.pair(folder.picture("a.png", scene(2)), folder.picture("b.png", target))
    two = folder.pair(folder.picture("c.png", scene(3)), folder.picture("d.png", resaved(target, folder.path, 85)))
    far = folder.pair(folder.picture("e.png", scene(4)), folder.picture("f.png", scene(5)))
    assert folder.groups() == [[one, two], [far]]


def test_rows_of_one_scene_still_share_a_group(folder):
    names = [folder.picture(f"{i}.png", scene(i)) for i in range(6)]
    rows = [folder.pair(names[2 * i], names[2 * i + 1], scene="talk" if i != 1 else "-") for i in range(3)]
    assert folder.groups() == [[rows[0], rows[2]], [rows[1]]]


def refusals(folder, number, rgb, copies=False):
    names = []
    for i in range(number):
        source = folder.picture(f"s{i}.png", scene(i))
        said = resaved(rgb, folder.path, 60 + i) if copies else rgb
        names.append(folder.pair(source, folder.picture(f"refused{i}.png", said)))
    return names


def message():
    rgb = np.full((80, 120, 3), 238, np.uint8)
    for line, text in enumerate(("This request", "cannot be", "carried out")):
        cv2.putText(rgb, text, (6, 22 + 22 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (60, 60, 60), 1)
    return rgb


@pytest.mark.parametrize("copies", [False, True])
def test_an_output_that_many_sources_share_is_a_placeholder(folder, copies):
    refused = refusals(folder, 21, message(), copies)
    edit = folder.pair(folder.picture("own.png", scene(500)), folder.picture("edit.png", scene(501)))
    result, rejects = folder.found()
    assert [[record.item.name for record in group.sources] for group in result.groups] == [[edit]]
    assert list(rejects) == refused
    assert {(reject.reason, reject.stage, reject.reject_class) for reject in rejects.values()} == {
        ("placeholder_output", "dedup", "filter")
    }
    assert all(
        "21 different sources" in r.detail and "dedup.max_shared_output=20" in r.detail for r in rejects.values()
    )


def test_up_to_the_limit_rows_that_share_an_output_are_joined(folder):
    shared = refusals(folder, 6, message())
    assert folder.groups(max_shared_output=6) == [shared]
    assert folder.groups(max_shared_output=5) == []


def test_what_goes_on_from_a_placeholder_is_rejected_too_and_joins_nothing(folder):
    refused = refusals(folder, 5, message())
    on = [folder.pair("refused0.png", folder.picture(f"on{i}.png", scene(700 + i))) for i in range(2)]
    last = [folder.pair(f"on{i}.png", folder.picture(f"last{i}.png", scene(800 + i))) for i in range(2)]
    _, rejects = folder.found(max_shared_output=4)
    assert sorted(rejects) == [*refused, *on]
    assert "its source picture" in rejects[on[0]].detail
    assert folder.groups(max_shared_output=4) == [[last[0]], [last[1]]]


def test_one_source_with_many_edits_and_their_inverses_is_no_placeholder(folder):
    base = folder.picture("base.png", scene(0))
    edits = [folder.picture(f"edit{i}.png", scene(1 + i)) for i in range(9)]
    rows = [folder.pair(base, edit) for edit in edits] + [folder.pair(edit, base) for edit in edits]
    result, rejects = folder.found(max_shared_output=5)
    assert not rejects and folder.groups() == [rows]
    assert result.largest_group == 18


def test_many_faint_changes_back_to_one_photo_are_no_placeholder(folder):
    """The sources are nearly their output: dust on a photo that is to be removed."""
    clean = scene(3)
    names = []
    for i in range(9):
        dusty = clean.copy()
        dusty[3 * i : 3 * i + 2, 4 * i : 4 * i + 2] = 255
        names.append(folder.pair(folder.picture(f"dusty{i}.png", dusty), folder.picture("clean.png", clean)))
    assert folder.groups(max_shared_output=5) == [names]


@pytest.mark.parametrize("side", [96, 72])
def test_products_on_one_ground_are_not_joined_and_their_turns_are(folder, side):
    """Both pictures of each row show its own product on the white that all share; a next turn begins from a JPEG."""
    rows = []
    for i in range(10):
        before = np.full((96, 96, 3), 252, np.uint8)
        rng = np.random.default_rng(i)
        points = 48 + rng.integers(-26, 26, (3 + i % 4, 2))
        cv2.fillPoly(before, [points.astype(np.int32)], rng.integers(0, 190, 3).tolist())
        after = before.copy()
        cv2.circle(after, (48 + int(rng.integers(-8, 8)), 48), 8, rng.integers(0, 190, 3).tolist(), -1)
        copy = np.array(Image.fromarray(after).resize((side, side), Image.Resampling.LANCZOS))
        names = [folder.picture(f"{i}{name}.png", rgb) for name, rgb in (("a", before), ("b", after), ("z", scene(i)))]
        folder.picture(f"{i}c.jpg", copy, quality=80)
        rows.append([folder.pair(*names[:2]), folder.pair(f"{i}c.jpg", names[2])])
    assert folder.groups() == rows


def test_an_edit_that_changed_nothing_joins_itself_alone(folder):
    names = [folder.picture(f"{i}.png", scene(i)) for i in range(3)]
    rows = [folder.pair(name, name) for name in names]
    assert folder.groups() == [[row] for row in rows]


@pytest.mark.parametrize("kind", ["one colour", "noise", "jpeg noise"])
@pytest.mark.parametrize("role", ["source", "edited"])
def test_pictures_without_content_join_nothing(folder, kind, role):
    nothing = np.full((300, 300, 3), 128, np.uint8)
    if kind != "one colour":
        nothing = (
            np.clip(nothing + np.random.default_rng(0).normal(0, 3, nothing.shape), 0, 255).round().astype(np.uint8)
        )
    blank = folder.picture(*(("blank.jpg", nothing) if kind == "jpeg noise" else ("blank.png", nothing)))
    for i in range(2):
        own = folder.picture(f"{i}.png", scene(i))
        folder.pair(*((blank, own) if role == "source" else (own, blank)))
    result, rejects = folder.found()
    assert result.groups == ()
    reasons = {(reject.reason, reject.reject_class) for reject in rejects.values()}
    assert reasons == {("blank", "error") if role == "source" else ("placeholder_output", "filter")}
    assert all(reject.detail.startswith(f"{role} image ") for reject in rejects.values())


def test_a_photo_that_a_pair_has_too(folder):
    """As its source it is there already; as its edited picture it shares the split."""
    source, edited = folder.picture("s.png", scene(1)), folder.picture("e.png", scene(2))
    folder.picture("large.png", np.array(Image.fromarray(scene(1)).resize((240, 160), Image.Resampling.BICUBIC)))
    pair = folder.pair(source, edited)
    for name in (source, edited, "large.png", folder.picture("other.png", scene(3))):
        folder.photo(name)
    result, rejects = folder.found()
    assert {name: reject.reason for name, reject in rejects.items()} == {
        "s.png": "duplicate_source",
        "large.png": "near_duplicate_source",
    }
    assert sorted(sorted(r.item.name for r in group.sources) for group in result.groups) == [
        ["e.png", pair],
        ["other.png"],
    ]


def test_a_long_session_of_pictures_that_are_alike_does_not_stop_a_build(folder, monkeypatch):
    base, names = scene(7), []
    for turn in range(8):
        cv2.circle(base, (10 + 12 * turn, 40), 2, (255, 255, 0), -1)
        names.append(folder.picture(f"turn{turn}.png", base))
    rows = [folder.pair(*turn) for turn in pairwise(names)]
    monkeypatch.setattr(sources, "MIN_SOURCES_FOR_SHARE", 10)
    for i in range(5):
        folder.pair(folder.picture(f"a{i}.png", scene(1000 + i)), folder.picture(f"b{i}.png", scene(2000 + i)))
    result, _ = folder.found()
    assert result.largest_group == len(rows) and len(result.groups) == 6


def test_no_picture_stands_in_two_splits(folder):
    """Sessions of many lengths, some from copies: dealt to three splits."""
    for session in range(12):
        names = [folder.picture(f"{session}-{turn}.png", scene(10 * session + turn)) for turn in range(2 + session % 4)]
        for turn in pairwise(names):
            folder.pair(*turn)
    result, _ = folder.found()
    splits = split_groups(result.groups, THIRDS, seed=0)
    seen = {}
    for group in result.groups:
        for record in group.sources:
            for identity in record.picture_ids():
                seen.setdefault(identity, set()).add(splits[group.group_id])
    assert len(seen) == sum(2 + session % 4 for session in range(12))
    assert all(len(found) == 1 for found in seen.values())
    assert set(splits.values()) == {"train", "validation", "test"}
