import numpy as np

from transforms.regions.guided import guided_filter


def test_a_rough_mask_takes_the_edge_of_the_guide():
    guide = np.zeros((60, 80, 3), np.float32)
    guide[:, 40:] = (30, -10, 20)
    guide += np.random.default_rng(0).normal(0, 1, guide.shape).astype(np.float32)
    rough = np.zeros((60, 80), np.float32)
    rough[:, 36:] = 1
    found = guided_filter(rough, guide, 12, 3.5**2)
    assert found[:, 38].max() < 0.5
    assert found[:, 41].min() > 0.5


def test_without_an_edge_the_mask_is_only_blurred():
    rough = np.zeros((60, 80), np.float32)
    rough[:, 40:] = 1
    noise = np.random.default_rng(0).normal(0, 0.3, (60, 80, 3)).astype(np.float32)
    found = guided_filter(rough, noise, 4, 3.5**2)
    assert np.abs(found[:, :30]).max() < 0.05
    assert np.abs(found[:, 50:] - 1).max() < 0.05
    assert (np.diff(found.mean(axis=0)) > -0.02).all()


def test_each_window_is_fitted_by_least_squares():
    rng = np.random.default_rng(1)
    guide, mask = rng.normal(0, 2, (9, 9, 3)).astype(np.float32), rng.random((9, 9)).astype(np.float32)
    radius, epsilon = 4, 0.5
    colours = guide.reshape(-1, 3).astype(float)
    centred = colours - colours.mean(axis=0)
    slope = np.linalg.solve(
        centred.T @ centred / 81 + epsilon * np.eye(3), centred.T @ (mask.reshape(-1) - mask.mean()) / 81
    )
    # in a picture that repeats itself every 9 pixels, all windows of 9 x 9 hold the same pixels
    tiled_guide, tiled_mask = np.tile(guide, (5, 5, 1)), np.tile(mask, (5, 5))
    found = guided_filter(tiled_mask, tiled_guide, radius, epsilon)[18:27, 18:27]
    expected = (guide @ slope.astype(np.float32)) + (mask.mean() - colours.mean(axis=0) @ slope)
    np.testing.assert_allclose(found, expected, atol=1e-4)
