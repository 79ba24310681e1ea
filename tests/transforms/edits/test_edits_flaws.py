import numpy as np

from transforms.edits.flaws import clipped, flat_texture, foreign_light, loud_colour, poor_ground
from transforms.edits.scene import Scene


def severity(flaws) -> float:
    assert all(flaw.axis == "naturalness" and 0 < flaw.severity <= 1 for flaw in flaws)
    return flaws[0].severity if flaws else 0.0


def halves(left, right) -> tuple[np.ndarray, np.ndarray]:
    rgb = np.zeros((60, 80, 3), np.uint8)
    rgb[:, :40], rgb[:, 40:] = left, right
    mask = np.zeros((60, 80), bool)
    mask[:, :40] = True
    return rgb, mask


def test_a_background_of_another_light_is_worse_than_one_of_the_same():
    rgb, mask = halves((120, 100, 90), (0, 0, 0))
    same, other = np.full(rgb.shape, (125, 104, 92.0)), np.full(rgb.shape, (20, 30, 90.0))
    assert severity(foreign_light(rgb, mask, other, "cat")) > severity(foreign_light(rgb, mask, same, "cat"))


def test_a_colour_counts_as_loud_only_beyond_those_of_the_photo():
    rgb, mask = halves((130, 120, 110), (128, 124, 118))
    loud, quiet = rgb.copy(), rgb.copy()
    loud[mask], quiet[mask] = (250, 20, 220), (132, 121, 109)
    assert severity(loud_colour(rgb, loud, mask, "cup")) > 0.3
    assert severity(loud_colour(rgb, quiet, mask, "cup")) == 0


def test_a_texture_is_judged_by_the_form_it_ignores():
    ramp = np.repeat(np.linspace(20, 240, 80)[None, :, None], 60, axis=0).repeat(3, axis=2).astype(np.uint8)
    mask = np.ones((60, 80), bool)
    assert severity(flat_texture(ramp, mask, "box")) > 0.2
    assert severity(flat_texture(np.full_like(ramp, 90), mask, "box")) == 0


def test_lost_detail_is_measured():
    rgb, _ = halves((120, 110, 100), (90, 90, 90))
    spoilt = rgb.copy()
    spoilt[:30] = 255
    assert severity(clipped(rgb, spoilt)) > 0.5
    assert severity(clipped(rgb, rgb)) == 0


def test_busy_ground_is_worse_than_calm_ground(plain):
    scene = Scene(plain)
    scene.slope[:90] = 12.0
    busy, calm = (severity(poor_ground(scene, "ball", 120, y, 12)) for y in (40, 150))
    assert busy > calm > 0
