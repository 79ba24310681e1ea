"""Examples as pictures: source and edited side by side, regions drawn, and what the record says of them."""

from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw

from pipeline.report.lettering import can_draw, font_for, one_line, wrap
from schemas.aggregation import UNJUDGED
from schemas.example import EditRegion, Example
from schemas.geometry import BoxXYXY, xyxy_from_bbox_2d

Colour = tuple[int, int, int]

CELL = 512
"""Longer side of each picture of a panel, pixels; letters, lines and margins follow it."""
MIN_FONT = 14
INK, SOFT, PAPER = (28, 30, 34), (105, 110, 118), (255, 255, 255)
NO_FONT = "(no font here has the letters of this instruction: gallery.html and the record show it)"
MOST_LETTERS, MOST_LINES = 3000, 12
"""Of an instruction; the gallery and the record have all of it."""
MASK_OPACITY = 0.38
SMALL = 0.05
"""Share of the picture below which a label may not cover a box."""
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
    letters = max(12, round(max(height, width) / 36))
    draw = ImageDraw.Draw(image)
    boxes_xyxy = {region.id: xyxy_from_bbox_2d(region.bbox_2d, width, height) for region in edit_region}
    for region in edit_region:
        x1, y1, x2, y2 = boxes_xyxy[region.id]
        # A white line around the coloured one keeps a box visible on any ground.
        draw.rectangle((x1, y1, x2 - 1, y2 - 1), outline=PAPER, width=unit + 2)
        draw.rectangle((x1, y1, x2 - 1, y2 - 1), outline=region_colour(region), width=unit + 1)
    # Labels keep clear of each other and of small boxes, which they would hide.
    taken = [box for box in boxes_xyxy.values() if (box[2] - box[0]) * (box[3] - box[1]) < SMALL * width * height]
    for region in sorted(edit_region, key=lambda r: r.id):
        text = f"{region.id} {one_line(region.label)}" if can_draw(region.label) else f"{region.id}"
        font = font_for(text, letters)
        left, top, right, bottom = (round(v) for v in draw.textbbox((0, 0), text, font=font))
        x1, y1, x2, y2 = _place_tag((right - left + 8, bottom - top + 6), boxes_xyxy[region.id], taken, image.size)
        draw.rectangle((x1, y1, x2 - 1, y2 - 1), fill=region_colour(region))
        draw.text((x1 + 4 - left, y1 + 3 - top), text, font=font, fill=PAPER)
        taken.append((x1, y1, x2, y2))
    return np.asarray(image)


def _tinted(edited: np.ndarray, edit_region: Sequence[EditRegion], label_map: np.ndarray) -> np.ndarray:
    result = edited.copy()
    values = np.arange(256, dtype=np.float32)[:, None]
    for region in edit_region:
        opacity = MASK_OPACITY / 2 if region.kind == "global" else MASK_OPACITY
        table = np.rint(values + opacity * (np.array(region_colour(region), np.float32) - values)).astype(np.uint8)
        mask = label_map == region.id
        x, y, width, height = cv2.boundingRect(mask.view(np.uint8))
        window = np.s_[y : y + height, x : x + width]
        if width:
            np.copyto(result[window], cv2.LUT(edited[window], table[None]), where=mask[window][..., None])
    return result


def _place_tag(tag: tuple[int, int], box_xyxy: BoxXYXY, taken: Sequence[BoxXYXY], size: tuple[int, int]) -> BoxXYXY:
    """Return where the label of a box goes: above it, or inside, or the nearest place that is free.

    Args:
        tag: width and height of the label.
        box_xyxy: what it belongs to.
        taken: what it must not cover.
        size: width and height of the picture.
    """
    width, height = tag
    x1, y1, x2, y2 = box_xyxy
    right, floor = max(0, size[0] - width), max(0, size[1] - height)
    spots = [(max(0, min(x, right)), y) for x in (x1, x2 - width, x2, x1 - width) for y in range(0, floor + 1, 3)]
    spots.sort(key=lambda spot: _gap((*spot, spot[0] + width, spot[1] + height), box_xyxy))
    left = max(0, min(x1, right))
    wanted = [(left, y) for y in (y1 - height, y1, y2) if 0 <= y <= floor]
    for x, y in [*wanted, *spots]:
        place = (x, y, x + width, y + height)
        if not any(_gap(place, other) < 0 for other in taken):
            return place
    return left, min(y1, floor), left + width, min(y1, floor) + height


def _gap(a_xyxy: BoxXYXY, b_xyxy: BoxXYXY) -> int:
    """Return the distance of two boxes along the axis on which it is larger; negative where they overlap."""
    across = max(a_xyxy[0] - b_xyxy[2], b_xyxy[0] - a_xyxy[2])
    return max(across, a_xyxy[1] - b_xyxy[3], b_xyxy[1] - a_xyxy[3])


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
    overlay = overlay_at_cell(edited, label_map, example.edit_region, cell)
    pictures = [scaled(source, cell), scaled(edited, cell), overlay]
    margin, gap, size = cell // 32, cell // 42, max(cell // 28, MIN_FONT)
    facts, line = _facts(example), size + size // 2
    said = one_line(example.instruction)[:MOST_LETTERS]
    said = said if can_draw(said) else NO_FONT
    font, large = font_for(" ".join(facts), size), font_for(said, size + size // 8)
    width = 3 * cell + 2 * gap + 2 * margin
    lines = wrap(said, large, width - 2 * margin)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], "…"]
    top = max(picture.height for picture in pictures) + margin + gap
    panel = Image.new("RGB", (width, top + (len(lines) + 2) * line + margin), PAPER)
    left = margin
    for picture in pictures:
        panel.paste(picture, (left, margin))
        left += picture.width + gap
    draw = ImageDraw.Draw(panel)
    for row, text in enumerate(lines):
        draw.text((margin, top + row * line), text, font=large, fill=INK)
    for row, text in enumerate(facts, len(lines)):
        draw.text((margin, top + row * line + line // 5), text, font=font, fill=SOFT)
    return np.asarray(panel)


def scaled(image: np.ndarray, cell: int) -> Image.Image:
    """Scale a picture (uint8 [H, W, 3]) up or down until the longer side is `cell` pixels."""
    height, width = image.shape[:2]
    scale = cell / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return Image.fromarray(image).resize(size, Image.Resampling.LANCZOS)


def overlay_at_cell(
    edited: np.ndarray, label_map: np.ndarray, edit_region: Sequence[EditRegion], cell: int
) -> Image.Image:
    """Scale first, then `draw_overlay`: lines and letters keep their size whatever the picture's."""
    small = scaled(edited, cell)
    labels = Image.fromarray(label_map).resize(small.size, Image.Resampling.NEAREST)
    return Image.fromarray(draw_overlay(np.asarray(small), edit_region, np.asarray(labels)))


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
