"""The few tags of a TIFF that say what is in it, read without decoding anything."""

import struct

NAMES = {
    254: "subfile",
    256: "width",
    257: "height",
    258: "bits",
    259: "compression",
    262: "photometric",
    271: "make",
    277: "channels",
    330: "subfiles",
    339: "sample",
    50706: "dng",
}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1}
SAMPLES = {1: "integer", 2: "signed integer", 3: "float", 4: "untyped", 5: "complex integer", 6: "complex float"}
COMPRESSIONS = {
    1: "none", 5: "LZW", 7: "JPEG", 8: "Deflate", 34887: "LERC", 34925: "LZMA", 50000: "Zstandard", 50001: "WebP",
    50002: "JPEG XL", 52546: "JPEG XL",
}  # fmt: skip
MOST_ENTRIES = 512


def first_tags(data: bytes) -> dict[str, int | str]:
    """Return the tags of the first picture of a TIFF (not a BigTIFF), by `NAMES`; the first value of each.

    What cannot be read is left out; only the bytes at hand are looked at.
    """
    order = "<" if data[:2] == b"II" else ">"
    found: dict[str, int | str] = {}
    try:
        start = struct.unpack_from(order + "I", data, 4)[0]
        count = struct.unpack_from(order + "H", data, start)[0]
        for at in range(start + 2, start + 2 + 12 * min(count, MOST_ENTRIES), 12):
            tag, kind, number = struct.unpack_from(order + "HHI", data, at)
            if tag in NAMES and kind in _SIZES and number:
                value = _value(data, order, at + 8, kind, number)
                if value is not None:
                    found[NAMES[tag]] = value
    except struct.error:
        pass
    return found


def _value(data: bytes, order: str, at: int, kind: int, number: int) -> int | str | None:
    try:
        place = at if _SIZES[kind] * number <= 4 else struct.unpack_from(order + "I", data, at)[0]
        if kind == 2:
            return data[place : place + min(number, 64)].partition(b"\0")[0].decode("latin-1")
        letter = {1: "B", 3: "H", 4: "I", 7: "B"}[kind]
        return int(struct.unpack_from(order + letter, data, place)[0])
    except struct.error:
        return None


def pixels_of(data: bytes) -> str:
    """Return a phrase for what a TIFF stores for each pixel, "" where its header cannot be read.

    >>> pixels_of(b"II*\\0")
    ''
    """
    tags = first_tags(data)
    if not {"width", "height"} <= tags.keys():
        return ""
    sample = SAMPLES.get(int(tags.get("sample", 1)), "unknown")
    compression = int(tags.get("compression", 1))
    packed = COMPRESSIONS.get(compression, f"number {compression}")
    return f"TIFF of {tags.get('channels', 1)} x {tags.get('bits', 1)}-bit {sample} samples, compression {packed}"
