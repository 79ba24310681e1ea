import numpy as np
import pytest
from skimage.color import rgb2lab

from transforms.edits.colours import PAINTS, from_lab, lab
from transforms.edits.operations.recolour import COLOURS, repainted


def shaded_disc(colour: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    mask = np.hypot(x, y) < 0.8
    shade = np.clip(0.75 - 0.35 * x, 0.2, 1.1)
    rgb = np.full((64, 64, 3), 128, np.uint8)
    rgb[mask] = np.clip(shade[..., None] * np.array(colour), 0, 255)[mask]
    return rgb, mask


@pytest.mark.parametrize("name", COLOURS)
def test_the_new_colour_is_the_one_that_was_named(name):
    rgb, mask = shaded_disc(PAINTS["red"] if name != "red" else PAINTS["blue"])
    after = np.median(rgb2lab(repainted(rgb, mask, PAINTS[name])[mask] / 255), axis=0)
    distances = {other: float(np.linalg.norm((lab(PAINTS[other]) - after)[1:])) for other in COLOURS}
    nearest = min(distances.values())
    assert distances[name] <= nearest + 14


def test_shading_is_kept():
    rgb, mask = shaded_disc(PAINTS["red"])
    before, after = rgb2lab(rgb)[mask][:, 0], rgb2lab(repainted(rgb, mask, PAINTS["green"]) / 255)[mask][:, 0]
    assert np.corrcoef(before, after)[0, 1] > 0.95


def test_nothing_outside_the_neighbourhood_changes():
    rgb, mask = shaded_disc(PAINTS["red"])
    assert np.array_equal(repainted(rgb, mask, PAINTS["green"])[:2], rgb[:2])


def test_noise_of_dark_things_is_not_blown_up():
    rgb, mask = shaded_disc((16, 16, 24))
    rgb = np.clip(rgb + np.random.default_rng(0).normal(0, 3, rgb.shape), 0, 255).astype(np.uint8)
    before, after = rgb2lab(rgb)[mask][:, 0], rgb2lab(repainted(rgb, mask, PAINTS["red"]) / 255)[mask][:, 0]
    assert np.std(after) < 2.2 * np.std(before)


def test_a_colour_that_no_light_has_is_drawn_in_without_a_warning(recwarn):
    values = np.array([[[20.0, 0.0, 90.0], [50.0, 20.0, -30.0], *([light, 3.0, 110.0] for light in range(2, 40))]])
    found = from_lab(values)
    assert not recwarn.list
    assert found.min() >= 0 and found.max() <= 255
    assert np.allclose(lab(found[0, 1]), values[0, 1], atol=0.5)
