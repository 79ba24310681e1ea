"""MobileSAM (Zhang et al. 2023): Segment Anything with timm's TinyViT-5M for its image encoder."""

from collections.abc import Mapping
from typing import Any

from schemas.errors import UserError

MARK = "image_encoder.patch_embed.seq.0.c.weight"
"""A weight that only such checkpoints have."""
IMAGE_SIZE, GRID = 1024, 64
"""Sides of the encoder's input and of its embedding, in pixels and cells."""
CHANNELS = 256
"""Of the embedding."""


def mobile_sam() -> Any:
    """Return the untrained model, a `segment_anything.modeling.Sam`.

    Raises:
        UserError: timm is not installed.
    """
    from segment_anything.modeling import MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

    prompts = PromptEncoder(
        embed_dim=CHANNELS,
        image_embedding_size=(GRID, GRID),
        input_image_size=(IMAGE_SIZE, IMAGE_SIZE),
        mask_in_chans=16,
    )
    transformer = TwoWayTransformer(depth=2, embedding_dim=CHANNELS, num_heads=8, mlp_dim=2048)
    return Sam(tiny_vit_encoder(), prompts, MaskDecoder(transformer_dim=CHANNELS, transformer=transformer))


def tiny_vit_encoder() -> Any:
    """Return the untrained encoder, a torch module: float32 [1, 3, H, W] -> [1, 256, H / 16, W / 16].

    Raises:
        UserError: timm is not installed.
    """
    try:
        from timm.models.tiny_vit import TinyVit
    except ImportError as error:
        raise UserError("a MobileSAM checkpoint needs timm's TinyViT: pip install timm") from error
    from segment_anything.modeling.common import LayerNorm2d
    from torch import nn

    body = TinyVit(
        embed_dims=(64, 128, 160, 320),
        depths=(2, 2, 6, 2),
        num_heads=(2, 4, 5, 10),
        window_sizes=(7, 7, 14, 7),
        drop_path_rate=0.0,
        num_classes=0,
    )
    body.stages[3].downsample.conv2.conv.stride = (1, 1)  # the last stage keeps the resolution of the third
    neck = nn.Sequential(
        nn.Conv2d(320, CHANNELS, 1, bias=False),
        LayerNorm2d(CHANNELS),
        nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, bias=False),
        LayerNorm2d(CHANNELS),
    )
    encoder = nn.Sequential()
    encoder.add_module("patch_embed", body.patch_embed)
    encoder.add_module("stages", body.stages)
    encoder.add_module("neck", neck)
    encoder.img_size = IMAGE_SIZE
    return encoder


def renamed(weights: Mapping[str, Any]) -> dict[str, Any]:
    """Return MobileSAM's weights under the names that `tiny_vit_encoder` has; the classifier's are left out.

    >>> list(renamed({"image_encoder.layers.0.downsample.conv1.c.weight": 1, "image_encoder.head.bias": 2}))
    ['image_encoder.stages.1.downsample.conv1.conv.weight']
    """
    found = {}
    for name, value in weights.items():
        if name.startswith(("image_encoder.head.", "image_encoder.norm_head.")) or name.endswith("attention_bias_idxs"):
            continue
        found[_renamed(name) if name.startswith("image_encoder.") else name] = value
    return found


def _renamed(name: str) -> str:
    parts = ["conv" if part == "c" else part for part in name.split(".")]
    if parts[1:3] == ["patch_embed", "seq"]:
        parts[2:4] = ["conv1" if parts[3] == "0" else "conv2"]
    elif parts[1] == "layers":
        # timm merges patches before a stage, the checkpoint after the one before it
        parts[1:3] = ["stages", str(int(parts[2]) + (parts[3] == "downsample"))]
    return ".".join(parts)
