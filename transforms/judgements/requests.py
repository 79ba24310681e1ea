"""What each type of edit asks for, and how its outcomes read in English."""

from dataclasses import dataclass

import numpy as np

from schemas.example import Edit
from schemas.vocabulary import EditType
from transforms.judgements.wording import a, is_plural, pick, the


@dataclass(frozen=True)
class Clauses:
    """Phrasings for one type of edit; `{place}` is given in clauses about what one sees.

    Attributes:
        ask: infinitive without "to".
        done: seen where the edit was carried out.
        partly: seen where only a part of it was.
        undone: true of the picture when nothing of it was.
        already: true of the source when the request was met before.
        backwards: seen when source and edited image stand in each other's place.
    """

    ask: tuple[str, ...]
    done: tuple[str, ...]
    partly: tuple[str, ...]
    undone: tuple[str, ...]
    already: tuple[str, ...]
    backwards: tuple[str, ...]


GENERIC = Clauses(
    ask=("change {the}", "edit {the}"),
    done=("{the} {place} {has} changed as asked", "the requested change to {the} can be seen {place}"),
    partly=("{the} {place} {has} changed, but only part of the way",),
    undone=("{the} {has} not been changed as asked", "the change to {the} is missing"),
    already=("{the} {is} as the instruction wants already in the source",),
    backwards=("{the} {place} {has} lost just what the instruction asks for",),
)
_WHOLE_PICTURE = Clauses(
    ask=("make the whole picture {value}", "give the whole picture a look that is {value}"),
    done=("the whole picture is now {value}", "the picture as a whole has become {value}"),
    partly=("the picture has become {value} only in part", "the picture goes only some of the way to {value}"),
    undone=("the picture has not become {value}", "the look of the picture is what it was before"),
    already=("the source is {value} already",),
    backwards=("the source was {value}, and the edited image no longer is",),
)

CLAUSES: dict[EditType, Clauses] = {
    "color_alter": Clauses(
        ask=("turn {the} {value}", "make {the} {value}", "recolour {the} to {value}"),
        done=(
            "{the} {place} {is} now {value}",
            "{the} {place} {has} turned {value}",
            "{the} {place} now {shows} {value}",
        ),
        partly=(
            "{the} {place} {has} turned {value} only in part",
            "{the} {place} {goes} only some of the way to {value}",
        ),
        undone=("{the} {has} not turned {value}", "{the} {keeps} the old colour", "{the} {is} not {value}"),
        already=("{the} {is} {value} already in the source", "{the} {was} {value} before any edit"),
        backwards=("{the} {place} {was} {value} in the source and {has} lost that colour",),
    ),
    "material_alter": Clauses(
        ask=("make {the} look like {value}", "give {the} a surface of {value}"),
        done=("{the} {place} now {looks} like {value}", "{the} {place} {has} taken on the look of {value}"),
        partly=("{the} {place} {looks} like {value} only in part",),
        undone=("{the} {keeps} the old surface", "{the} {does} not look like {value}"),
        already=("{the} {looks} like {value} already in the source",),
        backwards=("{the} {place} looked like {value} in the source and no longer {does}",),
    ),
    "subject-add": Clauses(
        ask=("add {a}", "put {a} into the picture"),
        done=("{a} {has} been added {place}", "{a} now {stands} {place}, where the source shows none"),
        partly=("something of {the} has been added {place}, but not all of it",),
        undone=("no sign of {a} has been added", "{a} {is} nowhere to be seen"),
        already=("the source shows {a} already",),
        backwards=("{the} that the source shows {place} {has} been taken away",),
    ),
    "subject-remove": Clauses(
        ask=("remove {the}", "take {the} out"),
        done=("{the} {place} {is} gone", "{the} that the source shows {place} {has} been removed"),
        partly=("only part of {the} {place} is gone", "{the} {place} {has} been removed only in part"),
        undone=("{the} {is} still there", "{the} {has} not been removed"),
        already=("the source does not show {the} in the first place",),
        backwards=("{a} {has} appeared {place}, where the source shows none",),
    ),
    "subject-replace": Clauses(
        ask=("replace {the} with {a_value}", "swap {the} for {a_value}"),
        done=("{a_value} now {value_stands} {place} instead of {the}", "{the} {place} {has} given way to {a_value}"),
        partly=(
            "{the} {place} {has} been replaced only in part",
            "something of {the} is left beside {the_value} {place}",
        ),
        undone=("{the} {is} still there and {a_value} {value_is} not", "{the} {has} not been replaced"),
        already=("the source shows {a_value} already, and {the} {is} not in it",),
        backwards=("{the_value} of the source {value_has} become {a} {place}",),
    ),
    "motion_change": Clauses(
        ask=("move {the}",),
        done=("{the} {place} {has} moved", "{the} {has} been moved, as one sees {place}"),
        partly=("{the} {place} {has} moved, but not all the way",),
        undone=("{the} {has} not moved", "{the} {is} still in the old place"),
        already=("{the} {is} where the instruction wants {them} already in the source",),
        backwards=("{the} {place} {has} gone the opposite way",),
    ),
    "text_change": Clauses(
        ask=("change the text to “{value}”", "make the text read “{value}”"),
        done=("the text {place} now reads “{value}”",),
        partly=("only part of the text {place} has become “{value}”",),
        undone=("the text has not become “{value}”", "the text still reads as it did"),
        already=("the text reads “{value}” already in the source",),
        backwards=("the text {place} read “{value}” in the source and no longer does",),
    ),
    "background_change": Clauses(
        ask=("change the background to {value}",),
        done=("the background {place} is now {value}", "behind the foreground one now sees {value}"),
        partly=("only part of the background {place} has become {value}",),
        undone=("the background is still the old one", "the background has not been changed"),
        already=("the background is {value} already in the source",),
        backwards=("the background {place} was {value} in the source and no longer is",),
    ),
    "style_change": _WHOLE_PICTURE,
    "tone_transfer": _WHOLE_PICTURE,
}
_NEEDS_VALUE = frozenset(CLAUSES) - {"subject-add", "subject-remove", "motion_change"}


def clauses_for(edit: Edit) -> Clauses:
    """Return the phrasings for an edit, general ones where its type or value says too little."""
    if edit.edit_type in _NEEDS_VALUE and edit.value == "-":
        return GENERIC
    return CLAUSES.get(edit.edit_type, GENERIC)


def fill(options: tuple[str, ...], edit: Edit, rng: np.random.Generator, place: str = "") -> str:
    """Return one of `options` with the edit's own words, in lower case at its start."""
    return " ".join(pick(rng, options).format(place=place, **_words(edit)).split())


def _words(edit: Edit) -> dict[str, str]:
    target = edit.target if edit.target != "-" else "picture"
    verbs = ("is", "has", "was", "does", "goes", "keeps", "looks", "shows", "stands")
    plural = ("are", "have", "were", "do", "go", "keep", "look", "show", "stand")
    words = dict(zip(verbs, plural if is_plural(target) else verbs, strict=True))
    value = dict(zip((f"value_{verb}" for verb in verbs), plural if is_plural(edit.value) else verbs, strict=True))
    return {
        **words,
        **value,
        "the": the(target),
        "a": a(target),
        "them": "them" if is_plural(target) else "it",
        "value": edit.value,
        "the_value": the(edit.value),
        "a_value": a(edit.value),
    }
