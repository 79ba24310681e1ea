"""From a sample of a shard to what is asked and answered about it."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from pipeline.train.answers import perceptual_answer, semantic_answer
from pipeline.train.prompts import perceptual_quality_prompt, semantic_consistency_prompt
from pipeline.train.special_tokens import FOR_TRAINERS, SpecialTokens, reason_for
from schemas.example import Example

UNJUDGED = "unjudged"
Branch = Literal["sc", "pq"]


@dataclass(frozen=True)
class Picture:
    """An encoded image. Attributes: its bytes, width and height in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Conversation:
    """One question and its right answer.

    Attributes:
        key: of the sample.
        branch: sc (source and edited) or pq (edited alone).
        prompt: text after the pictures.
        pictures: in the order in which the model sees them.
        answer: JSON.
    """

    key: str
    branch: Branch
    prompt: str
    pictures: tuple[Picture, ...]
    answer: str


def conversations_of(
    sample: Mapping[str, bytes], repeated: Set[str], version: str, special: SpecialTokens = FOR_TRAINERS
) -> tuple[list[Conversation], list[str]]:
    """Return the conversations of a sample, and the reason for each that it lacks.

    Args:
        sample: members by suffix.
        repeated: keys whose edited image is asked about elsewhere; that is no loss and has no reason.
        version: of the prompts.
        special: tokens that neither an instruction nor an answer may hold.
    """
    example = Example.model_validate_json(sample["json"])
    source, edited = (picture_of(sample, example, name) for name in ("source", "edited"))
    found, reasons = list[Conversation](), list[str]()
    if not (answer := semantic_answer(example)):
        reasons.append(UNJUDGED)
    elif token := special.first_in(example.instruction) or special.first_in(answer, is_answer=True):
        reasons.append(reason_for(token))
    else:
        prompt = semantic_consistency_prompt(example.instruction, version)
        found.append(Conversation(example.key, "sc", prompt, (source, edited), answer))
    if example.key in repeated:
        return found, reasons
    if not (answer := perceptual_answer(example)):
        reasons.append(UNJUDGED)
    elif token := special.first_in(answer, is_answer=True):
        reasons.append(reason_for(token))
    else:
        found.append(Conversation(example.key, "pq", perceptual_quality_prompt(version), (edited,), answer))
    return found, reasons


def picture_of(sample: Mapping[str, bytes], example: Example, name: Literal["source", "edited"]) -> Picture:
    """Return the image member `source` or `edited` of a sample."""
    info = getattr(example.images, name)
    data = next(content for suffix, content in sample.items() if suffix.startswith(f"{name}."))
    return Picture(data, info.width, info.height)


def messages_of(prompt: str, pictures: Sequence[Picture]) -> list[dict[str, object]]:
    """Return what the chat template takes: one turn of the user, pictures first."""
    content: list[dict[str, object]] = [{"type": "image"} for _ in pictures]
    return [{"role": "user", "content": [*content, {"type": "text", "text": prompt}]}]
