"""The picture of every step of the region chain on a pair: panels in rows, in order, and what was measured."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.regions_tool.measure import MeasuredPair
from pipeline.regions_tool.record import with_meaning
from pipeline.regions_tool.steps import Steps, trace_steps
from pipeline.regions_tool.steps_maps import delta_e_bar, ratio_bar
from pipeline.regions_tool.steps_panels import Panel, step_panels
from pipeline.report.draw import INK, PAPER, SOFT, region_colour
from pipeline.report.lettering import wrap
from schemas.example import EditRegion

CELL = 400
"""Longer side of each panel's picture, pixels."""
COLUMNS = 4
NARROWEST = 250
"""Captions need a column of this width."""
GAP, MARGIN = 18, 24
TITLE, TEXT, LINE = 19, 15, 20
HEAD = TITLE + 12
"""From the top of a panel to its picture."""
INDENT = 24
BAR = 34


def draw_steps(measured: MeasuredPair) -> np.ndarray:
    """Draw what each step of the chain found: the pair, differences, ratios, fragments, objects, outlines, regions.

    Args:
        measured: the pair and its regions.

    Returns:
        uint8 [., ., 3]: four columns and their margins wide, as high as it needs to be.
    """
    steps = trace_steps(measured.source, measured.edited, measured.config)
    panels = [_drawn(panel, number) for number, panel in enumerate(step_panels(steps, measured, CELL), 1)]
    panels.append(_facts(steps, measured, 2 * panels[0].width + GAP))
    rows = [_row(panels[start : start + COLUMNS]) for start in range(0, len(panels), COLUMNS)]
    width = max(row.width for row in rows) + 2 * MARGIN
    sheet = Image.new("RGB", (width, sum(row.height + GAP for row in rows) - GAP + 2 * MARGIN), PAPER)
    top = MARGIN
    for row in rows:
        sheet.paste(row, (MARGIN, top))
        top += row.height + GAP
    return np.asarray(sheet)


def _drawn(panel: Panel, number: int) -> Image.Image:
    """Draw a panel: heading, picture, colour bar, caption."""
    width = max(panel.picture.width, NARROWEST)
    font = ImageFont.load_default(TEXT)
    lines = wrap(panel.caption, font, width)
    bar = BAR if panel.scale else 0
    image = Image.new("RGB", (width, HEAD + panel.picture.height + 8 + bar + LINE * len(lines)), PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((0, 0), f"{number}  {panel.title}", font=ImageFont.load_default(TITLE), fill=INK)
    top = HEAD
    image.paste(panel.picture, (0, top))
    top += panel.picture.height + 8
    if panel.scale:
        image.paste((delta_e_bar if panel.scale == "delta_e" else ratio_bar)(width, font), (0, top))
        top += bar
    for text in lines:
        draw.text((0, top), text, font=font, fill=SOFT)
        top += LINE
    return image


def _row(panels: list[Image.Image]) -> Image.Image:
    width = sum(panel.width + GAP for panel in panels) - GAP
    row = Image.new("RGB", (width, max(panel.height for panel in panels)), PAPER)
    left = 0
    for panel in panels:
        row.paste(panel, (left, 0))
        left += panel.width + GAP
    return row


def _facts(steps: Steps, measured: MeasuredPair, width: int) -> Image.Image:
    """Write status, regions and the measures of the frame, `width` pixels wide."""
    record, residual = measured.record, measured.result.registration.residual
    notes = [
        f"Structure shared by both images: {steps.agreement:.0%} of the textured blocks.",
        f"Whole frame: {_whole(steps)}.",
        f"Left after registration and matching: {residual:.2f} Delta E (median).",
        f"Noise floor: {record.noise_floor:.2f} CIEDE2000 (median outside the regions).",
        f"Method: {record.method}.",
    ]
    large, font = ImageFont.load_default(TITLE), ImageFont.load_default(TEXT)
    heading = wrap(with_meaning(record.status), large, width)
    wrapped = [line for note in notes for line in wrap(note, font, width)]
    entries = [(region, wrap(_entry(region), font, width - INDENT)) for region in record.edit_region]
    count = len(heading) + 2 + sum(len(lines) for _, lines in entries) + len(wrapped)
    image = Image.new("RGB", (width, HEAD + (LINE + 4) * count), PAPER)
    draw = ImageDraw.Draw(image)
    top = HEAD
    for text in heading:
        draw.text((0, top), text, font=large, fill=INK)
        top += LINE + 4
    top += LINE // 2
    for region, lines in entries:
        draw.rectangle((0, top + 2, 13, top + 15), fill=region_colour(region))
        for text in lines:
            draw.text((INDENT, top), text, font=font, fill=INK)
            top += LINE
        top += 4
    top += LINE // 2
    for text in wrapped:
        draw.text((0, top), text, font=font, fill=SOFT)
        top += LINE
    return image


def _entry(region: EditRegion) -> str:
    return (
        f"{region.id}   confidence {region.confidence:.2f}   ·   area {region.area:.1%}   ·   "
        f"CIEDE2000 {region.delta_e:.1f}   ·   bbox_2d {region.bbox_2d}"
    )


def _whole(steps: Steps) -> str:
    changed = [name for name, found in (("tone", steps.whole.tone), ("style", steps.whole.style)) if found]
    return f"{' and '.join(changed)} changed" if changed else "neither tone nor style changed"
