import numpy as np

from transforms.edits.inpaint import fill_hole


def stripes(height: int, width: int) -> np.ndarray:
    x = np.arange(width)
    wave = (110 + 70 * np.sin(x / 3.0))[None, :, None] * np.array([1.0, 0.8, 0.6])
    return np.repeat(wave, height, axis=0).clip(0, 255).astype(np.uint8)


def hole_in(height: int, width: int) -> np.ndarray:
    hole = np.zeros((height, width), bool)
    hole[30:58, 40:72] = True
    return hole


def test_a_pattern_is_continued_through_the_hole():
    rgb, hole = stripes(90, 120), hole_in(90, 120)
    spoilt = rgb.copy()
    spoilt[hole] = (250, 0, 250)
    filled = fill_hole(spoilt, hole, np.ones_like(hole), np.random.default_rng(0))
    assert filled is not None
    error = np.abs(filled.rgb[hole].astype(float) - rgb[hole]).mean()
    flat = np.abs(rgb[~hole].mean(axis=0) - rgb[hole]).mean()
    assert error < 0.25 * flat
    assert np.array_equal(filled.rgb[~hole], rgb[~hole])


def test_a_slope_of_brightness_leaves_no_step():
    y, x = np.mgrid[0:90, 0:120]
    rng = np.random.default_rng(1)
    rgb = (np.dstack([60 + x + 0.4 * y] * 3) + rng.normal(0, 1, (90, 120, 1))).astype(np.uint8)
    hole = hole_in(90, 120)
    filled = fill_hole(rgb, hole, np.ones_like(hole), np.random.default_rng(0))
    assert filled is not None
    assert np.abs(filled.rgb[hole].astype(float) - rgb[hole]).mean() < 4


def test_patches_come_from_where_they_may():
    rgb = np.full((90, 120, 3), 90, np.uint8)
    rgb[:, 80:] = 220
    hole = hole_in(90, 120)
    usable = np.ones_like(hole)
    usable[:, 80:] = False
    filled = fill_hole(rgb, hole, usable, np.random.default_rng(0))
    assert filled is not None and filled.rgb[hole].max() < 130


def test_a_picture_without_surroundings_gives_none():
    hole = np.ones((20, 20), bool)
    assert fill_hole(np.zeros((20, 20, 3), np.uint8), hole, np.ones_like(hole), np.random.default_rng(0)) is None


def test_the_same_generator_fills_the_same():
    rgb, hole = stripes(90, 120), hole_in(90, 120)
    first, second = (fill_hole(rgb, hole, np.ones_like(hole), np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first.rgb, second.rgb)
