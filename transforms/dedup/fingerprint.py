"""The fingerprint of a candidate: edit-aware, so that two edits of one photo are never taken for copies."""

import unicodedata

import numpy as np
import regex

from schemas.geometry import BoxXYXY, xyxy_from_bbox_2d
from schemas.staging import Fingerprint
from transforms.candidate import Candidate
from transforms.sources.detail import detail
from transforms.sources.hashing import dhash_hex
from transforms.texts.words import without_needless_spaces

ARTICLES = frozenset({"a", "an", "the", "please"})
"""English words that say nothing of an edit, with `COURTESIES`. An article stands before a noun, and so never last."""
COURTESIES = ("could", "can")
"""Before "you"."""
_SIGN = r"(?<!\S)[+\-\u2212](?=\d)"
_PUNCTUATION = regex.compile(rf"{_SIGN}(*SKIP)(*FAIL)|[\p{{P}}\p{{Sk}}`^~|$+<=>]")
_UNSEEN = regex.compile(r"[[\p{Cc}\p{Cf}\p{DI}]--[\u200c\u200d]]+", regex.VERSION1)


def normalise_instruction(instruction: str) -> str:
    """Return the instruction in lower case without punctuation, English articles and courtesies.

    Marks of accents, vowels and tones count, and so do emoji and the signs of numbers. Full-width and half-width forms
    are the same, and so is a text with or without spaces in scripts that are written without.

    >>> normalise_instruction("Please make the car RED."), normalise_instruction("把 天空 变成ＲＥＤ。")
    ('make car red', '把天空变成red')
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", instruction).casefold())
    words = _PUNCTUATION.sub(" ", _UNSEEN.sub("", folded)).split()
    said = [word for place, word in enumerate(words) if not _says_nothing(words, place)]
    return without_needless_spaces(" ".join(said))


def _says_nothing(words: list[str], place: int) -> bool:
    word, last = words[place], place == len(words) - 1
    if word == "you" and place:
        return words[place - 1] in COURTESIES
    if word in COURTESIES:
        return not last and words[place + 1] == "you"
    return word == "please" or (word in ARTICLES and not last)


def regions_hash(edited: np.ndarray, boxes_xyxy: list[BoxXYXY]) -> str:
    """Return the 64-bit hash of the crops under the boxes, side by side; `-` without boxes."""
    if not boxes_xyxy:
        return "-"
    return "".join(dhash_hex(edited[y1:y2, x1:x2]) for x1, y1, x2, y2 in boxes_xyxy)


def regions_detail(edited: np.ndarray, boxes_xyxy: list[BoxXYXY]) -> str:
    """Return the detail of the smallest part of the edited picture that holds all boxes; `-` without boxes."""
    if not boxes_xyxy:
        return "-"
    left, top = (min(box[k] for box in boxes_xyxy) for k in (0, 1))
    right, bottom = (max(box[k] for box in boxes_xyxy) for k in (2, 3))
    return detail(edited[top:bottom, left:right])


def fingerprint(candidate: Candidate) -> Fingerprint:
    """Return the fingerprint of a candidate whose regions were derived."""
    assert candidate.regions is not None, candidate.key
    edited = candidate.edited.pixels
    height, width = edited.shape[:2]
    boxes = [xyxy_from_bbox_2d(region.bbox_2d, width, height) for region in candidate.regions.edit_region]
    return Fingerprint(
        source_dhash=dhash_hex(candidate.source.pixels),
        regions_dhash=regions_hash(edited, boxes),
        instruction=normalise_instruction(candidate.instruction),
        source_detail=detail(candidate.source.pixels),
        regions_detail=regions_detail(edited, boxes),
    )
