"""The decoder: every mode comes out right, and nothing that is not a picture comes through."""

import io
import pickle
import struct
import warnings
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile
from profiles import swapped_primaries_profile
from pydantic import ValidationError
from skimage import color, data

from transforms.sources.decode import DecodeError, DecodeLimits, decode_image

PHOTO = np.ascontiguousarray(data.astronaut()[:96, 180:308])
LIMITS = DecodeLimits()


def encode(image, format, **options):
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


def reason(encoded, limits=LIMITS):
    with pytest.raises(DecodeError) as caught:
        decode_image(encoded, limits)
    assert caught.value.detail
    assert "\n" not in str(caught.value)
    return caught.value.reason


def png_claiming(width, height):
    """A PNG with a true header of any size, and pixels for none of it."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def gradient(dtype, top):
    """96 x 128: rises from 0 to `top` along each row."""
    return np.broadcast_to(np.linspace(0, top, 128), (96, 128)).astype(dtype)


RAMP = np.repeat(np.rint(gradient(float, 255)).astype(np.uint8)[..., None], 3, axis=2)


@pytest.mark.parametrize("format", ["PNG", "TIFF", "BMP"])
def test_lossless_formats_give_the_same_pixels(format):
    rgb = decode_image(encode(PHOTO, format))
    assert rgb.dtype == np.uint8
    assert rgb.flags.writeable
    assert np.array_equal(rgb, PHOTO)


@pytest.mark.parametrize(
    ("format", "options"),
    [("JPEG", {"quality": 95}), ("WEBP", {"quality": 95}), ("AVIF", {"quality": 95}), ("GIF", {})],
)
def test_lossy_formats_come_close(format, options):
    assert np.abs(decode_image(encode(PHOTO, format, **options)).astype(int) - PHOTO).mean() < 6


def test_the_name_does_not_count_only_the_content(tmp_path):
    path = tmp_path / "mislabelled.jpg"
    path.write_bytes(encode(PHOTO, "PNG"))
    assert np.array_equal(decode_image(path.read_bytes()), PHOTO)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK"])
def test_every_mode_becomes_three_channels(mode):
    image = Image.fromarray(PHOTO).convert(mode)
    rgb = decode_image(encode(image, "TIFF" if mode == "CMYK" else "PNG"))
    assert rgb.shape == PHOTO.shape
    assert np.abs(rgb.astype(int) - np.asarray(image.convert("RGB"))).max() <= 3


def test_grey_stays_grey():
    rgb = decode_image(encode(PHOTO[..., 1], "PNG"))
    assert np.array_equal(rgb, np.repeat(PHOTO[..., 1:2], 3, axis=2))


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_transparency_is_laid_on_white(format):
    rgba = np.dstack([PHOTO, np.full(PHOTO.shape[:2], 255, np.uint8)])
    rgba[:, :40, 3] = 0
    rgba[:, 40:80, 3] = 128
    rgb = decode_image(encode(rgba, format, **({"lossless": True, "exact": True} if format == "WEBP" else {})))
    assert (rgb[:, :40] == 255).all()
    half = PHOTO[:, 40:80] * (128 / 255) + 255 * (127 / 255)
    assert np.abs(rgb[:, 40:80] - half).max() <= 1
    assert np.array_equal(rgb[:, 80:], PHOTO[:, 80:])


def test_grey_with_alpha():
    la = np.dstack([PHOTO[..., 0], np.where(np.arange(128) < 64, 0, 255).astype(np.uint8) * np.ones((96, 1), np.uint8)])
    rgb = decode_image(encode(Image.fromarray(la, "LA"), "PNG"))
    assert (rgb[:, :64] == 255).all()
    assert np.array_equal(rgb[:, 64:, 2], PHOTO[:, 64:, 0])


@pytest.mark.parametrize("format", ["PNG", "GIF"])
def test_transparent_palette_entry_is_white(format):
    image = Image.fromarray((np.arange(128) // 32 * np.ones((96, 1))).astype(np.uint8), "P")
    image.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    rgb = decode_image(encode(image, format, transparency=0))
    assert [tuple(rgb[50, x]) for x in (5, 40, 70, 100)] == [(255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255)]


def test_transparent_colour_of_an_rgb_png_is_white():
    pixels = PHOTO.copy()
    pixels[:10] = (1, 2, 3)
    rgb = decode_image(encode(pixels, "PNG", transparency=(1, 2, 3)))
    assert (rgb[:10] == 255).all()
    assert np.array_equal(rgb[10:], np.where((PHOTO == (1, 2, 3)).all(2, keepdims=True), 255, PHOTO)[10:])


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_16_bit_grey_is_scaled_not_clipped(format):
    rgb = decode_image(encode(gradient(np.uint16, 65535), format))
    assert np.abs(rgb.astype(int) - RAMP).max() <= 1
    assert (rgb[..., 0] == rgb[..., 2]).all()


@pytest.mark.parametrize("extension", [".png", ".tiff"])
@pytest.mark.parametrize("channels", [3, 4])
def test_16_bit_colour_is_scaled_not_clipped(extension, channels):
    deep = np.dstack([gradient(np.uint16, 65535), np.zeros((96, 128), np.uint16), gradient(np.uint16, 30000)])
    if channels == 4:
        deep = np.dstack([deep, np.full((96, 128), 65535, np.uint16)])
    rgb = decode_image(cv2.imencode(extension, deep)[1].tobytes())
    assert np.abs(rgb.astype(int) - np.rint(deep[..., 2::-1] / 257)).max() <= 1


@pytest.mark.parametrize(
    ("values", "expected_top"),
    [
        pytest.param(gradient(np.float32, 1.0), 255, id="float 0..1"),
        pytest.param(gradient(np.float32, 0.5), 128, id="float 0..0.5"),
        pytest.param(gradient(np.float32, 4000.0), 255, id="float above 1"),
        pytest.param(gradient(np.int32, 65535), 255, id="int32 within 16 bits"),
        pytest.param(gradient(np.int32, 2**31 - 1), 255, id="int32"),
    ],
)
def test_deep_tiff_is_scaled(values, expected_top):
    rgb = decode_image(encode(values, "TIFF"))
    assert np.abs(rgb[0, :, 0].astype(int) - np.linspace(0, expected_top, 128)).max() <= 1


def test_float_tiff_with_negative_values_and_nan():
    values = gradient(np.float32, 1.0).copy()
    values[0], values[1], values[2] = -5.0, np.nan, np.inf
    rgb = decode_image(encode(values, "TIFF"))
    assert not rgb[:3].any()
    assert np.abs(rgb[3:].astype(int) - RAMP[3:]).max() <= 1


@pytest.mark.parametrize("top", [255, 65535])
def test_tiff_whose_zero_is_white(top):
    values = gradient(np.uint8 if top == 255 else np.uint16, top)
    encoded = encode(values, "TIFF", tiffinfo={262: 0})
    with Image.open(io.BytesIO(encoded)) as image:
        assert image.tag_v2[262] == 0
    expected = RAMP if top == 255 else 255 - RAMP  # Pillow inverts 8-bit pixels on saving, too
    assert np.abs(decode_image(encoded).astype(int) - expected).max() <= 1


def test_adobe_cmyk_jpeg_is_not_inverted():
    cmyk = Image.fromarray(PHOTO).convert("CMYK")
    encoded = encode(cmyk, "JPEG", quality=95)
    assert b"Adobe" in encoded  # such files hold inverted inks
    assert np.abs(decode_image(encoded).astype(int) - PHOTO).mean() < 8


def test_lab_is_read_as_cielab():
    lab = color.rgb2lab(PHOTO) * (2.55, 1, 1)  # relative to its white, as CIELAB under D50 is to its own
    stored = np.rint(lab).astype(np.int16).astype(np.uint8)  # a and b are signed bytes in the file
    rgb = decode_image(encode(Image.frombytes("LAB", (128, 96), stored.tobytes()), "TIFF"))
    difference = np.abs(rgb.astype(int) - PHOTO)
    assert difference.mean() < 2
    assert np.percentile(difference, 99) < 8


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_icc_profile_is_converted_to_srgb(format):
    rgb = decode_image(encode(PHOTO, format, icc_profile=swapped_primaries_profile()))
    assert np.abs(rgb.astype(int) - PHOTO[..., [1, 0, 2]]).max() <= 3


def test_icc_profile_under_transparency():
    rgba = np.dstack([PHOTO, np.full(PHOTO.shape[:2], 255, np.uint8)])
    rgba[:20, :, 3] = 0
    rgb = decode_image(encode(rgba, "PNG", icc_profile=swapped_primaries_profile()))
    assert (rgb[:20] == 255).all()
    assert np.abs(rgb[20:].astype(int) - PHOTO[20:, :, [1, 0, 2]]).max() <= 3


@pytest.mark.parametrize("profile", [b"nonsense", swapped_primaries_profile()[:200]])
def test_damaged_profile_is_ignored(profile):
    assert np.array_equal(decode_image(encode(PHOTO, "PNG", icc_profile=profile)), PHOTO)


def test_profile_of_another_colour_space_is_ignored():
    grey = PHOTO[..., 0]
    rgb = decode_image(encode(grey, "PNG", icc_profile=swapped_primaries_profile()))
    assert np.array_equal(rgb[..., 0], grey)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(format, orientation):
    upright = np.zeros((80, 128, 3), np.uint8)
    upright[:40, :64], upright[:40, 64:], upright[40:, :64] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    rgb = decode_image(encode(np.ascontiguousarray(stored), format, exif=exif))
    assert rgb.shape == upright.shape
    assert np.abs(rgb.astype(int) - upright).mean() < 10


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"]
)
def test_damaged_exif_is_ignored(exif):
    rgb = decode_image(encode(PHOTO, "JPEG", quality=95, exif=exif))
    assert np.abs(rgb.astype(int) - PHOTO).mean() < 4


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "TIFF", "AVIF", "MPO"])
def test_first_frame_of_an_animation(format):
    frames = [Image.fromarray(RAMP), Image.fromarray(RAMP[:, ::-1]), Image.fromarray(255 - RAMP)]
    rgb = decode_image(encode(frames[0], format, save_all=True, append_images=frames[1:]))
    assert np.abs(rgb.astype(int) - RAMP).mean() < 4


def test_larger_images_are_scaled_down():
    large = np.kron(PHOTO, np.ones((4, 4, 1), np.uint8))
    rgb = decode_image(encode(large, "PNG"), DecodeLimits(max_side=128))
    assert rgb.shape == PHOTO.shape
    assert np.abs(rgb.astype(int) - PHOTO).mean() < 4
    assert decode_image(encode(large, "PNG"), DecodeLimits(max_side=512)).shape == large.shape


def test_max_side_holds_after_orientation():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode_image(encode(PHOTO, "PNG", exif=exif), DecodeLimits(max_side=100)).shape == (100, 75, 3)


def test_empty():
    assert reason(b"") == "empty"


@pytest.mark.parametrize("content", [b"This is a shopping list.\n" * 20, b"\0" * 500, b"\xff"])
def test_not_an_image(content):
    assert reason(content) == "not_an_image"


@pytest.mark.parametrize("format", ["ICO", "PPM", "JPEG2000", "TGA", "EPS", "PCX"])
def test_unsupported_format(format):
    assert reason(encode(PHOTO, format)) == "unsupported_format"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_truncated(format, share):
    encoded = encode(PHOTO, format)
    assert reason(encoded[: int(len(encoded) * share)]) == "truncated"


def test_too_many_bytes():
    encoded = encode(PHOTO, "PNG")
    assert reason(encoded, DecodeLimits(max_bytes=len(encoded) - 1)) == "too_many_bytes"
    assert decode_image(encoded, DecodeLimits(max_bytes=len(encoded))).shape == PHOTO.shape


@pytest.mark.parametrize("size", [(60000, 60000), (12000, 12000), (10001, 10000)])
def test_a_bomb_is_refused_before_decoding(size, monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: pytest.fail("pixels were decoded"))
    assert reason(png_claiming(*size)) == "too_many_pixels"


def test_pixel_limit_can_be_set_and_is_exact():
    encoded = encode(PHOTO, "PNG")
    assert reason(encoded, DecodeLimits(max_pixels=96 * 128 - 1)) == "too_many_pixels"
    assert decode_image(encoded, DecodeLimits(max_pixels=96 * 128)).shape == PHOTO.shape


def test_too_small():
    assert reason(encode(PHOTO[:63], "PNG")) == "too_small"
    assert decode_image(encode(PHOTO[:64], "PNG")).shape == (64, 128, 3)


def test_too_small_once_scaled():
    strip = np.tile(PHOTO, (1, 20, 1))
    assert reason(encode(strip, "PNG")) == "too_small"


def test_blank():
    flat = np.full((100, 100, 3), 130, np.uint8)
    noise = np.random.default_rng(0).integers(-2, 3, flat.shape)
    assert reason(encode(flat, "PNG")) == "blank"
    assert reason(encode((flat + noise).astype(np.uint8), "JPEG")) == "blank"
    assert reason(encode(np.dstack([PHOTO, np.zeros(PHOTO.shape[:2], np.uint8)]), "PNG")) == "blank"


def test_limits_are_checked():
    with pytest.raises(ValidationError):
        DecodeLimits(max_pixels=10**9)
    with pytest.raises(ValidationError):
        DecodeLimits(max_sides=3)


def test_no_warning_and_no_changed_settings():
    before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DecodeError):
            decode_image(png_claiming(9900, 9990), DecodeLimits())
        decode_image(encode(PHOTO, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"))
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters))


def test_the_error_travels_between_processes():
    error = pickle.loads(pickle.dumps(DecodeError("blank", "3x3")))
    assert (error.reason, error.detail, str(error)) == ("blank", "3x3", "blank: 3x3")


def test_repetition_gives_equal_pixels():
    encoded, other = encode(PHOTO, "JPEG"), encode(PHOTO[:, ::-1], "PNG", icc_profile=swapped_primaries_profile())
    first = decode_image(encoded, DecodeLimits(max_side=100))
    decode_image(other)
    assert np.array_equal(decode_image(encoded, DecodeLimits(max_side=100)), first)


def decodes_or_refuses(encoded):
    try:
        rgb = decode_image(encoded)
    except DecodeError:
        return
    assert rgb.dtype == np.uint8
    assert rgb.ndim == 3
    assert rgb.shape[2] == 3
    assert min(rgb.shape[:2]) >= 64
    assert max(rgb.shape[:2]) <= 1024


STARTS = [
    b"\xff\xd8\xff\xe0",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\x40\0\0\0WEBPVP8 ",
    b"II*\0",
    b"MM\0*",
    b"BM",
    b"GIF89a",
    b"\0\0\0\x20ftypavif\0\0\0\0avifmif1miafMA1B",
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    b"version https://git-lfs",
    b"",
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=200))
@example(b"", b"")
def test_random_bytes_raise_nothing_else(start, rest):
    decodes_or_refuses(start + rest)


GOOD = {
    "JPEG": encode(PHOTO, "JPEG"),
    "CMYK": encode(Image.fromarray(PHOTO).convert("CMYK"), "JPEG"),
    "PNG": encode(PHOTO, "PNG", icc_profile=swapped_primaries_profile()),
    "palette": encode(Image.fromarray(PHOTO).convert("P"), "PNG", transparency=3),
    "WEBP": encode(PHOTO, "WEBP"),
    "TIFF": encode(PHOTO, "TIFF", compression="tiff_lzw"),
    "deep": encode(gradient(np.uint16, 65535), "TIFF"),
    "BMP": encode(PHOTO, "BMP"),
    "GIF": encode(PHOTO, "GIF"),
    "AVIF": encode(PHOTO, "AVIF"),
}


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(GOOD)),
    st.floats(0, 1),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
    st.booleans(),
)
def test_truncation_and_corruption_raise_nothing_else(name, share, changes, early):
    encoded = bytearray(GOOD[name])
    reach = 400 if early else len(encoded)  # headers break more than pixels do
    for position, value in changes:
        encoded[int(position * min(reach, len(encoded)))] = value
    decodes_or_refuses(bytes(encoded[: round(share * len(encoded))] if share < 0.5 else encoded))
