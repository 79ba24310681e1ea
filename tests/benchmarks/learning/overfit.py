"""Proof that the pictures are learned from: samples by heart, pictures of a pair exchanged, pictures made grey."""

import json
from pathlib import Path

import torch
from rich.console import Console
from transformers import AutoProcessor, Qwen3VLForConditionalGeneration

from benchmarks.learning.painted import write_pairs
from pipeline.bfloat16 import multiplies_in_bfloat16
from pipeline.evaluate.answered import Answered
from pipeline.evaluate.figures import region_figures
from pipeline.train import checkpoints
from pipeline.train.answers import parse_semantic
from pipeline.train.config import load_train_recipe
from pipeline.train.conversations import Picture, picture_of
from pipeline.train.encode import Budget, Encoder
from pipeline.train.generate import Generation, Question, generate
from pipeline.train.prompts import semantic_consistency_prompt
from pipeline.train.run import TrainRequest, train
from pipeline.train.shards import list_shards, stream_samples
from schemas.example import Example
from transforms.shards.codec import decode_member, encode_image

OVERRIDES = (
    "precision=bf16",
    "optimizer={batch_size: 28, learning_rate: 0.0015, warmup: 0.1, epochs: 1000}",
    "evaluation={every: 100000, samples: 16, probes: 1, batch_size: 16, max_new_tokens: 200}",
    "save_every=25",
)
Pictures = tuple[Picture, Picture]


def prove(out: Path, steps: int, console: Console) -> dict[str, dict[str, float]]:
    """Train on the pairs, and return name of the pictures -> figures of the answers about them.

    Args:
        out: folder of data set and run; a run that was begun goes on.
        steps: to train.
        console: where progress goes.
    """
    pairs = write_pairs(out / "pairs")
    recipe = load_train_recipe("tiny", [*OVERRIDES, f"optimizer.max_steps={steps}"])
    train(TrainRequest(recipe, str(out / "pairs"), None, out / "run"), console)
    checkpoint = checkpoints.last_checkpoint(out / "run")
    assert checkpoint is not None
    model = Qwen3VLForConditionalGeneration.from_pretrained(checkpoint)
    data = recipe.data
    budget = Budget(data.min_pixels, data.max_pixels, data.max_tokens)
    encoder = Encoder(AutoProcessor.from_pretrained(checkpoint), budget)
    pictures = _pictures(out / "pairs")
    first, second = [list(side) for side in zip(*pairs, strict=True)]
    asked, partners = [*first, *second], [*second, *first]
    found = {
        "own pictures": _figures(model, encoder, asked, [pictures[e.key] for e in asked], asked),
        "exchanged, by whose pictures": _figures(model, encoder, asked, [pictures[e.key] for e in partners], partners),
        "exchanged, by whose place": _figures(model, encoder, asked, [pictures[e.key] for e in partners], asked),
        "grey pictures": _figures(model, encoder, asked, [_grey(pictures[e.key]) for e in asked], asked),
    }
    (out / "overfit.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return found


def _figures(
    model: torch.nn.Module, encoder: Encoder, asked: list[Example], shown: list[Pictures], truth: list[Example]
) -> dict[str, float]:
    """Return the figures of answers to the examples' instructions about the pictures shown, against other examples."""
    questions: list[Question] = [
        (semantic_consistency_prompt(example.instruction), pictures)
        for example, pictures in zip(asked, shown, strict=True)
    ]
    texts = generate(model, encoder, questions, Generation(16, 200, multiplies_in_bfloat16(torch.device("cpu"))))
    answers = [parse_semantic(text) for text in texts]
    figures = region_figures([Answered(e, answer, None) for e, answer in zip(truth, answers, strict=True)])
    parsed = sum(answer is not None for answer in answers) / len(answers)
    return {"parse_sc": parsed} | {name: value for name, value in figures.items() if value == value}


def _pictures(out: Path) -> dict[str, Pictures]:
    found = {}
    for sample in stream_samples(list_shards(str(out), "train").shards[0].url):
        example = Example.model_validate_json(sample["json"])
        found[example.key] = (picture_of(sample, example, "source"), picture_of(sample, example, "edited"))
    return found


def _grey(pictures: Pictures) -> Pictures:
    def grey(picture: Picture) -> Picture:
        rgb = decode_member(picture.data)
        rgb[:] = 128
        return Picture(encode_image(rgb).data, picture.width, picture.height)

    return grey(pictures[0]), grey(pictures[1])
