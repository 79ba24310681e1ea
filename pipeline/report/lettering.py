"""Texts on pictures: a font that has their letters, and lines that fit, in any script.

Two fonts come along with the installed packages, so that a picture is the same on every machine. Chinese, Japanese,
Korean and the scripts of India and South-East Asia are in neither: the gallery, which a browser draws, shows them.
"""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

from transforms.edits.lettering.fonts import NOBODYS
from transforms.texts.clean import clean_text
from transforms.texts.words import characters_of, pieces_of

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
ENOUGH = 0.7
"""Share of its letters from which on a text can be read."""
PROBE = 24
"""Letter size at which fonts are asked for letters, pixels."""


def font_for(text: str, size: int) -> Font:
    """Return the font that has most of a text's letters, the usual one where both have as many.

    Args:
        text: what is to be drawn.
        size: of the letters, pixels.
    """
    usual, wide = _covered(text)
    return _wide(size) if wide > usual else _usual(size)


def can_draw(text: str) -> bool:
    """Return whether one of the fonts has nearly all letters of a text.

    >>> can_draw("сделай небо красным"), can_draw("把天空变红")
    (True, False)
    """
    return max(_covered(text)) >= ENOUGH * len(set(text))


def _covered(text: str) -> tuple[int, int]:
    """Return how many different letters of a text the usual and the wide font have."""
    usual, wide = (sum(_has(font, letter) for letter in set(text)) for font in (_usual(PROBE), _wide(PROBE)))
    return usual, wide


def one_line(text: str) -> str:
    """Return a text without what would break a line or turn it around, whatever a record brings."""
    return clean_text(text)


def wrap(text: str, font: Font, width: float) -> list[str]:
    """Break a text into lines of at most `width` pixels: between words, or characters in scripts without spaces.

    A word that is longer than a line is broken between its characters.
    """
    lines = [""]
    for piece in pieces_of(one_line(text)):
        if font.getlength(lines[-1] + piece) <= width:
            lines[-1] += piece
            continue
        lines.append("")
        for part in characters_of(piece.lstrip()):
            if lines[-1] and font.getlength(lines[-1] + part) > width:
                lines.append("")
            lines[-1] += part
    return [line for line in lines if line] or [""]


@lru_cache(maxsize=64)
def _usual(size: int) -> Font:
    return ImageFont.load_default(size)


@lru_cache(maxsize=64)
def _wide(size: int) -> Font:
    """Return the font that matplotlib brings: Cyrillic, Greek, Arabic, Hebrew, Georgian and others."""
    spec = find_spec("matplotlib")
    assert spec is not None and spec.submodule_search_locations, "matplotlib is a dependency"
    shipped = Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
    return ImageFont.truetype(str(shipped), size)


@lru_cache(maxsize=4096)
def _has(font: Font, letter: str) -> bool:
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask(NOBODYS))
