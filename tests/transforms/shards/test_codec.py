"""Image members: what ships, byte for byte."""

import hashlib
import io

import numpy as np
import pytest
from PIL import Image, JpegImagePlugin
from skimage import data

from transforms.shards.codec import decode_label_map, decode_member, encode_image, encode_label_map


@pytest.fixture(scope="module")
def photo():
    return np.ascontiguousarray(data.astronaut()[:200, 100:340])


@pytest.mark.parametrize("extension", ["jpg", "png", "webp"])
def test_info_describes_the_bytes(photo, extension):
    encoded = encode_image(photo, extension)
    assert encoded.extension == extension
    assert (encoded.info.width, encoded.info.height) == (240, 200)
    assert encoded.info.sha256 == hashlib.sha256(encoded.data).hexdigest()


@pytest.mark.parametrize("extension", ["jpg", "png", "webp"])
def test_bytes_are_equal_on_repetition(photo, extension):
    first = encode_image(photo, extension).data
    encode_image(photo[::-1], extension)
    assert encode_image(photo, extension).data == first


@pytest.mark.parametrize("extension", ["png", "webp"])
def test_png_and_webp_keep_every_pixel(photo, extension):
    assert np.array_equal(decode_member(encode_image(photo, extension).data), photo)


def test_a_members_pixels_are_what_its_reader_sees_decoded_once(photo):
    encoded = encode_image(photo)
    assert np.array_equal(encoded.pixels, decode_member(encoded.data))
    assert encoded.pixels is encoded.pixels
    with pytest.raises(ValueError, match="read-only"):
        encoded.pixels[0, 0] = 0


def test_jpeg_is_close_and_keeps_full_colour_resolution(photo):
    encoded = encode_image(photo)
    assert np.abs(decode_member(encoded.data).astype(int) - photo).mean() < 2
    with Image.open(io.BytesIO(encoded.data)) as image:
        assert JpegImagePlugin.get_sampling(image) == 0
        assert image.quantization[0][0] == 2  # the standard luma table's first entry, 16, at quality 95


@pytest.mark.parametrize("extension", ["jpg", "png", "webp"])
def test_no_metadata(photo, extension):
    encoded = encode_image(photo, extension).data
    with Image.open(io.BytesIO(encoded)) as image:
        image.load()
        assert not dict(image.getexif())
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)
    assert not any(mark in encoded for mark in (b"Exif", b"ICC_PROFILE", b"http://ns.adobe", b"tEXt", b"EXIF", b"XMP "))


@pytest.mark.parametrize("bad", [np.zeros((8, 8), np.uint8), np.zeros((8, 8, 4), np.uint8), np.zeros((8, 8, 3))])
def test_other_arrays_are_refused(bad):
    with pytest.raises(ValueError, match=r"uint8 \[H, W, 3\]"):
        encode_image(bad)


def test_label_map_round_trip():
    label_map = np.arange(12 * 13, dtype=np.uint8).reshape(12, 13)
    encoded = encode_label_map(label_map)
    with Image.open(io.BytesIO(encoded)) as image:
        assert (image.format, image.mode) == ("PNG", "L")
    assert np.array_equal(decode_label_map(encoded), label_map)


@pytest.mark.parametrize("bad", [np.zeros((8, 8), np.int32), np.zeros((8, 8), bool), np.zeros((8, 8, 3), np.uint8)])
def test_other_label_maps_are_refused(bad):
    with pytest.raises(ValueError, match=r"uint8 \[H, W\]"):
        encode_label_map(bad)


def test_a_picture_is_no_label_map(photo):
    with pytest.raises(ValueError, match="mode RGB"):
        decode_label_map(encode_image(photo, "png").data)
