"""Examples as pictures: source and edited side by side, regions drawn, and what the record says of them."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from schemas.aggregation import UNJUDGED
from schemas.example import EditRegion, Example
from schemas.geometry import xyxy_from_bbox_2d

Colour = tuple[int, int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

CELL = 512
"""Longer side of each picture of a panel, pixels; letters, lines and margins follow it."""
MIN_FONT = 14
INK, SOFT, PAPER = (28, 30, 34), (105, 110, 118), (255, 255, 255)
MASK_OPACITY = 0.38
_REQUESTED: tuple[Colour, ...] = (
    (0, 114, 178),
    (0, 158, 115),
    (86, 180, 233),
    (106, 81, 163),
    (35, 139, 69),
    (8, 81, 156),
)
_OF_KIND: dict[str, Colour] = {"collateral": (213, 94, 0), "artifact": (204, 60, 130), "global": (230, 159, 0)}
"""Cool colours for what was asked, warm ones for what was not (after Okabe and Ito, safe for the colour-blind)."""


def region_colour(region: EditRegion) -> Colour:
    """Return a region's colour: by kind, and by id among those that were requested."""
    return _OF_KIND.get(region.kind) or _REQUESTED[(region.id - 1) % len(_REQUESTED)]


def draw_overlay(edited: np.ndarray, edit_region: Sequence[EditRegion], label_map: np.ndarray) -> np.ndarray:
    """Draw masks, boxes, ids and labels over an edited picture at its own size.

    Args:
        edited: uint8 [H, W, 3].
        edit_region: the regions.
        label_map: uint8 [H, W], pixel = region id, 0 = unchanged.

    Returns:
        uint8 [H, W, 3].
    """
    height, width = edited.shape[:2]
    image = Image.fromarray(_tinted(edited, edit_region, label_map))
    unit = max(1, round(min(height, width) / 256))
    font = ImageFont.load_default(max(12, round(max(height, width) / 36)))
    draw = ImageDraw.Draw(image)
    boxes_xyxy = {region.id: xyxy_from_bbox_2d(region.bbox_2d, width, height) for region in edit_region}
    for region in edit_region:
        x1, y1, x2, y2 = boxes_xyxy[region.id]
        # A white line around the coloured one keeps a box visible on any ground.
        draw.rectangle((x1, y1, x2 - 1, y2 - 1), outline=PAPER, width=unit + 2)
        draw.rectangle((x1, y1, x2 - 1, y2 - 1), outline=region_colour(region), width=unit + 1)
    taken: list[tuple[float, float, float, float]] = []
    for region in sorted(edit_region, key=lambda r: r.id):
        x1, y1, _, y2 = boxes_xyxy[region.id]
        taken.append(
            _tag(draw, font, f"{region.id} {region.label}", (x1, y1, y2), region_colour(region), taken, image.size)
        )
    return np.asarray(image)


def _tinted(edited: np.ndarray, edit_region: Sequence[EditRegion], label_map: np.ndarray) -> np.ndarray:
    result = edited.astype(np.float32)
    for region in edit_region:
        mask = label_map == region.id
        opacity = MASK_OPACITY / 2 if region.kind == "global" else MASK_OPACITY
        result[mask] += opacity * (np.array(region_colour(region), np.float32) - result[mask])
    return np.rint(result).astype(np.uint8)


def _tag(
    draw: ImageDraw.ImageDraw,
    font: Font,
    text: str,
    anchor: tuple[int, int, int],
    colour: Colour,
    taken: Sequence[tuple[float, float, float, float]],
    size: tuple[int, int],
) -> tuple[float, float, float, float]:
    """Write a label above its box, or where it meets the frame or another label, the next free line below."""
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    width, height = right - left + 8, bottom - top + 6
    x1, y1, y2 = anchor
    x = max(0, min(x1, size[0] - width))
    rows = [y1 - height, y1, y2, *range(y1 + int(height), size[1], int(height)), y1]
    free = [y for y in rows if 0 <= y <= size[1] - height and not _meets((x, y, x + width, y + height), taken)]
    y = free[0] if free else max(0, min(y1, size[1] - height))
    draw.rectangle((x, y, x + width - 1, y + height - 1), fill=colour)
    draw.text((x + 4 - left, y + 3 - top), text, font=font, fill=PAPER)
    return x, y, x + width, y + height


def _meets(a: tuple[float, float, float, float], others: Sequence[tuple[float, float, float, float]]) -> bool:
    return any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for b in others)


def draw_example(
    source: np.ndarray, edited: np.ndarray, label_map: np.ndarray, example: Example, cell: int = CELL
) -> np.ndarray:
    """Draw an example: source, edited, edited with its regions; below, the instruction and the judgement in figures.

    Args:
        source: uint8 [h, w, 3].
        edited: uint8 [H, W, 3].
        label_map: uint8 [H, W], pixel = region id.
        example: the record.
        cell: longer side of each picture, pixels.

    Returns:
        uint8 [., ., 3]: three cells and their margins wide, as high as it needs to be.
    """
    overlay = _overlay_at_cell(edited, label_map, example, cell)
    pictures = [_scaled(source, cell), _scaled(edited, cell), overlay]
    margin, gap, size = cell // 32, cell // 42, max(cell // 28, MIN_FONT)
    font, large, line = ImageFont.load_default(size), ImageFont.load_default(size + size // 8), size + size // 2
    width = 3 * cell + 2 * gap + 2 * margin
    lines = wrap(example.instruction, large, width - 2 * margin)
    top = max(picture.height for picture in pictures) + margin + gap
    panel = Image.new("RGB", (width, top + (len(lines) + 2) * line + margin), PAPER)
    left = margin
    for picture in pictures:
        panel.paste(picture, (left, margin))
        left += picture.width + gap
    draw = ImageDraw.Draw(panel)
    for row, text in enumerate(lines):
        draw.text((margin, top + row * line), text, font=large, fill=INK)
    for row, text in enumerate(_facts(example), len(lines)):
        draw.text((margin, top + row * line + line // 5), text, font=font, fill=SOFT)
    return np.asarray(panel)


def _scaled(image: np.ndarray, cell: int) -> Image.Image:
    """Scale up or down until the longer side is `cell`."""
    height, width = image.shape[:2]
    scale = cell / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return Image.fromarray(image).resize(size, Image.Resampling.LANCZOS)


def _overlay_at_cell(edited: np.ndarray, label_map: np.ndarray, example: Example, cell: int) -> Image.Image:
    """Scale first, then draw: lines and letters keep their size whatever the picture's."""
    small = _scaled(edited, cell)
    labels = Image.fromarray(label_map).resize(small.size, Image.Resampling.NEAREST)
    return Image.fromarray(draw_overlay(np.asarray(small), example.edit_region, np.asarray(labels)))


def _facts(example: Example) -> tuple[str, str]:
    judgement = example.judgement
    rank = f"{example.outcome}   ·   {example.edit_type}   ·   rank {example.rank} of {example.group_size}"
    if judgement.overall == UNJUDGED:
        return rank, f"not judged   ·   {example.key}"
    following, over_editing = judgement.semantic_consistency.score
    naturalness, artifacts = judgement.perceptual_quality.score
    return (
        f"{rank}   ·   overall {judgement.overall:.2f}",
        f"following {following}   over-editing {over_editing}   naturalness {naturalness}   artifacts {artifacts}"
        f"   ·   {example.key}",
    )


def wrap(text: str, font: Font, width: float) -> list[str]:
    """Break a text into lines of at most `width` pixels, between words."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
