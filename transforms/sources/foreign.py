"""Recognition, by their first bytes, of files that are not read as pictures; each with advice."""

import re
import struct
from collections.abc import Collection
from typing import NamedTuple

from transforms.sources.tiff import first_tags

HEAD = 1 << 16
"""Bytes of a file that are looked at."""
SHOWN = 40
"""Characters of a text that its description repeats."""

_CONVERT = "convert it to PNG, JPEG, WebP or TIFF"
_DEVELOP = "develop it to TIFF or JPEG, for example with darktable or RawTherapee"
_AGAIN = "get the picture itself again"
_FRAMES = "take frames out of it, for example with ffmpeg -i FILE frames/%05d.png"
_UNPACK = "unpack it and point at the folder"
_DRAW = "draw it as PNG, for example with Inkscape or rsvg-convert"
_PRINT = "draw it as PNG, for example with Ghostscript"
_TONE = "map its tones to 8 or 16 bits, as PNG or TIFF"


class Foreign(NamedTuple):
    """Description of a file (a noun phrase) and advice; `picture` is false for a file without a still picture."""

    what: str
    todo: str
    picture: bool = True

    @property
    def reason(self) -> str:
        """The reason of the reject."""
        return "unsupported_format" if self.picture else "not_an_image"


_MAGIC: tuple[tuple[int, bytes, Foreign], ...] = (
    (0, b"\xff\x0a", Foreign("JPEG XL", f"{_CONVERT}, for example with djxl")),
    (4, b"JXL \r\n\x87\n", Foreign("JPEG XL", f"{_CONVERT}, for example with djxl")),
    (4, b"jP  \r\n\x87\n", Foreign("JPEG 2000", _CONVERT)),
    (0, b"\xff\x4f\xff\x51", Foreign("JPEG 2000", _CONVERT)),
    (0, b"8BPS", Foreign("a Photoshop file (PSD)", f"{_CONVERT}: export it flattened")),
    (0, b"gimp xcf", Foreign("a GIMP file (XCF)", f"{_CONVERT}: export it flattened")),
    (0, b"v/1\x01", Foreign("OpenEXR", _TONE)),
    (0, b"#?RADIANCE", Foreign("Radiance HDR", _TONE)),
    (0, b"#?RGBE", Foreign("Radiance HDR", _TONE)),
    (0, b"FUJIFILMCCD-RAW", Foreign("a camera raw file (Fujifilm RAF)", _DEVELOP)),
    (0, b"IIRO", Foreign("a camera raw file (Olympus ORF)", _DEVELOP)),
    (0, b"IIRS", Foreign("a camera raw file (Olympus ORF)", _DEVELOP)),
    (0, b"MMOR", Foreign("a camera raw file (Olympus ORF)", _DEVELOP)),
    (0, b"IIU\0", Foreign("a camera raw file (Panasonic RW2)", _DEVELOP)),
    (0, b"FOVb", Foreign("a camera raw file (Sigma X3F)", _DEVELOP)),
    (0, b"\0MRM", Foreign("a camera raw file (Minolta MRW)", _DEVELOP)),
    (6, b"HEAPCCDR", Foreign("a camera raw file (Canon CRW)", _DEVELOP)),
    (0, b"\0\0\1\0", Foreign("an icon (ICO)", _CONVERT)),
    (0, b"icns", Foreign("an icon (ICNS)", _CONVERT)),
    (0, b"DDS ", Foreign("a texture (DDS)", _CONVERT)),
    (0, b"qoif", Foreign("QOI", _CONVERT)),
    (0, b"\xc5\xd0\xd3\xc6", Foreign("an EPS drawing", _PRINT)),
    (0, b"%!PS", Foreign("a PostScript drawing", _PRINT)),
    (40, b" EMF", Foreign("a Windows drawing (EMF)", _DRAW)),
    (0, b"\xd7\xcd\xc6\x9a", Foreign("a Windows drawing (WMF)", _DRAW)),
    (0, b"%PDF-", Foreign("a PDF document", f"{_CONVERT}, for example with pdftoppm -png", False)),
    (0, b"AT&TFORM", Foreign("a DjVu document", _CONVERT, False)),
    (128, b"DICM", Foreign("a medical picture (DICOM)", _CONVERT)),
    (0, b"SIMPLE  =", Foreign("an astronomical picture (FITS)", _TONE)),
    (0, b"\x93NUMPY", Foreign("a NumPy array", _CONVERT, False)),
    (0, b"\x1aE\xdf\xa3", Foreign("a video (Matroska or WebM)", _FRAMES, False)),
    (0, b"FLV\1", Foreign("a video (FLV)", _FRAMES, False)),
    (0, b"\0\0\1\xba", Foreign("a video (MPEG)", _FRAMES, False)),
    (0, b"\0\0\1\xb3", Foreign("a video (MPEG)", _FRAMES, False)),
    (0, b"0&\xb2u\x8ef\xcf\x11", Foreign("a video (WMV)", _FRAMES, False)),
    (4, b"moov", Foreign("a video (QuickTime)", _FRAMES, False)),
    (4, b"wide", Foreign("a video (QuickTime)", _FRAMES, False)),
    (8, b"AVI ", Foreign("a video (AVI)", _FRAMES, False)),
    (0, b"OggS", Foreign("a sound or video (Ogg)", _FRAMES, False)),
    (0, b"ID3", Foreign("a sound (MP3)", "remove it", False)),
    (8, b"WAVE", Foreign("a sound (WAV)", "remove it", False)),
    (0, b"PK\3\4", Foreign("a zip archive, or a document that is one", _UNPACK, False)),
    (0, b"\x1f\x8b", Foreign("a file packed with gzip", "unpack it with gunzip", False)),
    (0, b"BZh", Foreign("a file packed with bzip2", "unpack it with bunzip2", False)),
    (0, b"\xfd7zXZ\0", Foreign("a file packed with xz", "unpack it with unxz", False)),
    (0, b"\x28\xb5\x2f\xfd", Foreign("a file packed with zstd", "unpack it with unzstd", False)),
    (0, b"7z\xbc\xaf\x27\x1c", Foreign("a 7z archive", _UNPACK, False)),
    (0, b"Rar!", Foreign("a RAR archive", _UNPACK, False)),
    (257, b"ustar", Foreign("a tar archive", _UNPACK, False)),
    (0, b"PAR1", Foreign("a Parquet table", "take the pictures out of it", False)),
    (0, b"SQLite format 3\0", Foreign("a SQLite database", "remove it", False)),
    (0, b"bplist", Foreign("an Apple property list, perhaps of a picture that is still in iCloud", _AGAIN, False)),
    (0, b"book\0\0\0\0mark", Foreign("a macOS alias, not the picture", "copy the picture itself here", False)),
    (0, b"\0\5\x16\7", Foreign("the macOS attributes of a picture (AppleDouble), not the picture", "remove it", False)),
    (0, b"L\0\0\0\1\x14\2\0", Foreign("a Windows shortcut, not the picture", "copy the picture itself here", False)),
)
"""(offset, bytes that stand there, what the file is)."""

_BRANDS: tuple[tuple[str, frozenset[bytes], Foreign], ...] = (
    ("CR3", frozenset({b"crx "}), Foreign("a camera raw file (Canon CR3)", _DEVELOP)),
    (
        "AVIF",
        frozenset({b"avif", b"avis"}),
        Foreign("AVIF", f"install a Pillow that reads it (pip install -U pillow), or {_CONVERT}"),
    ),
    (
        "HEIF",
        frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"mif2"}),
        Foreign("HEIC (HEIF)", f"pip install pillow-heif, which is used once it is there, or {_CONVERT}"),
    ),
)
"""(format as Pillow calls it, brands of the ISO base media format, what the file is); the brand that a file names first
counts, those that only say "a picture" (mif1, msf1) last. A file with none of them is a video."""
_PICTURE_BRANDS = frozenset({b"mif1", b"mif2", b"msf1"})
_READ = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM")
"""Starts of what is read here."""

_TEXTS: tuple[tuple[str, Foreign], ...] = (
    (
        r"version https://git-lfs",
        Foreign("a Git LFS pointer, not the picture", "fetch the picture with git lfs pull", False),
    ),
    (
        r"\S*annex/objects/",
        Foreign("a git-annex pointer, not the picture", "fetch the picture with git annex get", False),
    ),
    (r"(?s:.{0,4000}?)<svg[\s>]", Foreign("an SVG drawing", _DRAW)),
    (r"(?i)(<!--.*?-->\s*)?<(!doctype html|html|head|body)\b", Foreign("an HTML page", _AGAIN, False)),
    (r"<\?xml|<Error>", Foreign("an XML document, perhaps a server's error message", _AGAIN, False)),
    (r"[\[{]\s*[\"\[{\]}\d-]", Foreign("JSON, perhaps a server's error message", _AGAIN, False)),
    (r"data:image/", Foreign("a data URI, a picture written as text", "decode its base64 part", False)),
    (r"/9j/|iVBORw0KGgo|UklGR", Foreign("a picture as base64 text", "decode it", False)),
    (r"P[1-7]\s", Foreign("a portable map (PNM)", _CONVERT)),
)
"""(pattern at the start of a text, what the file is)."""


_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def foreign(data: bytes, formats: Collection[str]) -> Foreign | None:
    """Return what a file is that must not be opened as a picture; None where it may be one, or is unknown.

    Camera raw files are among them although some pass for TIFF: what opens is their small preview.

    Args:
        data: the start of the file, `HEAD` bytes or all.
        formats: that can be read, as Pillow calls them.
    """
    head = data[:HEAD]
    if head.startswith(_READ) or head[8:12] == b"WEBP":
        return None
    if head[:4] in (b"II*\0", b"MM\0*"):
        return _raw_tiff(data)
    if head[4:8] == b"ftyp":
        return _of_brands(head, formats)
    return next((found for offset, magic, found in _MAGIC if head.startswith(magic, offset)), None)


def plain(data: bytes) -> Foreign | None:
    """Return what a whole file is that no picture reader recognises: zeros or text; None where it is neither."""
    if not data.strip(b"\0"):
        return Foreign("nothing but zero bytes: a copy or download that did not finish", _AGAIN, False)
    return _of_text(data[:HEAD])


def looks_like_tga(data: bytes) -> bool:
    """Return whether a file, given whole, is TGA by its last bytes, or could be by its header (it has no magic)."""
    if data[-18:].startswith(b"TRUEVISION-XFILE"):
        return True
    if len(data) < 18:
        return False
    _, palette, kind, _, _, _, width, height, depth, flags = struct.unpack_from("<BBB5sHHHHBB", data)
    return (
        palette in (0, 1)
        and kind in (1, 2, 3, 9, 10, 11)
        and depth in (8, 15, 16, 24, 32)
        and min(width, height) > 0
        and flags & 0xC0 == 0
    )


def _of_brands(head: bytes, formats: Collection[str]) -> Foreign | None:
    size = struct.unpack_from(">I", head)[0]
    named = head[8:12] + head[16 : max(16, min(size, 256))]
    brands = [named[at : at + 4] for at in range(0, len(named) - 3, 4)]
    for brand in [*(b for b in brands if b not in _PICTURE_BRANDS), *brands]:
        for name, group, found in _BRANDS:
            if brand in group:
                return None if name in formats else found
    return Foreign("a video (MP4 or QuickTime)", _FRAMES, False)


def _raw_tiff(data: bytes) -> Foreign | None:
    tags = first_tags(data)
    make = " ".join(str(tags.get("make", "")).split())[:SHOWN]
    canon = data[4:11] == b"\x10\0\0\0CR\2"
    raw = (
        canon
        or tags.get("photometric") in (32803, 34892)  # a colour filter array, or linear raw
        or (bool(int(tags.get("subfile", 0)) & 1) and "subfiles" in tags)  # a preview; the picture is further inside
    )
    if not raw:
        return None
    kind = "DNG" if "dng" in tags else "Canon CR2" if canon else make or "of the TIFF family"
    return Foreign(f"a camera raw file ({kind})", _DEVELOP)


def _of_text(head: bytes) -> Foreign | None:
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
    text = head[:4096].decode(encoding, "replace").strip().removesuffix("\ufffd")
    odd = sum(c == "\ufffd" or not (c.isprintable() or c.isspace()) for c in text)
    if len(text) < 4 or "\0" in text or odd > 0.03 * len(text):
        return None
    found = next((found for pattern, found in _TEXTS if re.match(pattern, text)), None)
    if found is None:
        return Foreign(f'a text that begins "{_shown(text)}"', _AGAIN, False)
    title = re.search(r"(?is)<title[^>]*>(.*?)</title>", text) if "HTML" in found.what else None
    return found._replace(what=f'{found.what} ("{_shown(title[1])}")') if title else found


def _shown(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:SHOWN]
