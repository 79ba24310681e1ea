import importlib.util

import numpy as np
import pytest
from pydantic import ValidationError

from schemas.errors import UserError
from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions
from transforms.regions.grabcut import GrabCutRefiner
from transforms.regions.refiner import make_refiner
from transforms.regions.sam import SamRefiner, choose, explained


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
    decoder = MaskDecoder(num_multimask_outputs=3, transformer=transformer, transformer_dim=32)
    return Sam(encoder, prompts, decoder).eval()


class Recorder:
    """Stands in for SAM's predictor: notes the prompts, answers with given masks."""

    def __init__(self, masks):
        self.masks, self.images, self.prompts = masks, [], []

    def set_image(self, image):
        self.images.append(image)

    def predict(self, **prompt):
        self.prompts.append(prompt)
        return np.stack(self.masks), np.ones(len(self.masks)), None

    def reset_image(self):
        pass


def seed_and_strength(scenes):
    image = scenes.photo()
    seed = scenes.ellipse(image.shape, (100, 80), (30, 20))
    return image, seed, np.where(seed, 5.0, 0.2).astype(np.float32)


def test_prompts_are_the_box_and_strong_points_on_both_images(scenes):
    source, seed, strength = seed_and_strength(scenes)
    edited = scenes.paint(source, seed)
    refiner = SamRefiner.__new__(SamRefiner)
    refiner._predictor = Recorder([seed])
    assert np.array_equal(refiner.refine(source, edited, strength, [seed])[0].mask, seed)
    assert [image is wanted for image, wanted in zip(refiner._predictor.images, (edited, source), strict=True)]
    assert len(refiner._predictor.prompts) == 2
    for prompt in refiner._predictor.prompts:
        assert prompt["box"].tolist() == [70, 60, 131, 101]
        assert 1 <= len(prompt["point_coords"]) <= 3
        assert all(seed[int(y), int(x)] for x, y in prompt["point_coords"])
        assert prompt["point_labels"].all()


def test_the_mask_that_explains_the_difference_is_taken(scenes):
    _, seed, strength = seed_and_strength(scenes)
    close = scenes.ellipse(seed.shape, (101, 80), (31, 20))
    large = scenes.ellipse(seed.shape, (100, 80), (90, 70))
    assert explained(seed, seed, strength) == 1.0
    assert explained(close, seed, strength) > explained(large, seed, strength)
    assert np.array_equal(choose(seed, [large, close], strength), close)
    assert np.array_equal(choose(seed, [large, large], strength), seed)
    left, right = close.copy(), close.copy()
    left[:, 105:], right[:, :95] = False, False
    assert np.array_equal(choose(seed, [left, right], strength), close)


def test_a_tiny_model_runs_the_whole_path(tiny_sam, scenes):
    source, seed, _ = seed_and_strength(scenes)
    edited = scenes.paint(source, seed)
    refiner = SamRefiner.from_model(tiny_sam)
    first = derive_regions(source, edited, masks=refiner)
    again = derive_regions(source, edited, masks=refiner)
    assert first.method == "classical/1+sam"
    assert len(first.regions) == 1
    assert scenes.mask_iou(first.regions[0].mask, seed) > 0.4
    assert np.array_equal(first.regions[0].mask, again.regions[0].mask)


def test_a_checkpoint_is_loaded_by_path(tiny_sam, tmp_path, monkeypatch):
    import segment_anything
    import torch

    path = tmp_path / "tiny.pth"
    torch.save(tiny_sam.state_dict(), path)

    def build(checkpoint):
        tiny_sam.load_state_dict(torch.load(checkpoint))
        return tiny_sam

    monkeypatch.setitem(segment_anything.sam_model_registry, "vit_b", build)
    config = RegionsConfig(masks="sam", sam_checkpoint=str(path))
    refiner = make_refiner(config)
    assert refiner is not None
    assert refiner.name == "sam"


def test_a_missing_checkpoint_is_a_users_error():
    pytest.importorskip("segment_anything")
    with pytest.raises(UserError, match=r"/nowhere/sam\.pth: no such file"):
        SamRefiner("/nowhere/sam.pth")
    with pytest.raises(UserError, match="sam_checkpoint"):
        make_refiner(RegionsConfig(masks="sam"))


@pytest.mark.skipif(importlib.util.find_spec("segment_anything") is not None, reason="segment_anything is installed")
def test_missing_packages_are_named():
    with pytest.raises(UserError, match=r'pip install "spatialreward-train\[sam\]"'):
        SamRefiner("/nowhere/sam.pth")


def test_refiners_by_name():
    assert make_refiner(RegionsConfig(masks="none")) is None
    assert isinstance(make_refiner(RegionsConfig()), GrabCutRefiner)
    with pytest.raises(ValidationError):
        RegionsConfig.model_validate({"masks": "magic"})
