"""What each type of edit asks for, and how its outcomes read in English."""

from collections.abc import Sequence

import numpy as np
from PIL import ImageColor

from schemas.example import Edit
from schemas.vocabulary import WHOLE_FRAME_TYPES
from transforms.edits.language.where import place, place_of
from transforms.judgements.clauses import CLAUSES, GENERIC, Clauses
from transforms.judgements.wording import a, bare, is_plural, pick, pronoun, the

_NEEDS_VALUE = frozenset(CLAUSES) - {"subject-add", "subject-remove", "motion_change"}


def clauses_for(edit: Edit) -> Clauses:
    """Return the phrasings for an edit, general ones where its type or value says too little."""
    meaning = _meaning(edit)
    if meaning in _NEEDS_VALUE and edit.value == "-":
        return GENERIC
    return CLAUSES.get(meaning, GENERIC)


def _meaning(edit: Edit) -> str:
    """Return what an edit means where its type has several meanings.

    A motion with a value is one in place: another size, pose or direction. Edits of people go by one name whatever is
    done: tell it from where the target is before and after.
    """
    if edit.edit_type == "motion_change" and edit.value != "-":
        if edit.value.endswith(("bigger", "smaller")):
            return "resize"
        return "pose" if edit.value.startswith(("tilt", "lean", "bend")) else "turn"
    if edit.edit_type != "ps_human":
        return edit.edit_type
    if edit.source_bbox_2d and not edit.edited_bbox_2d:
        return "subject-remove"
    if edit.edited_bbox_2d and not edit.source_bbox_2d:
        return "subject-add"
    return "color_alter" if edit.value.lower().split()[-1] in ImageColor.colormap else "ps_human"


def fill(
    options: tuple[str, ...], edit: Edit, rng: np.random.Generator, box_2d: Sequence[int] = (), again: bool = False
) -> str:
    """Return one of `options` in the edit's own words, without a capital letter.

    Args:
        options: of `Clauses`.
        edit: gives target and value.
        rng: chooses.
        box_2d: of the region spoken of, for clauses that name a place.
        again: the target was just named, a pronoun takes its place.
    """
    words = _words(edit)
    if box_2d:
        words |= {"place": place(box_2d, rng), "at": place_of(edit.target, box_2d, rng)}
    if again:
        words["the"] = pronoun(words["bare"])
    return " ".join(pick(rng, options).format(**words).split())


def _words(edit: Edit) -> dict[str, str]:
    target, value = (text if text != "-" else "picture" for text in (edit.target, edit.value))
    if edit.edit_type in WHOLE_FRAME_TYPES:
        value = value.split(",")[0]  # "golden, as in late afternoon light" would break the sentence around it
    verbs = ("is", "has", "was", "does", "goes", "keeps", "looks", "appears", "its", "it")
    plural = ("are", "have", "were", "do", "go", "keep", "look", "appear", "their", "them")
    words = dict(zip(verbs, plural if is_plural(target) else verbs, strict=True))
    return {
        **words,
        "them": words["it"],
        "it_is": "they are" if is_plural(target) else "it is",
        "bare": bare(target),
        "the": the(target),
        "a": a(target),
        "value": value.strip("“”\"'"),
        "the_value": the(value),
        "a_value": a(value),
        "value_has": "have" if is_plural(value) else "has",
    }
