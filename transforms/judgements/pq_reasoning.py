"""The oracle's perceptual quality: scores and text from the visible flaws of the edited image, and nothing else."""

from collections.abc import Sequence
from math import prod

import numpy as np

from schemas.aggregation import MAX_SCORE
from schemas.example import ScoredReasoning
from schemas.keys import rng_for
from transforms.edits.language.grammar import expand
from transforms.edits.triplet import Flaw
from transforms.judgements import pq_phrases as say
from transforms.judgements.amounts import points
from transforms.judgements.wording import is_plural, listing, pick, sentence

_VISIBLE = 0.04
"""Severity from which a flaw is spoken of: below it, it costs less than a point."""
_VERBS = {
    "is_are": ("is", "are"),
    "takes": ("takes", "take"),
    "weighs": ("weighs", "weigh"),
    "strikes": ("strikes", "strike"),
    "ruins": ("ruins", "ruin"),
}


def perceptual_quality(flaws: Sequence[Flaw], edited_sha256: str) -> ScoredReasoning:
    """Return the perceptual quality of an edited image.

    `score on an axis = 25 * product over its flaws of (1 - severity)`: flaws add up, none hides another, and one of
    severity 1 leaves nothing.

    Args:
        flaws: all visible flaws of the picture, editor noise included.
        edited_sha256: of the bytes that ship; chooses among phrasings, so equal bytes read equally.
    """
    ordered = sorted(flaws, key=lambda flaw: (-flaw.severity, flaw.axis, flaw.label))
    scores = [axis_score(ordered, axis) for axis in ("naturalness", "artifacts")]
    rng = rng_for(edited_sha256, "pq")
    visible = [flaw for flaw in ordered if flaw.severity >= _VISIBLE]
    text = [*_on_flaws(visible, rng), *_on_clean_axes(visible, rng), _verdict(scores, rng)]
    return ScoredReasoning(reasoning=" ".join(text), score=scores)


def axis_score(flaws: Sequence[Flaw], axis: str) -> int:
    """Return the score of one axis, 0..25; see `perceptual_quality`."""
    return round(MAX_SCORE * (1 - axis_severity(flaws, axis)))


def axis_severity(flaws: Sequence[Flaw], axis: str) -> float:
    """Return what the flaws of one axis take away together, 0..1."""
    return 1 - prod(1 - min(flaw.severity, 1.0) for flaw in flaws if flaw.axis == axis)


def _on_flaws(visible: Sequence[Flaw], rng: np.random.Generator) -> list[str]:
    """Return a sentence per level of severity, the worst first."""
    sentences, floor = [], 0.0
    for ceiling, phrasings in say.WEIGHTS:
        seen = {flaw.label: flaw for flaw in visible if floor <= flaw.severity < ceiling}
        if labels := [expand(label, rng) for label in seen]:
            many = len(labels) > 1 or is_plural(labels[0])
            verbs = {name: plural if many else singular for name, (singular, plural) in _VERBS.items()}
            said = sentence(pick(rng, phrasings).format(flaws=listing(labels), **verbs))
            sentences.append(f"{said} {_cost(*seen.values(), rng=rng)}".strip())
        floor = ceiling
    return sentences[::-1]


def _cost(first: Flaw, *others: Flaw, rng: np.random.Generator) -> str:
    """Say, now and then, what a flaw that stands alone costs on its axis."""
    cost = round(MAX_SCORE * min(first.severity, 1.0))
    if others or cost == 0 or rng.random() < 0.5:
        return ""
    return sentence(pick(rng, say.COSTS).format(points=points(cost)))


def _on_clean_axes(visible: Sequence[Flaw], rng: np.random.Generator) -> list[str]:
    axes = {flaw.axis for flaw in visible}
    if not axes:
        return [pick(rng, say.CLEAN)]
    if axes == {"artifacts"}:
        return [pick(rng, say.NATURAL)]
    return [pick(rng, say.NO_ARTIFACTS)] if axes == {"naturalness"} else []


def _verdict(scores: list[int], rng: np.random.Generator) -> str:
    naturalness, artifacts = scores
    grades = [next(word for limit, word in say.GRADES if value >= limit) for value in scores]
    options = (
        say.EQUAL if naturalness == artifacts else say.NUMBERS if grades[0] == grades[1] else say.NUMBERS + say.GRADED
    )
    said = pick(rng, options)
    spoken = [expand(words, rng) for words in grades]
    return sentence(
        said.format(
            naturalness=naturalness, artifacts=artifacts, naturalness_grade=spoken[0], artifacts_grade=spoken[1]
        )
    )
