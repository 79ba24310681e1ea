"""Training pairs composed on photos: what the renderer does not do, in outlines that follow what a photo shows."""

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.regions_train.pair import TrainingPair
from pipeline.regions_train.shapes import Outlines
from pipeline.regions_train.sources import Library
from pipeline.regions_train.ways import WAYS, Way, other_picture, rgb_of
from transforms.edits.change import MIN_AREA_PX, visible_difference
from transforms.edits.config import NoiseConfig
from transforms.edits.lettering.fonts import faces
from transforms.edits.lettering.set import fitting, letters
from transforms.edits.lettering.words import event, notice, offer, pair, saying, shop, title
from transforms.edits.noise import add_noise, draw_noise
from transforms.edits.styles import STYLES
from transforms.regions.frame import to_lab

EDITS = ((0, 0.14), (1, 0.5), (2, 0.22), (3, 0.14))
"""Number of edits, and how often."""
BACKGROUND, TONE, STYLE = 0.06, 0.06, 0.04
"""Share of pairs whose background, whose tone, and whose style was changed."""
LETTERS, LETTERED = "lettering", 0.12
"""Share of the edits that change what is written."""
EXCHANGED = 0.3
"""Share of the edits that leave something else in place of what they show."""
APART = 0.03
"""Share of the longer side that two edits are apart at least."""
TRIES = 4
NOISE = NoiseConfig(strength_min=0.0)
NOISY_SOURCES, NOISY_EDITED = 0.5, 0.93
FEATHER = (0.0, 0.0, 0.7, 1.5, 3.0)
"""Blurs of an edit's rim, pixels, equally frequent."""


def composed_pair(base: np.ndarray, library: Library, rng: np.random.Generator) -> TrainingPair:
    """Compose edits on a picture, or change all of it.

    Args:
        base: uint8 [H, W, 3].
        library: lends other photos.
        rng: decides all.
    """
    canvas = _Canvas(base, base, np.zeros(base.shape[:2], np.uint8))
    way, whole = rng.random(), False
    if way < BACKGROUND:
        b, labels = _new_background(base, library, rng)
        canvas, kind = _Canvas(base, b, labels), "background"
    elif way < BACKGROUND + TONE:
        canvas, kind, whole = _Canvas(base, _toned(base, rng), canvas.labels), "tone", True
    elif way < BACKGROUND + TONE + STYLE:
        style = STYLES[list(STYLES)[int(rng.integers(len(STYLES)))]]
        canvas, kind, whole = _Canvas(base, style(base, rng), canvas.labels), "style", True
    else:
        canvas, kind = _with_edits(canvas, library, rng)
    a, b = (canvas.b, canvas.a) if rng.random() < 0.5 and kind != "style" else (canvas.a, canvas.b)
    if rng.random() < NOISY_SOURCES:
        a, _ = add_noise(a, draw_noise(NOISE, rng))
    if rng.random() < NOISY_EDITED:
        b, _ = add_noise(b, draw_noise(NOISE, rng))
    return TrainingPair(a, b, canvas.labels, whole, kind)


@dataclass(frozen=True, eq=False)
class _Canvas:
    """Two pictures, uint8 [H, W, 3], and where they differ: uint8 [H, W], number of the edit, 0 = nowhere."""

    a: np.ndarray
    b: np.ndarray
    labels: np.ndarray


def _with_edits(canvas: _Canvas, library: Library, rng: np.random.Generator) -> tuple[_Canvas, str]:
    numbers, shares = zip(*EDITS, strict=True)
    outlines, kinds = Outlines(canvas.a, rng), []
    for _ in range(int(rng.choice(numbers, p=shares))):
        for _ in range(TRIES):
            kind = LETTERS if rng.random() < LETTERED else list(WAYS)[int(rng.integers(len(WAYS)))]
            done = _lettered(canvas, rng) if kind == LETTERS else _edited(canvas, outlines, WAYS[kind], library, rng)
            if done is not None:
                canvas = done
                kinds.append(kind)
                break
    return canvas, kinds[0] if len(kinds) == 1 else "multi" if kinds else "unedited"


def _edited(
    canvas: _Canvas, outlines: Outlines, way: Way, library: Library, rng: np.random.Generator
) -> _Canvas | None:
    """Return the pictures with one more edit; None where it shows nowhere or meets another.

    Some edits leave something else in place of what they show: both pictures are painted, each in an outline of its
    own about one place.
    """
    mask = outlines.draw(rng)
    before = _about(mask, rng) if rng.random() < EXCHANGED else None
    cover = mask if before is None else mask | before
    if not _free(cover, canvas.labels):
        return None
    a, b = canvas.a, _painted(canvas.b, mask, way(canvas.b, mask, library, rng), rng)
    if before is not None:
        other = WAYS["replaced" if rng.random() < 0.5 else "thing"]
        a = _painted(a, before, other(a, before, library, rng), rng)
    return _measured(canvas, a, b, cover)


def _lettered(canvas: _Canvas, rng: np.random.Generator) -> _Canvas | None:
    """Return the pictures with a line or a block of text, that reads otherwise in the second or is not in the first."""
    height, width = canvas.labels.shape
    wide = round(width * rng.uniform(0.12, 0.6))
    high = round(min(height, wide) * rng.uniform(0.12, 0.5))
    if wide < 24 or high < 10 or wide >= width or high >= height:
        return None
    x, y = int(rng.integers(width - wide)), int(rng.integers(height - high))
    box = np.zeros((height, width), bool)
    box[y : y + high, x : x + wide] = True
    if not _free(box, canvas.labels):
        return None
    said = pair([shop, notice, offer, event, title, saying][int(rng.integers(6))], rng)
    face = faces()[int(rng.integers(len(faces())))]
    size, lines = fitting(said, face, 0.95 * wide, 0.95 * high)
    if size < 7:
        return None
    ground = canvas.a[box].mean(axis=0)
    ink = rng.uniform(0, 255, 3) if rng.random() < 0.7 else ground + rng.normal(0, 30, 3)
    share = rng.uniform(0.55, 1.0)
    laid = []
    for picture, text in zip((canvas.a, canvas.b), said if rng.random() < 0.6 else ("", said[1]), strict=True):
        alpha = np.zeros((height, width), np.float32)
        if text:
            alpha[y : y + high, x : x + wide] = share * letters(text, face, size, lines, wide, high)
        laid.append(_laid(picture, alpha, ink))
    return _measured(canvas, laid[0], laid[1], box)


def _about(mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return an outline like one, moved by less than its size, scaled and turned."""
    height, width = mask.shape
    x, y, w, h = cv2.boundingRect(mask.view(np.uint8))
    turn = cv2.getRotationMatrix2D((x + w / 2, y + h / 2), rng.uniform(-40, 40), rng.uniform(0.6, 1.4))
    turn[:, 2] += rng.uniform(-0.4, 0.4, 2) * (w, h)
    return cv2.warpAffine(mask.astype(np.uint8), turn, (width, height), flags=cv2.INTER_NEAREST) > 0


def _free(cover: np.ndarray, taken: np.ndarray) -> bool:
    radius = max(2, round(APART * max(cover.shape)))
    near = cv2.dilate(cover.astype(np.uint8), np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)) > 0
    return not (near & (taken > 0)).any()


def _painted(rgb: np.ndarray, mask: np.ndarray, seen: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    feather = float(rng.choice(FEATHER))
    alpha = mask.astype(np.float32)
    return _laid(rgb, cv2.GaussianBlur(alpha, (0, 0), feather) if feather else alpha, np.clip(seen, 0, 255))


def _laid(rgb: np.ndarray, alpha: np.ndarray, seen: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(rgb + alpha[..., None] * (seen - rgb)), 0, 255).astype(np.uint8)


def _measured(canvas: _Canvas, a: np.ndarray, b: np.ndarray, cover: np.ndarray) -> _Canvas | None:
    around = cv2.dilate(cover.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    area = _solid(visible_difference(a, b, around), cover)
    if area.sum() < MIN_AREA_PX:
        return None
    labels = canvas.labels.copy()
    labels[area] = labels.max() + 1
    return _Canvas(a, b, labels)


def _solid(area: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return what differs with the gaps between its specks, within the outline."""
    radius = max(1, round(0.006 * max(area.shape)))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return area | (mask & (cv2.morphologyEx(area.astype(np.uint8), cv2.MORPH_CLOSE, disc) > 0))


def _new_background(rgb: np.ndarray, library: Library, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the picture with all but some outlines replaced, and where that shows."""
    outlines = Outlines(rgb, rng)
    stays = outlines.draw(rng)
    for _ in range(8):
        if stays.mean() > rng.uniform(0.1, 0.3):
            break
        stays |= outlines.draw(rng)
    alpha = cv2.GaussianBlur((~stays).astype(np.float32), (0, 0), rng.uniform(0.4, 2))
    out = np.rint(rgb + alpha[..., None] * (other_picture(rgb, library, rng) - rgb))
    out = np.clip(out, 0, 255).astype(np.uint8)
    area = _solid(visible_difference(rgb, out, alpha > 0.02), ~stays)
    return out, area.astype(np.uint8)


def _toned(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the picture in other colours all over, well beyond an editor's drift."""
    lab = to_lab(rgb)
    angle, reach = rng.uniform(0, 2 * np.pi), rng.uniform(9, 30)
    lab[..., 1:] = lab[..., 1:] * rng.uniform(0.0, 1.2) + reach * np.array([np.cos(angle), np.sin(angle)], np.float32)
    lab[..., 0] = 100 * np.clip(lab[..., 0] / 100, 0, 1) ** rng.uniform(0.6, 1.7)
    return np.clip(np.rint(rgb_of(lab)), 0, 255).astype(np.uint8)
