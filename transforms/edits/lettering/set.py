"""Setting type: words in a box, in one to three lines, as large as they can be."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from transforms.edits.lettering.fonts import font

LEADING = 1.18
"""Distance of lines, as a multiple of the letter size."""
PROBE = 64


def lines_of(text: str, count: int) -> list[str]:
    """Split a text into `count` lines of about equal length (fewer if it has fewer words)."""
    words = text.split()
    count = min(count, len(words))
    best = [text]
    if count == 2:
        cuts = [[" ".join(words[:i]), " ".join(words[i:])] for i in range(1, len(words))]
        best = min(cuts, key=lambda lines: max(map(len, lines)))
    elif count >= 3:
        places = [(i, j) for i in range(1, len(words) - 1) for j in range(i + 1, len(words))]
        cuts = [[" ".join(words[:i]), " ".join(words[i:j]), " ".join(words[j:])] for i, j in places]
        best = min(cuts, key=lambda lines: max(map(len, lines)))
    return best


def fitting(texts: Sequence[str], face: str, width: float, height: float) -> tuple[int, int]:
    """Return (letter size, lines) at which every text fits a box, as large as can be."""
    probe = font(face, PROBE)
    best = (0, 1)
    for count in (1, 2, 3):
        parts = [lines_of(text, count) for text in texts]
        widest = max(probe.getlength(line) for lines in parts for line in lines)
        rows = max(map(len, parts))
        size = int(min(PROBE * width / max(widest, 1), height / (LEADING * rows)))
        if size > 1.08 * best[0]:
            best = (size, count)
    return best


def letters(text: str, face: str, size: int, lines: int, width: int, height: int, left: float = -1.0) -> np.ndarray:
    """Return the coverage of a text in a box, float32 [height, width], 0..1.

    Args:
        left: margin from the left edge, pixels; centred when negative.
    """
    image = Image.new("L", (width, height))
    draw, rows, step = ImageDraw.Draw(image), lines_of(text, lines), LEADING * size
    for number, row in enumerate(rows):
        y = height / 2 + (number - (len(rows) - 1) / 2) * step
        x, anchor = (width / 2, "mm") if left < 0 else (left, "lm")
        draw.text((x, y), row, 255, font=font(face, size), anchor=anchor)
    return np.asarray(image, np.float32) / 255
