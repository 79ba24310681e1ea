"""Lines of text on a ground, and a change of some of them."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONTS = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSans-Oblique",
    "DejaVuSansMono",
    "DejaVuSansMono-Bold",
    "DejaVuSerif",
    "DejaVuSerif-Bold",
    "DejaVuSerif-Italic",
    "STIXGeneral",
    "STIXGeneralBol",
    "STIXGeneralItalic",
)
HERSHEY = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX)
WORDS = (
    "open", "Market", "SALE", "fresh", "bread", "2024", "north", "Gallery", "coffee", "No. 7", "exit", "WINTER",
    "garden", "Mill", "street", "12:30", "free", "entry", "Harbour", "light", "red", "music", "BAKERY", "and",
    "daily", "old", "town", "Room", "45", "quiet", "please", "Library", "river", "STOP", "hotel", "blue", "fish",
)  # fmt: skip


@dataclass(frozen=True)
class Face:
    """A typeface at a size: `font` is a name of `FONTS` or a number of `HERSHEY`; `height` in pixels."""

    font: str | int
    height: int

    def ink(self, text: str) -> np.ndarray:
        """Return the drawn line: float32 [1.5 height, width], 0..1."""
        return _ink(self.font, self.height, text)


def any_face(rng: np.random.Generator, height: int) -> Face:
    """Draw a typeface; a quarter are stroke fonts."""
    if rng.random() < 0.25:
        return Face(int(rng.choice(HERSHEY)), height)
    return Face(str(rng.choice(FONTS)), height)


def any_text(rng: np.random.Generator, words: int) -> list[str]:
    """Draw so many words."""
    return [str(word) for word in rng.choice(WORDS, words, replace=False)]


@lru_cache(maxsize=64)
def _truetype(name: str, height: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(Path(mpl.get_data_path(), "fonts", "ttf", f"{name}.ttf")), height)


def _ink(font: str | int, height: int, text: str) -> np.ndarray:
    rows = round(1.5 * height)
    if isinstance(font, str):
        face = _truetype(font, height)
        image = Image.new("L", (int(face.getlength(text)) + 6, rows))
        ImageDraw.Draw(image).text((3, round(0.1 * height)), text, fill=255, font=face)
        return np.asarray(image, np.float32) / 255
    scale, thick = height / 30, max(1, height // 12)
    (width, _), _ = cv2.getTextSize(text, font, scale, thick)
    drawn = np.zeros((rows, width + 8), np.uint8)
    cv2.putText(drawn, text, (4, round(1.05 * height)), font, scale, 255, thick, cv2.LINE_AA)
    return drawn.astype(np.float32) / 255
