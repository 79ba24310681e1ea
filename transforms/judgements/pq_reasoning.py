"""The oracle's perceptual quality: scores and text from the visible flaws of the edited image, and nothing else."""

from collections.abc import Sequence
from math import prod

import numpy as np

from schemas.aggregation import MAX_SCORE
from schemas.example import ScoredReasoning
from schemas.keys import rng_for
from transforms.edits.triplet import Flaw
from transforms.judgements.wording import is_plural, listing, pick, sentence

_VISIBLE = 0.04
"""Severity from which a flaw is spoken of: below it, it costs less than a point."""
_WEIGHTS = (
    (0.12, ("{flaws} can only be made out on a close look", "only a close look shows {flaws}")),
    (0.3, ("one notices {flaws}", "{flaws} can be seen, though without getting in the way")),
    (0.6, ("{flaws} {strikes} the eye at once", "the eye is drawn to {flaws}")),
    (1.1, ("{flaws} {ruins} the impression", "{flaws} cannot be overlooked and {ruins} the impression")),
)
_CLEAN = (
    "The picture looks like an ordinary photo, and no flaw stands out.",
    "Nothing in the picture looks out of place, and no flaw can be seen.",
    "There is nothing to find fault with: the picture looks natural and clean.",
)
_NATURAL = ("Otherwise the picture looks natural.", "Beyond that, the scene is believable.")
_NO_ARTIFACTS = ("No other damage can be seen.", "There are no seams, smears or other artefacts.")
_GRADES = ((MAX_SCORE, "perfect"), (20, "good"), (13, "fair"), (6, "poor"), (0, "very poor"))
_NUMBERS = (
    "That makes {naturalness} of 25 for naturalness and {artifacts} of 25 for freedom from artefacts.",
    "The picture gets {naturalness} out of 25 for naturalness and {artifacts} out of 25 on artefacts.",
)
_GRADED = ("So its naturalness is {naturalness_grade} and its freedom from artefacts {artifacts_grade}.",)
_EQUAL = (
    "Naturalness and freedom from artefacts are both {artifacts_grade}.",
    "That makes {artifacts} of 25 for naturalness and the same for freedom from artefacts.",
)


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
    for ceiling, phrasings in _WEIGHTS:
        labels = list(dict.fromkeys(f.label for f in visible if floor <= f.severity < ceiling))
        if labels:
            many = len(labels) > 1 or is_plural(labels[0])
            verbs = {"strikes": "strike", "ruins": "ruin"} if many else {"strikes": "strikes", "ruins": "ruins"}
            sentences.append(sentence(pick(rng, phrasings).format(flaws=listing(labels), **verbs)))
        floor = ceiling
    return sentences[::-1]


def _on_clean_axes(visible: Sequence[Flaw], rng: np.random.Generator) -> list[str]:
    axes = {flaw.axis for flaw in visible}
    if not axes:
        return [pick(rng, _CLEAN)]
    if axes == {"artifacts"}:
        return [pick(rng, _NATURAL)]
    return [pick(rng, _NO_ARTIFACTS)] if axes == {"naturalness"} else []


def _verdict(scores: list[int], rng: np.random.Generator) -> str:
    naturalness, artifacts = scores
    grades = [next(word for limit, word in _GRADES if value >= limit) for value in scores]
    options = _EQUAL if naturalness == artifacts else _NUMBERS if grades[0] == grades[1] else _NUMBERS + _GRADED
    return pick(rng, options).format(
        naturalness=naturalness, artifacts=artifacts, naturalness_grade=grades[0], artifacts_grade=grades[1]
    )
