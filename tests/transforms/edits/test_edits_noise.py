import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.registration import phase_cross_correlation

from transforms.edits.colour_difference import delta_e
from transforms.edits.config import NoiseConfig, NoiseProfiles
from transforms.edits.latent import coded
from transforms.edits.noise import MAX_DELTA_E, MAX_SHIFT_PX, PROFILES, add_noise, draw_noise, noise_flaw


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


def only(name: str) -> NoiseProfiles:
    return NoiseProfiles(**{key: float(key == name) for key in PROFILES})


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_drawn_alone_stays_within_bounds_and_is_seen(name):
    config = NoiseConfig(strength_min=0.9, profiles=only(name))
    for seed in range(3):
        draw = draw_noise(config, np.random.default_rng(seed))
        noisy, strength = add_noise(photo(seed), draw)
        assert draw.profile == name and np.hypot(*draw.shift_xy) <= MAX_SHIFT_PX
        assert 0.1 < float(delta_e(photo(seed), noisy).mean()) <= MAX_DELTA_E
        flaw = noise_flaw(draw, max(strength, 0.3))
        assert flaw is not None and flaw.label == PROFILES[name].seen


def test_every_profile_has_a_weight_and_one_is_needed():
    assert set(PROFILES) == set(NoiseProfiles.model_fields)
    with pytest.raises(ValueError, match="at least one weight"):
        NoiseProfiles(**dict.fromkeys(PROFILES, 0.0))


def test_a_latent_coder_makes_up_texture_of_like_energy_and_keeps_the_rest():
    flat = np.full((96, 96, 3), 120, np.float32)
    assert np.abs(coded(flat, 1.0, 1) - flat).mean() < 0.5
    rough = flat + np.random.default_rng(0).normal(0, 6, (96, 96, 1)).astype(np.float32)
    out = coded(rough, 1.0, 1)
    inner = (slice(8, -8), slice(8, -8))
    assert 0.3 < out[inner].std() / rough[inner].std() < 1.1
    assert np.corrcoef(out[inner].ravel(), rough[inner].ravel())[0, 1] < 0.9
    assert np.array_equal(out, coded(rough, 1.0, 1))
