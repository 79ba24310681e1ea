"""The frame header of a JPEG, read without decoding anything."""


def samples_of(data: bytes) -> str:
    """Return a phrase for a JPEG of a variety that is not read (lossless, JPEG-LS, not 8 bits); "" for all others.

    >>> samples_of(bytes.fromhex("ffd8ffc1000b0c00400040010111"))
    'JPEG of 12 bits a sample'
    """
    at = 2
    while at + 5 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xF7 or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)):
            coding = "JPEG-LS" if marker == 0xF7 else "lossless" if marker & 3 == 3 else ""
            bits = data[at + 4]
            return "" if not coding and bits == 8 else f"JPEG of {bits} bits a sample{coding and f', {coding}'}"
        at += 1 if marker == 0xFF else 2 + length
    return ""
