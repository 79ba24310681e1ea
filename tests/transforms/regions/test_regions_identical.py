"""Two identical images have no region, whatever they show."""

import cv2
import numpy as np
import pytest

from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions

SIZES = [(1, 1), (1, 9), (7, 1), (3, 2), (8, 8), (23, 24), (32, 32), (47, 33), (200, 3), (150, 220), (700, 1100)]
SWITCHES = [name for name, field in RegionsConfig.model_fields.items() if field.annotation is bool]


def flat(height, width):
    return np.full((height, width, 3), (90, 140, 20), np.uint8)


def noise(height, width):
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8)


def checks(height, width):
    squares = (np.add.outer(np.arange(height), np.arange(width)) % 2 * 255).astype(np.uint8)
    return np.dstack([squares] * 3)


def gradient(height, width):
    return cv2.resize(np.array([[[0, 0, 0]], [[255, 200, 120]]], np.uint8), (width, height))


def assert_unchanged(image, config):
    result = derive_regions(image, image.copy(), config)
    assert (result.status, result.regions) == ("unchanged", ())
    assert not result.delta_e_map.any()
    assert result.noise_floor == result.registration.displacement_px == result.registration.residual == 0


@pytest.mark.parametrize("picture", [flat, noise, checks, gradient])
def test_at_any_size(picture):
    for size in SIZES:
        assert_unchanged(picture(*size), RegionsConfig())


@pytest.mark.parametrize("switch", SWITCHES)
def test_with_any_step_switched_off(scenes, switch):
    config = RegionsConfig.model_validate({switch: False})
    for image in (scenes.photo(), noise(150, 220)):
        assert_unchanged(image, config)


def test_in_any_memory_layout(scenes):
    image = scenes.photo()
    frozen = image.copy()
    frozen.setflags(write=False)
    for view in (frozen, np.asfortranarray(image), np.pad(image, ((5, 5), (7, 7), (0, 0)))[5:-5, 7:-7]):
        assert derive_regions(image, view).status == "unchanged"
    mirrored, doubled = image[::-1, ::-1], image.repeat(2, axis=0)[::2]
    assert derive_regions(mirrored, np.ascontiguousarray(mirrored)).status == "unchanged"
    assert derive_regions(doubled, image).status == "unchanged"
    for view in (image[..., ::-1], np.moveaxis(np.ascontiguousarray(np.moveaxis(image, 2, 0)), 0, 2)):
        assert derive_regions(view, np.ascontiguousarray(view)).status == "unchanged"
