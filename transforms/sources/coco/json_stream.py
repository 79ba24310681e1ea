"""An annotation file as bytes that a strict JSON reader takes: packed, in another encoding, or with NaN in it."""

import codecs
import gzip
import re
from typing import IO, Protocol, cast

CHUNK = 1 << 20
_NOT_JSON = ("NaN", "Infinity", "-Infinity")
"""Words that Python and JavaScript write for numbers that JSON does not have."""
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
_TOKEN = re.compile(rf"{_STRING}|(?<![\w-])-?(?:NaN|Infinity)\b", re.DOTALL)
_REST_OF_STRING = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)', re.DOTALL)
_CONTROLS = bytes(32 if code < 32 else code for code in range(256))
_GZIP = b"\x1f\x8b"


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class TolerantJson:
    """A readable stream of UTF-8 JSON: unpacked if it is packed with gzip, UTF-16 and UTF-32 converted, no byte order
    mark, null for a bare NaN or Infinity, a space for a control character, U+FFFD for what is no UTF-8.

    In strings only the last two are changed. Memory does not grow with the file.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw: _Readable = raw
        start = raw.read(4)
        if start.startswith(_GZIP):
            self._raw = gzip.GzipFile(fileobj=cast(IO[bytes], _Replayed(start, raw)))
            start = self._raw.read(4)
        self._decode = codecs.getincrementaldecoder(encoding_of(start))("replace").decode
        self._start, self._held, self._in_string, self._ended = start, "", False, False

    def read(self, size: int = CHUNK) -> bytes:
        """Return some bytes, b"" only at the end; `size` is taken as a wish, but for 0."""
        if size == 0:
            return b""
        while not self._ended:
            data = self._start or self._raw.read(CHUNK)
            self._start, self._ended = b"", not data
            text = self._held + self._decode(data, not data)
            self._held = "" if self._ended else _unfinished(text)
            text = self._repaired(text[: len(text) - len(self._held)])
            if text:
                return text.encode("utf-8", "replace").translate(_CONTROLS)
        return b""

    def _repaired(self, text: str) -> str:
        begins_in_string = self._in_string
        quotes = (re.sub(r"\\.", "", text, flags=re.DOTALL) if "\\" in text else text).count('"')
        self._in_string ^= bool(quotes % 2)
        if "NaN" not in text and "Infinity" not in text:
            return text
        rest = _REST_OF_STRING.match(text) if begins_in_string else None
        at = rest.end() if rest else 0
        return text[:at] + _TOKEN.sub(lambda found: found[0] if found[0].startswith('"') else "null", text[at:])


class _Replayed:
    """A stream whose first bytes were read already."""

    def __init__(self, start: bytes, raw: IO[bytes]) -> None:
        self._start, self._raw = start, raw

    def read(self, size: int = -1) -> bytes:
        if not self._start:
            return self._raw.read(size)
        size = len(self._start) if size < 0 else size
        found, self._start = self._start[:size], self._start[size:]
        return found


def encoding_of(start: bytes) -> str:
    """Return the encoding of a JSON text by its first four bytes.

    >>> encoding_of(b'{"im'), encoding_of(b'{\\0"\\0'), encoding_of(b"\\xef\\xbb\\xbf{")
    ('utf-8-sig', 'utf-16-le', 'utf-8-sig')
    """
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros = [byte == 0 for byte in start]
    if zeros == [False, True, False, True]:
        return "utf-16-le"
    return "utf-16-be" if zeros == [True, False, True, False] else "utf-8-sig"


def _unfinished(text: str) -> str:
    """Return the end of a text that means something only with what follows: a backslash, part of NaN or Infinity."""
    backslashes = len(text) - len(text.rstrip("\\"))
    if backslashes % 2:
        return "\\"
    longest = max(map(len, _NOT_JSON))
    ends = (text[-length:] for length in range(min(longest, len(text)), 0, -1))
    return next((end for end in ends if any(word.startswith(end) for word in _NOT_JSON)), "")
