import cv2
import numpy as np
import pytest

from transforms.regions.colour import match_colours
from transforms.regions.components import find_components
from transforms.regions.config import RegionsConfig
from transforms.regions.difference import ciede2000_map, difference_maps, pyramid
from transforms.regions.evidence import combine
from transforms.regions.frame import between_frames, to_lab, work_frame
from transforms.regions.grouping import neighbours
from transforms.regions.noise_floor import noise_floor, texture_levels, texture_map
from transforms.regions.register import IDENTITY, register
from transforms.regions.structure import structure_change
from transforms.regions.whole_frame import judge_whole_frame

DEFAULT = RegionsConfig()


def test_registration_finds_a_stretch_and_a_shift(scenes):
    source = scenes.photo(480)
    edited = scenes.shifted(source, 6.0, -3.5, stretch=1.02)
    aligned = register(source, edited)
    # edited x = 1.02 * source x + 6, so source x = edited x / 1.02 - 6 / 1.02
    np.testing.assert_allclose(aligned.matrix, [[1 / 1.02, 0, -6 / 1.02], [0, 1, 3.5]], atol=0.3)
    assert not aligned.valid.all()
    inside = np.abs(aligned.source.astype(int) - edited)[aligned.valid]
    assert inside.mean() < 0.4 * np.abs(source.astype(int) - edited).mean()
    assert aligned.agreement > 0.95


def test_registration_leaves_what_does_not_need_it(scenes):
    source = scenes.photo()
    edited = scenes.paint(source, scenes.ellipse(source.shape, (150, 100), (60, 40)))
    assert np.array_equal(register(source, edited).matrix, IDENTITY)
    assert np.array_equal(register(source, scenes.shifted(source, 2, 0), enabled=False).matrix, IDENTITY)


def test_maps_between_resized_frames_keep_pixel_centres():
    shift = np.array([[1.0, 0, 3.0], [0, 1.0, -2.0]])
    np.testing.assert_allclose(between_frames(shift, (100, 50), (200, 100)), [[1, 0, 6], [0, 1, -4]], atol=1e-12)
    frame = work_frame(np.zeros((50, 100, 3), np.uint8), np.zeros((100, 200, 3), np.uint8), 400)
    np.testing.assert_allclose(frame.full_matrix(IDENTITY), [[0.5, 0, -0.25], [0, 0.5, -0.25]])


def test_colours_are_matched_and_the_edit_stays(scenes):
    source = scenes.photo()
    mask = scenes.ellipse(source.shape, (90, 70), (34, 22))
    edited = scenes.paint(source, mask)
    changed = np.clip(edited * np.array([1.1, 1.0, 0.85]) + 8, 0, 255).astype(np.uint8)
    source_lab, edited_lab = to_lab(source), to_lab(changed)
    matched = match_colours(source_lab, edited_lab, np.ones(mask.shape, bool))
    before, after = (np.linalg.norm(lab - edited_lab, axis=2) for lab in (source_lab, matched))
    assert np.median(after[~mask]) < 0.35 * np.median(before[~mask])
    assert np.median(after[mask]) > 20


def test_the_tolerance_forgives_a_pixel_and_keeps_thin_lines():
    stripes = np.zeros((64, 64, 3), np.float32)
    stripes[:, ::8, 0] = 80
    before, after = pyramid(stripes), pyramid(np.roll(stripes, 1, axis=1))
    strict, tolerant = difference_maps(before, after, False)[0], difference_maps(before, after, True)[0]
    assert tolerant.mean() < 0.3 * strict.mean()
    without = stripes.copy()
    without[:, 32] = 0
    gone = pyramid(without)
    for pair in ((before, gone), (gone, before)):
        assert difference_maps(*pair)[0][20:40, 31:34].max() > 10


def test_ciede2000_of_equal_colours_is_zero_and_of_black_and_white_a_hundred():
    white, black = (np.full((400, 500, 3), value, np.uint8) for value in (255, 0))
    assert ciede2000_map(to_lab(white), to_lab(white)).max() == 0
    assert ciede2000_map(to_lab(black), to_lab(white)).mean() == pytest.approx(100, abs=0.1)


def test_the_floor_follows_texture_and_ignores_the_edit():
    rng = np.random.default_rng(1)
    difference = np.abs(rng.normal(0, 1, (200, 200))).astype(np.float32)
    difference[:, 100:] *= 6
    texture = np.where(np.arange(200)[None] < 100, 1.0, 5.0).repeat(200, axis=0).astype(np.float32)
    texture += rng.uniform(0, 0.5, texture.shape).astype(np.float32)
    difference[20:80, 10:60] = 40
    floor = noise_floor(difference, texture_levels(texture), minimum=0.5, maximum=50)
    assert floor[:, :90].max() < 6
    assert floor[:, 110:].min() > 8
    flat = noise_floor(difference, texture_levels(texture, enabled=False), minimum=0.5, maximum=50)
    assert np.ptp(flat) == 0
    capped = noise_floor(difference, texture_levels(texture), minimum=0.5, maximum=7)
    assert capped.max() == 7


def test_texture_is_that_of_the_smoother_image(scenes):
    rough = to_lab(scenes.photo())
    smooth = cv2.GaussianBlur(rough, (0, 0), 4)
    rough, smooth = rough[..., 0].copy(), smooth[..., 0].copy()
    assert np.array_equal(texture_map(rough, smooth), texture_map(smooth, rough))
    assert texture_map(rough, smooth).mean() < 0.7 * texture_map(rough, rough).mean()


def strength_of(*boxes):
    strength = np.full((300, 400), 0.3, np.float32)
    for x1, y1, x2, y2, value in boxes:
        strength[y1:y2, x1:x2] = value
    return strength


def components_of(strength, config):
    return find_components(strength, [strength] * 4, config)


def boxes_of(components):
    rows = [cv2.boundingRect(part.mask.astype(np.uint8)) for part in components]
    return sorted((x, y, x + w, y + h) for x, y, w, h in rows)


def test_components_need_a_strong_core_and_some_size():
    strength = strength_of((20, 20, 60, 50, 5.0), (200, 100, 260, 160, 1.4), (300, 20, 303, 23, 9.0))
    assert boxes_of(components_of(strength, DEFAULT)) == [(20, 20, 60, 50)]


def test_close_fragments_are_one_object_and_distant_ones_two():
    strength = strength_of((20, 20, 60, 50, 5.0), (63, 20, 100, 50, 5.0), (200, 100, 260, 160, 5.0))
    assert boxes_of(components_of(strength, DEFAULT)) == [(20, 20, 100, 50), (200, 100, 260, 160)]
    assert len(components_of(strength, RegionsConfig(group=False))) == 3


def test_a_halo_is_drawn_in():
    strength = strength_of((90, 90, 170, 150, 1.5), (100, 100, 160, 140, 12.0))
    assert boxes_of(components_of(strength, DEFAULT)) == [(100, 100, 160, 140)]
    assert boxes_of(components_of(strength, RegionsConfig(tighten=False))) == [(90, 90, 170, 150)]


def test_slow_drift_without_an_edge_is_no_object():
    y, x = np.mgrid[:300, :400]
    drift = (2.2 * np.exp(-((x - 200) ** 2 + (y - 150) ** 2) / 2 / 150**2)).astype(np.float32)
    assert drift.max() > 2
    assert components_of(drift, DEFAULT) == []


def test_neighbours_are_the_fragments_with_none_between_and_nearest_first():
    labels = np.zeros((40, 120), np.int32)
    labels[10:30, 10:20] = 1
    labels[10:30, 30:40] = 2
    labels[10:30, 90:100] = 3
    found = neighbours(labels)
    assert [(pair.first, pair.second) for pair in found] == [(1, 2), (2, 3)]
    assert [pair.gap for pair in found] == pytest.approx([11, 51], abs=2)
    assert neighbours(np.minimum(labels, 1)) == []


def test_strength_is_a_mean_of_the_maps_and_not_their_largest():
    quiet, loud = np.full((4, 5), 0.5, np.float32), np.full((4, 5), 5.0, np.float32)
    in_all = combine([loud] * 4).mean()
    in_one = combine([loud, quiet, quiet, quiet]).mean()
    assert combine([quiet] * 4).mean() < in_one < 1 < in_all
    assert np.isfinite(combine([quiet * 0] * 4)).all()


def test_structure_is_what_colour_and_light_leave(scenes):
    light = to_lab(scenes.photo())[..., 0].copy()
    assert structure_change(light, light).max() < 1e-4
    assert structure_change(light, light + 20).max() < 1e-2
    other = light.copy()
    other[40:100, 60:140] = light[40:100, 60:140][::-1]
    change = structure_change(light, other)
    assert change[50:90, 70:130].mean() > 5 * change[130:, 200:].mean() + 0.2


def test_the_whole_frame_is_judged_by_its_quiet_blocks(scenes):
    source = scenes.photo()
    half = source.copy()
    half[:, :150] = 255 - half[:, :150]
    assert not judge_whole_frame(source, half).edited
    assert not judge_whole_frame(source, scenes.editor_noise(source, quality=75)).edited
    dark = (source * 0.6).astype(np.uint8)
    judged = judge_whole_frame(source, dark)
    assert (judged.tone, judged.style) == (True, False)
    light = to_lab(source)
    light[..., 0] = np.clip(light[..., 0] + 3 * (light[..., 0] - cv2.GaussianBlur(light[..., 0], (0, 0), 3)), 0, 100)
    sharp = (np.clip(cv2.cvtColor(light, cv2.COLOR_LAB2RGB), 0, 1) * 255).astype(np.uint8)
    assert judge_whole_frame(source, sharp).style
