"""Pairs for the tests of the regions tool: a photo, and the same with a red square in it."""

from functools import cache

import numpy as np
from PIL import Image
from skimage import data as photos

SIDE = 256
SQUARE = (150, 30, 210, 90)
"""x1, y1, x2, y2 of the square in the photo of 256 x 256."""


@cache
def _photo():
    return np.array(Image.fromarray(photos.astronaut()).resize((SIDE, SIDE), Image.Resampling.LANCZOS))


def photo():
    return _photo().copy()


def edited_photo():
    x1, y1, x2, y2 = SQUARE
    result = photo()
    result[y1:y2, x1:x2] = (200, 30, 30)
    return result


def make_pair_folder(folder):
    """Three good pairs, one in a subfolder and one unedited, between four bad ones, and a picture that is no pair."""
    (folder / "sub").mkdir(parents=True)
    before, after = (Image.fromarray(pixels) for pixels in (photo(), edited_photo()))
    before.save(folder / "cat.source.png")
    after.save(folder / "cat.edited.webp", quality=95)
    before.save(folder / "sub" / "dog.source.jpg", quality=95)
    after.save(folder / "sub" / "dog.edited.jpg", quality=95)
    for role in ("source", "edited"):
        before.save(folder / f"same.{role}.png")
    (folder / "ant.source.png").write_text("no picture")
    after.save(folder / "ant.edited.png")
    before.save(folder / "bee.source.png")
    for ending in ("png", "bmp"):
        before.save(folder / f"elk.source.{ending}")
    after.save(folder / "elk.edited.png")
    before.save(folder / "fly.source.png")
    Image.fromarray(np.full((64, 64, 3), 255, np.uint8)).save(folder / "fly.edited.png")
    before.save(folder / "lonely.png")
    return folder
