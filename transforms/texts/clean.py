"""Texts that come in from outside: normalised, and without what no reader sees or what turns a line around."""

import unicodedata

import regex

DAMAGED, LINE_BREAKS, CONTROLS = "damaged characters", "line breaks and tabs", "control characters"
DIRECTIONS, INVISIBLE, NOT_NFC = "direction controls", "invisible characters", "characters not in NFC"
LOST = "\ufffd"
"""Stands for what could not be decoded."""

_JOINED = r"(?<=[[\p{L}\p{M}]--[\p{Latin}\p{Greek}\p{Cyrillic}\p{Hebrew}\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}]])"
"""Behind a letter or mark of a script whose letters join, as those of Arabic and of India."""
_NEEDED = "|".join(
    (
        rf"{_JOINED}[\u200c\u200d]",
        r"(?<=[\p{Extended_Pictographic}\p{EMod}\ufe0f])\u200d(?=\p{Extended_Pictographic})",
        r"(?<=\U0001f3f4[\U000e0020-\U000e007f]*)[\U000e0020-\U000e007f]",
    )
)
"""Joiners of letters, joiners of emoji of several parts, the letters in the flags of regions."""
_LINE = r"\t-\r\x1c-\x1f\x85\u2028\u2029"
_REPLACED = tuple(
    (kind, regex.compile(pattern, regex.VERSION1), other)
    for kind, pattern, other in (
        (LINE_BREAKS, rf" *[{_LINE}][{_LINE} ]*", " "),
        (CONTROLS, r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|[\p{Cc}\p{Noncharacter_Code_Point}\ufff9-\ufffb]", ""),
        (DIRECTIONS, r"\p{Bidi_Control}", ""),
        (INVISIBLE, rf"(?:{_NEEDED})(*SKIP)(*FAIL)|[[\p{{Cf}}&&\p{{DI}}]--\u180e]", ""),
    )
)
_SHOWN = regex.compile(r"[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\p{Noncharacter_Code_Point}]", regex.VERSION1)


class Cleaner:
    """Cleans the texts of one thing, and notes what was wrong with them.

    Attributes:
        changes: one kind, such as `CONTROLS`, for each text in which something of that kind was changed; `DAMAGED`
            where a character was lost before, or half a surrogate pair was left of it.
    """

    def __init__(self) -> None:
        self.changes: list[str] = []

    def __call__(self, text: str) -> str:
        """Return a text in NFC, on one line, stripped; see `clean_text`."""
        text = text.strip()
        if text.isprintable() and unicodedata.is_normalized("NFC", text) and LOST not in text:
            return text  # as most are
        text = without_surrogates(text)
        if LOST in text:
            self.changes.append(DAMAGED)
        for kind, pattern, other in _REPLACED:
            text = self._noted(kind, text, pattern.sub(other, text))
        text = self._noted(NOT_NFC, text, unicodedata.normalize("NFC", text))
        return text.strip()

    def _noted(self, kind: str, before: str, after: str) -> str:
        if before != after:
            self.changes.append(kind)
        return after


def clean_text(text: str) -> str:
    r"""Return a text as it may stand in a record: in NFC, on one line, without what no reader sees.

    Line breaks and tabs become a space. Control characters go, escape sequences of terminals as a whole, and so do
    controls of direction, byte order marks and invisible characters; joiners stay where a script or an emoji needs
    them. Half a surrogate pair becomes U+FFFD.

    >>> clean_text("Make\n it\x07 red\u202e.\ufeff"), clean_text("cafe\u0301"), clean_text("\u200b")
    ('Make it red.', 'café', '')
    """
    return Cleaner()(text)


def shown_name(name: str) -> str:
    r"""Return the name of a file as it may be shown: control characters are spelled out, so that names stay distinct.

    >>> shown_name("a\x1b[31m.png") == "a" + chr(92) + "x1b[31m.png"
    True
    """
    return _SHOWN.sub(lambda found: ascii(found[0])[1:-1], name)


def without_surrogates(text: str) -> str:
    """Join the halves of pairs, as a text that was cut or wrongly decoded has them; replace those without a partner."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
