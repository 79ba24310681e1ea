"""What each type of edit asks for, and how its outcomes read in English."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import ImageColor

from schemas.example import Edit
from schemas.vocabulary import WHOLE_FRAME_TYPES
from transforms.judgements.wording import a, bare, is_plural, pick, place, place_of, pronoun, the


@dataclass(frozen=True)
class Clauses:
    """Phrasings for one type of edit. In clauses about what one sees, `{place}` says where, `{at}` only if needed.

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
    ask=("change {the}", "make a change to {the}"),
    done=("{the} {at} {has} changed as requested", "the requested change to {the} can be seen {place}"),
    partly=("{the} {at} {has} changed, but only part of the way",),
    undone=("{the} {has} not been changed as requested", "{the} {does} not show the requested change"),
    already=("{the} {is} already as the instruction wants in the source",),
    backwards=("{the} {at} {has} lost just what the instruction calls for",),
)
_WHOLE_PICTURE = Clauses(
    ask=("make the whole picture {value}", "make the picture {value}"),
    done=("the whole picture is now {value}", "the picture as a whole has become {value}"),
    partly=("the picture has become {value} only in part",),
    undone=("{the} has not become {value}", "{the} is not {value}"),
    already=("the source is already {value}",),
    backwards=("the source was {value}, and the edited image no longer is",),
)

CLAUSES: dict[str, Clauses] = {
    "color_alter": Clauses(
        ask=("turn {the} {value}", "make {the} {value}", "change the colour of {the} to {value}"),
        done=("{the} {at} {is} now {value}", "{the} {at} {has} turned {value}", "{the} {at} {has} become {value}"),
        partly=("{the} {at} {has} turned {value} only in part", "{the} {at} {goes} only some of the way to {value}"),
        undone=("{the} {has} not turned {value}", "{the} {keeps} {its} old colour", "{the} {is} not {value}"),
        already=("{the} {is} already {value} in the source", "{the} {was} {value} before any edit"),
        backwards=("{the} {at} {was} {value} in the source and {has} lost that colour",),
    ),
    "material_alter": Clauses(
        ask=("make {the} look like {value}", "give {the} a surface of {value}"),
        done=("{the} {at} now {looks} like {value}", "{the} {at} {has} taken on the look of {value}"),
        partly=("{the} {at} {looks} like {value} only in part",),
        undone=("{the} {keeps} {its} old surface", "{the} {does} not look like {value}"),
        already=("{the} already {looks} like {value} in the source",),
        backwards=("{the} {at} looked like {value} in the source and no longer {does}",),
    ),
    "subject-add": Clauses(
        ask=("add {a}", "put {a} into the picture"),
        done=("{a} {has} been added {place}", "{a} now {appears} {place}, where the source shows none"),
        partly=("something of {the} has been added {place}, but not all of it",),
        undone=("no {bare} {has} been added", "no {bare} can be seen"),
        already=("the source already shows {a}",),
        backwards=("{the} that the source shows {at} {has} been taken away",),
    ),
    "subject-remove": Clauses(
        ask=("remove {the}", "take {the} out of the picture"),
        done=("{the} {at} {is} gone", "{the} that the source shows {at} {has} been removed"),
        partly=("only part of {the} {at} is gone", "{the} {at} {has} been removed only in part"),
        undone=("{the} {is} still there", "{the} {has} not been removed"),
        already=("the source does not show {the} in the first place",),
        backwards=("{a} {has} appeared {place}, where the source shows none",),
    ),
    "subject-replace": Clauses(
        ask=("replace {the} with {a_value}", "swap {the} for {a_value}"),
        done=("{a_value} {value_has} taken the place of {the} {at}", "{the} {at} {has} given way to {a_value}"),
        partly=("{the} {at} {has} been replaced only in part",),
        undone=("{the} {is} still there", "{the} {has} not been replaced"),
        already=("the source already shows {a_value} in place of {the}",),
        backwards=("{the_value} of the source {value_has} become {a} {place}",),
    ),
    "motion_change": Clauses(
        ask=("move {the}", "shift {the} to another place"),
        done=("{the} {has} moved, as can be seen {place}", "{the} {has} changed {its} place {place}"),
        partly=("{the} {has} been moved only in part, as can be seen {place}",),
        undone=("{the} {has} not moved", "{the} {is} still in {its} old place"),
        already=("{the} {is} already where the instruction wants {them} in the source",),
        backwards=("{the} {has} gone back to where the instruction says to take {them} from",),
    ),
    "resize": Clauses(
        ask=("make {the} {value}", "render {the} {value} than before"),
        done=("{the} {at} {is} now {value}", "{the} {at} {has} become {value}"),
        partly=("{the} {at} {has} become {value} only in part",),
        undone=("{the} {has} kept {its} size", "{the} {is} as large as before"),
        already=("{the} {is} already {value} in the source",),
        backwards=("{the} {at} {was} {value} in the source and {has} gone back",),
    ),
    "pose": Clauses(
        ask=("have {the} {value}", "change the pose: {the} should {value}"),
        done=("the pose of {the} {at} has changed as requested", "{the} {at} now {does} what was asked: {value}"),
        partly=("the pose of {the} {at} has changed only in part",),
        undone=("the pose of {the} has not changed", "{the} {is} in the same pose as before"),
        already=("{the} already {has} this pose in the source",),
        backwards=("{the} {at} {has} gone back to the pose that was to be changed",),
    ),
    "turn": Clauses(
        ask=("turn {the} {value}", "rotate {the} {value}"),
        done=("{the} {at} {has} been turned {value}", "{the} {at} {is} now turned {value}"),
        partly=("{the} {at} {has} been turned only in part",),
        undone=("{the} {has} not been turned", "{the} {keeps} the old direction"),
        already=("{the} {is} already turned {value} in the source",),
        backwards=("{the} {at} {has} been turned back",),
    ),
    "text_change": Clauses(
        ask=("change the text to “{value}”", "make the text read “{value}”"),
        done=("the text {place} now reads “{value}”", "{place} the text has become “{value}”"),
        partly=("only part of the text {place} has become “{value}”",),
        undone=("the text has not become “{value}”", "the words “{value}” cannot be read anywhere"),
        already=("the text already reads “{value}” in the source",),
        backwards=("the text {place} read “{value}” in the source and no longer does",),
    ),
    "background_change": Clauses(
        ask=("change the background to {a_value}", "put {a_value} in the background"),
        done=("the background is now {a_value}", "the background has given way to {a_value}"),
        partly=("only part of the background has become {a_value}",),
        undone=("the background is still the old one", "the background has not been changed"),
        already=("the background is already {a_value} in the source",),
        backwards=("the background was {a_value} in the source and no longer is",),
    ),
    "style_change": _WHOLE_PICTURE,
    "tone_transfer": _WHOLE_PICTURE,
}
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
        words |= {"place": place(box_2d), "at": place_of(edit.target, box_2d)}
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
        "bare": bare(target),
        "the": the(target),
        "a": a(target),
        "value": value.strip("“”\"'"),
        "the_value": the(value),
        "a_value": a(value),
        "value_has": "have" if is_plural(value) else "has",
    }
