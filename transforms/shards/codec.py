"""Image members of a shard: how they are encoded, and how their reader sees them."""

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from PIL import Image

from schemas.example import ImageInfo

ImageFormat = Literal["jpg", "png", "webp"]

_SAVE_OPTIONS: dict[ImageFormat, dict[str, Any]] = {
    "jpg": {"format": "JPEG", "quality": 95, "subsampling": "4:4:4"},
    "png": {"format": "PNG"},
    # lossless, because lossy WebP has no 4:4:4: it would blur the colour edges that regions are measured on
    "webp": {"format": "WEBP", "lossless": True, "method": 2},
}
MAX_PIXELS = 100_000_000
"""Width times height above which a member is refused; what its header says is checked before anything is decoded."""


@dataclass(frozen=True, eq=False)
class EncodedImage:
    """An image member: the bytes that ship, and what they say of themselves."""

    data: bytes
    extension: str  # jpg | png | webp
    info: ImageInfo

    @cached_property
    def pixels(self) -> np.ndarray:
        """What the member's reader sees, uint8 [H, W, 3], read-only: decoded once, for all who look at it."""
        pixels = decode_member(self.data)
        pixels.setflags(write=False)
        return pixels


def encode_image(rgb: np.ndarray, format: ImageFormat = "jpg") -> EncodedImage:
    """Encode a picture as it ships: no EXIF, XMP, ICC profile or comment, the same bytes every time.

    Args:
        rgb: uint8 [H, W, 3], sRGB.
        format: jpg (quality 95, 4:4:4), png, or webp (lossless).

    Raises:
        ValueError: `rgb` is not uint8 [H, W, 3].
    """
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3:
        raise ValueError(f"an image must be uint8 [H, W, 3], got {rgb.dtype} {list(rgb.shape)}")
    data = _save(rgb, _SAVE_OPTIONS[format])
    height, width = rgb.shape[:2]
    info = ImageInfo(width=width, height=height, sha256=hashlib.sha256(data).hexdigest())
    return EncodedImage(data, format, info)


def decode_member(data: bytes) -> np.ndarray:
    """Decode an image member of a shard as its reader does: uint8 [H, W, 3].

    For members of shards; images from elsewhere go through `transforms.sources.decode`.

    Raises:
        OSError: it is damaged, or neither JPEG nor PNG nor WebP.
        ValueError: it has more than `MAX_PIXELS` pixels.
    """
    with open_member(data) as image:
        return np.array(image.convert("RGB"))


def open_member(data: bytes, formats: tuple[str, ...] = ("JPEG", "PNG", "WEBP")) -> Image.Image:
    """Open an image member without decoding it; raises as `decode_member` does."""
    try:
        image = Image.open(io.BytesIO(data), formats=formats)
    except Image.DecompressionBombError as error:
        raise ValueError(str(error)) from None
    if image.width * image.height > MAX_PIXELS:
        raise ValueError(f"{image.width}x{image.height}, more than {MAX_PIXELS} pixels")
    return image


def encode_label_map(label_map: np.ndarray) -> bytes:
    """Encode a label map (uint8 [H, W], pixel = region id, 0 = unchanged) as a PNG of mode L.

    Raises:
        ValueError: `label_map` is not uint8 [H, W].
    """
    if label_map.dtype != np.uint8 or label_map.ndim != 2:
        raise ValueError(f"a label map must be uint8 [H, W], got {label_map.dtype} {list(label_map.shape)}")
    return _save(label_map, _SAVE_OPTIONS["png"])


def decode_label_map(data: bytes) -> np.ndarray:
    """Decode a label map: uint8 [H, W].

    Raises:
        OSError: it is damaged, or no PNG.
        ValueError: the image is not of mode L, or has more than `MAX_PIXELS` pixels.
    """
    with open_member(data, ("PNG",)) as image:
        if image.mode != "L":
            raise ValueError(f"a label map must be a PNG of mode L, got {image.format} of mode {image.mode}")
        return np.array(image)


def _save(pixels: np.ndarray, options: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, **options)
    return stream.getvalue()
