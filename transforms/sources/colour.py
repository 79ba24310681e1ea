"""Any picture that Pillow opens, in 8-bit sRGB: profiles, transparency, inks, deep pixels."""

import io

import numpy as np
from PIL import Image, ImageCms
from PIL.TiffImagePlugin import PHOTOMETRIC_INTERPRETATION, TiffImageFile

WHITE = {"I;16": 65535.0, "I;16L": 65535.0, "I;16B": 65535.0, "I;16N": 65535.0, "I": 65535.0, "F": 1.0}
"""Value of white in the deep greyscale modes; larger values in a picture (32-bit integers, floats) raise it."""

_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))


def to_srgb(image: Image.Image) -> Image.Image:
    """Convert a loaded picture to mode RGB, sRGB.

    - Deep greyscale is scaled, not clipped: 0 is black; 65535 (integers) or 1.0 (floats) is white, or the largest
      value if that is more; negative values and NaN are black. 32-bit integers count as signed. 16-bit colour is
      scaled by Pillow, a transparent colour of a 16-bit PNG is ignored.
    - Transparency (alpha, or a transparent palette entry or colour) is laid on white.
    - An ICC profile is honoured; one that is damaged or of another colour space is ignored, as if there were none.
    - LAB is read as CIELAB (D50), CMYK without a profile by Pillow's plain formula.

    Args:
        image: of any mode, loaded.
    """
    colour, alpha = _colour_and_alpha(image)
    if alpha is None:
        return colour
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(colour, mask=alpha)
    return canvas


def to_srgba(image: Image.Image) -> Image.Image:
    """Convert a loaded picture to mode RGBA, sRGB as by `to_srgb`; opaque where it says nothing of transparency."""
    colour, alpha = _colour_and_alpha(image)
    found = colour.convert("RGBA")
    if alpha is not None:
        found.putalpha(alpha)
    return found


def _colour_and_alpha(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Return a picture in sRGB, and its alpha in mode L if it has any."""
    profile = image.info.get("icc_profile")
    if image.mode in WHITE:
        image = _scaled(image)
    if not image.has_transparency_data:
        return _convert(image, profile), None
    with_alpha = image.convert("RGBA")
    grey = image.mode in ("L", "LA", "La")
    colour = with_alpha.getchannel("R") if grey else with_alpha.convert("RGB")
    return _convert(colour, profile), with_alpha.getchannel("A")


def _scaled(image: Image.Image) -> Image.Image:
    """Return a deep greyscale picture in mode L."""
    values = np.nan_to_num(np.asarray(image, np.float32), nan=0.0, posinf=0.0, neginf=0.0).clip(min=0.0)
    grey = np.rint(values * (255.0 / max(WHITE[image.mode], float(values.max())))).astype(np.uint8)
    # Pillow turns a TIFF whose zero is white for 8 bits only
    zero_is_white = isinstance(image, TiffImageFile) and image.tag_v2.get(PHOTOMETRIC_INTERPRETATION) == 0
    return Image.fromarray(255 - grey if zero_is_white else grey)


def _convert(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return an opaque picture in sRGB."""
    if image.mode == "LAB":
        return _transform(image, _LAB)
    if image.mode in ("1", "P", "YCbCr", "HSV", "RGBX"):
        image = image.convert("RGB")
    if profile:
        try:
            return _transform(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image.convert("RGB")


def _transform(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    converted = ImageCms.profileToProfile(image, profile, _SRGB, outputMode="RGB")
    assert converted is not None  # it is None only for changes in place
    return converted
