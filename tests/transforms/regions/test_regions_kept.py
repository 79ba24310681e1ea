import cv2
import numpy as np
from skimage import data

from transforms.regions.derive import derive_regions
from transforms.regions.kept import kept, surrounds


def other_photo(shape):
    return cv2.resize(data.astronaut(), (shape[1], shape[0]), interpolation=cv2.INTER_AREA)


def before_another_background(scenes):
    source = scenes.photo(480)
    foreground = scenes.ellipse(source.shape, (240, 150), (90, 80))
    edited = np.where(foreground[..., None], source, other_photo(source.shape))
    return source, edited, foreground


def test_a_foreground_before_another_background_is_kept(scenes):
    source, edited, foreground = before_another_background(scenes)
    assert scenes.mask_iou(kept(source, scenes.editor_noise(edited)), foreground) > 0.8


def test_unrelated_pictures_keep_nothing(scenes):
    source = scenes.photo(480)
    assert not kept(source, other_photo(source.shape)).any()


def test_a_new_background_is_one_region_without_the_foreground(scenes):
    source, edited, foreground = before_another_background(scenes)
    result = derive_regions(source, scenes.editor_noise(edited))
    assert result.status == "ok"
    (region,) = result.regions
    assert region.bbox_xyxy == (0, 0, source.shape[1], source.shape[0])
    assert not region.whole_frame
    assert scenes.mask_iou(region.mask, ~foreground) > 0.9


def test_what_unchanged_ground_surrounds_is_local_however_large(scenes):
    source = scenes.photo(480)
    inside = np.zeros(source.shape[:2], bool)
    inside[40:280, 60:420] = True
    edited = np.where(inside[..., None], other_photo(source.shape), source)
    result = derive_regions(source, edited)
    assert result.status == "ok"
    (region,) = result.regions
    assert region.bbox_xyxy != (0, 0, source.shape[1], source.shape[0])
    assert scenes.mask_iou(region.mask, inside) > 0.9


def test_surrounding_is_a_matter_of_the_border():
    stays = np.zeros((40, 60), bool)
    stays[10:30, 10:50] = True
    assert not surrounds(stays)
    assert surrounds(~stays)
