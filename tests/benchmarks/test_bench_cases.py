"""The benchmark's cases: reproducible, evenly spread, and their truth is exact."""

from collections import Counter

import cv2
import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from benchmarks.regions.cases import EDIT_TYPES, PERIOD, WHOLE_FRAME, make_case, stratum_of
from benchmarks.regions.frames import FRAMES, draw_frame
from benchmarks.regions.photos import Photos
from schemas.errors import UserError
from schemas.geometry import xyxy_from_mask

STRATA = [stratum_of(seed) for seed in range(PERIOD)]


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Return four small pictures with texture, shapes and colours, so that nothing waits for large ones."""
    folder = tmp_path_factory.mktemp("photos")
    for number in range(4):
        rng = np.random.default_rng(number)
        picture = cv2.resize(
            rng.uniform(20, 235, (9, 11, 3)).astype(np.float32), (330, 270), interpolation=cv2.INTER_CUBIC
        )
        for _ in range(12):
            centre, radius = tuple(int(v) for v in rng.integers(0, 300, 2)), int(rng.integers(15, 50))
            cv2.circle(picture, centre, radius, tuple(float(v) for v in rng.uniform(0, 255, 3)), -1, cv2.LINE_AA)
        picture += rng.normal(0, 9, picture.shape)
        cv2.imwrite(str(folder / f"{number}.png"), np.clip(picture, 0, 255).astype(np.uint8))
    return Photos.from_folder(folder)


def seeds_where(count, **wanted):
    found = [seed for seed in range(PERIOD) if all(getattr(STRATA[seed], k) == v for k, v in wanted.items())]
    assert len(found) >= count
    return found[:count]


def test_a_period_holds_all_types_evenly_at_all_levels():
    for edit_type in EDIT_TYPES:
        levels = Counter(stratum.level for stratum in STRATA if stratum.edit_type == edit_type)
        assert sorted(levels) == [0, 1, 2, 3]
        assert len(set(levels.values())) == 1
    counts = Counter(stratum.edit_type for stratum in STRATA)
    assert counts["none"] == 36
    assert {counts[name] for name in EDIT_TYPES if name != "none"} == {8, 12}


def test_any_period_is_as_even_as_the_first():
    later = Counter((s.edit_type, s.level) for s in map(stratum_of, range(1000, 1000 + PERIOD)))
    assert later == Counter((s.edit_type, s.level) for s in STRATA)


def test_half_of_the_frames_are_aligned_and_all_kinds_occur_at_all_levels():
    frames = Counter(stratum.frame for stratum in STRATA)
    assert set(frames) == set(FRAMES)
    assert 0.42 * PERIOD < frames["aligned"] < 0.58 * PERIOD
    for level in range(4):
        assert {s.frame for s in STRATA if s.level == level} == set(FRAMES)
        assert {s.frame for s in STRATA if s.level == level and s.edit_type == "none"} > {"aligned"}


@pytest.mark.parametrize("seed", [0, 3, 14])
def test_equal_seeds_give_equal_bytes(photos, seed):
    first, second = make_case(seed, photos), make_case(seed, photos)
    for name in ("source", "edited", "label_map"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
    assert first.boxes_xyxy == second.boxes_xyxy
    assert not np.array_equal(first.edited[:32, :32], make_case(seed + 1, photos).edited[:32, :32])


@pytest.mark.parametrize("edit_type", EDIT_TYPES)
def test_truth_of_every_type_is_whole(photos, edit_type):
    for seed in seeds_where(2, edit_type=edit_type):
        case = make_case(seed, photos)
        height, width = case.edited.shape[:2]
        assert case.source.dtype == case.edited.dtype == case.label_map.dtype == np.uint8
        assert case.label_map.shape == (height, width)
        assert case.label_map.max(initial=0) <= len(case.boxes_xyxy)
        assert (len(case.boxes_xyxy) == 0) == (edit_type == "none")
        assert case.whole_frame == (edit_type in WHOLE_FRAME)
        for number, (x1, y1, x2, y2) in enumerate(case.boxes_xyxy, 1):
            assert 0 <= x1 < x2 <= width
            assert 0 <= y1 < y2 <= height
            shown = xyxy_from_mask(case.label_map == number)
            if not (case.label_map[y1:y2, x1:x2] > number).any():
                assert shown == (x1, y1, x2, y2)
        if case.whole_frame:
            assert case.boxes_xyxy[0] == (0, 0, width, height)


def test_a_paste_touches_nothing_outside_its_truth(photos):
    for seed in seeds_where(6, level=0, frame="aligned", paste=True):
        case = make_case(seed, photos)
        outside = case.label_map == 0
        assert np.array_equal(case.source[outside], case.edited[outside])


def test_without_noise_every_region_differs_visibly(photos):
    seeds = [
        s for s in seeds_where(20, level=0, frame="aligned") if STRATA[s].edit_type not in ("none", "text", "multi")
    ]
    assert len(seeds) > 8
    for seed in seeds[:9]:
        case = make_case(seed, photos)
        gap = deltaE_ciede2000(rgb2lab(case.source), rgb2lab(case.edited))
        for number in np.unique(case.label_map[case.label_map > 0]):
            assert np.median(gap[case.label_map == number]) > 1.5, (seed, case.edit_type)


def test_unedited_pairs_differ_by_noise_alone(photos):
    for level in range(1, 4):
        seed = next(s for s in seeds_where(9, level=level, edit_type="none") if STRATA[s].frame == "aligned")
        case = make_case(seed, photos)
        gap = deltaE_ciede2000(rgb2lab(case.source), rgb2lab(case.edited))
        assert 0 < gap.mean() < 6
        assert not case.label_map.any()


@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_carries_picture_and_mask_alike(frame):
    mask = np.zeros((200, 260), bool)
    mask[60:140, 80:190] = True
    for seed in range(4):
        moved = draw_frame(np.random.default_rng(seed), frame, 260, 200)
        picture = moved.of_picture(np.repeat(mask[..., None] * np.float32(255), 3, axis=2))
        assert picture.shape == (moved.height, moved.width, 3)
        assert np.mean((picture[..., 0] > 127) != moved.of_mask(mask)) < 0.002


def test_a_folder_is_read_by_name_and_small_pictures_are_left_out(photos, tmp_path):
    assert photos.names == ("0.png", "1.png", "2.png", "3.png")
    cv2.imwrite(str(tmp_path / "b.png"), np.zeros((100, 300, 3), np.uint8))
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(UserError, match="two pictures of 256 px or more are needed, found 0"):
        Photos.from_folder(tmp_path)
    with pytest.raises(UserError, match="not a folder"):
        Photos.from_folder(tmp_path / "missing")
