"""What words stand on: flat designs, drawn as large as wanted, their wear and grain included."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from transforms.edits.lettering.words import (
    event,
    guest,
    notice,
    numbered,
    offer,
    price,
    shop,
    street,
    title,
)

RGB = tuple[int, int, int]
Say = Callable[[np.random.Generator], str]


@dataclass(frozen=True)
class Board:
    """A kind of thing with words on it.

    Attributes:
        noun: what it is called.
        says: what can stand on it.
        schemes: (colour word, board, letters) in sRGB; the word is "-" where it would not be said.
        aspect: range of width by height.
        share: range of its width as a share of the frame's.
        ground: draws the surface without words: (board colour, height, width, generator) -> (float32 [h, w, 3],
            coverage float32 [h, w]).
        margin: room around the words, as a share of width and height.
        gloss: how much it shines, 0..1.
        thick: its thickness as a share of its height: how strong its shadow is.
    """

    noun: str
    says: tuple[Say, ...]
    schemes: tuple[tuple[str, RGB, RGB], ...]
    aspect: tuple[float, float]
    share: tuple[float, float]
    ground: Callable[[RGB, int, int, np.random.Generator], tuple[np.ndarray, np.ndarray]]
    margin: tuple[float, float] = (0.1, 0.16)
    gloss: float = 0.1
    thick: float = 0.04


def rounded(height: int, width: int, radius: float) -> np.ndarray:
    """Return the coverage of a rounded rectangle that fills its frame, float32 [height, width]."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    dx = np.maximum(np.abs(x - (width - 1) / 2) - (width / 2 - radius), 0)
    dy = np.maximum(np.abs(y - (height - 1) / 2) - (height / 2 - radius), 0)
    return np.clip(radius - np.hypot(dx, dy) + 0.5, 0, 1).astype(np.float32)


def _flat(colour: RGB, height: int, width: int) -> np.ndarray:
    return np.full((height, width, 3), colour, np.float32)


def _mottle(height: int, width: int, cell: float, rng: np.random.Generator) -> np.ndarray:
    size = max(2, round(width / cell)), max(2, round(height / cell))
    field = rng.normal(0, 1, size[::-1]).astype(np.float32)
    return cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC)


def _rim(cover: np.ndarray, outer: int, inner: int) -> np.ndarray:
    """Return the band between two distances from the edge, float32 0..1."""
    away = cv2.distanceTransform((cover > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    return np.clip(away - outer, 0, 1) * np.clip(inner - away, 0, 1)


def plate(colour: RGB, height: int, width: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw enamelled metal: a line round the edge, screws, a little dirt."""
    cover = rounded(height, width, 0.07 * height)
    rgb = _flat(colour, height, width) * (1 + 0.025 * _mottle(height, width, height / 3, rng))[..., None]
    pale = np.mean(colour) < 140
    line = _rim(cover, round(0.05 * height), round(0.08 * height))[..., None]
    rgb += line * (np.float32(232 if pale else 40) - rgb) * 0.9
    for x in (0.5 * height * 0.26, width - 0.5 * height * 0.26):
        spot = (round(x), round(0.5 * height))
        cv2.circle(rgb, spot, max(1, round(0.028 * height)), (146, 146, 142), -1, cv2.LINE_AA)
        cv2.circle(rgb, spot, max(1, round(0.012 * height)), (84, 84, 84), -1, cv2.LINE_AA)
    return rgb, cover


def wood(colour: RGB, height: int, width: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw one to three planks with their grain and the gaps between them."""
    planks = int(rng.integers(1, 4))
    fibre = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 0.16 * height, sigmaY=0.8)
    fibre /= float(fibre.std())
    y = np.mgrid[0:height, 0:width].astype(np.float32)[0]
    bend = 0.06 * height * _mottle(height, width, 0.9 * height, rng)
    rings = np.sin((y + bend) * 2 * np.pi / (0.11 * height))
    tone = 1 + 0.06 * fibre + 0.05 * rings
    rows = np.minimum((y / height * planks).astype(int), planks - 1)
    tone *= (1 + 0.07 * rng.normal(0, 1, planks).astype(np.float32))[rows]
    away = np.abs(y / height * planks - np.rint(y / height * planks)) * height / planks
    inner = (y > 0.1 * height / planks) & (y < height - 0.1 * height / planks)
    tone *= np.where(inner, np.clip(0.35 + away / (0.012 * height + 1), 0, 1), 1)
    return _flat(colour, height, width) * tone[..., None], rounded(height, width, 0.02 * height)


def slate(colour: RGB, height: int, width: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw a chalkboard in a wooden frame, with traces of what was wiped off."""
    cloud = np.abs(_mottle(height, width, height / 2, rng)) + 0.5 * np.abs(_mottle(height, width, height / 6, rng))
    rgb = _flat(colour, height, width) + (9 * cloud)[..., None]
    frame, cover = wood((150, 104, 62), height, width, rng)
    away = cv2.distanceTransform(np.pad(np.ones((height, width), np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    share = np.clip(away - 0.055 * height, 0, 1)[..., None]
    shade = 1 - 0.4 * np.clip(1 - (away - 0.055 * height) / (0.03 * height), 0, 1)[..., None] * share
    return (frame + share * (rgb - frame)) * shade, cover


def paper(colour: RGB, height: int, width: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw a sheet, a little wavy, held by strips of tape."""
    wave = 1 + 0.02 * _mottle(height, width, width / 2.5, rng)
    rgb = _flat(colour, height, width) * wave[..., None]
    if rng.random() < 0.6:
        fold = height * rng.uniform(0.42, 0.58)
        rgb *= (1 + 0.045 * np.tanh((np.arange(height, dtype=np.float32) - fold) / 2))[:, None, None]
    tape = np.zeros((height, width), np.float32)
    half = 0.05 * min(height, width)
    for x in (0.16, 0.84):
        centre = np.array([x * width, 0.035 * height])
        cv2.rectangle(
            tape, (round(centre[0] - 1.8 * half), 0), (round(centre[0] + 1.8 * half), round(2 * half)), 1.0, -1
        )
    rgb += tape[..., None] * 0.5 * (np.array([214, 204, 168], np.float32) - rgb)
    return rgb, np.ones((height, width), np.float32)


def poster(colour: RGB, height: int, width: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw a printed sheet: a field of colour with a band and a plain form behind the words."""
    rgb = _flat(colour, height, width)
    other = np.roll(np.array(colour, np.float32), int(rng.integers(1, 3))) * 0.6 + 60
    top = rng.random() < 0.5
    band = slice(0, round(0.16 * height)) if top else slice(round(0.84 * height), height)
    rgb[band] = other
    centre = (round(width * rng.uniform(0.2, 0.8)), round(height * rng.uniform(0.35, 0.65)))
    form = np.zeros((height, width), np.float32)
    cv2.circle(form, centre, round(0.3 * height), 1.0, -1, cv2.LINE_AA)
    rgb += form[..., None] * 0.16 * (other - rgb)
    edge = _rim(np.pad(np.ones((height - 2, width - 2), np.float32), 1), -1, round(0.025 * height))
    return rgb + edge[..., None] * (np.float32(240) - rgb), np.ones((height, width), np.float32)


def sticker(colour: RGB, height: int, width: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw a label with a thin inner line."""
    cover = rounded(height, width, 0.5 * height if rng.random() < 0.35 else 0.1 * height)
    rgb = _flat(colour, height, width) * (1 + 0.012 * _mottle(height, width, height / 2, rng))[..., None]
    line = _rim(cover, round(0.06 * height), round(0.09 * height))[..., None]
    return rgb * (1 - 0.45 * line), cover


def brass(colour: RGB, height: int, width: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw brushed metal with a bevelled edge."""
    cover = rounded(height, width, 0.08 * height)
    brushed = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 0.2 * height, sigmaY=0.7)
    sheen = 1.08 - 0.3 * np.abs(np.linspace(-1, 1, width, dtype=np.float32) - float(rng.uniform(-0.5, 0.5)))
    tone = (1 + 0.035 * brushed / float(brushed.std())) * sheen[None]
    bevel = _rim(cover, -1, round(0.06 * height))
    tone *= 1 + 0.25 * bevel * np.linspace(1, -1, height, dtype=np.float32)[:, None]
    return _flat(colour, height, width) * tone[..., None], cover


def cover(colour: RGB, height: int, width: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw a book's cover: cloth, a joint along the spine, a frame of lines."""
    weave = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 0.8)
    tone = 1 + 0.03 * weave / float(weave.std())
    joint = np.abs(np.arange(width, dtype=np.float32) - 0.07 * width) / (0.012 * width + 1)
    tone *= (1 - 0.35 * np.exp(-(joint**2)))[None]
    rgb = _flat(colour, height, width) * tone[..., None]
    inner = np.zeros((height, width), np.float32)
    first, last = (round(0.15 * width), round(0.08 * height)), (round(0.93 * width), round(0.92 * height))
    cv2.rectangle(inner, first, last, 1.0, max(1, round(0.008 * height)), cv2.LINE_AA)
    return rgb + 0.5 * inner[..., None] * (np.array([222, 190, 120], np.float32) - rgb), rounded(height, width, 3)


WHITE, BLACK, CREAM = (243, 242, 237), (26, 27, 30), (240, 232, 208)
ON_WALLS = (
    Board(
        "sign",
        (notice, numbered, shop),
        (("white", WHITE, BLACK), ("blue", (28, 74, 140), WHITE), ("red", (172, 28, 30), WHITE),
         ("yellow", (242, 198, 56), BLACK), ("green", (34, 96, 60), WHITE), ("black", (36, 36, 40), WHITE)),
        (1.7, 3.2), (0.17, 0.34), plate, margin=(0.13, 0.2), gloss=0.35,
    ),
    Board(
        "street sign", (street,), (("blue", (30, 62, 128), WHITE), ("green", (26, 92, 62), WHITE)),
        (3.4, 4.6), (0.2, 0.36), plate, margin=(0.1, 0.22), gloss=0.3,
    ),
    Board(
        "wooden board", (shop, numbered, notice, offer),
        (("-", (168, 122, 76), (44, 28, 18)), ("-", (124, 84, 52), CREAM), ("-", (196, 160, 112), (120, 34, 26))),
        (1.6, 3.0), (0.18, 0.34), wood, margin=(0.1, 0.2), gloss=0.0, thick=0.07,
    ),
    Board(
        "chalkboard", (offer, event, notice),
        (("-", (42, 46, 46), (226, 226, 216)), ("-", (36, 62, 52), (236, 232, 214))),
        (1.1, 1.8), (0.16, 0.28), slate, margin=(0.14, 0.18), gloss=0.0, thick=0.06,
    ),
    Board(
        "notice", (notice, event, price),
        (("-", WHITE, BLACK), ("yellow", (246, 226, 120), BLACK), ("-", CREAM, (150, 26, 26))),
        (0.75, 1.45), (0.12, 0.2), paper, margin=(0.1, 0.2), gloss=0.0, thick=0.012,
    ),
    Board(
        "poster", (event, offer),
        (("red", (188, 52, 42), CREAM), ("blue", (38, 84, 132), CREAM), ("orange", (222, 132, 44), BLACK),
         ("green", (62, 120, 88), CREAM), ("-", CREAM, (40, 52, 96))),
        (0.7, 0.95), (0.16, 0.25), poster, margin=(0.1, 0.2), gloss=0.08, thick=0.01,
    ),
    Board(
        "door plate", (numbered, guest), (("-", (190, 152, 82), (48, 34, 18)), ("-", (176, 178, 182), (36, 38, 42))),
        (2.2, 3.6), (0.13, 0.24), brass, margin=(0.1, 0.2), gloss=0.5, thick=0.03,
    ),
)  # fmt: skip
"""What hangs on a wall."""
ON_THINGS = (
    Board(
        "sticker", (price, offer, numbered),
        (("white", WHITE, BLACK), ("yellow", (246, 214, 66), BLACK), ("red", (196, 36, 36), WHITE),
         ("-", CREAM, (30, 60, 110))),
        (1.5, 2.8), (0.1, 0.22), sticker, margin=(0.13, 0.2), gloss=0.15, thick=0.006,
    ),
)  # fmt: skip
"""What sticks to a thing."""
ON_GROUND = (
    Board(
        "book", (title,),
        (("red", (140, 36, 34), CREAM), ("blue", (36, 58, 104), CREAM), ("green", (38, 82, 60), CREAM),
         ("brown", (96, 62, 40), CREAM)),
        (0.66, 0.78), (0.14, 0.24), cover, margin=(0.2, 0.24), gloss=0.1, thick=0.09,
    ),
    Board(
        "card", (guest, numbered, price), (("white", WHITE, BLACK), ("-", CREAM, (90, 30, 30))),
        (1.4, 2.1), (0.12, 0.22), paper, margin=(0.1, 0.2), gloss=0.0, thick=0.01,
    ),
)  # fmt: skip
"""What lies on a table or floor."""
CHALKED = frozenset({"chalkboard"})
"""Boards whose letters are rubbed in, not printed."""
