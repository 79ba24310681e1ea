import cv2
import numpy as np
import pytest

from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions
from transforms.regions.sam import MAX_PROMPTS, MAX_SEEDS, SamRefiner
from transforms.regions.sam_segmenter import SegmentAnything


class Oracle:
    """Knows the objects of both images, and answers as Segment Anything does: the three that fit a prompt best.

    A box may also be answered with all objects at once, or with the ground.
    """

    name = "oracle"

    def __init__(self, on_source, edited, on_edited):
        self.objects = {False: on_source, True: on_edited}
        self.edited = edited
        self.encoded, self.prompts = [], []

    def encode(self, image):
        self.encoded.append(image)
        return Answers(self.objects[image is self.edited], image.shape[:2], self.prompts)


class Answers:
    def __init__(self, objects, shape, prompts):
        ground = ~np.logical_or.reduce([np.zeros(shape, bool), *objects])
        self.alone = [*objects, ground]
        self.together = [np.logical_or.reduce(objects)] if len(objects) > 1 else []
        self.prompts = prompts

    def masks(self, prompt):
        self.prompts.append(prompt)
        options = self.alone + (self.together if prompt.box_xyxy else [])
        fitting = sorted(options, key=lambda mask: -fit(mask, prompt))[:3]
        return np.stack(fitting)


def fit(mask, prompt):
    x, y = prompt.points.astype(int).T
    on, beside = prompt.labels == 1, prompt.labels == 0
    score = mask[y, x][on].mean() - (mask[y, x][beside].mean() if beside.any() else 0)
    if prompt.box_xyxy:
        box, around = np.zeros_like(mask), np.zeros_like(mask)
        x1, y1, x2, y2 = prompt.box_xyxy
        box[y1:y2, x1:x2] = True
        left, top, width, height = cv2.boundingRect(mask.astype(np.uint8))
        around[top : top + height, left : left + width] = True
        score += (box & around).sum() / (box | around).sum()
    return score


@pytest.fixture
def refine(scenes):
    """Let an oracle refine the seeds of a scene; the strength is 5 in them, blurred by a pixel or two."""

    def run(seeds, on_source=(), on_edited=()):
        source = scenes.photo()
        edited = source.copy()
        strength = np.full(source.shape[:2], 0.3, np.float32)
        for seed in seeds:
            strength[seed] = 5
        oracle = Oracle(list(on_source), edited, list(on_edited))
        outlines = SamRefiner(oracle).refine(source, edited, cv2.GaussianBlur(strength, (0, 0), 1.5), seeds)
        return outlines, oracle

    return run


@pytest.fixture
def disc(scenes):
    """A disc or ellipse on the frame of the scenes."""
    shape = scenes.photo().shape

    def draw(x, y, rx, ry=None):
        return scenes.ellipse(shape, (x, y), (rx, ry or rx))

    return draw


def swollen(mask, pixels=4):
    return cv2.dilate(mask.astype(np.uint8), np.ones((2 * pixels + 1, 2 * pixels + 1), np.uint8)) > 0


def test_what_appeared_is_outlined_on_the_edited_image_and_what_vanished_on_the_source(refine, disc):
    new, gone = disc(80, 80, 30), disc(220, 120, 30)
    outlines, oracle = refine([swollen(new), swollen(gone)], on_source=[gone], on_edited=[new])
    assert [(outline.seeds, outline.drawn_by) for outline in outlines] == [((0,), "sam:edited"), ((1,), "sam:source")]
    assert np.array_equal(outlines[0].mask, new)
    assert np.array_equal(outlines[1].mask, gone)
    assert len(oracle.encoded) == 2


def test_what_was_replaced_is_the_union_of_both(refine, disc):
    old, new = disc(130, 100, 40, 24), disc(160, 100, 24, 40)
    outlines, _ = refine([swollen(old | new)], on_source=[old], on_edited=[new])
    assert [outline.drawn_by for outline in outlines] == ["sam:both"]
    assert np.array_equal(outlines[0].mask, old | new)


def test_pieces_of_a_replaced_object_are_one_region(refine, disc):
    old, new = disc(120, 100, 40, 24), disc(180, 100, 40, 24)
    pieces = [old & ~new, old & new, new & ~old]
    outlines, _ = refine(pieces, on_source=[old], on_edited=[new])
    assert [(outline.seeds, outline.drawn_by) for outline in outlines] == [((0, 1, 2), "sam:both")]
    assert np.array_equal(outlines[0].mask, old | new)


def test_an_objects_old_and_new_place_far_apart_are_two_regions(refine, disc):
    old, new = disc(80, 100, 24), disc(140, 100, 24)
    outlines, _ = refine([old | new], on_source=[old], on_edited=[new])
    assert [(outline.seeds, outline.drawn_by) for outline in outlines] == [((0,), "sam:source"), ((0,), "sam:edited")]
    assert np.array_equal(outlines[0].mask, old)
    assert np.array_equal(outlines[1].mask, new)


def test_fragments_of_one_object_are_joined_and_those_of_two_are_not(refine, disc):
    whole = disc(150, 100, 70, 30)
    left, right = whole.copy(), whole.copy()
    left[:, 135:], right[:, :165] = False, False
    outlines, _ = refine([left, right], on_source=[whole], on_edited=[whole])
    assert [outline.seeds for outline in outlines] == [(0, 1)]
    assert np.array_equal(outlines[0].mask, whole)
    two, _ = refine([left, right], on_source=[left, right], on_edited=[left, right])
    assert [outline.seeds for outline in two] == [(0,), (1,)]


def test_a_small_change_on_a_large_object_is_not_the_object(refine, disc):
    large, button = disc(150, 100, 110, 80), disc(120, 90, 16)
    outlines, _ = refine([button], on_source=[large], on_edited=[large])
    assert outlines[0].drawn_by in ("difference", "grabcut")
    assert (outlines[0].mask & ~swollen(button)).sum() == 0


def test_the_mask_of_a_neighbour_is_refused(refine, disc):
    changed, neighbour = disc(80, 100, 28), disc(150, 100, 40)
    outlines, _ = refine([changed], on_source=[neighbour], on_edited=[neighbour])
    assert outlines[0].drawn_by in ("difference", "grabcut")
    assert not (outlines[0].mask & neighbour).any()


def test_touching_objects_are_parted_and_one_object_is_not(refine, disc):
    left, right = disc(110, 100, 42), disc(180, 100, 34)
    right &= ~left
    parts, oracle = refine([swollen(left | right, 2)], on_edited=[left, right])
    assert [outline.seeds for outline in parts] == [(0,), (0,)]
    assert {outline.drawn_by for outline in parts} == {"sam:edited"}
    assert {int(outline.mask.sum()) for outline in parts} == {int(left.sum()), int(right.sum())}
    assert len(oracle.prompts) <= 2 + 3
    whole, _ = refine([swollen(left | right, 2)], on_edited=[left | right, left, right])
    assert [int(outline.mask.sum()) for outline in whole] == [int((left | right).sum())]


def test_a_shadow_stays_with_its_object_and_a_halo_does_not(refine, disc):
    body, shadow = disc(130, 90, 40), disc(175, 115, 34, 22)
    outlines, _ = refine([swollen(body, 3) | shadow], on_edited=[body])
    assert [outline.drawn_by for outline in outlines] == ["sam:edited"]
    assert (outlines[0].mask & shadow & ~body).sum() > 0.8 * (shadow & ~body).sum()
    assert not outlines[0].mask[90, 84:89].any()
    assert not outlines[0].mask[45:49, 130].any()


def test_prompts_are_bounded_and_seeds_beyond_the_bound_are_kept(refine, disc):
    seeds = [disc(20 + 40 * (i % 7), 24 + 50 * (i // 7), 14) for i in range(MAX_SEEDS + 4)]
    outlines, oracle = refine(seeds, on_edited=seeds)
    assert len(oracle.encoded) == 2
    assert 2 * MAX_SEEDS <= len(oracle.prompts) <= MAX_PROMPTS
    assert [outline.seeds for outline in outlines] == [(i,) for i in range(len(seeds))]
    assert sum(outline.drawn_by == "sam:edited" for outline in outlines) == MAX_SEEDS


@pytest.fixture(scope="module")
def tiny_sam():
    """A Segment Anything model of some 400k random weights."""
    pytest.importorskip("segment_anything")
    import torch
    from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

    torch.manual_seed(0)
    encoder = ImageEncoderViT(
        depth=1, embed_dim=32, img_size=128, num_heads=2, patch_size=16, out_chans=32, window_size=0, mlp_ratio=2
    )
    prompts = PromptEncoder(embed_dim=32, image_embedding_size=(8, 8), input_image_size=(128, 128), mask_in_chans=16)
    transformer = TwoWayTransformer(depth=2, embedding_dim=32, mlp_dim=64, num_heads=2)
    return Sam(encoder, prompts, MaskDecoder(num_multimask_outputs=3, transformer=transformer, transformer_dim=32))


@pytest.mark.parametrize("method", ["classical", "network"])
def test_a_tiny_model_runs_the_whole_path(tiny_sam, scenes, method):
    source = scenes.photo()
    mask = scenes.ellipse(source.shape, (100, 80), (30, 20))
    edited = scenes.paint(source, mask)
    refiner = SamRefiner(SegmentAnything(tiny_sam.eval()))
    config = RegionsConfig(method=method)
    first = derive_regions(source, edited, config, refiner)
    again = derive_regions(source, edited, config, refiner)
    assert first.method == f"{method}/1+sam"
    assert len(first.regions) == 1
    assert scenes.mask_iou(first.regions[0].mask, mask) > 0.4
    assert np.array_equal(first.regions[0].mask, again.regions[0].mask)


def test_a_region_says_which_image_drew_its_mask_and_takes_the_surest_confidence(scenes):
    source = scenes.photo()
    whole = scenes.ellipse(source.shape, (150, 100), (90, 34))
    ends = whole.copy()
    ends[:, 130:170] = False
    edited = scenes.paint(source, ends)
    alone = derive_regions(source, edited)
    joined = derive_regions(source, edited, masks=SamRefiner(Everywhere(whole)))
    assert len(alone.regions) == 2
    assert [region.mask_by for region in joined.regions] == ["sam:edited"]
    assert joined.regions[0].confidence == max(region.confidence for region in alone.regions)
    assert scenes.mask_iou(joined.regions[0].mask, whole) > 0.99


class Everywhere:
    """Answers every prompt with one mask."""

    name = "fake"

    def __init__(self, mask):
        self.mask = mask

    def encode(self, image):
        return self

    def masks(self, prompt):
        return self.mask[None]
