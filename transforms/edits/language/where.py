"""English for boxes: where in the frame they lie, and how much of it they reach over."""

from collections.abc import Sequence

import numpy as np

from schemas.geometry import SCALE
from transforms.edits.language.grammar import expand

_PLACE_WORDS = frozenset(
    {"left", "right", "top", "bottom", "middle", "on", "at", "in", "next", "near", "under", "behind"}
)
_STEPS = (0.18, 0.4, 0.6, 0.82)
"""Where one column or row ends and the next begins, for the centre of a box, as a share of the frame."""
_LONG = 0.8
"""Share of the frame's side from which a box runs all along it."""
_FRAME = "(of the (picture|frame|image|photo)|)"
_EVERYWHERE = (
    "across (most|nearly all|the greater part) of the (picture|frame|image|photo)",
    "(all over|throughout|over) (most of |nearly all of |)the (picture|frame|image|photo)",
)
_ALONG = (
    f"(along|all along) the (very |)(top|upper edge) {_FRAME}",
    f"(across|all across) the (upper part|top) {_FRAME}",
    f"(across|right across) the (middle|centre) {_FRAME}",
    f"(across|all across) the (lower part|bottom) {_FRAME}",
    f"(along|all along) the (very |)(bottom|lower edge) {_FRAME}",
)
_DOWN = (
    f"(down|all down) the (left side|left edge|left) {_FRAME}",
    f"(down|all down) the (left side|left half) {_FRAME}",
    f"(down|right down) the (middle|centre) {_FRAME}",
    f"(down|all down) the (right side|right half) {_FRAME}",
    f"(down|all down) the (right side|right edge|right) {_FRAME}",
)
_HERE = {
    (0, 0): (f"in the (upper|top) left( corner|) {_FRAME}", "(close to|near|by) the (upper|top) left corner"),
    (0, 4): (f"in the (upper|top) right( corner|) {_FRAME}", "(close to|near|by) the (upper|top) right corner"),
    (4, 0): (f"in the (lower|bottom) left( corner|) {_FRAME}", "(close to|near|by) the (lower|bottom) left corner"),
    (4, 4): (f"in the (lower|bottom) right( corner|) {_FRAME}", "(close to|near|by) the (lower|bottom) right corner"),
    (2, 2): (f"(in|near|around) the (middle|centre) {_FRAME}", f"(close to|right in) the (middle|centre) {_FRAME}"),
}


def place(bbox_2d: Sequence[int], rng: np.random.Generator) -> str:
    """Return where a box lies in the frame, from its centre and its sides: a phrase that follows what is there.

    Args:
        bbox_2d: x1, y1, x2, y2, each 0..1000 of the frame.
        rng: chooses the phrasing.
    """
    return expand(place_template(bbox_2d), rng)


def place_template(bbox_2d: Sequence[int]) -> str:
    """Return all that `place` may say of a box, as one group of the grammar."""
    x1, y1, x2, y2 = (value / SCALE for value in bbox_2d)
    column, row = (sum((low + high) / 2 >= step for step in _STEPS) for low, high in ((x1, x2), (y1, y2)))
    wide, high = x2 - x1 > _LONG, y2 - y1 > _LONG
    if wide or high:
        options: tuple[str, ...] = _EVERYWHERE if wide and high else (_ALONG[row],) if wide else (_DOWN[column],)
    else:
        options = _HERE.get((row, column)) or _between(row, column)
    return f"({'|'.join(options)})"


def _between(row: int, column: int) -> tuple[str, ...]:
    """Return phrases for a place that is neither a corner nor the middle."""
    side = "left" if column < 2 else "right"
    level, far = ("upper" if row < 2 else "lower"), ("top" if row < 2 else "bottom")
    above = "(above|higher than)" if row < 2 else "(below|lower than)"
    if column == 2:
        if row in (0, 4):
            return (f"at the (very |){far}( in the middle|) {_FRAME}", f"(close to|near|by) the {far} edge {_FRAME}")
        little = "(a little |just |somewhat |)"
        return (f"{little}{above} the (middle|centre) {_FRAME}", f"in the {level} half {_FRAME}")
    if row == 2:
        height = "(halfway up|at half height|)"
        if column in (0, 4):
            return (f"at the (far |very |){side} {height}", f"(close to|near|by) the {side} edge {height}")
        near = f"(a little |just |somewhat |)(to the {side}|{side}) of the (middle|centre)"
        return (f"{near} {_FRAME}", f"on the {side} {_FRAME} {height}", f"in the {side} half {height}")
    corner = f"in the ({level}|{far}) {side} (part |quarter |){_FRAME}"
    towards = f"in the {side} half, (towards|nearer) the {far}"
    return (corner, towards, f"to the {side} of the (middle|centre) and {above} it")


def place_of(noun: str, bbox_2d: Sequence[int], rng: np.random.Generator) -> str:
    """Return `place` for use right after a noun, "" after a noun that names its place itself."""
    return "" if _PLACE_WORDS & set(noun.lower().split()) else place(bbox_2d, rng)


_PARTS = (
    (0.035, "(hardly any|a mere sliver)"),
    (0.075, "a twentieth"),
    (0.112, "a tenth"),
    (0.134, "an eighth"),
    (0.155, "a seventh"),
    (0.183, "a sixth"),
    (0.225, "a fifth"),
    (0.275, "a quarter"),
    (0.317, "three tenths"),
    (0.367, "a third"),
    (0.45, "two fifths"),
    (0.55, "half"),
    (0.633, "three fifths"),
    (0.708, "two thirds"),
    (0.775, "three quarters"),
    (0.85, "four fifths"),
    (0.95, "nine tenths"),
    (2.0, "(all|the whole)"),
)
"""Shares in words, each up to where the next is nearer."""
_SPANS = (
    "(about |roughly |around |approximately |){wide} of the width (and|by) {tall} of the height",
    "(about |roughly |around |approximately |){tall} of the height (and|by) {wide} of the width",
    "{wide} of the (picture's|frame's|image's|photo's) width (and|by) {tall} of its height",
    "{tall} of the (picture's|frame's|image's|photo's) height (and|by) {wide} of its width",
)


def span(bbox_2d: Sequence[int], rng: np.random.Generator) -> str:
    """Return how far a box reaches, as shares of the frame's sides: "a fifth of the width and ...", or in per cent."""
    x1, y1, x2, y2 = (value / SCALE for value in bbox_2d)
    in_words = rng.random() < 0.4
    wide, tall = (
        next(word for limit, word in _PARTS if side < limit) if in_words else f"{side:.0%}"
        for side in (x2 - x1, y2 - y1)
    )
    template = _SPANS[int(rng.integers(len(_SPANS)))]
    return expand(template.replace("{wide}", wide).replace("{tall}", tall), rng)


def _part(share: float) -> str:
    return next(words for limit, words in _PARTS if share < limit)
