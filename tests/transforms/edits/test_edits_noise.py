import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.registration import phase_cross_correlation

from transforms.edits.change import delta_e
from transforms.edits.config import NoiseConfig
from transforms.edits.noise import MAX_DELTA_E, MAX_SHIFT_PX, add_noise, draw_noise


def photo(seed: int, height: int = 96, width: int = 120) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(0, 255, (height // 12, width // 12, 3))
    return np.clip(np.kron(coarse, np.ones((12, 12, 1))) + rng.normal(0, 6, (height, width, 3)), 0, 255).astype(
        np.uint8
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), low=st.floats(0, 1), span=st.floats(0, 1), content=st.integers(0, 20))
def test_noise_stays_within_its_bounds(seed, low, span, content):
    config = NoiseConfig(strength_min=low, strength_max=min(1.0, low + span))
    rgb = photo(content)
    draw = draw_noise(config, np.random.default_rng(seed))
    noisy, strength = add_noise(rgb, draw)
    assert noisy.shape == rgb.shape and noisy.dtype == np.uint8
    assert 0 <= strength <= draw.strength
    assert np.hypot(*draw.shift_xy) <= MAX_SHIFT_PX
    assert float(delta_e(rgb, noisy).mean()) <= MAX_DELTA_E


def test_no_truth_box_moves_by_more_than_a_pixel():
    rgb = photo(3)
    for seed in range(12):
        noisy, _ = add_noise(rgb, draw_noise(NoiseConfig(), np.random.default_rng(seed)))
        shift = phase_cross_correlation(rgb[..., 1].astype(float), noisy[..., 1].astype(float), upsample_factor=10)[0]
        assert np.hypot(*shift) <= MAX_SHIFT_PX + 0.2


def test_noise_changes_the_whole_frame():
    rgb = photo(1)
    noisy, strength = add_noise(rgb, draw_noise(NoiseConfig(strength_min=0.6), np.random.default_rng(2)))
    assert strength > 0.05 and (noisy != rgb).any(axis=2).mean() > 0.8


def test_one_draw_gives_equal_bytes():
    draw = draw_noise(NoiseConfig(), np.random.default_rng(4))
    assert np.array_equal(add_noise(photo(1), draw)[0], add_noise(photo(1), draw)[0])


def test_a_range_upside_down_is_refused():
    with pytest.raises(ValueError, match="strength_min"):
        NoiseConfig(strength_min=0.8, strength_max=0.2)
