"""Names that people give to the two pictures of a pair and to its text: of files, folders and fields."""

import re
from typing import Literal

Role = Literal["source", "edited"]
ROLES: tuple[Role, Role] = ("source", "edited")

SOURCE_WORDS = frozenset({"source", "src", "original", "orig", "input", "before", "control", "conditioning"})
EDITED_WORDS = frozenset({"edited", "edit", "target", "tgt", "output", "after", "result", "modified"})
TEXT_WORDS = frozenset({"instruction", "caption", "prompt", "text", "txt"})
_PICTURE_WORDS = frozenset({"image", "img", "picture", "pic", "photo", "file"})
_ONE_WORD = re.compile(r"(?P<stem>.*[^._\- ])[._\- ]+(?P<word>[A-Za-z]+)")
_WORD_FIRST = re.compile(r"(?P<word>[A-Za-z]+)(?:[._\- ]+(?P<rest>.+)|(?P<digits>\d.*))")


def word_of(name: str) -> str:
    """Return the one word of a folder's or field's name that counts: lower case, singular, without "images".

    >>> word_of("Source_Images"), word_of("my edits"), word_of("images")
    ('source', '', '')
    """
    words = [_singular(word) for word in re.split(r"[._\- ]+", name.lower()) if word]
    own = [word for word in words if word not in _PICTURE_WORDS]
    return own[0] if len(own) == 1 else ""


def role_of(word: str) -> Role | None:
    """Return the role that a word stands for.

    >>> role_of("before"), role_of("target"), role_of("cat")
    ('source', 'edited', None)
    """
    return "source" if word in SOURCE_WORDS else "edited" if word in EDITED_WORDS else None


def split_name(stem: str) -> tuple[str, str]:
    """Return (what two names of a pair share, the word in which they differ) of a file's name without its ending.

    >>> split_name("cat_before"), split_name("after 001"), split_name("Source12"), split_name("cat")
    (('cat', 'before'), ('001', 'after'), ('12', 'source'), ('cat', ''))
    """
    if (match := _ONE_WORD.fullmatch(stem)) and _counts(match["word"]):
        return match["stem"], _singular(match["word"].lower())
    if (match := _WORD_FIRST.fullmatch(stem)) and _counts(match["word"]):
        return match["rest"] or match["digits"], _singular(match["word"].lower())
    return stem, ""


def likely_field(name: str) -> str:
    """Return which required field another name may stand for, to be suggested and never assumed; "" for none.

    >>> likely_field("input_image"), likely_field("edit_prompt"), likely_field("edited_prompt"), likely_field("id")
    ('source', 'instruction', '', '')
    """
    words = {_singular(word) for word in re.split(r"[._\- ]+", name.lower())}
    is_source, is_edited = bool(words & SOURCE_WORDS), bool(words & (EDITED_WORDS - {"edit"}))
    if words & (TEXT_WORDS | {"instruct"}):
        return "" if is_source or is_edited else "instruction"
    if is_source == is_edited:
        return ""
    return "source" if is_source else "edited"


def _counts(word: str) -> bool:
    plain = _singular(word.lower())
    return role_of(plain) is not None or plain in TEXT_WORDS


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
