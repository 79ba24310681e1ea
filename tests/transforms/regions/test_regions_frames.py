"""Pairs whose frames show more or less of the same: bars, growth, crops, rows pushed in."""

import cv2
import numpy as np
import pytest
from skimage import data

from schemas.geometry import iou_xyxy
from transforms.regions.bars import is_bar, without_bars
from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions
from transforms.regions.overlap import Overlap, Run
from transforms.regions.place import lay
from transforms.regions.preservation import outside_change, structure

PLAIN = RegionsConfig(masks="none")
NETWORK = RegionsConfig(masks="none", method="network")
SOURCE = cv2.resize(data.astronaut()[40:440, 20:500], (384, 320), interpolation=cv2.INTER_AREA)
HEIGHT, WIDTH = SOURCE.shape[:2]
EDIT = (40, 200, 100, 262)


def edited(picture=SOURCE):
    x1, y1, x2, y2 = EDIT
    changed = picture.copy()
    cv2.ellipse(changed, ((x1 + x2) // 2, (y1 + y2) // 2), (30, 31), 0, 0, 360, (60, 200, 40), cv2.FILLED)
    return changed


def bars(picture, left=0, top=0, right=0, bottom=0, colour=(0, 0, 0), mode=cv2.BORDER_CONSTANT):
    return cv2.copyMakeBorder(picture, top, bottom, left, right, mode, value=colour)


def blurred_bars(picture, left, top, right, bottom):
    size = picture.shape[1] + left + right, picture.shape[0] + top + bottom
    ground = cv2.GaussianBlur(cv2.resize(picture, size), (0, 0), 24)
    ground[top : size[1] - bottom, left : size[0] - right] = picture
    return ground


def moved(box, dx, dy, sx=1.0, sy=1.0):
    return tuple(round(v) for v in (box[0] * sx + dx, box[1] * sy + dy, box[2] * sx + dx, box[3] * sy + dy))


def found(source, picture, config=PLAIN):
    """Return the local regions that are no margins, and the margins."""
    result = derive_regions(source, picture, config)
    assert result.status in ("ok", "unchanged")
    assert all(region.mask.shape == picture.shape[:2] for region in result.regions)
    local = [region.bbox_xyxy for region in result.regions if not region.margin]
    return local, [(region.margin, region.bbox_xyxy) for region in result.regions if region.margin]


def strip(height, width):
    """Something that is not in the picture."""
    return cv2.resize(data.coffee()[100:300], (width, height), interpolation=cv2.INTER_AREA)


SMALL = bars(cv2.resize(edited(), (288, 240), interpolation=cv2.INTER_AREA), 48, 40, 48, 40, (200, 200, 200))
SQUEEZED = bars(cv2.resize(edited(), (384, 224), interpolation=cv2.INTER_AREA), top=48, bottom=48)
FRAMES = {
    "black bars, square": (SOURCE, bars(edited(), top=32, bottom=32), moved(EDIT, 0, 32)),
    "one grey bar": (SOURCE, bars(edited(), right=130, colour=(118, 118, 118)), EDIT),
    "a coloured frame": (SOURCE, bars(edited(), 60, 25, 60, 25, (30, 60, 120)), moved(EDIT, 60, 25)),
    "blurred bars": (SOURCE, blurred_bars(edited(), 80, 0, 80, 0), moved(EDIT, 80, 0)),
    "mirrored bars": (SOURCE, bars(edited(), top=60, bottom=60, mode=cv2.BORDER_REFLECT), moved(EDIT, 0, 60)),
    "smaller within the frame": (SOURCE, SMALL, moved(EDIT, 48, 40, 0.75, 0.75)),
    "squeezed between bars": (SOURCE, SQUEEZED, moved(EDIT, 0, 48, 1.0, 0.7)),
    "bars taken off": (bars(SOURCE, top=70, bottom=70, colour=(255, 255, 255)), edited(), EDIT),
    "grown all round": (SOURCE[40:300, 20:300], edited(), EDIT),
    "grown to the left": (SOURCE[:, 30:260], edited()[:, :260], EDIT),
    "rows before": (SOURCE, np.concatenate([strip(44, WIDTH), edited()]), moved(EDIT, 0, 44)),
    "rows before, the last lost": (SOURCE, np.concatenate([strip(40, WIDTH), edited()])[:HEIGHT], moved(EDIT, 0, 40)),
    "rows after": (SOURCE, np.concatenate([edited(), strip(60, WIDTH)]), EDIT),
    "rows between": (SOURCE, np.concatenate([edited()[:90], strip(50, WIDTH), edited()[90:]]), moved(EDIT, 0, 50)),
    "columns between": (
        SOURCE,
        np.concatenate([edited()[:, :190], strip(HEIGHT, 60), edited()[:, 190:]], axis=1),
        EDIT,
    ),
    "rows taken out": (SOURCE, np.concatenate([edited()[:70], edited()[130:]]), moved(EDIT, 0, -60)),
    "the middle": (SOURCE, edited()[60:300, 20:300], moved(EDIT, -20, -60)),
    "the middle, enlarged": (
        SOURCE,
        cv2.resize(edited()[60:300, 20:308], (384, 320), interpolation=cv2.INTER_CUBIC),
        moved(EDIT, -20 * 4 / 3, -80, 4 / 3, 4 / 3),
    ),
    "a strip lost": (SOURCE, edited()[:, :270], EDIT),
}


@pytest.mark.parametrize("name", FRAMES)
def test_an_edit_is_found_as_if_the_frames_were_one(name):
    source, picture, truth = FRAMES[name]
    local, margins = found(source, picture)
    assert [iou_xyxy(box, truth) > 0.7 for box in local] == [True]
    assert all(iou_xyxy(box, truth) == 0 for _, box in margins)


def test_the_network_looks_at_the_shared_part_too():
    for name in ("black bars, square", "rows between", "grown all round"):
        source, picture, truth = FRAMES[name]
        local, _ = found(source, picture, NETWORK)
        assert [iou_xyxy(box, truth) > 0.7 for box in local] == [True]


def test_bars_alone_are_regions_of_their_own_and_nothing_else_is():
    local, margins = found(SOURCE, bars(SOURCE, top=50, bottom=30, colour=(255, 255, 255)))
    assert not local
    assert [kind for kind, _ in margins] == ["bar", "bar"]
    assert iou_xyxy(margins[0][1], (0, 0, WIDTH, 50)) > 0.9
    assert iou_xyxy(margins[1][1], (0, HEIGHT + 50, WIDTH, HEIGHT + 80)) > 0.9


def test_what_grew_is_told_from_bars():
    local, margins = found(SOURCE[:, 100:], SOURCE)
    assert not local
    assert [kind for kind, _ in margins] == ["grown"]
    assert iou_xyxy(margins[0][1], (0, 0, 100, HEIGHT)) > 0.9


def test_a_page_with_rows_pushed_in_has_one_region_for_them():
    page = np.full((520, 400, 3), 246, np.uint8)
    for line, words in enumerate(("north wind and", "seven ships sail", "past quiet hills", "home by evening") * 6):
        cv2.putText(page, f"{line} {words} {line * 7}", (24, 30 + 20 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (20,) * 3)
    for at in (0, 200, 520):
        taller = np.concatenate([page[:at], strip(60, 400), page[at:]])
        local, margins = found(page, taller)
        assert not local
        assert [kind for kind, _ in margins] == ["grown"]
        assert iou_xyxy(margins[0][1], (0, at, 400, at + 60)) > 0.8


@pytest.mark.parametrize("multiple", [16, 64])
def test_a_few_pixels_of_padding_are_no_region(multiple):
    source = SOURCE[:-7, :-13]
    pad = -source.shape[0] % multiple % 17, -source.shape[1] % multiple % 17
    picture = bars(source, bottom=pad[0], right=pad[1])
    assert found(source, picture)[0] == []


def test_a_frame_that_is_only_squeezed_is_registered_as_before():
    for size in ((384, 280), (300, 320), (256, 256)):
        laid = lay(SOURCE, cv2.resize(edited(), size, interpolation=cv2.INTER_AREA), PLAIN)
        assert laid.overlap is None
        assert laid.trust == 1.0
        assert laid.aligned.agreement > 0.8


def test_pictures_that_have_nothing_in_common_are_not_placed_and_a_bent_one_is_not_trusted():
    other = cv2.resize(data.coffee(), (500, 280), interpolation=cv2.INTER_AREA)
    laid = lay(SOURCE, other, PLAIN)
    assert laid.overlap is None
    assert laid.trust < 0.5
    assert all(region.confidence <= laid.trust for region in derive_regions(SOURCE, other, PLAIN).regions)


def test_a_mirrored_picture_is_not_pieced_together(scenes):
    cup = scenes.photo()
    assert lay(cup, cup[:, ::-1].copy(), PLAIN).overlap is None


def test_the_map_of_a_placed_pair_is_that_of_full_pixels_and_bars_are_no_damage():
    picture = bars(edited(), 0, 40, 0, 56)
    result = derive_regions(SOURCE, picture, PLAIN)
    matrix = result.registration.matrix
    assert np.allclose(matrix @ (200.0, 190.0, 1.0), (200.0, 150.0), atol=0.5)
    assert structure(SOURCE, picture, result.registration) > 0.9
    requested = np.zeros(picture.shape[:2], bool)
    x1, y1, x2, y2 = moved(EDIT, 0, 40)
    requested[y1:y2, x1:x2] = True
    assert outside_change(result, requested)[0] < 0.01
    assert result.delta_e_map.shape == picture.shape[:2]
    assert result.size == picture.shape[1::-1]


def test_a_tone_between_bars_is_still_an_edit_of_the_whole_frame():
    toned = np.clip(SOURCE * np.array([1.25, 0.95, 0.6]), 0, 255).astype(np.uint8)
    result = derive_regions(SOURCE, bars(toned, top=40, bottom=40), PLAIN)
    assert result.status == "global"
    assert result.regions[0].whole_frame
    assert result.regions[0].bbox_xyxy == (0, 0, WIDTH, HEIGHT + 80)


def test_an_overlap_cuts_and_spreads_and_its_map_goes_both_ways():
    overlap = Overlap((Run((0, 40), (10, 50)),), (Run((5, 15), (0, 10)), Run((25, 45), (10, 30))), (50, 30), (40, 50))
    source, picture = np.arange(30 * 50).reshape(30, 50), np.arange(50 * 40).reshape(50, 40)
    assert overlap.of_source(source).shape == overlap.of_edited(picture).shape == (30, 40)
    assert overlap.of_edited(picture)[10, 0] == picture[25, 0]
    mask = np.zeros((30, 40), bool)
    mask[9:11] = True
    assert np.flatnonzero(overlap.spread(mask).any(axis=1)).tolist() == [14, 25]
    assert [margin.box_xyxy for margin in overlap.margins()] == [(0, 0, 40, 5), (0, 45, 40, 50), (0, 15, 40, 25)]
    matrix = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, -0.25]])
    full = overlap.full_matrix(matrix)
    assert np.allclose(full @ (3, 30, 1), (13.5, 14.75))
    assert np.allclose(overlap.shared_matrix(full), matrix)


def test_bars_are_found_to_the_pixel_and_a_picture_without_them_is_left_alone():
    for picture in (SOURCE, cv2.resize(SOURCE, (1600, 1333))):
        height, width = picture.shape[:2]
        assert without_bars(picture) == (0, 0, width, height)
        framed = bars(picture, 101, 37, 64, 0, (240, 240, 240))
        assert without_bars(framed) == (101, 37, 101 + width, 37 + height)
    flat = np.full((100, 80, 3), 7, np.uint8)
    assert without_bars(flat) == (0, 0, 80, 100)


def test_a_margin_with_content_of_its_own_is_no_bar():
    shared = (0, 50, WIDTH, 50 + HEIGHT)
    for picture in (bars(SOURCE, top=50), bars(SOURCE, top=50, mode=cv2.BORDER_REFLECT_101)):
        assert is_bar(picture, (0, 0, WIDTH, 50), shared)
    assert not is_bar(np.concatenate([strip(50, WIDTH), SOURCE]), (0, 0, WIDTH, 50), shared)


def test_the_same_placement_each_time():
    source, picture, _ = FRAMES["the middle, enlarged"]
    first, second = (lay(source, picture, PLAIN) for _ in range(2))
    assert first.overlap == second.overlap is not None
    assert np.array_equal(first.aligned.matrix, second.aligned.matrix)
