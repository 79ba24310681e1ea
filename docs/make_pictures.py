"""Make the pictures of regions.md: `PYTHONPATH=. python docs/make_pictures.py` writes docs/regions/.

Photos are those in the public domain or under CC0 that installed packages ship (data_cards/bundled_photos.md). The
edits are made here, and so is what an editor does to the rest of the frame.
"""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.regions_tool.measure import measure_files
from pipeline.regions_tool.steps_picture import draw_steps
from pipeline.report.draw import PAPER, SOFT, draw_overlay, scaled
from schemas.geometry import BoxXYXY, xyxy_from_mask
from schemas.keys import rng_for
from transforms.edits.inpaint import fill_hole
from transforms.regions.derive import derive_regions
from transforms.sources.bundled.objects import object_mask
from transforms.sources.bundled.photos import load_catalogue, read_photo_bytes

FOLDER = Path(__file__).parent / "regions"
CELL, GAP, LINE = 420, 12, 24
TRUE, FOUND = (0, 150, 60), (220, 30, 40)
Pair = tuple[np.ndarray, np.ndarray]
"""Source and edited, uint8 [H, W, 3] each."""


def photo(name: str) -> np.ndarray:
    """Return a bundled photo, uint8 [H, W, 3]."""
    (found,) = (photo for photo in load_catalogue() if photo.name == name)
    return np.array(Image.open(BytesIO(read_photo_bytes(found))).convert("RGB"))


def thing(name: str, object_id: str) -> np.ndarray:
    """Return the mask of an object of a bundled photo, bool [H, W]."""
    (found,) = (photo for photo in load_catalogue() if photo.name == name)
    (wanted,) = (o for o in found.objects if o.id == object_id)
    return object_mask(wanted, found.width, found.height)


def grown(mask: np.ndarray, radius: int) -> np.ndarray:
    """Return a bool mask with `radius` pixels more on all sides."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return cv2.dilate(mask.astype(np.uint8), kernel) > 0


def removed(rgb: np.ndarray, mask: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Fill the place of an object with patches of `usable`."""
    filling = fill_hole(rgb, mask, usable, rng_for("docs", "hole"))
    assert filling is not None
    return filling.rgb


def smoothed_over(rgb: np.ndarray, mask: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Lay a smooth surface over a mask, with a little grain: third order, fitted on `known` pixels near by."""
    height, width = mask.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([x**i * y**j for i in range(4) for j in range(4 - i)], axis=-1)
    near = grown(mask, 60) & known & ~mask
    weights = np.linalg.lstsq(terms[near], rgb[near].astype(float), rcond=None)[0]
    grain = cv2.GaussianBlur(rng_for("docs", "grain").normal(0, 6, (height, width)).astype(np.float32), (0, 0), 0.8)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 2.5)[..., None]
    return np.clip(rgb + soft * (terms @ weights + grain[..., None] - rgb), 0, 255).astype(np.uint8)


def recoloured(rgb: np.ndarray, mask: np.ndarray, hue: int, chroma: float) -> np.ndarray:
    """Give the pixels of a mask another hue (0..179 of OpenCV) and their saturation times `chroma`."""
    hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)
    other = hsv.copy()
    other[..., 0] = hue
    other[..., 1] = np.clip(other[..., 1] * chroma, 0, 255)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.0)[..., None]
    return (rgb + soft * (cv2.cvtColor(other, cv2.COLOR_HSV2RGB).astype(np.float32) - rgb)).astype(np.uint8)


def with_biscuit(rgb: np.ndarray, centre_xy: tuple[int, int], radius: int) -> np.ndarray:
    """Lay a round biscuit with its shadow on a table."""
    height, width = rgb.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    dx, dy = (x - centre_xy[0]) / radius, (y - centre_xy[1]) / (0.82 * radius)
    rng = rng_for("docs", "biscuit")
    angle = np.arctan2(dy, dx)
    r = np.hypot(dx, dy) * (1 + 0.035 * np.cos(18 * angle))
    crumbs = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 1.3) * 26
    light = 1.0 - 0.22 * (dx + dy) / 2 - 0.35 * np.clip(r - 0.72, 0, 1)
    biscuit = np.array([214, 168, 104], np.float32) * light[..., None] + crumbs[..., None]
    for k in range(9):
        hx, hy = 0.55 * np.cos(k * 2.4) * np.sqrt(k / 8), 0.55 * np.sin(k * 2.4) * np.sqrt(k / 8)
        hole = np.clip(1.2 - np.hypot(dx - hx, dy - hy) / 0.07, 0, 1)[..., None]
        biscuit = biscuit * (1 - 0.55 * hole)
    shadow = cv2.GaussianBlur((np.hypot(dx - 0.16, dy - 0.2) < 1).astype(np.float32), (0, 0), 6)[..., None]
    out = rgb * (1 - 0.45 * shadow)
    cover = np.clip((1.0 - r) * radius / 1.5, 0, 1)[..., None]
    return np.clip(out + cover * (biscuit - out), 0, 255).astype(np.uint8)


def as_an_editor_stores(rgb: np.ndarray, quality: int = 75, texture: float = 0.6) -> np.ndarray:
    """Return the frame as an editor gives it back: resized, shifted, softer, stained, drifting, through JPEG."""
    height, width = rgb.shape[:2]
    size = round(width / 16 + 0.4) * 16, round(height / 16) * 16
    out = cv2.resize(rgb, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    out = cv2.warpAffine(
        out,
        np.array([[1, 0, 0.5], [0, 1, -0.5]], np.float32),
        size,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    fine = out - cv2.GaussianBlur(out, (0, 0), 1.6)
    out -= texture * fine * np.exp(-((fine / 12) ** 2))
    cells = rng_for("docs", "stains").normal(0, 2.2, (size[1] // 6, size[0] // 6, 3)).astype(np.float32)
    out += cv2.resize(cells, size, interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j].astype(np.float32)
    drift = np.stack([5 * x + 3 * y, 2 * x * y - 3 * x, -5 * x + 4 * y * y], axis=-1)
    out = (out + drift) * np.array([1.04, 1.0, 0.97], np.float32) + np.array([2, 2, 4], np.float32)
    stream = BytesIO()
    Image.fromarray(np.clip(np.rint(out), 0, 255).astype(np.uint8)).save(stream, "JPEG", quality=quality)
    return np.array(Image.open(stream))


def breakfast() -> Pair:
    """Return the pair of the step picture: spoon removed, coffee made green, biscuit added."""
    source = photo("coffee")
    spoon, cup, saucer, table = (thing("coffee", name) for name in ("spoon", "cup", "saucer", "table"))
    place = grown(spoon, 5) & ~cup
    above = np.arange(len(source))[:, None] < 112  # the handle lies over the table there
    edited = removed(source, place & above, table & ~grown(spoon, 7))
    edited = smoothed_over(edited, place & ~above, saucer & ~grown(cup, 3) & ~grown(spoon, 4))
    edited = np.where(cup[..., None], source, edited)
    edited = recoloured(edited, thing("coffee", "coffee"), 38, 0.85)
    edited = with_biscuit(edited, (540, 322), 46)
    return source, as_an_editor_stores(edited)


def sign(rgb: np.ndarray, lines: Sequence[str], ground: tuple[int, ...], ink: tuple[int, ...]) -> np.ndarray:
    """Hang a sign with lines of text in the upper left corner."""
    image = Image.fromarray(rgb)
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 240, 130), fill=ground)
    for number, line in enumerate(lines):
        draw.text((34, 32 + 32 * number), line, font=ImageFont.load_default(22), fill=ink)
    return np.array(image)


def lettering(
    before: Sequence[str], after: Sequence[str], ground: tuple[int, ...], ink: tuple[int, ...]
) -> tuple[Pair, list[BoxXYXY]]:
    """Return a pair whose sign says something else, and the boxes of the lines that changed."""
    source, edited = (sign(photo("chelsea"), lines, ground, ink) for lines in (before, after))
    changed, boxes = (source != edited).any(axis=2), []
    for top in range(32, 32 + 32 * len(before), 32):
        rows = np.zeros_like(changed)
        rows[top : top + 32] = True
        if box := xyxy_from_mask(rows & changed):
            boxes.append(box)
    return (source, as_an_editor_stores(edited)), boxes


def other_background() -> tuple[Pair, list[BoxXYXY]]:
    """Return a pair of which the woman alone stays, before a sky of galaxies."""
    source = photo("astronaut")
    sky = cv2.resize(photo("hubble_deep_field"), source.shape[1::-1], interpolation=cv2.INTER_AREA)
    front = cv2.GaussianBlur(thing("astronaut", "woman").astype(np.float32), (0, 0), 1)[..., None]
    edited = (sky + front * (source.astype(np.float32) - sky)).astype(np.uint8)
    return (source, as_an_editor_stores(edited)), [(0, 0, 512, 512)]


def explained_colour() -> tuple[Pair, list[BoxXYXY]]:
    """Return a pair whose saucer went from red to brown."""
    source, saucer = photo("coffee"), thing("coffee", "saucer")
    box = xyxy_from_mask(saucer)
    assert box
    return (source, as_an_editor_stores(recoloured(source, saucer, 10, 1.0))), [box]


LIGHT, DIM = ((238, 232, 214), (60, 50, 40)), ((150, 130, 100), (128, 108, 80))
FAILURES = {
    "lines": lambda: lettering(
        ("Fresh fish daily", "open from nine", "Saturday closed"),
        ("Whole milk here", "open from nine", "Sundays only"),
        *LIGHT,
    ),
    "faint": lambda: lettering(
        ("Fresh fish daily", "open from nine", "Saturday closed"),
        ("Fresh fish daily", "open till noon", "Saturday closed"),
        *DIM,
    ),
    "background": other_background,
    "colour": explained_colour,
}


def draw_failure(pair: Pair, true_xyxy: Sequence[BoxXYXY]) -> Image.Image:
    """Draw source and edited with the true boxes (of the source's frame) and those that were found."""
    source, edited = pair
    result = derive_regions(source, edited)
    stretch = np.tile(np.divide(edited.shape[1::-1], source.shape[1::-1]), 2)
    true = [tuple(np.array(box) * stretch) for box in true_xyxy]
    picture = scaled(edited, CELL)
    draw, scale = ImageDraw.Draw(picture), CELL / max(edited.shape[:2])
    # a true box is drawn around its pixels, one that was found on them
    for boxes, colour, out in ((true, TRUE, 3), ([region.bbox_xyxy for region in result.regions], FOUND, 0)):
        for x1, y1, x2, y2 in (np.array(box) * scale for box in boxes):
            corners = max(0, x1 - out), max(0, y1 - out), min(picture.width, x2 + out), min(picture.height, y2 + out)
            draw.rectangle((corners[0], corners[1], corners[2] - 1, corners[3] - 1), outline=colour, width=3)
    words = f"status {result.status};  true (green): {len(true)},  found (red): {len(result.regions)}"
    return _side_by_side([scaled(source, CELL), picture], words)


def _side_by_side(pictures: Sequence[Image.Image], words: str) -> Image.Image:
    height = max(picture.height for picture in pictures)
    sheet = Image.new("RGB", (2 * CELL + GAP, height + LINE + GAP), PAPER)
    for number, picture in enumerate(pictures):
        sheet.paste(picture, (number * (CELL + GAP), 0))
    ImageDraw.Draw(sheet).text((0, height + GAP // 2), words, font=ImageFont.load_default(16), fill=SOFT)
    return sheet


def main() -> None:
    """Write every picture."""
    FOLDER.mkdir(exist_ok=True)
    before, after = str(FOLDER / "before.jpg"), str(FOLDER / "after.jpg")
    for pixels, path in zip(breakfast(), (before, after), strict=True):
        Image.fromarray(pixels).save(path, quality=90)
    measured = measure_files(before, after)
    drawn = draw_overlay(measured.edited, measured.record.edit_region, measured.label_map)
    Image.fromarray(drawn).save(FOLDER / "overlay.webp", quality=80, method=6)
    Image.fromarray(draw_steps(measured)).save(FOLDER / "steps.webp", quality=50, method=6)
    for name, make in FAILURES.items():
        draw_failure(*make()).save(FOLDER / f"failure-{name}.webp", quality=80, method=6)


if __name__ == "__main__":
    main()
