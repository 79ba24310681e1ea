"""A batch as training has it: two images, an instruction and an answer per sample, no padding; contents are noise."""

from dataclasses import dataclass

import torch
from transformers import Qwen3VLConfig

from pipeline.train.loss import IGNORED

PATCHES_PER_TOKEN = 4


@dataclass(frozen=True)
class BatchShape:
    """Sizes of one sample.

    Attributes:
        tokens: in all.
        answer: of these, the last ones, that are learned.
        images: per sample.
        side: of a square image, pixels, a multiple of 32.
    """

    tokens: int = 1536
    answer: int = 512
    images: int = 2
    side: int = 512

    @property
    def patches(self) -> int:
        """Patches of one image."""
        return (self.side // 16) ** 2


def make_batch(
    config: Qwen3VLConfig, shape: BatchShape, samples: int, device: torch.device, dtype: torch.dtype
) -> dict[str, torch.Tensor]:
    """Return the arguments of a model, `labels` among them, the same for every call."""
    draw = torch.Generator().manual_seed(samples)
    grid = shape.side // 16
    per_image = shape.patches // PATCHES_PER_TOKEN
    ids = torch.randint(0, config.vision_end_token_id - 8, (samples, shape.tokens), generator=draw)
    is_image = torch.zeros_like(ids, dtype=torch.bool)
    for number in range(shape.images):
        start = 8 + number * (per_image + 2)
        ids[:, start], ids[:, start + per_image + 1] = config.vision_start_token_id, config.vision_end_token_id
        is_image[:, start + 1 : start + 1 + per_image] = True
    ids[is_image] = config.image_token_id
    labels = ids.clone()
    labels[:, : -shape.answer] = IGNORED
    if bool((labels == config.image_token_id).any()):
        raise ValueError(f"{shape}: no room for the images before the answer")
    pixels = torch.randn(samples * shape.images * shape.patches, 3 * 2 * 16 * 16, generator=draw)
    batch = {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "mm_token_type_ids": is_image.int(),
        "pixel_values": pixels.to(dtype),
        "image_grid_thw": torch.tensor([[1, grid, grid]]).repeat(samples * shape.images, 1),
        "labels": labels,
    }
    return {name: value.to(device) for name, value in batch.items()}
