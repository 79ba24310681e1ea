"""Texts and profiles of PNG files: dropped where Pillow would refuse the picture, kept where they decide its look."""

import io
import random
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin
from profiles import swapped_primaries_profile
from skimage import data

from transforms.sources.decode import DecodeError, decode_image
from transforms.sources.png import MAX_PROFILE, MAX_TEXT, without_texts

PHOTO = np.ascontiguousarray(data.coffee()[100:180, 200:330])


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*chunks, after=(), photo=PHOTO):
    """Return a PNG with more chunks in front of its pixels, and others after them."""
    stream = io.BytesIO()
    Image.fromarray(photo).save(stream, "PNG")
    plain = stream.getvalue()
    first, end = plain.index(b"IDAT") - 4, plain.index(b"IEND") - 4
    return plain[:first] + b"".join(chunks) + plain[first:end] + b"".join(after) + plain[end:]


def text(size, keyword=b"parameters", name=b"tEXt"):
    """Return a text chunk of `size` unpacked bytes, packed well in the two forms that pack."""
    if name == b"tEXt":
        return chunk(name, keyword + b"\0" + b"x" * size)
    packed = zlib.compress(b"x" * size, 1)
    return chunk(name, keyword + b"\0\0" + packed if name == b"zTXt" else keyword + b"\0\1\0\0\0" + packed)


PROFILE = chunk(b"iCCP", b"swapped\0\0" + zlib.compress(swapped_primaries_profile()))


@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iTXt"])
@pytest.mark.parametrize("size", [10, 3 * MAX_TEXT + 7])
@pytest.mark.parametrize("place", ["before", "after"])
def test_texts_of_any_size_cost_nothing(name, size, place):
    chunks = [text(size, name=name), text(size, b"workflow", name)]
    encoded = png(*chunks) if place == "before" else png(after=chunks)
    assert np.array_equal(decode_image(encoded), PHOTO)


def test_many_small_texts_together():
    chunks = [text(MAX_TEXT - 20, b"part%d" % n, b"zTXt") for n in range(80)]  # 80 MB, more than Pillow takes in all
    with pytest.raises(ValueError), Image.open(io.BytesIO(png(*chunks))) as image:
        image.load()
    assert np.array_equal(decode_image(png(*chunks)), PHOTO)


def test_a_bomb_is_not_unpacked():
    bomb = [text(64 * MAX_TEXT, keyword, b"zTXt") for keyword in (b"Raw profile type exif", b"XML:com.adobe.xmp")]
    bomb.append(chunk(b"iCCP", b"big\0\0" + zlib.compress(bytes(64 * MAX_TEXT))))
    encoded = png(*bomb)
    del bomb
    tracemalloc.start()
    lean, profile = without_texts(encoded)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * MAX_PROFILE and profile is None
    assert np.array_equal(decode_image(encoded), PHOTO) and len(lean) < len(encoded)


def test_a_large_text_leaves_profile_and_orientation():
    exif = Image.Exif()
    exif[0x0112] = 6
    encoded = png(PROFILE, chunk(b"eXIf", exif.tobytes()[6:]), text(2 * MAX_TEXT, name=b"zTXt"))
    turned = np.rot90(PHOTO, -1)
    assert np.abs(decode_image(encoded).astype(int) - turned[..., [1, 0, 2]]).max() <= 3


@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iTXt"])
def test_orientation_in_a_text_is_kept(name):
    exif = Image.Exif()
    exif[0x0112] = 3
    written = f"\nexif\n{len(exif.tobytes()):8}\n{exif.tobytes().hex()}\n"
    body = {
        b"tEXt": b"Raw profile type exif\0" + written.encode(),
        b"zTXt": b"Raw profile type exif\0\0" + zlib.compress(written.encode()),
        b"iTXt": b"XML:com.adobe.xmp\0\0\0\0\0" + b'<x:xmpmeta><rdf:Description tiff:Orientation="3"/></x:xmpmeta>',
    }[name]
    assert np.array_equal(decode_image(png(chunk(name, body), text(2 * MAX_TEXT))), PHOTO[::-1, ::-1])


def test_a_large_profile_is_still_converted():
    profile = bytearray(swapped_primaries_profile())
    padding = random.Random(3).randbytes(2 * MAX_TEXT)
    padded = profile + padding
    padded[:4] = struct.pack(">I", len(padded))
    assert ImageCms.ImageCmsProfile(io.BytesIO(bytes(padded)))
    rgb = decode_image(png(chunk(b"iCCP", b"large\0\0" + zlib.compress(bytes(padded)))))
    assert np.abs(rgb.astype(int) - PHOTO[..., [1, 0, 2]]).max() <= 3


@pytest.mark.parametrize(
    "broken",
    [
        chunk(b"zTXt", b"no end"),
        chunk(b"zTXt", b"a\0\0nonsense"),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\1"),
        chunk(b"iCCP", b"no end"),
        chunk(b"iCCP", b"a\0\0" + b"nonsense"),
        chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"x" * 100)[:-9]),
        chunk(b"tEXt", b"")[:-4] + b"\1\2\3\4",
    ],
)
def test_broken_texts_cost_nothing(broken):
    assert np.array_equal(decode_image(png(broken)), PHOTO)


def test_what_needs_no_change_is_not_copied():
    plain = png(PROFILE)
    assert without_texts(plain)[0] is plain
    assert without_texts(b"not a PNG")[0] == b"not a PNG"
    assert without_texts(png(text(50)))[0] == png()


def test_a_file_that_was_cut_off_stays_so():
    encoded = png(text(2 * MAX_TEXT))
    for end in (20, len(encoded) // 2, len(encoded) - 2000):
        with pytest.raises(DecodeError, match=r"truncated.*again"):
            decode_image(encoded[:end])
    assert MAX_TEXT >= PngImagePlugin.MAX_TEXT_CHUNK
