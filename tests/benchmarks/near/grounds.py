"""Drawn pictures that share a ground or a layout: none is a copy of another, though a coarse hash may say so."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

Draw = Callable[[np.random.Generator], np.ndarray]
SIDE = 480
"""Height of a picture, pixels."""
FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX)
LETTERS = "etaoinshrdlucmfwypvbgk"


def _colour(rng: np.random.Generator, low: int = 0, high: int = 256) -> tuple[int, int, int]:
    red, green, blue = rng.integers(low, high, 3).tolist()
    return red, green, blue


def _plain(colour, height: int = SIDE, width: int = SIDE) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


def _word(rng: np.random.Generator) -> str:
    return "".join(rng.choice(list(LETTERS), rng.integers(2, 10)))


def _write(canvas: np.ndarray, text: str, x: int, y: int, scale: float, colour, font: int = FONTS[0]) -> int:
    """Write text and return where it ends."""
    cv2.putText(canvas, text, (x, y), font, scale, colour, max(1, round(scale * 1.5)), cv2.LINE_AA)
    return x + cv2.getTextSize(text, font, scale, max(1, round(scale * 1.5)))[0][0]


def _lines(canvas, rng, box, step: int, scale: float, colour, font: int = FONTS[0]) -> None:
    """Fill a box (x1, y1, x2, y2) with lines of random words; the last one of a paragraph is short."""
    x1, y1, x2, y2 = box
    for number, y in enumerate(range(y1 + step, y2, step)):
        end = x2 if (number + 1) % 7 else x1 + (x2 - x1) * 3 // 5
        x = x1
        while True:
            word = _word(rng)
            if x + cv2.getTextSize(word, font, scale, 1)[0][0] > end:
                break
            x = _write(canvas, word, x, y, scale, colour, font) + round(14 * scale)


def _shape(canvas, rng, centre, radius: int, colour) -> None:
    """Draw a thing: a polygon, ellipse or rounded box with some details on it."""
    x, y = centre
    kind = rng.integers(4)
    if kind == 0:
        cv2.ellipse(canvas, (x, y), (radius, round(radius * rng.uniform(0.6, 1))), 0, 0, 360, colour, -1, cv2.LINE_AA)
    elif kind == 1:
        w, h = (round(radius * rng.uniform(0.6, 1)) for _ in range(2))
        cv2.rectangle(canvas, (x - w, y - h), (x + w, y + h), colour, -1)
    else:
        corners = int(rng.integers(3, 8))
        turn = rng.uniform(0, 2 * np.pi)
        angles = turn + 2 * np.pi * np.arange(corners) / corners
        points = np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], 1)
        cv2.fillPoly(canvas, [points.astype(np.int32)], colour, cv2.LINE_AA)
    for _ in range(rng.integers(2, 7)):
        at = tuple(int(v + radius * rng.uniform(-0.5, 0.5)) for v in (x, y))
        cv2.circle(canvas, at, max(1, round(radius * rng.uniform(0.05, 0.16))), _colour(rng), -1, cv2.LINE_AA)


def _product(ground: Draw, least: float = 0.1, most: float = 0.2) -> Draw:
    def draw(rng):
        canvas = ground(rng)
        radius = round(SIDE * rng.uniform(least, most))
        _shape(canvas, rng, (SIDE // 2, SIDE // 2), radius, _colour(rng, 20, 210))
        return canvas

    return draw


def _gradient(rng) -> np.ndarray:
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    return np.repeat((250 - 70 * y - 25 * x)[..., None], 3, 2).astype(np.uint8)


def same_mug(rng) -> np.ndarray:
    """Draw a mug, always of one shape and at one place, of any colour and with any print."""
    canvas = _plain(255)
    colour = _colour(rng, 20, 220)
    cv2.ellipse(canvas, (330, 250), (50, 70), 0, 0, 360, colour, 18, cv2.LINE_AA)
    cv2.rectangle(canvas, (150, 150), (320, 350), colour, -1)
    for _ in range(4):
        centre = int(rng.integers(175, 295)), int(rng.integers(175, 325))
        cv2.circle(canvas, centre, int(rng.integers(8, 22)), _colour(rng), -1, cv2.LINE_AA)
    return canvas


def text_page(rng) -> np.ndarray:
    """Draw a page of text: margins, size and line spacing are those of all others."""
    canvas = _plain(255, 680)
    _lines(canvas, rng, (50, 50, 430, 630), 13, 0.32, (20, 20, 20))
    return canvas


def face(rng) -> np.ndarray:
    """Draw a face in the middle of a plain wall, as on passport photos."""
    canvas = _plain((205, 210, 215))
    skin = np.array([225, 180, 150]) - rng.integers(0, 110) * np.array([1, 1, 0.9])
    hair = _colour(rng, 10, 120)
    cv2.ellipse(canvas, (240, 520), (190, 160), 0, 0, 360, _colour(rng, 20, 200), -1, cv2.LINE_AA)
    width, height = int(rng.integers(88, 108)), int(rng.integers(120, 140))
    cv2.ellipse(
        canvas, (240, 215), (width + 14, height + int(rng.integers(10, 40))), 0, 180, 360, hair, -1, cv2.LINE_AA
    )
    cv2.ellipse(canvas, (240, 230), (width, height), 0, 0, 360, skin.tolist(), -1, cv2.LINE_AA)
    apart, eyes = int(rng.integers(32, 48)), int(rng.integers(190, 220))
    for side in (-1, 1):
        cv2.ellipse(canvas, (240 + side * apart, eyes), (16, int(rng.integers(6, 11))), 0, 0, 360, (250, 250, 250), -1)
        cv2.circle(canvas, (240 + side * apart, eyes), 6, _colour(rng, 0, 120), -1, cv2.LINE_AA)
        cv2.ellipse(
            canvas, (240 + side * apart, eyes - 20), (20, 4), int(rng.integers(-12, 13)) * side, 0, 360, hair, -1
        )
    cv2.ellipse(canvas, (240, 255), (int(rng.integers(8, 16)), 22), 0, 0, 180, (skin * 0.8).tolist(), 3, cv2.LINE_AA)
    mouth = int(rng.integers(295, 318))
    cv2.ellipse(
        canvas, (240, mouth), (int(rng.integers(22, 40)), int(rng.integers(5, 14))), 0, 0, 360, (165, 70, 75), -1
    )
    if rng.random() < 0.4:
        for side in (-1, 1):
            cv2.circle(canvas, (240 + side * apart, eyes), 26, (30, 30, 30), 3, cv2.LINE_AA)
    if rng.random() < 0.3:
        cv2.ellipse(canvas, (240, 300), (width - 6, 75), 0, 10, 170, hair, 14, cv2.LINE_AA)
    return canvas


def night_sky(rng) -> np.ndarray:
    """Draw a night sky: stars on nearly black."""
    canvas = _plain((6, 8, 16)).astype(np.float32)
    for _ in range(rng.integers(60, 160)):
        x, y = rng.integers(2, SIDE - 2, 2)
        cv2.circle(canvas, (int(x), int(y)), int(rng.integers(0, 3)), rng.uniform(90, 255, 3).tolist(), -1)
    return np.clip(canvas, 0, 255).astype(np.uint8)


def line_art(rng) -> np.ndarray:
    """Draw thin black lines on white: curves and circles in the middle of the sheet."""
    canvas = _plain(255)
    for _ in range(rng.integers(5, 10)):
        points = np.cumsum(rng.integers(-45, 46, (14, 2)), axis=0) + SIDE // 2
        cv2.polylines(canvas, [np.clip(points, 60, SIDE - 60).astype(np.int32)], False, (0, 0, 0), 2, cv2.LINE_AA)
    for _ in range(rng.integers(2, 6)):
        centre = tuple(int(v) for v in rng.integers(120, SIDE - 120, 2))
        cv2.circle(canvas, centre, int(rng.integers(12, 60)), (0, 0, 0), 2, cv2.LINE_AA)
    return canvas


def screenshot(rng) -> np.ndarray:
    """Draw a window of one application: bar, side bar and buttons are equal in all, the texts and rows are not."""
    canvas = _plain(250, 480, 720)
    cv2.rectangle(canvas, (0, 0), (720, 40), (45, 60, 90), -1)
    cv2.rectangle(canvas, (0, 40), (150, 480), (225, 228, 235), -1)
    _write(canvas, "Application", 14, 27, 0.6, (255, 255, 255))
    for number in range(7):
        _write(canvas, f"Entry {number}", 18, 80 + 34 * number, 0.45, (60, 60, 60))
    for y in range(70, 470, 26):
        cv2.line(canvas, (160, y), (710, y), (225, 225, 225), 1)
        x = 170
        for _ in range(rng.integers(2, 7)):
            x = _write(canvas, _word(rng), x, y - 8, 0.42, (40, 40, 40)) + 10
        if rng.random() < 0.3:
            cv2.circle(canvas, (690, y - 12), 7, _colour(rng), -1, cv2.LINE_AA)
    return canvas


def slide(rng) -> np.ndarray:
    """Draw a slide of one template: title bar, logo and footer are equal in all."""
    canvas = _plain((252, 252, 250), 480, 720)
    cv2.rectangle(canvas, (0, 0), (720, 90), (30, 70, 120), -1)
    cv2.circle(canvas, (660, 45), 28, (240, 180, 40), -1, cv2.LINE_AA)
    cv2.rectangle(canvas, (0, 455), (720, 480), (30, 70, 120), -1)
    _write(canvas, " ".join(_word(rng) for _ in range(rng.integers(2, 5))), 30, 58, 1.0, (255, 255, 255), FONTS[1])
    for y in range(150, 430, 48):
        cv2.circle(canvas, (50, y - 8), 5, (30, 70, 120), -1, cv2.LINE_AA)
        words = " ".join(_word(rng) for _ in range(rng.integers(3, 8)))[:42]
        _write(canvas, words, 75, y, 0.75, (30, 30, 30))
    return canvas


def scan(rng) -> np.ndarray:
    """Draw a medical scan: a bright outline on black as in all others, soft organs and a spot within it."""
    canvas = _plain(0).astype(np.float32)
    cv2.ellipse(canvas, (240, 240), (150, 185), 0, 0, 360, (200, 200, 200), -1, cv2.LINE_AA)
    cv2.ellipse(canvas, (240, 240), (138, 172), 0, 0, 360, (85, 85, 85), -1, cv2.LINE_AA)
    for _ in range(9):
        centre = int(rng.normal(240, 55)), int(rng.normal(240, 65))
        axes = int(rng.integers(12, 48)), int(rng.integers(12, 48))
        cv2.ellipse(canvas, centre, axes, int(rng.integers(180)), 0, 360, (int(rng.integers(40, 140)),) * 3, -1)
    return cv2.GaussianBlur(canvas, (0, 0), 3).astype(np.uint8)


def chart(rng) -> np.ndarray:
    """Draw a bar chart: axes and grid are equal in all, the bars are not."""
    canvas = _plain(255, 480, 640)
    for y in range(60, 420, 60):
        cv2.line(canvas, (60, y), (610, y), (215, 215, 215), 1)
    for number in range(10):
        top = int(rng.integers(70, 400))
        cv2.rectangle(canvas, (75 + 53 * number, top), (110 + 53 * number, 420), (60, 110, 190), -1)
    cv2.line(canvas, (60, 420), (610, 420), (0, 0, 0), 2)
    cv2.line(canvas, (60, 40), (60, 420), (0, 0, 0), 2)
    return canvas


def form(rng) -> np.ndarray:
    """Draw one form, filled in with other words."""
    canvas = _plain(255, 640, 480)
    _write(canvas, "REGISTRATION FORM", 100, 40, 0.8, (0, 0, 0))
    for number, y in enumerate(range(90, 600, 45)):
        _write(canvas, f"Field {number}:", 30, y, 0.5, (0, 0, 0))
        cv2.line(canvas, (130, y + 4), (450, y + 4), (0, 0, 0), 1)
        _write(canvas, f"{_word(rng)} {_word(rng)}", 140, y - 2, 0.6, (30, 30, 120))
    return canvas


def table(rng) -> np.ndarray:
    """Draw one table with other numbers."""
    canvas = _plain(255, 480, 640)
    for y in range(40, 460, 30):
        cv2.line(canvas, (30, y), (610, y), (150, 150, 150), 1)
    for x in range(30, 620, 116):
        cv2.line(canvas, (x, 40), (x, 460), (150, 150, 150), 1)
    for y in range(62, 460, 30):
        for x in range(40, 600, 116):
            _write(canvas, str(rng.integers(0, 99999)), x, y, 0.5, (0, 0, 0))
    return canvas


def barcode(rng) -> np.ndarray:
    """Draw a bar code: black bars in the middle of white."""
    canvas = _plain(255)
    x = 80
    while x < 400:
        width = int(rng.integers(2, 8))
        cv2.rectangle(canvas, (x, 140), (x + width, 340), (0, 0, 0), -1)
        x += width + int(rng.integers(2, 8))
    return canvas


GROUNDS: dict[str, Draw] = {
    "products on white": _product(lambda rng: _plain(255)),
    "products on grey": _product(lambda rng: _plain((128, 130, 133))),
    "products on one colour": _product(lambda rng: _plain((40, 120, 190))),
    "products on a gradient": _product(_gradient),
    "large products on white": _product(lambda rng: _plain(255), 0.3, 0.42),
    "small things on white": _product(lambda rng: _plain(255), 0.02, 0.05),
    "one mug, other prints": same_mug,
    "pages of text": text_page,
    "faces": face,
    "night sky": night_sky,
    "line art": line_art,
    "screenshots": screenshot,
    "slides": slide,
    "scans": scan,
    "bar charts": chart,
    "forms": form,
    "tables": table,
    "bar codes": barcode,
}


def on_white(folder: Path, side: int = 700) -> list[np.ndarray]:
    """Return the cut-outs of a folder, each in the middle of a white square, as shops show their goods."""
    found = []
    for path in sorted(folder.glob("*.png")):
        rgba = np.array(Image.open(path).convert("RGBA"))
        scale = 0.5 * side / max(rgba.shape[:2])
        rgba = cv2.resize(rgba, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        (height, width), alpha = rgba.shape[:2], rgba[..., 3:] / 255
        canvas = _plain(255, side, side)
        y, x = (side - height) // 2, (side - width) // 2
        canvas[y : y + height, x : x + width] = np.rint(rgba[..., :3] * alpha + 255 * (1 - alpha))
        found.append(canvas)
    return found


def drawn(name: str, count: int) -> list[np.ndarray]:
    """Return so many pictures of a kind, uint8 [H, W, 3] each."""
    return [GROUNDS[name](np.random.default_rng([number, len(name)])) for number in range(count)]
