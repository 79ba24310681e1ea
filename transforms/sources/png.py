"""Removal of texts from a PNG: they may be larger than Pillow accepts, and are not used."""

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOUR_CHUNKS = frozenset({b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"acTL", b"fcTL", b"fdAT"})
"""Chunks that a reader may skip but that decide how the picture looks; `iCCP` and `eXIf` are handled by their size."""
TURNING_TEXTS = frozenset({b"XML:com.adobe.xmp", b"Raw profile type exif"})
"""Keywords of texts that can say which way up the picture is."""
MAX_TEXT = 2**20
"""Bytes of a text or an EXIF block, unpacked, above which it is dropped: Pillow refuses the whole file at this size."""
MAX_PROFILE = 2**24
"""Bytes of a colour profile, unpacked, above which it is dropped, as if there were none."""


def without_texts(data: bytes) -> tuple[bytes, bytes | None]:
    """Drop the chunks of a PNG that do not decide how it looks, however large they would unpack.

    Compressed chunks are unpacked up to their limit and no further. Bytes that form no chunk (of a file that was cut
    off) are passed on unchanged, so that the decoder reports them.

    Args:
        data: a file's content.

    Returns:
        The file, the same object where nothing was dropped; and a colour profile of 1 to 16 MB, which Pillow would
        refuse, None where there is none.
    """
    if not data.startswith(SIGNATURE):
        return data, None
    view, kept, profile = memoryview(data), [memoryview(SIGNATURE)], None
    turning = set(TURNING_TEXTS)
    for name, start, end in _chunks(data):
        body = view[start + 8 : max(start + 8, end - 4)]
        if name == b"iCCP":
            small, large = _profile(body)
            profile = profile or large
            keep = small
        elif name == b"eXIf":
            keep = len(body) <= MAX_TEXT
        elif name in (b"tEXt", b"zTXt", b"iTXt"):
            keyword = bytes(body[:80]).partition(b"\0")[0]
            keep = keyword in turning and _is_short(name, bytes(body[: MAX_TEXT + 1]))
            turning.discard(keyword)
        else:
            keep = name in COLOUR_CHUNKS or not name[:1].islower()
        if keep:
            kept.append(view[start:end])
    lean = sum(map(len, kept))
    return (data if lean == len(data) else b"".join(kept)), profile


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the name, start and end of every chunk, and of what follows the last whole one under a name of none."""
    at = len(SIGNATURE)
    while at < len(data):
        length = struct.unpack_from(">I", data, at)[0] if at + 8 <= len(data) else len(data)
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data) or not name.isalpha():
            yield b"", at, len(data)
            return
        yield name, at, end
        at = len(data) if name == b"IEND" else end  # nothing after the end is part of the picture


def _profile(body: memoryview) -> tuple[bool, bytes | None]:
    """Return whether Pillow takes a profile chunk as it is, and else the profile, if it is within `MAX_PROFILE`."""
    packed = bytes(body[bytes(body[:80]).find(b"\0") + 2 :])
    profile = _unpacked(packed, MAX_PROFILE)
    if profile is None:
        return False, None
    return (bool(profile), None) if len(profile) <= MAX_TEXT else (False, profile)


def _is_short(name: bytes, body: bytes) -> bool:
    """Return whether a text is within `MAX_TEXT` once unpacked."""
    if len(body) > MAX_TEXT:
        return False
    _, _, rest = body.partition(b"\0")
    if name == b"tEXt" or (name == b"iTXt" and rest[:1] != b"\1"):
        return True
    packed = rest[1:] if name == b"zTXt" else rest[2:].split(b"\0", 2)[-1]
    return _unpacked(packed, MAX_TEXT) is not None


def _unpacked(packed: bytes, limit: int) -> bytes | None:
    """Return what bytes unpack to, b"" where they are damaged, None where that is more than `limit`."""
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(packed, limit)
    except zlib.error:
        return b""
    return None if unpacker.unconsumed_tail else found
