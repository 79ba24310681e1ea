import cv2
import numpy as np
import pytest
from PIL import Image

from schemas.geometry import iou_xyxy, xyxy_from_mask
from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions


def edited_pair(scenes):
    image = scenes.photo()
    mask = scenes.ellipse(image.shape, (90, 70), (34, 22))
    return image, scenes.paint(image, mask), mask


def test_a_clean_edit_is_found_exactly(scenes):
    source, edited, mask = edited_pair(scenes)
    result = derive_regions(source, edited)
    assert result.status == "ok"
    assert len(result.regions) == 1
    assert scenes.mask_iou(result.regions[0].mask, mask) > 0.9
    assert result.regions[0].bbox_xyxy == xyxy_from_mask(result.regions[0].mask)
    assert result.regions[0].delta_e > 15
    assert result.method == "classical/1+grabcut"


def test_editor_noise_and_a_shift_do_not_hide_an_edit(scenes):
    source, edited, mask = edited_pair(scenes)
    moved = scenes.shifted(edited, 1.6, -1.1)
    result = derive_regions(source, scenes.editor_noise(moved))
    truth = scenes.shifted(mask.astype(np.uint8), 1.6, -1.1) > 0
    assert len(result.regions) == 1
    assert scenes.mask_iou(result.regions[0].mask, truth) > 0.8
    assert result.registration.displacement_px == pytest.approx(np.hypot(1.6, 1.1), abs=0.3)


def test_editor_noise_alone_is_no_edit(scenes):
    source = scenes.photo()
    for edited in (source, scenes.editor_noise(source), scenes.shifted(scenes.editor_noise(source), 0.7, 1.3)):
        result = derive_regions(source, edited)
        assert (result.status, result.regions) == ("unchanged", ())


def test_two_edits_are_two_regions_largest_first(scenes):
    source, edited, mask = edited_pair(scenes)
    small = scenes.ellipse(source.shape, (240, 150), (16, 16))
    edited = scenes.paint(edited, small, (200, 40, 200))
    regions = derive_regions(source, scenes.editor_noise(edited)).regions
    assert len(regions) == 2
    for region, truth in zip(regions, (mask, small), strict=True):
        assert iou_xyxy(region.bbox_xyxy, xyxy_from_mask(truth)) > 0.7


def test_boxes_are_in_the_edited_frame_when_sizes_differ(scenes):
    source, edited, mask = edited_pair(scenes)
    larger = cv2.resize(edited, (480, 320), interpolation=cv2.INTER_CUBIC)
    result = derive_regions(source, larger)
    truth = cv2.resize(mask.astype(np.uint8), (480, 320), interpolation=cv2.INTER_NEAREST) > 0
    assert result.delta_e_map.shape == (320, 480)
    assert scenes.mask_iou(result.regions[0].mask, truth) > 0.85
    assert result.registration.matrix[0, 0] == pytest.approx(320 / 480, rel=0.01)


def test_large_images_are_compared_small_and_answered_at_full_size(scenes):
    source, edited, mask = edited_pair(scenes)
    config = RegionsConfig(work_size=160)
    result = derive_regions(source, edited, config)
    assert result.regions[0].mask.shape == mask.shape
    assert scenes.mask_iou(result.regions[0].mask, mask) > 0.8


def test_tone_is_global_and_a_strong_local_edit_stands_beside_it(scenes):
    source, edited, mask = edited_pair(scenes)
    warm = np.array([1.15, 0.95, 0.7])
    toned = np.clip(source * warm, 0, 255).astype(np.uint8)
    result = derive_regions(source, toned)
    height, width = source.shape[:2]
    assert result.status == "global"
    assert [region.bbox_xyxy for region in result.regions] == [(0, 0, width, height)]
    assert result.regions[0].whole_frame
    assert result.regions[0].delta_e > 5
    both = derive_regions(source, np.clip(edited * warm, 0, 255).astype(np.uint8))
    assert [region.whole_frame for region in both.regions] == [True, False]
    assert scenes.mask_iou(both.regions[1].mask, mask) > 0.7


def test_style_is_global(scenes):
    source = scenes.photo()
    assert derive_regions(source, cv2.stylization(source, sigma_s=60, sigma_r=0.45)).status == "global"


def test_another_picture_is_unregistrable_and_has_no_boxes(scenes):
    other = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    other = cv2.resize(other, (320, 213), interpolation=cv2.INTER_CUBIC)
    result = derive_regions(scenes.photo(), other)
    assert (result.status, result.regions, result.registration.ok) == ("unregistrable", (), False)


def test_several_large_edits_are_not_a_whole_frame(scenes):
    source = scenes.photo()
    edited = source
    for centre, colour in (((80, 60), (30, 200, 90)), ((240, 60), (200, 30, 190)), ((160, 160), (20, 40, 220))):
        edited = scenes.paint(edited, scenes.ellipse(source.shape, centre, (60, 36)), colour)
    result = derive_regions(source, scenes.editor_noise(edited))
    assert result.status == "ok"
    assert len(result.regions) == 3


def test_more_objects_than_a_record_holds_are_the_strongest_of_them(scenes):
    source = scenes.photo(640)
    edited = source
    centres = [(60 + 104 * i, 60 + 100 * j) for i in range(6) for j in range(4)]
    for index, centre in enumerate(centres):
        edited = scenes.paint(edited, scenes.ellipse(source.shape, centre, (12 + index % 5, 12)), (230, 20, 210))
    result = derive_regions(source, edited)
    assert (result.status, len(result.regions)) == ("ok", 12)
    for region in result.regions:
        x, y = (sum(region.bbox_xyxy[axis::2]) / 2 for axis in (0, 1))
        assert min(abs(x - a) + abs(y - b) for a, b in centres) < 4


def test_the_same_pair_gives_the_same_bytes_whatever_ran_between(scenes):
    source, edited, _ = edited_pair(scenes)
    noisy = scenes.editor_noise(edited)
    first = derive_regions(source, noisy)
    derive_regions(noisy, scenes.shifted(source, 2, 3))
    cv2.setRNGSeed(99)
    again = derive_regions(source, noisy)
    assert first.delta_e_map.tobytes() == again.delta_e_map.tobytes()
    assert [r.mask.tobytes() for r in first.regions] == [r.mask.tobytes() for r in again.regions]
    assert first.registration.matrix.tobytes() == again.registration.matrix.tobytes()


def test_grey_images_work(scenes):
    source, edited, mask = edited_pair(scenes)
    grey = [np.dstack([cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)] * 3) for image in (source, edited)]
    assert scenes.mask_iou(derive_regions(*grey).regions[0].mask, mask) > 0.75


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (np.zeros((40, 40), np.uint8), r"uint8 \[40, 40\]"),
        (np.zeros((40, 40, 1), np.uint8), r"uint8 \[40, 40, 1\]"),
        (np.zeros((40, 40, 4), np.uint8), r"uint8 \[40, 40, 4\]"),
        (np.zeros((40, 40, 3), np.uint16), r"uint16 \[40, 40, 3\]"),
        (np.zeros((40, 40, 3), np.float32), r"float32 \[40, 40, 3\]"),
        (np.zeros((40, 40, 3), bool), r"bool \[40, 40, 3\]"),
        (np.zeros((0, 40, 3), np.uint8), r"uint8 \[0, 40, 3\]"),
        (np.zeros((2, 40, 40, 3), np.uint8), r"uint8 \[2, 40, 40, 3\]"),
        (Image.new("RGB", (40, 40)), "Image"),
        (None, "NoneType"),
    ],
)
def test_what_is_no_image_is_refused_by_name(wrong, words):
    image = np.zeros((40, 40, 3), np.uint8)
    for pair, name in (((image, wrong), "edited"), ((wrong, image), "source")):
        with pytest.raises(ValueError, match=rf"^{name}: expected a uint8 image .* got {words}; "):
            derive_regions(*pair)


def test_the_tolerance_can_be_switched_on(scenes):
    source, edited, mask = edited_pair(scenes)
    result = derive_regions(source, edited, RegionsConfig(tolerance=True, masks="none"))
    assert scenes.mask_iou(result.regions[0].mask, mask) > 0.5


@pytest.mark.parametrize(
    "switch",
    [
        "register_frame",
        "whole_frame",
        "match_colours",
        "match_drift",
        "evidence",
        "hysteresis",
        "sharpen",
        "texture_floor",
        "tighten",
        "group",
    ],
)
def test_every_step_can_be_switched_off(scenes, switch):
    source, edited, mask = edited_pair(scenes)
    result = derive_regions(source, edited, RegionsConfig.model_validate({switch: False, "masks": "none"}))
    assert result.method == "classical/1"
    assert max(scenes.mask_iou(region.mask, mask) for region in result.regions) > 0.5
