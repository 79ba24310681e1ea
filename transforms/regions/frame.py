"""The working frame: both images of a pair at one size, small enough to compare fast."""

from dataclasses import dataclass

import cv2
import numpy as np

from schemas.geometry import BoxXYXY, xyxy_from_mask


def to_lab(image: np.ndarray) -> np.ndarray:
    """Convert uint8 sRGB [H, W, 3] to CIELAB float32 [H, W, 3]: L 0..100, a and b about -127..127."""
    return cv2.cvtColor(np.multiply(image, np.float32(1 / 255), dtype=np.float32), cv2.COLOR_RGB2LAB)


def resize_to(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """Resize; by area when that shrinks an axis, else linearly."""
    if image.shape[:2] == (height, width):
        return image
    shrinks = width < image.shape[1] or height < image.shape[0]
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


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
        """Bring a bool mask [h, w] of the working frame to the edited image's size."""
        if self.size == self.edited_size:
            return mask
        soft = cv2.resize(mask.astype(np.float32), self.edited_size, interpolation=cv2.INTER_LINEAR)
        return soft > 0.5

    def full_map(self, values: np.ndarray) -> np.ndarray:
        """Bring a float32 map of any size to the edited image's size."""
        return cv2.resize(values, self.edited_size, interpolation=cv2.INTER_LINEAR)

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

    Args:
        source: uint8 [H, W, 3].
        edited: uint8 [H', W', 3].
        work_size: pixels.
    """
    height, width = edited.shape[:2]
    scale = min(1.0, work_size / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return WorkFrame(
        source=resize_to(source, *size),
        edited=resize_to(edited, *size),
        source_size=(source.shape[1], source.shape[0]),
        edited_size=(width, height),
    )


def box_of(mask: np.ndarray) -> BoxXYXY:
    """Return the half open box of a mask that is known to have pixels."""
    box = xyxy_from_mask(mask)
    assert box is not None, "an empty mask has no box"
    return box
