"""Pages as a screen shows them: a header, blocks of text, a picture."""

import cv2
import numpy as np

from benchmarks.regions.lettering import WORDS
from benchmarks.regions.photos import Photos
from benchmarks.regions.scene import Scene


def page_scene(rng: np.random.Generator, photos: Photos, index: int) -> Scene:
    """Draw a page with one photo on it, for an edit."""
    width, height = int(rng.integers(360, 700)), int(rng.integers(480, 1000))
    ground = int(rng.choice([255, 250, 243, 32]))
    ink = 30.0 if ground > 100 else 220.0
    page = np.full((height, width, 3), ground, np.uint8)
    head = int(rng.integers(36, 64))
    page[:head] = rng.integers(0, 256, 3)
    _write(page, rng, 16, head - 14, width - 16, 0.7, 245.0)
    picture, bottom = int(rng.integers(1, 4)), head + 12
    row = size = int(rng.integers(15, 22))
    block = 0
    while bottom < height - row:
        if block == picture:
            bottom = _show(page, photos.rgb(index), bottom, width)
        for _ in range(int(rng.integers(2, 7))):
            bottom += row
            if bottom < height - 6:
                _write(page, rng, 20, bottom, int(width * rng.uniform(0.7, 0.95)), size / 36, ink)
        bottom += row
        block += 1
    return Scene(rng, photos, index, page.astype(np.float32), np.zeros((height, width), np.int32))


def _write(page: np.ndarray, rng: np.random.Generator, x: int, y: int, end: int, scale: float, ink: float) -> None:
    while True:
        word = str(rng.choice(WORDS))
        (width, _), _ = cv2.getTextSize(word, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
        if x + width > end:
            return
        cv2.putText(page, word, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, (ink,) * 3, 1, cv2.LINE_AA)
        x += width + round(14 * scale)


def _show(page: np.ndarray, photo: np.ndarray, top: int, width: int) -> int:
    """Lay a photo on a page and return the row below it."""
    wide = width - 40
    high = min(round(wide * photo.shape[0] / photo.shape[1]), page.shape[0] - top - 8)
    if high > 8:
        page[top : top + high, 20 : 20 + wide] = cv2.resize(photo, (wide, high), interpolation=cv2.INTER_AREA)
        return top + high + 8
    return top
