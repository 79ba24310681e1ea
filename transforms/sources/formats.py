"""The file formats that are read. The content decides, not the file's name."""

from contextlib import suppress
from functools import cache

from PIL import features

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")
"""Formats that are always read, as Pillow calls them."""


@cache
def readable_formats() -> tuple[str, ...]:
    """Return what is read on this machine: `FORMATS`, AVIF if Pillow or a plugin reads it, HEIF with `pillow-heif`."""
    found = list(FORMATS)
    if features.check("avif"):
        found.append("AVIF")
    else:
        with suppress(ImportError):
            import pillow_avif  # noqa: F401 - registers itself

            found.append("AVIF")
    with suppress(ImportError):
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
        found.append("HEIF")
    return tuple(found)
