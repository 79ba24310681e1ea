"""The answers that the model learns and gives: one JSON object per branch, as text and back."""

import json
import re
from typing import Annotated

from pydantic import Field, ValidationError, model_validator

from schemas.aggregation import MAX_SCORE
from schemas.example import MAX_REGIONS, Example, Model, Text
from schemas.geometry import BBox2D

GivenScore = Annotated[int, Field(ge=0, le=MAX_SCORE, strict=True)]
Scores = Annotated[list[GivenScore], Field(min_length=2, max_length=2)]
BOX_DIGITS, SCORE_DIGITS = 1, 2
"""Kinds of characters that are counted apart; 0 is all else."""

_BOX = re.compile(r'"bbox_2d": \[([^\]]*)\]')
_SCORE = re.compile(r'"score": \[([^\]]*)\]\}$')


class Region(Model):
    """A region as the model names it."""

    id: Annotated[int, Field(ge=1, strict=True)]
    label: Text
    bbox_2d: Annotated[BBox2D, Field(min_length=4)]


class SemanticAnswer(Model):
    """What the model says about source, edited image and instruction.

    Attributes:
        edit_region: ids 1, 2, ... in order; [] if nothing changed.
        reasoning: with a marker before the sentences on each region.
        score: [instruction_following, over_editing], 0..25.
    """

    edit_region: Annotated[list[Region], Field(max_length=MAX_REGIONS)]
    reasoning: Text
    score: Scores

    @model_validator(mode="after")
    def _ids_are_consecutive(self) -> "SemanticAnswer":
        if [region.id for region in self.edit_region] != list(range(1, len(self.edit_region) + 1)):
            raise ValueError("edit_region: ids must be 1, 2, ... in order")
        return self


class PerceptualAnswer(Model):
    """What the model says about the edited image alone. Attributes: score: [naturalness, artifacts], 0..25."""

    reasoning: Text
    score: Scores


def semantic_answer(example: Example) -> str | None:
    """Return the answer that is right for an example, None where nobody judged it."""
    judged = example.judgement.semantic_consistency
    if min(judged.score) < 0:
        return None
    regions = [{"id": r.id, "label": r.label, "bbox_2d": r.bbox_2d} for r in example.edit_region]
    return _text({"edit_region": regions, "reasoning": judged.reasoning, "score": judged.score})


def perceptual_answer(example: Example) -> str | None:
    """Return the answer that is right for an example's edited image, None where nobody judged it."""
    judged = example.judgement.perceptual_quality
    return None if min(judged.score) < 0 else _text({"reasoning": judged.reasoning, "score": judged.score})


def parse_semantic(text: str) -> SemanticAnswer | None:
    """Return what an answer says, None unless it is one valid JSON object of that form and nothing else."""
    try:
        return SemanticAnswer.model_validate_json(text)
    except ValidationError:
        return None


def parse_perceptual(text: str) -> PerceptualAnswer | None:
    """Return what an answer says, None unless it is one valid JSON object of that form and nothing else."""
    try:
        return PerceptualAnswer.model_validate_json(text)
    except ValidationError:
        return None


def digit_kinds(answer: str) -> list[int]:
    """Return the kind of each character of a right answer: `BOX_DIGITS`, `SCORE_DIGITS` or 0.

    >>> digit_kinds('{"reasoning": "5", "score": [7, 25]}')[-8:]
    [0, 2, 0, 0, 2, 2, 0, 0]
    """
    kinds = [0] * len(answer)
    for pattern, kind in ((_BOX, BOX_DIGITS), (_SCORE, SCORE_DIGITS)):
        for found in pattern.finditer(answer):
            for place in range(*found.span(1)):
                if answer[place].isdigit():
                    kinds[place] = kind
    return kinds


def _text(answer: dict[str, object]) -> str:
    return json.dumps(answer, ensure_ascii=False)
