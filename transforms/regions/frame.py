"""The working frame: both images of a pair at one size, small enough to compare fast."""

from dataclasses import dataclass
from math import ceil, sqrt

import cv2
import numpy as np

from schemas.geometry import BoxXYXY

LONG = 4.0
"""Longer over shorter side up to which a frame is compared with `work_size` pixels on its longer side."""

STEP = 1.5
"""Linear interpolation that shrinks an axis by no more than this gives every pixel half its due, or more."""


def to_lab(image: np.ndarray) -> np.ndarray:
    """Convert uint8 sRGB [H, W, 3] to CIELAB float32 [H, W, 3]: L 0..100, a and b about -127..127."""
    return cv2.cvtColor(np.multiply(image, np.float32(1 / 255), dtype=np.float32), cv2.COLOR_RGB2LAB)


def resize_to(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """Resize; by area where that shrinks an axis, else linearly.

    What shrinks is first brought to a whole multiple of the size: averaging whole blocks is many times faster.
    """
    old_height, old_width = image.shape[:2]
    multiple = width * _block(old_width, width), height * _block(old_height, height)
    if multiple != (old_width, old_height):
        image = cv2.resize(image, multiple, interpolation=cv2.INTER_LINEAR)
    return image if multiple == (width, height) else cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def _block(old: int, new: int) -> int:
    """Return how many pixels are averaged along an axis; the step before shrinks it by STEP at most."""
    return 1 if old <= new else max(2, ceil(old / new / STEP))


@dataclass(frozen=True, eq=False)
class WorkFrame:
    """Both images at the working size.

    Attributes:
        source, edited: uint8 [h, w, 3] sRGB.
        source_size, edited_size: (width, height) of the originals.
    """

    source: np.ndarray
    edited: np.ndarray
    source_size: tuple[int, int]
    edited_size: tuple[int, int]

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the working frame."""
        return self.edited.shape[1], self.edited.shape[0]

    def full_mask(self, mask: np.ndarray) -> np.ndarray:
        """Bring a bool mask [h, w] of the working frame, not empty, to the edited image's size."""
        if self.size == self.edited_size:
            return mask
        (sx, sy), (width, height) = np.divide(self.edited_size, self.size), self.edited_size
        left, top, right, bottom = box_of(mask)
        x1, y1 = int(left * sx), int(top * sy)
        x2, y2 = min(width, ceil(right * sx)), min(height, ceil(bottom * sy))
        to_work = pixel_scale(self.edited_size, self.size)[:2]
        to_work[:, 2] += to_work[:, :2] @ (x1, y1)
        soft = cv2.warpAffine(
            mask.astype(np.float32),
            to_work,
            (x2 - x1, y2 - y1),
            flags=cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        full = np.zeros((height, width), bool)
        full[y1:y2, x1:x2] = soft > 0.5
        return full

    def full_matrix(self, matrix: np.ndarray) -> np.ndarray:
        """Turn a [2, 3] map of working pixels into one from edited pixels to source pixels."""
        return between_frames(matrix, self.size, self.edited_size, self.source_size)


def pixel_scale(old: tuple[int, int], new: tuple[int, int]) -> np.ndarray:
    """Return the [3, 3] map of pixel centres that resizing (width, height) `old` to `new` stands for."""
    sx, sy = new[0] / old[0], new[1] / old[1]
    return np.array([[sx, 0, (sx - 1) / 2], [0, sy, (sy - 1) / 2], [0, 0, 1]])


def between_frames(
    matrix: np.ndarray, old: tuple[int, int], new: tuple[int, int], new_source: tuple[int, int] | None = None
) -> np.ndarray:
    """Express a map between the pixels of two frames of one size in pixels of their resized versions.

    Args:
        matrix: [2, 3], edited pixel -> source pixel, both frames of size `old`.
        old: (width, height) of the frames that `matrix` was found on.
        new: (width, height) of the resized edited frame.
        new_source: of the resized source frame; None for the same.
    """
    outward = pixel_scale(old, new_source or new)
    return (outward @ np.vstack([matrix, [0, 0, 1]]) @ pixel_scale(new, old))[:2]


def work_frame(source: np.ndarray, edited: np.ndarray, work_size: int) -> WorkFrame:
    """Bring both images to the edited image's shape, at most `work_size` pixels on its longer side.

    A frame longer than `LONG` gets as many pixels in all as one of that shape, where it has them: a strip a few
    pixels wide would show nothing.

    Args:
        source: uint8 [H, W, 3].
        edited: uint8 [H', W', 3].
        work_size: pixels.
    """
    height, width = edited.shape[:2]
    shorter, longer = sorted((height, width))
    scale = min(1.0, work_size / longer * sqrt(max(1.0, longer / shorter / LONG)))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return WorkFrame(
        source=resize_to(source, *size),
        edited=resize_to(edited, *size),
        source_size=(source.shape[1], source.shape[0]),
        edited_size=(width, height),
    )


def box_of(mask: np.ndarray) -> BoxXYXY:
    """Return the half open box of a bool mask that is known to have pixels."""
    x, y, width, height = cv2.boundingRect(mask.view(np.uint8))
    assert width, "an empty mask has no box"
    return x, y, x + width, y + height
