"""Whether an exported folder, loaded anew, answers as the trained model does: their logits beside each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from PIL import Image
from torch import nn

from pipeline.train.conversations import Conversation, Picture, conversations_of
from pipeline.train.encode import KINDS, Encoder
from pipeline.train.loss import answer_logits
from pipeline.train.prompts import perceptual_quality_prompt, semantic_consistency_prompt
from pipeline.train.shards import list_shards, stream_samples
from schemas.errors import UserError
from transforms.shards.codec import encode_image

CONVERSATIONS = 4


@dataclass(frozen=True)
class Agreement:
    """How two models agree on the tokens of some answers; logits count less their mean, which says nothing.

    Attributes:
        cosine: between the logits of a token, the mean over all tokens.
        lowest: the same, of the worst token.
        largest: largest difference of two logits.
        top1: share of tokens of which both find the same one likeliest.
        tokens: how many.
    """

    cosine: float
    lowest: float
    largest: float
    top1: float
    tokens: int

    def __str__(self) -> str:
        return (
            f"cosine of the logits {self.cosine:.5f} (lowest of {self.tokens} tokens {self.lowest:.5f}), largest "
            f"difference {self.largest:.3f}, same likeliest token {self.top1:.1%}"
        )


def real_conversations(shards: str, version: str, encoder: Encoder) -> list[Conversation]:
    """Return the first conversations of a data set's validation split that are not too long.

    Args:
        shards: its folder or address.
        version: of the prompts.
        encoder: says how long they are.

    Raises:
        UserError: there is no such conversation.
    """
    found = list(islice(_fitting(shards, version, encoder), CONVERSATIONS))
    if not found:
        raise UserError(f"--shards {shards}: all conversations of its validation split are over data.max_tokens")
    return found


def painted_conversations(version: str) -> list[Conversation]:
    """Return a conversation of either kind on seeded pictures, always the same."""
    blobs = np.random.default_rng(0).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    source = np.asarray(Image.fromarray(blobs).resize((256, 192), Image.Resampling.BICUBIC)).copy()
    edited = source.copy()
    edited[48:112, 64:160] = (200, 30, 30)
    pictures = []
    for pixels in (source, edited):
        encoded = encode_image(pixels)
        pictures.append(Picture(encoded.data, encoded.info.width, encoded.info.height))
    asked = semantic_consistency_prompt("Add a red board on the left.", version)
    answer = (
        '{"edit_region": [{"id": 1, "label": "red board", "bbox_2d": [250, 250, 625, 584]}], "reasoning": '
        '"<|bbox_1|> A red board was added. <|global|> All else is as it was.", "score": [25, 24]}'
    )
    judged = '{"reasoning": "The board lies flat on the picture.", "score": [6, 20]}'
    return [
        Conversation("painted", "sc", asked, tuple(pictures), answer),
        Conversation("painted", "pq", perceptual_quality_prompt(version), (pictures[1],), judged),
    ]


def logits_of(model: nn.Module, encoder: Encoder, conversations: Sequence[Conversation]) -> list[torch.Tensor]:
    """Return the logits from which a model predicts each token of the answers.

    Args:
        model: in float32.
        encoder: of its processor.
        conversations: one forward pass each.

    Returns:
        float32 [tokens, vocabulary] per conversation.
    """
    found = []
    with torch.no_grad():
        for conversation in conversations:
            batch = encoder.batch([encoder.row(conversation)])
            del batch[KINDS]
            found.append(answer_logits(model, batch)[0][0])
    return found


def compare(found: Sequence[torch.Tensor], expected: Sequence[torch.Tensor]) -> Agreement:
    """Compare the logits of two models on the same conversations.

    Args:
        found, expected: float32 [tokens, vocabulary] per conversation.
    """
    cosines, largest, same = list[torch.Tensor](), 0.0, 0
    for one, other in zip(found, expected, strict=True):
        one, other = (logits - logits.mean(dim=1, keepdim=True) for logits in (one, other))
        cosines.append(nn.functional.cosine_similarity(one, other, dim=1))
        largest = max(largest, float((one - other).abs().max()))
        same += int((one.argmax(dim=1) == other.argmax(dim=1)).sum())
    every = torch.cat(cosines)
    return Agreement(float(every.mean()), float(every.min()), largest, same / len(every), len(every))


def _fitting(shards: str, version: str, encoder: Encoder) -> Iterator[Conversation]:
    found = list_shards(shards, "validation")
    for shard in found.shards:
        for sample in stream_samples(shard.url):
            for conversation in conversations_of(sample, found.repeated, version)[0]:
                if encoder.length(conversation) <= encoder.budget.max_tokens:
                    yield conversation
