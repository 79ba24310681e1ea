"""Names of categories, from the form of annotation files to that of instructions."""

import re
from collections.abc import Mapping
from typing import Any

CAPITALS = {
    word.lower(): word
    for word in (
        "ATM", "ATV", "CCTV", "CD", "DVD", "DVR", "GPS", "LCD", "LED", "MRI", "PC", "RV", "SUV", "TV", "UFO", "USB",
        "VCR", "VR", "iPad", "iPhone", "iPod", "Bible", "Christmas", "Easter", "Ferris", "Halloween", "Rubik's",
        "Santa",
    )
}  # fmt: skip
"""Words that are written so, whatever a file has; all others go in small letters."""
HYPHENED = frozenset({
    "flip-flop", "walkie-talkie", "yo-yo", "jack-o'-lantern", "merry-go-round", "fleur-de-lis", "see-saw", "pick-up",
    "hot-air", "three-wheeled", "four-wheeled", "high-heeled", "hand-held", "tic-tac-toe", "make-up",
})  # fmt: skip
JOINED = {
    "diningtable": "dining table", "firehydrant": "fire hydrant", "pottedplant": "potted plant",
    "stopsign": "stop sign", "trafficlight": "traffic light", "trafficsign": "traffic sign", "tvmonitor": "TV",
}  # fmt: skip
"""Names of well-known sets that are written as one word -> as they are said."""
LONGEST = 60
"""Characters of a name above which it is a description, and no name."""
_IDENTIFIER = re.compile(r"/[mg]/\w+|[nvar]\d{8}")
_TAIL = re.compile(r"(?:\.[nvars]\.\d+|(?:-(?:merged|other|stuff))+)$")
"""Endings that are not part of a name: the number of a synset, and suffixes of the sets of stuff."""
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[(\[].*$")


def name_of(category: Mapping[str, Any]) -> str:
    """Return the noun for a category: from its name, else a synonym or its synset; "" if none of them is a word."""
    synonyms = category.get("synonyms")
    more = synonyms if isinstance(synonyms, list) else []
    given = (category.get("name"), *more, category.get("synset"))
    return next((name for text in given if isinstance(text, str) and (name := spoken(text))), "")


def spoken(text: str) -> str:
    """Return a category's name as people say it: one synonym, words apart, small letters, nothing in parentheses.

    Returns:
        A noun without article; "" for what is none: a number, a letter, an identifier, more than `LONGEST` characters.

    >>> [spoken(text) for text in ("bow_(weapon)", "  Traffic Light ", "truck.n.01", "TV_set", "potted-plant")]
    ['bow', 'traffic light', 'truck', 'TV set', 'potted plant']
    >>> [spoken(text) for text in ("Monitor/TV", "person, individual", "object--vehicle--car", "trafficSign", "17")]
    ['monitor', 'person', 'car', 'traffic sign', '']
    """
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if _IDENTIFIER.fullmatch(text):
        return ""
    text = _ASIDE.sub(" ", _TAIL.sub("", text.rpartition("--")[2]))
    text = next((part for part in re.split(r"[,;/|]", text) if any(map(str.isalpha, part))), "")
    text = re.sub(r"(?<=[a-z]{2})(?=[A-Z])", " ", text)
    words = re.sub(r"[\s_]+", " ", text).strip(" .:-'\"*#").lower().split()
    parts = [part for word in words for part in _apart(JOINED.get(word, word))]
    name = " ".join(CAPITALS.get(part, part) for part in parts)
    letters = sum(map(str.isalpha, name))
    return name if letters > name.isascii() and len(name) <= LONGEST else ""


def _apart(word: str) -> list[str]:
    """Return the words that hyphens join, but one word where that is how it is written."""
    parts = [part for part in word.split("-") if part]
    joined = word.removesuffix("s") in HYPHENED or any(len(part) == 1 for part in parts)
    return [word] if joined else parts
