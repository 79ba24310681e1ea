"""Qwen3-VL of random weights: the 8B model's shape to measure on, a tiny one to test with. Neither asks a hub."""

import torch
from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration


def shape_8b() -> Qwen3VLConfig:
    """Return the shape of Qwen3-VL-8B-Instruct: 8,767,123,696 parameters."""
    return Qwen3VLConfig(
        text_config={
            "vocab_size": 151936,
            "hidden_size": 4096,
            "intermediate_size": 12288,
            "num_hidden_layers": 36,
            "num_attention_heads": 32,
            "num_key_value_heads": 8,
            "head_dim": 128,
            "max_position_embeddings": 262144,
            "rope_parameters": _rope([24, 20, 20], theta=5_000_000),
        },
        vision_config={
            "depth": 27,
            "hidden_size": 1152,
            "intermediate_size": 4304,
            "num_heads": 16,
            "out_hidden_size": 4096,
            "num_position_embeddings": 2304,
            "deepstack_visual_indexes": [8, 16, 24],
        },
    )


def shape_tiny() -> Qwen3VLConfig:
    """Return the same architecture in small: 2 + 2 layers, a vocabulary of 1,024 with the special tokens at its end."""
    return Qwen3VLConfig(
        text_config={
            "vocab_size": 1024,
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 16,
            "rope_parameters": _rope([4, 2, 2], theta=10_000),
        },
        vision_config={
            "depth": 2,
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_heads": 4,
            "out_hidden_size": 64,
            "num_position_embeddings": 256,
            "deepstack_visual_indexes": [0],
        },
        image_token_id=1023,
        video_token_id=1022,
        vision_start_token_id=1021,
        vision_end_token_id=1020,
    )


def build_random(
    config: Qwen3VLConfig, device: str | torch.device, dtype: torch.dtype = torch.bfloat16, seed: int = 0
) -> Qwen3VLForConditionalGeneration:
    """Build a model of random weights on a device, drawn as the architecture's own initialisation draws them."""
    torch.manual_seed(seed)
    with torch.device(device):
        return Qwen3VLForConditionalGeneration._from_config(config, dtype=dtype, attn_implementation="sdpa")


def _rope(sections: list[int], theta: int) -> dict[str, object]:
    return {"rope_type": "default", "rope_theta": theta, "mrope_section": sections, "mrope_interleaved": True}
