"""From conversations to the model's arguments. Nothing is ever cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import Qwen3VLProcessor
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize

from pipeline.train.answers import digit_kinds
from pipeline.train.conversations import Conversation, Picture, messages_of
from pipeline.train.loss import IGNORED
from pipeline.train.special_tokens import MARKERS, SpecialTokens
from transforms.shards.codec import decode_member

END = "<|im_end|>"
KINDS = "token_kinds"
"""Beside the model's arguments: the kind of each label's digits, see `answers.digit_kinds`."""


@dataclass(frozen=True)
class Budget:
    """Limits of pictures and conversations. Attributes: pixels of a picture after its resize; tokens in all."""

    min_pixels: int
    max_pixels: int
    max_tokens: int


class Encoder:
    """Turns conversations into tensors, and says beforehand how long they will be.

    Args:
        processor: its image processor is given the budget.
        budget: of pictures and conversations.

    Attributes:
        special: control tokens of the tokenizer, which no instruction and no answer may hold.
    """

    def __init__(self, processor: Qwen3VLProcessor, budget: Budget) -> None:
        self.processor, self.budget = processor, budget
        images = processor.image_processor
        # `max_pixels` as an argument of from_pretrained is ignored: only `size` counts.
        images.size = {"shortest_edge": budget.min_pixels, "longest_edge": budget.max_pixels}
        self._patch, self._merge = images.patch_size, images.merge_size
        self._tokenizer = processor.tokenizer
        self._image_token = processor.image_token
        self.special = SpecialTokens.of_tokenizer(self._tokenizer)

    def length(self, conversation: Conversation) -> int:
        """Return how many tokens a conversation will have.

        Raises:
            ValueError: a picture is over 200 times as long as wide.
        """
        text = self._tokenizer(self._prompt(conversation.prompt, conversation.pictures))["input_ids"]
        images = sum(self._image_tokens(picture) for picture in conversation.pictures)
        return len(text) - len(conversation.pictures) + images + len(self._answer(conversation.answer)[0])

    def prompts(self, questions: Sequence[tuple[str, Sequence[Picture]]]) -> dict[str, torch.Tensor]:
        """Return the model's arguments for questions without answers, padded on the left: for generation.

        Args:
            questions: prompt and pictures of each.
        """
        rows = [self._encode(prompt, pictures) for prompt, pictures in questions]
        return self._padded(rows, left=True)

    def row(self, conversation: Conversation) -> dict[str, torch.Tensor]:
        """Return one conversation's part of a batch.

        Raises:
            OSError, ValueError: a picture cannot be read.
        """
        row = self._encode(conversation.prompt, conversation.pictures)
        answer, kinds = self._answer(conversation.answer)
        asked = len(row["input_ids"])
        row["input_ids"] = torch.cat([row["input_ids"], torch.tensor(answer)])
        row["labels"] = torch.tensor([IGNORED] * asked + answer)
        row[KINDS] = torch.tensor([0] * asked + kinds)
        row["mm_token_type_ids"] = torch.cat([row["mm_token_type_ids"], torch.zeros(len(answer), dtype=torch.long)])
        return row

    def batch(self, rows: Sequence[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
        """Return the model's arguments: rows padded on the right.

        Returns:
            `input_ids`, `attention_mask`, `mm_token_type_ids`, `labels` (`IGNORED` outside the answers) and
            `token_kinds`, int64 [samples, tokens]; `pixel_values` float32 [patches, values], `image_grid_thw` int64
            [images, 3].
        """
        return self._padded(rows, left=False)

    def _prompt(self, prompt: str, pictures: Sequence[Picture]) -> str:
        text: str = self.processor.apply_chat_template(
            messages_of(prompt, pictures), tokenize=False, add_generation_prompt=True
        )
        return text

    def _answer(self, answer: str) -> tuple[list[int], list[int]]:
        """Return tokens of an answer and its end, and the kind of each: that of its first character which has one."""
        found = self._tokenizer(answer, return_offsets_mapping=True, add_special_tokens=False)
        kinds = digit_kinds(answer)
        per_token = [next(filter(None, kinds[first:last]), 0) for first, last in found["offset_mapping"]]
        return [*found["input_ids"], self._tokenizer.convert_tokens_to_ids(END)], [*per_token, 0]

    def _encode(self, prompt: str, pictures: Sequence[Picture]) -> dict[str, torch.Tensor]:
        images = [decode_member(picture.data) for picture in pictures]
        found = self.processor(text=[self._prompt(prompt, pictures)], images=images, return_tensors="pt")
        self._check_budget(found["image_grid_thw"])
        ids = found["input_ids"][0]
        kinds = (ids == self.processor.image_token_id).long()
        return {
            "input_ids": ids,
            "mm_token_type_ids": kinds,
            "pixel_values": found["pixel_values"],
            "image_grid_thw": found["image_grid_thw"],
        }

    def _image_tokens(self, picture: Picture) -> int:
        step = self._patch * self._merge
        height, width = smart_resize(
            picture.height, picture.width, step, self.budget.min_pixels, self.budget.max_pixels
        )
        return (height // step) * (width // step)

    def _check_budget(self, grids: torch.Tensor) -> None:
        pixels = grids.prod(dim=1) * self._patch**2
        low, high = int(pixels.min()), int(pixels.max())
        if low < self.budget.min_pixels or high > self.budget.max_pixels:
            raise RuntimeError(
                f"the processor made pictures of {low} to {high} pixels; data.min_pixels and data.max_pixels allow "
                f"{self.budget.min_pixels} to {self.budget.max_pixels}"
            )

    def _padded(self, rows: Sequence[dict[str, torch.Tensor]], left: bool) -> dict[str, torch.Tensor]:
        blanks = {"input_ids": self._tokenizer.pad_token_id, "labels": IGNORED, "attention_mask": 0}
        width = max(len(row["input_ids"]) for row in rows)
        result: dict[str, torch.Tensor] = {}
        for name in rows[0]:
            if name in ("pixel_values", "image_grid_thw"):
                result[name] = torch.cat([row[name] for row in rows])
            else:
                result[name] = torch.stack([_pad(row[name], width, blanks.get(name, 0), left) for row in rows])
        masks = [torch.ones(len(row["input_ids"]), dtype=torch.long) for row in rows]
        return result | {"attention_mask": torch.stack([_pad(mask, width, 0, left) for mask in masks])}


def _pad(row: torch.Tensor, width: int, blank: int, left: bool) -> torch.Tensor:
    missing = width - len(row)
    return torch.nn.functional.pad(row, (missing, 0) if left else (0, missing), value=blank)


def add_markers(processor: Qwen3VLProcessor, model: Any) -> list[int]:
    """Add the markers to the vocabulary, enlarge the model's embeddings if they have no spare rows.

    Returns:
        the new tokens' ids.
    """
    tokenizer = processor.tokenizer
    tokenizer.add_tokens(list(MARKERS))
    if len(tokenizer) > model.get_input_embeddings().num_embeddings:
        model.resize_token_embeddings(len(tokenizer))
    ids: list[int] = tokenizer.convert_tokens_to_ids(list(MARKERS))
    return ids
