import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from transforms.edits.colour_difference import CHUNK, delta_e


def random_rgb(rng, count):
    return rng.integers(0, 256, (1, count, 3), dtype=np.uint8)


@pytest.mark.parametrize("spread", [1, 12, 60])
def test_it_is_the_formula(spread):
    rng = np.random.default_rng(spread)
    a = random_rgb(rng, CHUNK + 999)
    b = np.clip(a + rng.normal(0, spread, a.shape), 0, 255).astype(np.uint8)
    expected = deltaE_ciede2000(rgb2lab(a), rgb2lab(b))
    found = delta_e(a, b)
    assert found.dtype == np.float32 and found.shape == (1, CHUNK + 999)
    # opposite hues aside, where the formula itself jumps
    assert np.quantile(np.abs(found - expected), 0.9995) < 2e-3


def test_greys_and_equal_colours():
    rng = np.random.default_rng(9)
    grey = np.repeat(random_rgb(rng, 4000)[..., :1], 3, axis=2)
    random = random_rgb(rng, 4000)
    assert delta_e(grey, random) == pytest.approx(deltaE_ciede2000(rgb2lab(grey), rgb2lab(random)), abs=0.01)
    assert delta_e(random, random).max() == 0
    assert delta_e(random[:, :0], grey[:, :0]).shape == (1, 0)


def test_blues_are_met_where_the_rotation_counts():
    a = np.array([[[40, 40, 40], [30, 40, 200]]], np.uint8)
    b = np.array([[[60, 60, 60], [60, 40, 180]]], np.uint8)
    assert delta_e(a, b) == pytest.approx(deltaE_ciede2000(rgb2lab(a), rgb2lab(b)), abs=1e-3)
