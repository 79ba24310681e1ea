"""The one safe decoder: bytes from anywhere become upright sRGB pixels, or a DecodeError that names the reason."""

import io
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated

import cv2
import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError
from pydantic import Field

from schemas.example import Model
from transforms.shortage import raise_without_room
from transforms.sources.colour import to_srgb, to_srgba
from transforms.sources.foreign import foreign, looks_like_tga, plain
from transforms.sources.formats import readable_formats
from transforms.sources.jpeg import samples_of
from transforms.sources.png import without_texts
from transforms.sources.tiff import pixels_of

PILLOW_MAX_PIXELS = 178_956_970
"""Above this Pillow itself refuses to open an image."""
BLANK_STD = 2.0
"""A picture is blank when no channel's standard deviation (0..127.5) reaches this."""

SEEN_ALPHA, MOST_SEEN = 24, 0.97
"""Alpha (0..255) from which a pixel of a cut-out counts, and the share of such pixels above which nothing was cut."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation -> what makes the picture upright."""
_WARNINGS_LOCK = threading.Lock()
"""`warnings.catch_warnings` swaps global state, so two threads must not do it at once."""


class DecodeLimits(Model):
    """What the decoder refuses, and how large a picture it gives back."""

    max_bytes: Annotated[int, Field(ge=1)] = 256 * 2**20
    """Size of the file, bytes."""
    max_pixels: Annotated[int, Field(ge=1, le=PILLOW_MAX_PIXELS)] = 100_000_000
    """Width times height, checked from the header before anything is decoded."""
    min_side: Annotated[int, Field(ge=1)] = 64
    """Shortest side that is accepted, pixels, after scaling to `max_side`."""
    max_side: Annotated[int, Field(ge=1)] = 1024
    """Larger pictures are scaled down (Lanczos) until their longer side has this many pixels."""


class DecodeError(Exception):
    """An image that cannot be used.

    Attributes:
        reason: empty, too_many_bytes, not_an_image, unsupported_format, truncated (incomplete or damaged data),
            too_many_pixels, too_small, blank, not_cut_out; source_changed is raised by `transforms.sources.read`.
        detail: one line for a person, with the values that decided.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"


def decode_image(data: bytes, limits: DecodeLimits = DecodeLimits()) -> np.ndarray:  # noqa: B008 - immutable
    """Decode an image file.

    The first frame counts. EXIF orientation is applied, an ICC profile converted to sRGB, transparency laid on white,
    deep greyscale scaled (see `transforms.sources.colour`), and what is larger than `limits.max_side` scaled down.
    No metadata remain, and texts of a PNG are dropped before they are unpacked (`transforms.sources.png`).
    Whatever the bytes are, only DecodeError is raised.

    Args:
        data: the file's content.
        limits: what to refuse.

    Returns:
        uint8 [H, W, 3], sRGB, upright, writable.

    Raises:
        DecodeError: with a reason.
    """
    rgb = _checked(data, limits, to_srgb)
    if cv2.meanStdDev(rgb)[1].max() < BLANK_STD:
        raise DecodeError(
            "blank", f"{rgb.shape[1]}x{rgb.shape[0]} pixels of (almost) one colour{_unseen(data, limits)}"
        )
    return rgb


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a picture as it is shown upright, from its header; None where it cannot be read."""
    if foreign(data, readable_formats()) is not None:
        return None
    with _WARNINGS_LOCK, warnings.catch_warnings(), suppress(Exception):  # hostile bytes make Pillow raise anything
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(without_texts(data)[0]), formats=readable_formats()) as image:
            width, height = image.size
            return (height, width) if _orientation(image) >= 5 else (width, height)
    return None


def _unseen(data: bytes, limits: DecodeLimits) -> str:
    """Say what transparency hides of a picture that is blank on white; "" where it hides nothing."""
    alpha = _checked(data, limits, to_srgba)[..., 3]
    if alpha.max() < SEEN_ALPHA:
        return ": all of it is transparent"
    if alpha.min() >= SEEN_ALPHA:
        return ""
    return ": its content is white on a transparent ground, which is laid on white; lay it on another colour"


def decode_cutout(data: bytes, limits: DecodeLimits = DecodeLimits()) -> np.ndarray:  # noqa: B008 - immutable
    """Decode a picture of a thing with nothing around it, as `decode_image` does but with its transparency.

    Returns:
        uint8 [H, W, 4], sRGB, not premultiplied, cut to the box of what is not transparent.

    Raises:
        DecodeError: see `decode_image`; `not_cut_out` where nothing around the thing is transparent, `too_small`
            where less is left than `limits.min_side` on both sides.
    """
    rgba = _checked(data, limits.model_copy(update={"min_side": 1}), to_srgba)
    seen = rgba[..., 3] >= SEEN_ALPHA
    if seen.mean() > MOST_SEEN:
        raise DecodeError(
            "not_cut_out", f"{seen.mean():.0%} of it is opaque; make what is around the thing transparent"
        )
    ys, xs = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if max(ys.size, xs.size) < limits.min_side:
        raise DecodeError("too_small", f"{xs.size}x{ys.size} pixels are seen of it, fewer than {limits.min_side}")
    return np.ascontiguousarray(rgba[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1])


def refuse_foreign(data: bytes) -> None:
    """Refuse what is no picture that can be read, by the start of its bytes.

    Raises:
        DecodeError: `not_an_image` or `unsupported_format`, with what it is and what to do.
    """
    if (found := foreign(data, readable_formats())) is not None:
        raise DecodeError(found.reason, f"{found.what}; {found.todo}")


def _checked(data: bytes, limits: DecodeLimits, convert: Callable[[Image.Image], Image.Image]) -> np.ndarray:
    if not data:
        raise DecodeError(
            "empty", "the file has no bytes: a copy that did not finish, or a placeholder; get the picture itself again"
        )
    refuse_foreign(data)
    if len(data) > limits.max_bytes:
        raise DecodeError("too_many_bytes", f"more than {limits.max_bytes} bytes")
    with _WARNINGS_LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _decode(data, limits, convert)


def _decode(data: bytes, limits: DecodeLimits, convert: Callable[[Image.Image], Image.Image]) -> np.ndarray:
    try:
        lean, profile = without_texts(data)
        with Image.open(io.BytesIO(lean), formats=readable_formats()) as image:
            size = _checked_size(image, limits)
            image.load()
            if profile is not None:
                image.info["icc_profile"] = profile
            upright = _upright(convert(image), image)
            if upright.size not in (size, size[::-1]):
                upright = upright.resize(_fit(upright.size, limits.max_side), Image.Resampling.LANCZOS)
            return np.array(upright)
    except DecodeError:
        raise
    except UnidentifiedImageError:
        raise _unidentified(data) from None
    except Image.DecompressionBombError:
        raise DecodeError("too_many_pixels", f"more than {PILLOW_MAX_PIXELS} pixels") from None
    except Exception as error:  # hostile bytes make Pillow raise nearly anything
        raise_without_room(error, 4 * limits.max_pixels)
        cause = " ".join(f"{type(error).__name__}: {error}".split())
        raise DecodeError("truncated", f"incomplete or damaged ({cause}); get the picture again") from error


def _unidentified(data: bytes) -> DecodeError:
    Image.init()
    prefix = data[:16].ljust(16, b"\0")  # some of the tests cannot bear a shorter one
    names = [name for name, (_, accept) in Image.OPEN.items() if accept and accept(prefix) is True]
    if set(names) & set(readable_formats()):
        if special := _special(data):
            return DecodeError(
                "unsupported_format", f"{special}; convert it to a plain PNG, or to TIFF of 8 or 16 bits"
            )
        return DecodeError(
            "truncated", f"starts like {names[0]}, but its header is incomplete or damaged; get it again"
        )
    if (found := plain(data)) is not None:
        return DecodeError(found.reason, f"{found.what}; {found.todo}")
    if looks_like_tga(data):
        names = ["TGA by the look of its header"]
    allowed = ", ".join(readable_formats())
    if names:
        return DecodeError("unsupported_format", f"{names[0]}, which is not read; convert it to one of {allowed}")
    return DecodeError("not_an_image", f"no known image format; accepted: {allowed}")


def _special(data: bytes) -> str:
    """Return what is special about a file of a format that is read, in a variety that is not; "" where nothing is."""
    if data[:4] in (b"II*\0", b"MM\0*"):
        return pixels_of(data)
    if data[12:16] == b"CgBI":
        return "PNG as Apple's tools pack it for iPhones (CgBI)"
    return samples_of(data) if data[:2] == b"\xff\xd8" else ""


def _fit(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    """Return (width, height) scaled down until the longer side is `max_side`; unchanged if it is not larger."""
    scale = min(1.0, max_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _checked_size(image: Image.Image, limits: DecodeLimits) -> tuple[int, int]:
    """Return the size that the picture will have, before orientation."""
    width, height = image.size
    if width * height > limits.max_pixels:
        raise DecodeError("too_many_pixels", f"{width}x{height}, more than {limits.max_pixels} pixels")
    size = _fit(image.size, limits.max_side)
    if min(size) < limits.min_side:
        scaled = "" if size == image.size else f" ({size[0]}x{size[1]} when scaled to max_side)"
        raise DecodeError("too_small", f"{width}x{height}{scaled}, shorter side under {limits.min_side} pixels")
    return size


def _orientation(image: Image.Image) -> int:
    """Return how a picture is stored, 1 to 8 as EXIF counts."""
    try:
        found = image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # damaged EXIF says nothing about the picture, which decoded well
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _upright(rgb: Image.Image, original: Image.Image) -> Image.Image:
    turn = _TURNS.get(_orientation(original))
    return rgb if turn is None else rgb.transpose(turn)
