import cv2
import numpy as np
import pytest

from transforms.edits.colour_difference import delta_e
from transforms.edits.styles import STYLES


def picture(height: int = 150, width: int = 200) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.dstack([90 + x / 2, 60 + y, 200 - x / 2]).astype(np.uint8)
    cv2.circle(rgb, (70, 70), 40, (210, 60, 40), -1)
    cv2.rectangle(rgb, (120, 30), (180, 120), (30, 90, 50), -1)
    return rgb


def gradients(rgb: np.ndarray) -> np.ndarray:
    grey = cv2.GaussianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 2.5)
    return np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)).ravel()


@pytest.mark.parametrize("name", STYLES)
def test_a_style_is_plainly_seen_keeps_the_structure_and_is_repeatable(name):
    rgb = picture()
    first, second = (STYLES[name](rgb, np.random.default_rng(2)) for _ in range(2))
    assert first.shape == rgb.shape and first.dtype == np.uint8
    assert np.array_equal(first, second)
    assert float(delta_e(rgb, first).mean()) > 4
    assert np.corrcoef(gradients(rgb), gradients(first))[0, 1] > 0.4


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("size", [(64, 64), (64, 200)])
def test_a_style_takes_any_size(name, size):
    rgb = np.random.default_rng(1).integers(0, 255, (*size, 3), np.uint8)
    assert STYLES[name](rgb, np.random.default_rng(0)).shape == rgb.shape
