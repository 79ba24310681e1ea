"""The validation split, read once; its figures while a model trains."""

import io
from collections import Counter
from collections.abc import Iterable
from itertools import islice

import numpy as np
import torch
import torch.distributed as dist
from PIL import Image
from torch import nn

from pipeline.evaluate.answered import Answered
from pipeline.evaluate.blindness import VARIANTS, Probed, blindness_figures
from pipeline.evaluate.figures import all_figures
from pipeline.train.answers import BOX_DIGITS, SCORE_DIGITS, parse_perceptual, parse_semantic
from pipeline.train.config import TrainRecipe
from pipeline.train.conversations import UNJUDGED, Conversation, Picture, conversations_of, picture_of
from pipeline.train.encode import KINDS, Encoder
from pipeline.train.generate import Generation, Question, generate
from pipeline.train.loss import IGNORED, answer_token_losses
from pipeline.train.precision import multiplies_in_bf16
from pipeline.train.prompts import perceptual_quality_prompt, semantic_consistency_prompt
from pipeline.train.shards import list_shards, stream_samples
from pipeline.train.special_tokens import reason_for
from schemas.example import Example
from schemas.keys import digest
from transforms.shards.codec import decode_member, encode_image


class Validation:
    """Samples of the validation split and what is asked about them.

    Args:
        shards: folder or address of the data set.
        recipe: says how many samples.
        encoder: makes tensors.
        device: on which models will stand.
        ranks, rank: the work is shared out over ranks.
    """

    def __init__(
        self, shards: str, recipe: TrainRecipe, encoder: Encoder, device: torch.device, ranks: int, rank: int
    ) -> None:
        self._config, self._encoder = recipe.evaluation, encoder
        self._ranks, self._rank = ranks, rank
        self._autocast, self._version = multiplies_in_bf16(recipe.precision, device), recipe.data.prompts
        self._generation = Generation(
            recipe.evaluation.batch_size,
            recipe.evaluation.max_new_tokens,
            self._autocast,
            ranks,
            rank,
            together=recipe.fsdp and ranks > 1,
        )
        self.left_out = Counter[str]()
        """Reason -> samples that are not asked about, and conversations whose loss is not measured."""
        self._examples, self._pictures, self._conversations = _read(shards, recipe, encoder, self.left_out)

    def figures(self, model: nn.Module) -> dict[str, float]:
        """Return the figures of a model; every rank must call it, and has all of them."""
        losses = self._losses(model)
        answered, probed = self.answers(model)
        return losses | all_figures(answered) | blindness_figures(probed)

    def answers(self, model: nn.Module) -> tuple[list[Answered], list[Probed]]:
        """Return what a model says about the samples, and about some of them beside other sources."""
        asked = [self._question(e, *self._pictures[e.key]) for e in self._examples]
        edited = {e.images.edited.sha256: self._pictures[e.key][1] for e in self._examples}
        judged = [(perceptual_quality_prompt(self._version), (picture,)) for picture in edited.values()]
        chosen = self._examples[: self._config.probes]
        probes = [
            self._question(e, self._other(e, variant), self._pictures[e.key][1]) for e in chosen for variant in VARIANTS
        ]
        texts = iter(generate(model, self._encoder, [*asked, *judged, *probes], self._generation))
        semantic = [parse_semantic(text) for text in islice(texts, len(asked))]
        perceptual = {name: parse_perceptual(next(texts)) for name in edited}
        answered = [
            Answered(example, said, perceptual[example.images.edited.sha256])
            for example, said in zip(self._examples, semantic, strict=True)
        ]
        probed = [
            Probed(before, {variant: parse_semantic(next(texts)) for variant in VARIANTS})
            for before in semantic[: len(chosen)]
        ]
        return answered, probed

    def _question(self, example: Example, source: Picture, edited: Picture) -> Question:
        return semantic_consistency_prompt(example.instruction, self._version), (source, edited)

    def _other(self, example: Example, variant: str) -> Picture:
        """Return the picture that a probe puts in the place of an example's source."""
        source, edited = self._pictures[example.key]
        if variant == "identical":
            return edited
        if variant == "control":
            return _encoded_again(source)
        others = [e for e in self._examples if not set(e.provenance.source_ids) & set(example.provenance.source_ids)]
        return self._pictures[min(others, key=lambda e: digest(example.key, e.key)).key][0] if others else _grey(source)

    def _losses(self, model: nn.Module) -> dict[str, float]:
        """Return the mean loss over all answer tokens, and over the digits of boxes and scores alone."""
        device = next(model.parameters()).device
        sums = torch.zeros(6, dtype=torch.float64, device=device)
        model.eval()
        for batch in _batches(self._conversations, self._config.batch_size, self._ranks, self._rank):
            tensors = self._encoder.batch([self._encoder.row(conversation) for conversation, _ in batch])
            weights = torch.tensor([float(weight) for _, weight in batch], device=device)
            tensors = {name: value.to(device) for name, value in tensors.items()}
            kinds = tensors.pop(KINDS)
            with torch.no_grad(), torch.autocast(device.type, torch.bfloat16, enabled=self._autocast):
                losses, places = answer_token_losses(model, tensors)
            learned = (tensors["labels"][:, places] != IGNORED) * weights[:, None]
            for number, chosen in enumerate((kinds >= 0, kinds == BOX_DIGITS, kinds == SCORE_DIGITS)):
                share = learned * chosen[:, places]
                sums[number] += (losses * share).sum()
                sums[3 + number] += share.sum()
        model.train()
        if self._ranks > 1:
            dist.all_reduce(sums)
        values = (sums[:3] / sums[3:]).tolist()
        names = ("loss", "loss_box_digits", "loss_score_digits")
        return {name: value for name, value in zip(names, values, strict=True) if value == value}


def _read(
    shards: str, recipe: TrainRecipe, encoder: Encoder, left_out: Counter[str]
) -> tuple[list[Example], dict[str, tuple[Picture, Picture]], list[Conversation]]:
    """Return the first samples in whole groups, key -> source and edited, and the conversations not too long."""
    found = list_shards(shards, "validation")
    examples, pictures, conversations = list[Example](), dict[str, tuple[Picture, Picture]](), list[Conversation]()
    for shard in found.shards:
        for sample in stream_samples(shard.url):
            example = Example.model_validate_json(sample["json"])
            if examples and len(examples) >= recipe.evaluation.samples and example.group_id != examples[-1].group_id:
                return examples, pictures, conversations
            if token := encoder.special.first_in(example.instruction):
                left_out[reason_for(token)] += 1
                continue
            examples.append(example)
            pictures[example.key] = (picture_of(sample, example, "source"), picture_of(sample, example, "edited"))
            kept, reasons = conversations_of(sample, found.repeated, recipe.data.prompts, encoder.special)
            left_out.update(reason for reason in reasons if reason != UNJUDGED)
            for conversation in kept:
                if encoder.length(conversation) <= encoder.budget.max_tokens:
                    conversations.append(conversation)
    return examples, pictures, conversations


def _encoded_again(picture: Picture) -> Picture:
    """Return a picture after one more JPEG of a common quality: other bytes, nothing to see."""
    stream = io.BytesIO()
    Image.fromarray(decode_member(picture.data)).save(stream, "JPEG", quality=90)
    return Picture(stream.getvalue(), picture.width, picture.height)


def _grey(picture: Picture) -> Picture:
    """Return a grey picture of the same size, where the split has a single photo."""
    encoded = encode_image(np.full((picture.height, picture.width, 3), 128, np.uint8))
    return Picture(encoded.data, picture.width, picture.height)


def _batches(
    conversations: Iterable[Conversation], size: int, ranks: int, rank: int
) -> list[list[tuple[Conversation, bool]]]:
    """Return a rank's batches of about one length each, as many for every rank; a repeated conversation weighs nothing.

    Args:
        conversations: of the split, the same on every rank.
        size: of a batch.
        ranks, rank: of all, and this one.
    """
    ordered = sorted(conversations, key=lambda c: (len(c.pictures), len(c.answer), c.key))
    padded = [(conversation, True) for conversation in ordered]
    padded += [(ordered[0], False)] * (-len(ordered) % ranks)
    mine = padded[rank::ranks]
    return [mine[first : first + size] for first in range(0, len(mine), size)]
