"""Files that are not read say what they are and what to do; odd pictures that are read come out right."""

import gzip
import importlib.util
import io
import struct
import zipfile
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage import data

from schemas.plan import SourceItem
from transforms.sources.decode import DecodeError, DecodeLimits, decode_image
from transforms.sources.files import IMAGE_EXTENSIONS, read_file
from transforms.sources.foreign import HEAD, foreign
from transforms.sources.formats import FORMATS, readable_formats
from transforms.sources.read import inspect_item

PHOTO = np.ascontiguousarray(data.rocket()[150:246, 200:330])


def encode(image, format, **options):
    stream = io.BytesIO()
    (Image.fromarray(image) if isinstance(image, np.ndarray) else image).save(stream, format, **options)
    return stream.getvalue()


def refused(encoded):
    with pytest.raises(DecodeError) as caught:
        decode_image(encoded)
    assert "\n" not in caught.value.detail
    return caught.value.reason, caught.value.detail


def ftyp(major, *others):
    return struct.pack(">I", 16 + 4 * len(others)) + b"ftyp" + major + bytes(4) + b"".join(others) + bytes(200)


def tiff(tags, order="<", start=b""):
    """Return a TIFF of nothing but tags: {tag: number or text}, the long ones behind the table."""
    where, table, behind = 8 + len(start), b"", b""
    for tag, value in sorted(tags.items()):
        kind, count = (2, len(value) + 1) if isinstance(value, str) else (4, 1)
        packed = value.encode() + b"\0" if kind == 2 else struct.pack(order + "I", value)
        if len(packed) > 4:
            place = struct.pack(order + "I", where + 2 + 12 * len(tags) + 4 + len(behind))
            behind += packed
        else:
            place = packed.ljust(4, b"\0")
        table += struct.pack(order + "HHI", tag, kind, count) + place
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", where) + start
    return head + struct.pack(order + "H", len(tags)) + table + bytes(4) + behind + bytes(5000)


def zipped():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "b")
    return stream.getvalue()


PREVIEW = {254: 1, 256: 160, 257: 120, 258: 8, 259: 1, 262: 2, 277: 3}
UNREAD = {
    "jxl": (b"\xff\x0a" + bytes(50), "JPEG XL"),
    "jxl in boxes": (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(50), "djxl"),
    "heic of another plugin": (ftyp(b"crx ", b"crx ", b"isom"), "Canon CR3"),
    "cr2": (tiff({**PREVIEW, 271: "Canon"}, start=b"CR\2\0" + bytes(4)), "Canon CR2"),
    "nef": (tiff({**PREVIEW, 271: "NIKON CORPORATION", 330: 9}, ">"), "camera raw file (NIKON CORPORATION)"),
    "arw": (tiff({**PREVIEW, 259: 6, 271: "SONY", 330: 9}), "camera raw file (SONY)"),
    "dng": (tiff({**PREVIEW, 271: "Pixel", 330: 9, 50706: 1}), "DNG"),
    "dng without preview": (tiff({**PREVIEW, 254: 0, 262: 32803, 50706: 1}), "darktable"),
    "raf": (b"FUJIFILMCCD-RAW 0201" + bytes(99), "RAF"),
    "orf": (b"IIRO" + bytes(99), "ORF"),
    "rw2": (b"IIU\0" + bytes(99), "RW2"),
    "psd": (b"8BPS\0\1" + bytes(99), "Photoshop"),
    "exr": (b"v/1\1" + bytes(99), "OpenEXR"),
    "hdr": (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n", "Radiance"),
    "svg": (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg">', "SVG"),
    "svg bare": (b"<svg></svg>", "rsvg-convert"),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript"),
    "dicom": (bytes(128) + b"DICM" + bytes(50), "DICOM"),
    "jp2": (encode(PHOTO, "JPEG2000"), "JPEG 2000"),
    "ico": (encode(PHOTO, "ICO"), "icon"),
    "tga": (encode(PHOTO, "TGA"), "TGA"),
    "tga of old": (struct.pack("<BBB5sHHHHBB", 0, 0, 2, bytes(5), 0, 0, 8, 8, 24, 32) + bytes(192), "TGA"),
    "ppm": (encode(PHOTO, "PPM"), "portable map"),
    "float colour": (cv2.imencode(".tiff", PHOTO.astype(np.float32))[1].tobytes(), "TIFF of 3 x 32-bit float"),
    "half floats": (tiff({256: 9, 257: 9, 258: 16, 259: 1, 262: 1, 277: 1, 339: 3}), "1 x 16-bit float"),
    "jpeg xl in tiff": (tiff({256: 9, 257: 9, 258: 8, 259: 50002, 262: 1, 277: 1}), "compression JPEG XL"),
    "12 bits": (bytes.fromhex("ffd8ffc1000b0c00400040010111") + bytes(99), "JPEG of 12 bits"),
    "png of an app": (encode(PHOTO, "PNG")[:8] + b"\0\0\0\4CgBI" + bytes(8) + encode(PHOTO, "PNG")[8:], "iPhones"),
    "lossless jpeg": (bytes.fromhex("ffd8ffe000044142ffc3000b0800400040010111") + bytes(99), "lossless"),
}
NO_PICTURE = {
    "mp4": (ftyp(b"isom", b"iso2", b"avc1", b"mp41"), "ffmpeg"),
    "mov": (ftyp(b"qt  "), "QuickTime"),
    "webm": (b"\x1aE\xdf\xa3" + bytes(50), "Matroska"),
    "avi": (b"RIFF\0\0\0\0AVI LIST", "AVI"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\n", "pdftoppm"),
    "zip": (zipped(), "zip"),
    "gzip": (gzip.compress(b"x" * 500), "gunzip"),
    "lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "git lfs pull"),
    "annex": (b"../../.git/annex/objects/Xk/12/SHA256E-s12--ab.jpg\n", "git annex get"),
    "html": (b"<!DOCTYPE html>\n<html><head><title>403\n Forbidden</title></html>", 'HTML page ("403 Forbidden")'),
    "html with a comment": (b"\n<!-- x -->\n<HTML><body>No</body></HTML>", "an HTML page"),
    "xml": (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "XML"),
    "json": (b'{"error": "not found"}', "JSON"),
    "json in utf-16": ('["gone"]'.encode("utf-16"), "JSON"),
    "base64": (b"/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwME", "base64"),
    "data uri": (b"data:image/png;base64,iVBORw0KGgo=", "data URI"),
    "text": (b"Too many requests, try later.\n\x1b[0m", 'begins "Too many requests, try later.'),
    "zeros": (bytes(4096), "zero bytes"),
    "appledouble": (b"\0\5\x16\7\0\2\0\0Mac OS X" + bytes(80), "AppleDouble"),
    "shortcut": (b"L\0\0\0\1\x14\2\0" + bytes(80), "shortcut"),
    "icloud": (b"bplist00" + bytes(80), "iCloud"),
    "tar": (b"a.jpg".ljust(257, b"\0") + b"ustar\x0000" + bytes(300), "tar archive"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREAD)
def test_a_picture_that_is_not_read_says_what_it_is(name):
    reason, detail = refused(UNREAD[name][0])
    assert reason == "unsupported_format" and UNREAD[name][1] in detail


@pytest.mark.parametrize("name", NO_PICTURE)
def test_what_is_no_picture_says_what_it_is(name):
    reason, detail = refused(NO_PICTURE[name][0])
    assert reason == "not_an_image" and NO_PICTURE[name][1] in detail and "; " in detail


def test_an_empty_file_and_random_bytes():
    assert refused(b"")[0] == "empty" and "placeholder" in refused(b"")[1]
    noise = b"\x8b" + np.random.default_rng(0).bytes(400)
    assert refused(noise) == ("not_an_image", f"no known image format; accepted: {', '.join(readable_formats())}")


def test_heic_is_read_with_the_plugin_or_says_how():
    encoded = ftyp(b"heic", b"mif1", b"heic")
    reason, detail = refused(encoded)
    if "HEIF" in readable_formats():
        assert reason == "truncated"
    else:
        assert reason == "unsupported_format" and "pip install pillow-heif" in detail
    assert foreign(encoded, ("HEIF",)) is None
    assert foreign(ftyp(b"mif1", b"avif"), FORMATS).what == "AVIF"
    assert "HEIC" in foreign(ftyp(b"mif1", b"mif1", b"heic"), ("AVIF",)).what


@pytest.mark.skipif(importlib.util.find_spec("pillow_heif") is None, reason="pillow-heif is not installed")
@pytest.mark.parametrize("orientation", [1, 6])
def test_heic_pixels(orientation):
    readable_formats()
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.fromarray(PHOTO)
    image.info["exif"] = exif.tobytes()
    rgb = decode_image(encode(image, "HEIF", quality=95))
    upright = PHOTO if orientation == 1 else np.rot90(PHOTO, -1)
    assert rgb.shape == upright.shape and np.abs(rgb.astype(int) - upright).mean() < 6
    assert refused(encode(PHOTO, "HEIF")[:900])[0] == "truncated"


def test_a_flat_bmp_of_letters_is_no_text():
    letters = np.full((64, 64, 3), 65, np.uint8)
    letters[::2] = 100
    assert np.array_equal(decode_image(encode(letters, "BMP")), letters)


def test_a_video_is_not_read_whole(tmp_path, monkeypatch):
    (tmp_path / "a.mov").write_bytes(ftyp(b"qt  ") + bytes(HEAD))
    asked = []
    monkeypatch.setattr(
        "transforms.sources.read.read_file", lambda uri, most: asked.append(most) or read_file(uri, most)
    )
    item = SourceItem(name="a.mov", uri=str(tmp_path / "a.mov"), dataset="folder")
    assert inspect_item(item, DecodeLimits(max_bytes=100)).detail.startswith("a video")
    assert asked == [HEAD]


def test_transparency_that_hides_everything_is_told():
    drawing = np.zeros((80, 90, 4), np.uint8)
    assert "all of it is transparent" in refused(encode(drawing, "PNG"))[1]
    drawing[20:40, 20:50] = 255
    reason, detail = refused(encode(drawing, "WEBP", lossless=True, exact=True))
    assert reason == "blank" and "white on a transparent ground" in detail
    drawing[20:40, 20:50, :3] = 0
    assert decode_image(encode(drawing, "PNG")).min() == 0
    assert "transparent" not in refused(encode(np.full((80, 80, 3), 255, np.uint8), "PNG"))[1]


def jpeg_with(*segments):
    plain = encode(PHOTO, "JPEG", quality=95)
    blocks = [b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body for marker, body in segments]
    return plain[:2] + b"".join(blocks) + plain[2:]


def test_large_metadata_of_other_formats():
    plain = decode_image(encode(PHOTO, "JPEG", quality=95))
    icc = [(0xE2, b"ICC_PROFILE\0" + bytes([n, 40]) + bytes(65000)) for n in range(1, 41)]
    xmp = [(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + bytes(65000))] * 40
    other = [(0xE1, b"Exif\0\0" + b"II*\0" + bytes(65000)), *[(0xFE, b"c" * 65000)] * 40, (0xEF, bytes(65000))]
    assert np.array_equal(decode_image(jpeg_with(*icc, *xmp, *other)), plain)
    large = b"<x:xmpmeta>" + b"x" * (3 << 20)
    for format, options in (("TIFF", {"tiffinfo": {700: large}}), ("WEBP", {"xmp": large, "lossless": True})):
        assert np.array_equal(decode_image(encode(PHOTO, format, **options)), PHOTO)
    exif = Image.Exif()
    exif[0x0112], exif[0x9286] = 3, large
    assert np.array_equal(decode_image(encode(PHOTO, "WEBP", lossless=True, exif=exif)), PHOTO[::-1, ::-1])
    comment = b"\x21\xfe" + b"".join(b"\xff" + b"c" * 255 for _ in range(8000)) + b"\0"
    gif = encode(PHOTO, "GIF")
    place = 13 + 3 * 2 ** ((gif[10] & 7) + 1) * (gif[10] >> 7)
    assert np.array_equal(decode_image(gif[:place] + comment + gif[place:]), decode_image(gif))


def test_progressive_ycck_and_sixteen_bit_pictures():
    progressive = decode_image(encode(PHOTO, "JPEG", quality=95, progressive=True))
    assert np.array_equal(progressive, decode_image(encode(PHOTO, "JPEG", quality=95)))
    cmyk = encode(Image.fromarray(PHOTO).convert("CMYK"), "JPEG", quality=95, subsampling=0)
    at = cmyk.index(b"Adobe")
    assert cmyk[at + 11] in (0, 2)
    assert np.abs(decode_image(cmyk).astype(int) - PHOTO).mean() < 8
    deep = zlib.compress(b"".join(b"\0" + (row.astype(">u2") * 257).tobytes() for row in PHOTO))
    parts = (b"IHDR", struct.pack(">IIBBBBB", 130, 96, 16, 2, 0, 0, 0)), (b"IDAT", deep), (b"IEND", b"")
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
    assert np.array_equal(decode_image(png), PHOTO)


def test_every_format_that_is_named_is_found_in_a_folder():
    named = {
        "heic", "avif", "jxl", "cr2", "cr3", "nef", "arw", "dng", "raf", "orf", "rw2", "tga", "psd", "svg", "pdf",
        "exr", "hdr", "jp2", "ico", "mp4", "mov", "tif",
    }  # fmt: skip
    assert named <= IMAGE_EXTENSIONS
