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
    (
        0.12,
        (
            "{flaws} can only be (made out|seen|noticed) on a (close|careful) look",
            "only a (close|careful|second) look (shows|reveals) {flaws}",
            "(at first sight|at a glance) one (misses|overlooks) {flaws}",
        ),
    ),
    (
        0.3,
        (
            "one (notices|sees|can make out) {flaws}",
            "{flaws} can be (seen|noticed), though without (getting in the way|disturbing|spoiling it)",
            "(there is|the picture shows|looking at it, one finds) {flaws}",
        ),
    ),
    (
        0.6,
        (
            "{flaws} {strikes} the eye (at once|right away)",
            "the eye is (drawn|led) to {flaws}",
            "(plainly|clearly) (visible|seen): {flaws}",
        ),
    ),
    (
        1.1,
        (
            "{flaws} {ruins} the (impression|picture)",
            "{flaws} cannot be overlooked and {ruins} the (impression|picture)",
            "what (ruins|spoils) the picture most is {flaws}",
        ),
    ),
)
_CLEAN = (
    "The picture (looks like|passes for) an (ordinary|everyday|untouched) photo, and no flaw (stands "
    "out|can be found|is to be seen).",
    "(Nothing|No part) in the picture looks out of place, and no flaw (can be seen|shows|stands out).",
    "There is nothing to (find fault with|complain about): the picture looks (natural and clean|clean and believable).",
)
_NATURAL = (
    "(Otherwise|Apart from this|For the rest) the picture looks (natural|believable|like a photo).",
    "(Beyond|Besides) that, the scene is (believable|natural|plausible).",
)
_NO_ARTIFACTS = (
    "No other (damage|fault|defect) can be (seen|found).",
    "There are no (seams, smears|smears, seams) or other artefacts.",
    "(Seams, smears and the like|Other traces of editing) are (absent|not to be seen).",
)
_GRADES = ((MAX_SCORE, "perfect"), (20, "good"), (13, "fair"), (6, "poor"), (0, "very poor"))
_NUMBERS = (
    "(That|This) (makes|means|comes to) {naturalness} of 25 for (naturalness|looking natural) and "
    "{artifacts} of 25 for (freedom from artefacts|being clean).",
    "The picture (gets|earns|receives) {naturalness} out of 25 for naturalness and {artifacts} out of 25 "
    "(on artefacts|for its cleanness).",
    "(So|Thus|Hence) naturalness (gets|is worth|comes to) {naturalness} of 25, (freedom from "
    "artefacts|cleanness) {artifacts}.",
)
_GRADED = ("(So|Thus|Hence) its naturalness is {naturalness_grade} and its freedom from artefacts {artifacts_grade}.",)
_EQUAL = (
    "Naturalness and freedom from artefacts are both {artifacts_grade}.",
    "(That|This) makes {artifacts} of 25 for naturalness and the same for freedom from artefacts.",
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
