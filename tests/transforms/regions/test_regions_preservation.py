import cv2
import numpy as np
import pytest

from transforms.regions.derive import derive_regions
from transforms.regions.preservation import outside_change, structure


def test_outside_change_sees_collateral_and_not_noise(scenes):
    source = scenes.photo()
    wanted = scenes.ellipse(source.shape, (90, 70), (34, 22))
    extra = scenes.ellipse(source.shape, (240, 150), (30, 20))
    clean = scenes.editor_noise(scenes.paint(source, wanted))
    spoilt = scenes.editor_noise(scenes.paint(scenes.paint(source, wanted), extra, (200, 40, 200)))
    assert outside_change(derive_regions(source, clean), wanted)[0] < 0.01
    share, strength = outside_change(derive_regions(source, spoilt), wanted)
    assert share == pytest.approx(extra.sum() / (~wanted).sum(), rel=0.35)
    assert strength > 10


def test_a_drift_of_the_whole_frame_counts_everywhere_unless_it_was_requested(scenes):
    source = scenes.photo()
    result = derive_regions(source, np.clip(source * np.array([1.15, 0.95, 0.7]), 0, 255).astype(np.uint8))
    share, strength = outside_change(result, np.zeros(source.shape[:2], bool))
    assert share == 1.0
    assert strength > 4
    assert outside_change(result, np.ones(source.shape[:2], bool)) == (0.0, 0.0)


def test_structure_survives_a_tone_and_a_resize_and_not_another_picture(scenes):
    source = scenes.photo()
    dark = (source * 0.6).astype(np.uint8)
    assert structure(source, dark, derive_regions(source, dark).registration) > 0.97
    smaller = cv2.resize(source, (240, 160), interpolation=cv2.INTER_AREA)
    assert structure(source, smaller, derive_regions(source, smaller).registration) > 0.97
    moved = scenes.shifted(source, 4, 2)
    assert structure(source, moved, derive_regions(source, moved).registration) > 0.95
    mirrored = source[:, ::-1].copy()
    assert abs(structure(source, mirrored, derive_regions(source, mirrored).registration)) < 0.3


def test_structure_of_flat_images(scenes):
    flat, source = np.full((100, 150, 3), 90, np.uint8), scenes.photo(150)
    registration = derive_regions(flat, flat).registration
    assert structure(flat, flat + 20, registration) == 1.0
    assert structure(flat, source, registration) == 0.0
