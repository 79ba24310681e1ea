import cv2
import numpy as np

from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions
from transforms.regions.grabcut import GrabCutRefiner


def test_grabcut_finds_the_outline_that_the_seed_missed(scenes):
    source = scenes.photo()
    mask = scenes.ellipse(source.shape, (150, 100), (50, 36))
    edited = scenes.editor_noise(scenes.paint(source, mask))
    seed = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    refined = GrabCutRefiner().refine(source, edited, np.ones(mask.shape, np.float32), [seed])[0].mask
    assert scenes.mask_iou(refined, mask) > scenes.mask_iou(seed, mask) + 0.03
    again = GrabCutRefiner().refine(source, edited, np.ones(mask.shape, np.float32), [seed])[0].mask
    assert np.array_equal(refined, again)


def test_who_drew_a_mask_stands_in_the_region(scenes):
    source = scenes.photo()
    edited = scenes.paint(source, scenes.ellipse(source.shape, (150, 100), (50, 36)))
    assert [region.mask_by for region in derive_regions(source, edited).regions] == ["grabcut"]
    bare = derive_regions(source, edited, RegionsConfig(masks="none"))
    assert [region.mask_by for region in bare.regions] == ["difference"]
