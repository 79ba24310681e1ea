"""Where base pictures, textures and cut-outs come from: the bundled photos, or a folder of the user's."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps
from skimage.segmentation import felzenszwalb

from schemas.errors import UserError
from schemas.keys import cv_seed
from transforms.sources.bundled.photos import load_catalogue, read_photo_bytes

SHORTEST = 256
"""A folder's picture with a shorter side below this is left out, pixels."""
LONGEST = 1600
"""Larger pictures are read at this longer side, pixels."""
SMALL = 224
"""Longer side at which a photo is cut into segments, pixels."""
CUTOUTS = 4
"""At most so many cut-outs per photo."""


@dataclass(frozen=True)
class Photos:
    """A sorted list of photos; equal lists give equal cases.

    Attributes:
        names: what `Case.photo` may hold, sorted.
        folder: where they lie; None for the photos that ship with installed packages.
    """

    names: tuple[str, ...]
    folder: Path | None = None

    @classmethod
    def bundled(cls) -> "Photos":
        """Return the photos of the package's catalogue."""
        return cls(tuple(sorted(photo.name for photo in load_catalogue())))

    @classmethod
    def from_folder(cls, folder: Path | str) -> "Photos":
        """Return all readable pictures of a folder whose shorter side is 256 pixels or more.

        Raises:
            UserError: the folder is missing, or fewer than two pictures can be used.
        """
        folder = Path(folder)
        if not folder.is_dir():
            raise UserError(f"photos {folder}: not a folder; name a folder of pictures")
        names = tuple(sorted(path.name for path in folder.iterdir() if path.is_file() and _usable(path)))
        if len(names) < 2:
            raise UserError(f"photos {folder}: two pictures of {SHORTEST} px or more are needed, found {len(names)}")
        return cls(names, folder)

    def rgb(self, index: int) -> np.ndarray:
        """Return a photo as uint8 [H, W, 3], RGB, upright; not to be written to."""
        return _read(self.folder, self.names[index])

    def segments(self, index: int) -> np.ndarray:
        """Return a photo's even areas: int32 [h, w] of labels, at a longer side of 224 pixels."""
        return _segments(self.folder, self.names[index])

    def cutouts(self, index: int) -> tuple[np.ndarray, ...]:
        """Return masks of things in a photo: bool [h, w] each, at a longer side of 224 pixels; may be empty."""
        return _cutouts(self.folder, self.names[index])


def _usable(path: Path) -> bool:
    try:
        with Image.open(path) as image:
            return min(image.size) >= SHORTEST
    except (OSError, ValueError):
        return False


@lru_cache(maxsize=32)
def _read(folder: Path | None, name: str) -> np.ndarray:
    data = (folder / name).read_bytes() if folder else _bundled_bytes(name)
    with Image.open(BytesIO(data)) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
        upright.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    rgb = np.asarray(upright).copy()
    rgb.setflags(write=False)
    return rgb


def _bundled_bytes(name: str) -> bytes:
    return read_photo_bytes(next(photo for photo in load_catalogue() if photo.name == name))


def _small(folder: Path | None, name: str) -> np.ndarray:
    rgb = _read(folder, name)
    scale = SMALL / max(rgb.shape[:2])
    size = max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)


@lru_cache(maxsize=256)
def _segments(folder: Path | None, name: str) -> np.ndarray:
    small = _small(folder, name)
    return felzenszwalb(small, scale=250, sigma=0.8, min_size=small.shape[0] * small.shape[1] // 250).astype(np.int32)


@lru_cache(maxsize=256)
def _cutouts(folder: Path | None, name: str) -> tuple[np.ndarray, ...]:
    small, labels = _small(folder, name), _segments(folder, name)
    found: list[tuple[float, int]] = []
    for label in np.unique(labels):
        mask = labels == label
        share = mask.mean()
        box = cv2.boundingRect(mask.astype(np.uint8))
        fill = mask.sum() / (box[2] * box[3])
        if 0.008 <= share <= 0.25 and fill >= 0.35 and box[2] < 0.8 * mask.shape[1] and box[3] < 0.8 * mask.shape[0]:
            found.append((-float(fill * share**0.5), int(label)))
    masks = (_drawn_out(small, labels == label, cv_seed("cutout", name, label)) for _, label in sorted(found)[:CUTOUTS])
    return tuple(mask for mask in masks if mask.mean() > 0.004)


def _drawn_out(small: np.ndarray, mask: np.ndarray, seed: int) -> np.ndarray:
    """GrabCut about a segment, then its largest piece; the segment itself where GrabCut finds something else."""
    seeds = np.full(mask.shape, cv2.GC_BGD, np.uint8)
    near = cv2.dilate(mask.astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    seeds[near] = cv2.GC_PR_BGD
    seeds[mask] = cv2.GC_PR_FGD
    seeds[cv2.erode(mask.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0] = cv2.GC_FGD
    best = mask
    if (seeds == cv2.GC_BGD).any() and (seeds == cv2.GC_FGD).any():
        cv2.setRNGSeed(seed)
        cv2.grabCut(small, seeds, None, np.zeros((1, 65)), np.zeros((1, 65)), 1, cv2.GC_INIT_WITH_MASK)
        drawn = (seeds == cv2.GC_FGD) | (seeds == cv2.GC_PR_FGD)
        if 0.6 < drawn.sum() / mask.sum() < 2.0:
            best = drawn
    return largest_piece(cv2.medianBlur(best.astype(np.uint8), 5) > 0)


def largest_piece(mask: np.ndarray) -> np.ndarray:
    """Return the largest connected piece of a bool mask [H, W]; an empty mask stays empty."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    if count < 2:
        return mask
    return labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
