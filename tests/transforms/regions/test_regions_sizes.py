"""Frames of any size and shape, and what is done at full size: cheap, and as exact as if all of it were."""

import tracemalloc

import cv2
import numpy as np
import pytest

from schemas.geometry import iou_xyxy
from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions
from transforms.regions.frame import WorkFrame, box_of, resize_to, work_frame
from transforms.regions.medians import median_inside, median_outside


def tiles(scenes, width, height):
    """Return a frame of photos side by side, each as wide as the frame's shorter side."""
    side = min(width, height)
    photo = cv2.resize(scenes.photo(), (side, side), interpolation=cv2.INTER_AREA)
    return np.tile(photo, (-(-height // side), -(-width // side), 1))[:height, :width].copy()


def with_block(image, box_xyxy):
    x1, y1, x2, y2 = box_xyxy
    edited = image.copy()
    edited[y1:y2, x1:x2] = (230, 30, 200)
    return edited


@pytest.mark.parametrize("turned", [False, True])
def test_a_small_object_in_a_long_strip_is_seen(scenes, turned):
    source, box = tiles(scenes, 800, 8000), (700, 7200, 740, 7290)
    if turned:
        source, box = source.transpose(1, 0, 2), (box[1], box[0], box[3], box[2])
    (region,) = derive_regions(source, with_block(source, box)).regions
    assert iou_xyxy(region.bbox_xyxy, box) > 0.8


@pytest.mark.parametrize("masks", ["none", "grabcut"])
@pytest.mark.parametrize("turned", [False, True])
def test_a_strip_of_32_pixels(scenes, turned, masks):
    source, box = tiles(scenes, 32, 8000), (8, 2666, 24, 3466)
    if turned:
        source, box = source.transpose(1, 0, 2), (box[1], box[0], box[3], box[2])
    (region,) = derive_regions(source, with_block(source, box), RegionsConfig(masks=masks)).regions
    assert iou_xyxy(region.bbox_xyxy, box) > 0.45
    along = region.bbox_xyxy[turned ^ 1 :: 2]
    np.testing.assert_allclose(along, box[turned ^ 1 :: 2], atol=6)


@pytest.mark.parametrize("sizes", [((32, 8000), (8000, 32)), ((8000, 32), (300, 300)), ((64, 64), (32, 8000))])
def test_frames_of_very_different_shape_give_boxes_of_the_edited_one(scenes, sizes):
    source, edited = (tiles(scenes, *size) for size in sizes)
    result = derive_regions(source, edited)
    width, height = sizes[1]
    assert result.size == (width, height)
    for region in result.regions:
        assert region.mask.shape == (height, width)
        assert region.bbox_xyxy == box_of(region.mask)


def test_the_working_frame_keeps_the_shape_and_gives_strips_as_many_pixels():
    def size(width, height):
        picture = np.zeros((height, width, 3), np.uint8)
        return work_frame(picture, picture, 512).size

    assert size(300, 200) == (300, 200)
    assert size(1024, 700) == (512, 350)
    assert size(2048, 512) == (512, 128)
    assert size(8000, 32) == (4048, 16)
    assert size(400, 10) == (400, 10)


def test_8000_pixels_a_side_need_less_memory_than_one_float_map(scenes):
    source = cv2.resize(scenes.photo(600), (8000, 8000), interpolation=cv2.INTER_LINEAR)
    boxes = (1000, 1000, 2600, 2000), (6000, 5000, 6400, 5420)
    edited = with_block(with_block(source, boxes[0]), boxes[1])
    tracemalloc.start()
    result = derive_regions(source, edited)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [iou_xyxy(r.bbox_xyxy, box) > 0.9 for r, box in zip(result.regions, boxes, strict=True)] == [True, True]
    assert peak < 4 * 8000 * 8000


@pytest.mark.parametrize("size", [(300, 200), (511, 77), (300, 900), (90, 60), (7, 5)])
def test_shrinking_averages_areas(scenes, size):
    photo = scenes.photo(600)
    exact = cv2.resize(photo, size, interpolation=cv2.INTER_AREA).astype(float)
    plain = cv2.resize(photo, size, interpolation=cv2.INTER_LINEAR).astype(float)
    error = np.abs(resize_to(photo, *size) - exact).mean()
    assert error < 1.5
    assert size == (300, 900) or error < 0.5 * max(0.1, np.abs(plain - exact).mean())


@pytest.mark.parametrize("new", [499, 300, 171, 130, 32, 9])
def test_no_pixel_is_skipped_when_an_image_shrinks(new):
    lines = np.eye(500, dtype=np.float32)  # row i has its only bright pixel at i
    weights = resize_to(lines, new, 500).sum(axis=1) * 500 / new
    assert 0.45 < weights.min() <= weights.max() < 2


@pytest.mark.parametrize("size", [(512, 341), (513, 342), (700, 500), (1024, 682), (4000, 2664)])
def test_a_mask_at_full_size_is_the_whole_frame_resized(scenes, size):
    edited = np.zeros((size[1], size[0], 3), np.uint8)
    frame = WorkFrame(edited[:341, :512], edited[:341, :512], size, size)
    for centre, axes in (((200, 150), (60, 30)), ((0, 0), (20, 10)), ((511, 200), (9, 140)), ((256, 170), (400, 300))):
        mask = scenes.ellipse((341, 512), centre, axes)
        expected = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) > 0.5
        assert scenes.mask_iou(frame.full_mask(mask), expected) > 0.999


def test_medians_are_those_of_the_map_at_full_size(scenes):
    values = np.random.default_rng(0).uniform(0, 50, (60, 90)).astype(np.float32)
    full = cv2.resize(values, (3600, 2400), interpolation=cv2.INTER_LINEAR)
    for centre, axes in (((900, 700), (30, 50)), ((1500, 1200), (1400, 900)), ((3599, 0), (300, 20))):
        mask = scenes.ellipse(full.shape, centre, axes)
        assert median_inside(values, mask, box_of(mask)) == pytest.approx(np.median(full[mask]), abs=0.3)
        assert median_outside(values, [mask]) == pytest.approx(np.median(full[~mask]), abs=1)
    both = [scenes.ellipse(full.shape, centre, (700, 500)) for centre in ((900, 700), (2600, 1500))]
    outside = np.median(full[~(both[0] | both[1])])
    assert median_outside(values, both) == pytest.approx(outside, abs=1)
    everywhere = np.ones(full.shape, bool)
    assert median_outside(values, [everywhere]) == pytest.approx(np.median(values))


def test_a_mask_between_the_rows_that_are_looked_at_has_a_median():
    values = np.full((10, 10), 7, np.float32)
    mask = np.zeros((4000, 4000), bool)
    mask[0, 3] = mask[3, 0] = mask[3999, 3993] = mask[3993, 3999] = True
    assert median_inside(values, mask, box_of(mask)) == 7
