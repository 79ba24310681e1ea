"""Typefaces: those that matplotlib ships, the same on every machine, or a folder that the recipe names."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

BUNDLED = (
    "DejaVuSans-Bold.ttf",
    "DejaVuSans.ttf",
    "DejaVuSansMono-Bold.ttf",
    "DejaVuSerif-Bold.ttf",
    "DejaVuSerif-Italic.ttf",
    "DejaVuSerif.ttf",
    "DejaVuSans-BoldOblique.ttf",
    "STIXGeneral.ttf",
    "STIXGeneralBol.ttf",
    "STIXGeneralBolIta.ttf",
)
SUFFIXES = (".otf", ".ttf")
NO_FOLDER = "-"
NEEDED = "AZaz09€&"
"""A typeface that lacks one of these would show empty boxes."""
NOBODYS = "\u0378"
"""A character that is not assigned, so that no typeface has it; one that is ignored would be drawn as nothing."""


@lru_cache
def faces(folder: str = NO_FOLDER) -> tuple[str, ...]:
    """Return the paths of the usable typefaces, sorted by name.

    Args:
        folder: searched with its subfolders; "-" for the typefaces that matplotlib ships, which makes the bytes of a
            build the same whatever fonts a machine has.

    Raises:
        ValueError: there is none.
    """
    if folder == NO_FOLDER:
        spec = find_spec("matplotlib")
        assert spec is not None and spec.submodule_search_locations, "matplotlib is a dependency"
        shipped = Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"
        return tuple(str(shipped / name) for name in sorted(BUNDLED))
    files = sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in SUFFIXES)
    usable = tuple(str(path) for path in files if _draws_letters(path))
    if not usable:
        raise ValueError(f"fonts: no usable .ttf or .otf in {folder}; name another folder, or '-' for the shipped ones")
    return usable


@lru_cache(maxsize=64)
def font(path: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a typeface at a size in pixels."""
    return ImageFont.truetype(path, size)


def _draws_letters(path: Path) -> bool:
    try:
        face = ImageFont.truetype(str(path), 24)
    except OSError:
        return False
    missing = bytes(face.getmask(NOBODYS))
    return all(bytes(face.getmask(letter)) not in (b"", missing) for letter in NEEDED)
