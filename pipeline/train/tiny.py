"""Qwen3-VL in small: the same classes, a tokenizer made of the training texts, random weights. Asks no hub."""

from collections.abc import Iterable

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    PreTrainedTokenizerFast,
    Qwen2VLImageProcessor,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    Qwen3VLProcessor,
    Qwen3VLVideoProcessor,
)

from pipeline.train.config import TinyConfig
from pipeline.train.encode import END
from pipeline.train.shapes import build_random, shape_tiny

PAD, START = "<|endoftext|>", "<|im_start|>"
IMAGE, VIDEO, VISION_START, VISION_END = "<|image_pad|>", "<|video_pad|>", "<|vision_start|>", "<|vision_end|>"
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{% if message.content is string %}{{ message.content }}{% else %}{% for part in message.content %}"
    "{% if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part.text }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def make_processor(texts: Iterable[str], vocabulary: int) -> Qwen3VLProcessor:
    """Return a processor whose tokenizer is a byte-level BPE of `texts`; digits are tokens of their own, as Qwen's.

    Args:
        texts: prompts and answers.
        vocabulary: tokens at most.
    """
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    bpe.decoder = decoders.ByteLevel()
    special = [PAD, START, END, IMAGE, VIDEO, VISION_START, VISION_END]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    bpe.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=special, initial_alphabet=alphabet)
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe, eos_token=END, pad_token=PAD, additional_special_tokens=special[1:]
    )
    half = [0.5, 0.5, 0.5]
    images = Qwen2VLImageProcessor(patch_size=16, merge_size=2, temporal_patch_size=2, image_mean=half, image_std=half)
    return Qwen3VLProcessor(
        image_processor=images, tokenizer=tokenizer, video_processor=Qwen3VLVideoProcessor(), chat_template=TEMPLATE
    )


def make_model(
    config: TinyConfig, processor: Qwen3VLProcessor, seed: int, dtype: torch.dtype
) -> Qwen3VLForConditionalGeneration:
    """Return a model of random weights for such a processor.

    Args:
        config: sizes.
        processor: its tokenizer says how large the vocabulary is.
        seed: of the weights.
        dtype: of the weights.
    """
    shape = _shape(config, processor)
    model = build_random(shape, "cpu", dtype, seed)
    end = processor.tokenizer.convert_tokens_to_ids(END)
    model.generation_config.eos_token_id = end
    model.generation_config.pad_token_id = processor.tokenizer.pad_token_id
    return model


def _shape(config: TinyConfig, processor: Qwen3VLProcessor) -> Qwen3VLConfig:
    values = shape_tiny().to_dict()
    hidden, ids = config.hidden, processor.tokenizer.convert_tokens_to_ids
    values["text_config"] |= {
        "vocab_size": -(-len(processor.tokenizer) // 64) * 64,
        "hidden_size": hidden,
        "intermediate_size": 3 * hidden,
        "num_hidden_layers": config.layers,
        "head_dim": hidden // values["text_config"]["num_attention_heads"],
        "rope_parameters": values["text_config"]["rope_parameters"] | {"mrope_section": _sections(hidden // 4)},
    }
    values["vision_config"] |= {
        "depth": config.vision_layers,
        "hidden_size": hidden,
        "intermediate_size": 3 * hidden,
        "out_hidden_size": hidden,
    }
    return Qwen3VLConfig(
        text_config=values["text_config"],
        vision_config=values["vision_config"],
        image_token_id=ids(IMAGE),
        video_token_id=ids(VIDEO),
        vision_start_token_id=ids(VISION_START),
        vision_end_token_id=ids(VISION_END),
    )


def _sections(head: int) -> list[int]:
    """Split half of a head's width over time, height and width, as Qwen3-VL does."""
    half = head // 2
    side = half * 5 // 16
    return [half - 2 * side, side, side]
