import cv2
import numpy as np
import pytest

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


def test_one_outline_for_each_seed_and_a_seed_that_is_lost_is_kept(scenes):
    source = scenes.photo()
    ring = scenes.ellipse(source.shape, (150, 100), (50, 36))
    nothing = scenes.ellipse(source.shape, (280, 180), (5, 5))
    edited = scenes.paint(source, ring)
    found = GrabCutRefiner().refine(source, edited, np.ones(ring.shape, np.float32), [ring, nothing])
    assert [outline.seeds for outline in found] == [(0,), (1,)]
    assert found[0].drawn_by == "grabcut"
    assert all(outline.mask.any() for outline in found)


def test_masks_do_not_depend_on_what_was_cut_before(scenes):
    source = scenes.photo()
    masks = [scenes.ellipse(source.shape, centre, (40, 26)) for centre in ((90, 70), (220, 130))]
    edited = scenes.editor_noise(scenes.paint(scenes.paint(source, masks[0]), masks[1], (200, 60, 60)))
    strength = np.ones(masks[0].shape, np.float32)
    both = GrabCutRefiner().refine(source, edited, strength, masks)
    alone = GrabCutRefiner().refine(source, edited, strength, masks[1:])
    assert np.array_equal(both[1].mask, alone[0].mask)


@pytest.mark.parametrize("box", [(0, 0, 320, 213), (0, 0, 1, 1), (319, 212, 320, 213), (0, 100, 320, 101)])
def test_seeds_at_the_frames_edge_and_of_any_size_give_a_mask(scenes, box):
    source = scenes.photo()
    seed = np.zeros(source.shape[:2], bool)
    seed[box[1] : box[3], box[0] : box[2]] = True
    edited = np.where(seed[..., None], 255 - source, source)
    (outline,) = GrabCutRefiner().refine(source, edited, np.ones(seed.shape, np.float32), [seed])
    assert outline.mask.shape == seed.shape
    assert scenes.mask_iou(outline.mask, seed) >= 0.6
