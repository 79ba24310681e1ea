"""Text files that a user brings: the Unicode encodings that programs write, recognised by their first bytes."""

import codecs
from typing import NamedTuple

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class NotUnicodeError(ValueError):
    """Bytes that are no text in any of these encodings. The message says so in one line."""


class Encoding(NamedTuple):
    """How a text is encoded. Attributes: Python's name of it; bytes in which a character is counted."""

    name: str
    unit: int


def encoding_of(head: bytes) -> Encoding:
    """Return the encoding of a text by its first bytes: a byte order mark, or the zeros of UTF-16 without one.

    >>> encoding_of(b"plain"), encoding_of("né".encode("utf-16-be")).name
    (Encoding(name='utf-8', unit=1), 'utf-16-be')
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name, {"utf-32": 4, "utf-16": 2}.get(name, 1))
    if len(head) >= 2 and (head[0] == 0) != (head[1] == 0):
        return Encoding("utf-16-be" if head[0] == 0 else "utf-16-le", 2)
    return Encoding("utf-8", 1)


def decode_text(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 or UTF-32, without its byte order mark.

    Raises:
        NotUnicodeError: it is in none of them, as texts of old programs are.
    """
    encoding = encoding_of(data[:4])
    try:
        return data.decode(encoding.name)
    except UnicodeDecodeError as error:
        place = f"byte {error.start}" if encoding.unit == 1 else encoding.name.upper()
        raise NotUnicodeError(f"not text in UTF-8 or UTF-16 ({place}); save it again as UTF-8") from None
