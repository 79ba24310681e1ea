"""Loading of checkpoints. No trained weights: models of the true kind, or small ones, with random weights."""

import importlib.util
import json
import zipfile

import numpy as np
import pytest

from schemas.errors import UserError
from transforms.regions import sam_checkpoint
from transforms.regions.sam_checkpoint import load_segmenter
from transforms.regions.sam_prompts import Prompt

HAS_SAM = importlib.util.find_spec("segment_anything") is not None
PROMPT = Prompt(np.array([[20, 30], [70, 60]], np.float32), np.array([1, 0], np.int32), (10, 12, 50, 60))
POINT = Prompt(np.array([[20, 30]], np.float32), np.ones(1, np.int32))
IMAGE = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)


def small_sam():
    from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

    encoder = ImageEncoderViT(
        depth=1, embed_dim=32, img_size=128, num_heads=2, patch_size=16, out_chans=32, window_size=0, mlp_ratio=2
    )
    prompts = PromptEncoder(embed_dim=32, image_embedding_size=(8, 8), input_image_size=(128, 128), mask_in_chans=16)
    transformer = TwoWayTransformer(depth=2, embedding_dim=32, mlp_dim=64, num_heads=2)
    return Sam(encoder, prompts, MaskDecoder(num_multimask_outputs=3, transformer=transformer, transformer_dim=32))


@pytest.fixture
def small(monkeypatch):
    """A checkpoint's weights of a small model, which is known as vit_b while the test runs."""
    pytest.importorskip("segment_anything")
    import segment_anything
    import torch

    monkeypatch.setitem(segment_anything.sam_model_registry, "vit_b", small_sam)
    monkeypatch.setattr(sam_checkpoint, "WIDTHS", {32: "vit_b", 1280: "vit_h"})
    torch.manual_seed(0)
    return small_sam().state_dict()


@pytest.fixture
def save(tmp_path):
    def write(weights):
        import torch

        path = tmp_path / "sam.pth"
        torch.save(weights, path)
        return str(path)

    return write


def test_the_kind_is_read_from_the_weights(small, save):
    segmenter = load_segmenter(save(small))
    assert segmenter.name == "sam/vit_b"
    encoded = segmenter.encode(IMAGE)
    for prompt in (PROMPT, POINT):
        masks = encoded.masks(prompt)
        assert masks.shape == (3, 90, 120)
        assert masks.dtype == bool
    assert load_segmenter(save(small), "vit_b").name == "sam/vit_b"


def test_an_encoded_image_stays_while_another_is_asked(small, save):
    segmenter = load_segmenter(save(small))
    first = segmenter.encode(IMAGE)
    before = first.masks(PROMPT)
    segmenter.encode(255 - IMAGE).masks(PROMPT)
    assert np.array_equal(first.masks(PROMPT), before)


def test_a_wrong_model_type_is_named(small, save):
    with pytest.raises(UserError, match=r"sam\.pth is vit_b, not vit_h; .* name vit_b"):
        load_segmenter(save(small), "vit_h")


def test_weights_that_do_not_fit_are_refused_in_one_line(small, save):
    lacking = {name: value for name, value in small.items() if name != "mask_decoder.iou_token.weight"}
    with pytest.raises(UserError, match=r"not the weights of vit_b \(Missing key.*iou_token") as caught:
        load_segmenter(save(lacking))
    assert "\n" not in str(caught.value)
    with pytest.raises(UserError, match=r"not the weights of vit_b \(Unexpected key.*hf_token"):
        load_segmenter(save({**small, "mask_decoder.hf_token.weight": small["mask_decoder.iou_token.weight"]}))


@pytest.mark.skipif(not HAS_SAM, reason="needs torch and segment_anything")
@pytest.mark.parametrize(
    "content", [b"\x00\x01random bytes", b"<!DOCTYPE html><html>not found</html>", b"", b"PK\x03\x04 cut off", "zip"]
)
def test_a_file_that_is_no_checkpoint_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "sam.pth"
    if content == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "no weights")
    else:
        path.write_bytes(content)
    with pytest.raises(UserError, match=r"sam\.pth: not a file of PyTorch weights \(it begins with ['\"]") as caught:
        load_segmenter(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not HAS_SAM, reason="needs torch and segment_anything")
def test_code_in_a_file_does_not_run(tmp_path):
    import torch

    class Attack:
        def __reduce__(self):
            return (print, ("ran",))

    path = tmp_path / "sam.pth"
    torch.save({"weights": Attack()}, path)
    with pytest.raises(UserError, match="not a file of PyTorch weights"):
        load_segmenter(str(path))


@pytest.mark.skipif(not HAS_SAM, reason="needs torch and segment_anything")
def test_other_models_are_refused(save):
    import torch

    with pytest.raises(UserError, match=r"weights of another model \(conv1\.weight, \.\.\.\)"):
        load_segmenter(save({"conv1.weight": torch.zeros(2), "fc.bias": torch.zeros(2)}))
    with pytest.raises(UserError, match=r"weights of another model"):
        load_segmenter(save({"image_encoder.patch_embed.proj.weight": torch.zeros(7, 3, 16, 16)}))
    with pytest.raises(UserError, match="holds no table of weights"):
        load_segmenter(save([1, 2]))
    with pytest.raises(UserError, match="holds no table of weights"):
        load_segmenter(save({"epoch": 3, "model": 1}))
    with pytest.raises(UserError, match=r"SAM 2 in its authors' format.*the folder"):
        load_segmenter(save({"model": {"image_encoder.trunk.pos_embed": torch.zeros(1)}}))


@pytest.mark.skipif(not HAS_SAM, reason="needs torch and segment_anything")
def test_a_device_that_is_not_there_is_named(tmp_path):
    (tmp_path / "sam.pth").write_bytes(b"-")
    with pytest.raises(UserError, match=r"SAM device nonsense: .*; use cpu"):
        load_segmenter(str(tmp_path / "sam.pth"), device="nonsense")


@pytest.mark.skipif(HAS_SAM, reason="segment_anything is installed")
def test_missing_packages_are_named(tmp_path):
    (tmp_path / "sam.pth").write_bytes(b"-")
    with pytest.raises(UserError, match=r'pip install "spatialreward-train\[sam\]"'):
        load_segmenter(str(tmp_path / "sam.pth"))


def mobile_name(name):
    """Return the name that a weight of the encoder has in a MobileSAM checkpoint."""
    parts = ["c" if part == "conv" else part for part in name.split(".")]
    if parts[1] == "patch_embed":
        parts[2:3] = ["seq", {"conv1": "0", "conv2": "2"}[parts[2]]]
    elif parts[1] == "stages":
        parts[1:3] = ["layers", str(int(parts[2]) - (parts[3] == "downsample"))]
    return ".".join(parts)


def test_a_mobile_sam_checkpoint_is_read_into_timms_tiny_vit(save):
    pytest.importorskip("segment_anything")
    pytest.importorskip("timm")
    import torch

    from transforms.regions.sam_tiny_vit import mobile_sam

    torch.manual_seed(0)
    model = mobile_sam().eval()
    weights = {mobile_name(name): value for name, value in model.state_dict().items()}
    # names and shapes of the published checkpoint
    assert weights["image_encoder.patch_embed.seq.2.c.weight"].shape == (64, 32, 3, 3)
    assert weights["image_encoder.layers.2.downsample.conv2.c.weight"].shape == (320, 1, 3, 3)
    assert weights["image_encoder.layers.3.blocks.1.attn.attention_biases"].shape == (10, 49)
    assert weights["image_encoder.layers.1.blocks.0.local_conv.bn.running_var"].shape == (128,)
    assert weights["image_encoder.neck.2.weight"].shape == (256, 256, 3, 3)
    weights["image_encoder.norm_head.weight"] = torch.ones(320)
    weights["image_encoder.head.weight"] = torch.ones(1000, 320)
    segmenter = load_segmenter(save(weights))
    assert segmenter.name == "sam/vit_t"
    pixels = torch.rand(1, 3, 128, 128)
    with torch.inference_mode():
        expected, found = model.image_encoder(pixels), segmenter.model.image_encoder(pixels)
    assert found.shape == (1, 256, 8, 8)
    assert torch.equal(found, expected)


@pytest.fixture(scope="module")
def sam2_folder(tmp_path_factory):
    """SAM 2 of some 100k random weights, as transformers saves it."""
    pytest.importorskip("transformers")
    import torch
    from transformers import (
        Sam2Config,
        Sam2HieraDetConfig,
        Sam2MaskDecoderConfig,
        Sam2Model,
        Sam2Processor,
        Sam2PromptEncoderConfig,
        Sam2VisionConfig,
    )
    from transformers.models.sam2.image_processing_sam2 import Sam2ImageProcessor
    from transformers.utils import logging

    logging.disable_progress_bar()
    torch.manual_seed(0)
    backbone = Sam2HieraDetConfig(
        hidden_size=8,
        image_size=[128, 128],
        blocks_per_stage=[1, 1, 2, 1],
        embed_dim_per_stage=[8, 16, 32, 64],
        num_attention_heads_per_stage=[1, 1, 2, 4],
        window_size_per_stage=[8, 4, 4, 2],
        global_attention_blocks=[3],
        window_positional_embedding_background_size=[2, 2],
    )
    vision = Sam2VisionConfig(
        backbone_config=backbone.to_dict(),
        backbone_channel_list=[64, 32, 16, 8],
        backbone_feature_sizes=[[32, 32], [16, 16], [8, 8]],
        fpn_hidden_size=32,
    )
    prompts = Sam2PromptEncoderConfig(hidden_size=32, image_size=128, patch_size=16)
    decoder = Sam2MaskDecoderConfig(hidden_size=32, mlp_dim=32, num_attention_heads=2, iou_head_hidden_dim=16)
    config = Sam2Config(vision_config=vision, prompt_encoder_config=prompts, mask_decoder_config=decoder)
    folder = tmp_path_factory.mktemp("sam2")
    Sam2Model(config).save_pretrained(folder)
    images = Sam2ImageProcessor(size={"height": 128, "width": 128}, mask_size={"height": 32, "width": 32})
    Sam2Processor(images).save_pretrained(folder)
    return folder


@pytest.fixture
def sam2_copy(sam2_folder, tmp_path):
    for path in sam2_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def test_sam2_is_read_from_a_folder(sam2_folder):
    segmenter = load_segmenter(str(sam2_folder))
    assert segmenter.name == "sam2"
    first = segmenter.encode(IMAGE)
    for prompt in (PROMPT, POINT):
        masks = first.masks(prompt)
        assert masks.shape == (3, 90, 120)
        assert masks.dtype == bool
    before = first.masks(PROMPT)
    segmenter.encode(255 - IMAGE).masks(PROMPT)
    assert np.array_equal(first.masks(PROMPT), before)


def test_sam2s_box_and_points_reach_the_model(sam2_folder):
    encoded = load_segmenter(str(sam2_folder), "sam2").encode(IMAGE)
    other_box = Prompt(PROMPT.points, PROMPT.labels, (60, 40, 118, 88))
    other_labels = Prompt(PROMPT.points, np.zeros(2, np.int32), PROMPT.box_xyxy)
    base = encoded.masks(PROMPT)
    assert not np.array_equal(encoded.masks(other_box), base)
    assert not np.array_equal(encoded.masks(other_labels), base)


def test_a_folder_of_the_tracker_is_read_too(sam2_copy):
    config = json.loads((sam2_copy / "config.json").read_text())
    (sam2_copy / "config.json").write_text(json.dumps({**config, "model_type": "sam2_video"}))
    assert load_segmenter(str(sam2_copy)).name == "sam2"


def test_folders_that_do_not_hold_sam2_are_refused_in_one_line(sam2_copy):
    weights = (sam2_copy / "model.safetensors").read_bytes()

    def refused(pattern):
        with pytest.raises(UserError, match=pattern) as caught:
            load_segmenter(str(sam2_copy))
        assert "\n" not in str(caught.value)

    with pytest.raises(UserError, match="is sam2, not vit_b"):
        load_segmenter(str(sam2_copy), "vit_b")
    (sam2_copy / "model.safetensors").write_bytes(b"<html>")
    refused("cannot be read")
    (sam2_copy / "model.safetensors").unlink()
    refused("cannot be read")
    (sam2_copy / "model.safetensors").write_bytes(weights)
    (sam2_copy / "processor_config.json").unlink()
    refused("cannot be read")
    (sam2_copy / "config.json").write_text('{"model_type": "bert"}')
    refused("holds a model of type bert; give one of type sam2")
    (sam2_copy / "config.json").unlink()
    refused(r"a folder without a config\.json")
