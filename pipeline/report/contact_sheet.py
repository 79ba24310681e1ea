"""Contact sheets: examples of one outcome on one page."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from pipeline.dataset import Sample
from pipeline.report.draw import INK, PAPER, draw_example
from pipeline.report.lettering import font_for

CELL = 300
"""Longer side of each picture on a sheet, pixels."""
COLUMNS = 2
_TITLE_SIZE, _TITLE_HEIGHT = 26, 48
_RULE = (225, 228, 232)


def contact_sheet(title: str, samples: Sequence[Sample]) -> np.ndarray:
    """Return a sheet of panels, two in a row, as uint8 [H, W, 3].

    Raises:
        ValueError: no samples.
    """
    if not samples:
        raise ValueError(f"contact sheet {title}: no samples")
    panels = [_panel(sample) for sample in samples]
    rows = [panels[start : start + COLUMNS] for start in range(0, len(panels), COLUMNS)]
    width = panels[0].width * min(COLUMNS, len(panels))
    sheet = Image.new("RGB", (width, _TITLE_HEIGHT + sum(_height(row) for row in rows)), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((CELL // 32, 8), title, font=font_for(title, _TITLE_SIZE), fill=INK)
    y = _TITLE_HEIGHT
    for row in rows:
        draw.line((0, y, width, y), fill=_RULE)
        for column, panel in enumerate(row):
            sheet.paste(panel, (column * panel.width, y + 1))
        y += _height(row)
    return np.asarray(sheet)


def _panel(sample: Sample) -> Image.Image:
    pictures = sample.image("source"), sample.image("edited"), sample.label_map()
    return Image.fromarray(draw_example(*pictures, sample.example(), cell=CELL))


def _height(row: Sequence[Image.Image]) -> int:
    return max(panel.height for panel in row) + 1
