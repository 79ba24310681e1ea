"""Sixteen painted samples in eight pairs: one instruction, two answers, so that the pictures alone decide.

Half of the pairs are of two photos; half are source twins: the same edited picture, after two sources.
"""

from pathlib import Path

from tiny_dataset import HEIGHT, WIDTH, sample, write_dataset

from schemas.example import Example, Images
from schemas.geometry import BoxXYXY
from schemas.keys import rng_for

PAIRS = 8
COLOURS = {"blue": (40, 80, 190), "green": (60, 150, 70), "black": (25, 25, 30), "pink": (230, 120, 170)}
SIDES = (34, 64)
"""Shortest and longest side of a changed area, pixels."""
Members = dict[str, bytes]


def write_pairs(out: Path) -> list[tuple[Example, Example]]:
    """Write the samples as a data set, training and validation split alike; return the pairs."""
    pairs = [_twins(number) if number % 2 else _photos(number) for number in range(PAIRS)]
    members = [one for pair in pairs for one in pair]
    write_dataset(out, {"train": members, "validation": members})
    return [(first[0], second[0]) for first, second in pairs]


def _photos(number: int) -> tuple[tuple[Example, Members], tuple[Example, Members]]:
    first = _sample(10 * number, 0, number, _box(number, 0))
    return first, _sample(10 * number + 1, 0, number, _box(number, 1))


def _twins(number: int) -> tuple[tuple[Example, Members], tuple[Example, Members]]:
    first, second = (_swapped(*_sample(10 * number, turn, number, _box(number, turn))) for turn in range(2))
    return first, second


def _swapped(example: Example, members: Members) -> tuple[Example, Members]:
    """Let what was painted be the source: the edited picture is then the untouched one, the same for both twins."""
    images = Images(source=example.images.edited, edited=example.images.source)
    turned = {"source.jpg": members["edited.jpg"], "edited.jpg": members["source.jpg"], "mask.png": members["mask.png"]}
    return example.model_copy(update={"images": images}), turned


def _sample(photo: int, index: int, number: int, box: BoxXYXY) -> tuple[Example, Members]:
    name, colour = list(COLOURS.items())[number % len(COLOURS)]
    draw = rng_for("painted score", number, photo, index)
    scores = (int(draw.integers(0, 26)), int(draw.integers(0, 26)))
    example, members = sample(photo, index, "faithful", [(f"{name} patch", box, colour)], index + 1, scores)
    instruction = f"Put a {name} patch on picture number {number}."
    return example.model_copy(update={"instruction": instruction}), members


def _box(number: int, turn: int) -> BoxXYXY:
    """Return a box in the left half for the first of a pair, in the right half for the second."""
    draw = rng_for("painted box", number, turn)
    width, height = (int(side) for side in draw.integers(*SIDES, size=2))
    x = int(draw.integers(0, WIDTH // 2 - width + 1)) + turn * WIDTH // 2
    y = int(draw.integers(0, HEIGHT - height + 1))
    return x, y, x + width, y + height
