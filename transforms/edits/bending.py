"""A smooth local warp: an object leans, bends or tilts its head, and its surroundings give way softly."""

from dataclasses import dataclass

import cv2
import numpy as np

from schemas.geometry import xyxy_from_mask
from transforms.edits.change import Patch

REACH = 0.4
"""How far the surroundings give way, as a share of the object's height."""
EDGE = 0.14
"""Width of the rim of the frame in which displacement falls to nothing, as a share of the frame's."""
STILL_PX = 0.25
"""A displacement below this shows nothing."""
MIN_AREA, MAX_AREA = 0.2, 2.2
"""What becomes of a pixel's area: below the least, pixels would fold over; above the most, they would smear."""


@dataclass(frozen=True, eq=False)
class Bent:
    """An object bent.

    Attributes:
        patch: the bent object and its surroundings.
        mask: bool [H, W], the object as it is now.
        moved_px: largest displacement.
    """

    patch: Patch
    mask: np.ndarray
    moved_px: float


def lean(mask: np.ndarray, amount: float, power: float) -> np.ndarray:
    """Return the displacement of an object whose base stays: float32 [H, W, 2] (x, y), pixels.

    Args:
        mask: bool [H, W], the object.
        amount: of its top, to the right, as a share of its height.
        power: 1 leans it like a board, 2 bends it like a stem.
    """
    _, y1, _, y2 = _box(mask)
    height = y2 - y1
    rows = np.clip((y2 - np.arange(mask.shape[0], dtype=np.float32)) / height, 0, 1.3) ** power
    field = np.zeros((*mask.shape, 2), np.float32)
    field[..., 0] = (amount * height * rows)[:, None]
    return field * _give(mask, height)[..., None]


def tilt(mask: np.ndarray, hinge_xy: tuple[float, float], top: float, degrees: float) -> np.ndarray:
    """Return the displacement of what is above a hinge, turned about it: float32 [H, W, 2] (x, y), pixels.

    Args:
        mask: bool [H, W], the object.
        hinge_xy: pixel about which it turns.
        top: row of the highest pixel.
        degrees: clockwise as seen.
    """
    height = hinge_xy[1] - top
    y, x = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]].astype(np.float32)
    share = np.clip((hinge_xy[1] + 0.25 * height - y) / (0.7 * height), 0, 1)
    angle = np.deg2rad(degrees) * share * share * (3 - 2 * share)
    u, v = x - np.float32(hinge_xy[0]), y - np.float32(hinge_xy[1])
    field = np.dstack([u * (np.cos(angle) - 1) - v * np.sin(angle), u * np.sin(angle) + v * (np.cos(angle) - 1)])
    above = mask.copy()
    above[int(hinge_xy[1] + 0.25 * height) :] = False
    return (field * _give(above, height)[..., None]).astype(np.float32)


def neck_of(mask: np.ndarray) -> tuple[float, float] | None:
    """Return the hinge (x, y) of a head, the narrow row between it and the shoulders; None if there is none."""
    _, y1, _, y2 = _box(mask)
    widths = mask[y1:y2].sum(axis=1).astype(np.float32)
    widths = cv2.GaussianBlur(widths[:, None], (1, 2 * (len(widths) // 40) + 1), 0)[:, 0]
    upper = widths[: int(0.45 * len(widths))]
    if upper.size < 12:
        return None
    # the crown widens to the ears, then narrows to the neck, then widens to the shoulders
    for row in range(int(0.12 * len(widths)), len(upper) - 2):
        head = float(widths[:row].max())
        if widths[row] < 0.8 * head and widths[row] <= widths[row + 1 : row + 1 + max(2, len(widths) // 25)].min():
            below = float(widths[row:].max())
            if below < 1.25 * head:
                return None
            columns = np.flatnonzero(mask[y1 + row])
            return float(columns.mean()), float(y1 + row)
    return None


def bend(photo: np.ndarray, mask: np.ndarray, field: np.ndarray) -> Bent | None:
    """Bend an object of `photo` (uint8 [H, W, 3]) by a displacement (float32 [H, W, 2]); None if it would fold over."""
    field = _held_at_the_frame(field)
    area = _area(field)
    moved = np.hypot(field[..., 0], field[..., 1])
    if area.min() < MIN_AREA or area.max() > MAX_AREA or not (moved > STILL_PX).any():
        return None
    source = _inverse(field)
    y, x = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]].astype(np.float32)
    where = (x + source[..., 0], y + source[..., 1])
    bent = cv2.remap(photo, *where, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    new_mask = cv2.remap(mask.astype(np.float32), *where, cv2.INTER_LINEAR) > 0.5
    shown = np.clip(np.hypot(source[..., 0], source[..., 1]) / STILL_PX - 1, 0, 1)
    part = xyxy_from_mask(shown > 0)
    assert part is not None, "something moved"
    x1, y1, x2, y2 = part
    alpha = shown[y1:y2, x1:x2].astype(np.float32)
    patch = Patch(x1, y1, alpha, bent[y1:y2, x1:x2].astype(np.float32) * alpha[..., None])
    return Bent(patch, new_mask, float(moved.max()))


def _held_at_the_frame(field: np.ndarray) -> np.ndarray:
    """Return the displacement let down to nothing across each edge of the frame: nothing beyond it is known."""
    rows, columns = (np.arange(n, dtype=np.float32) for n in field.shape[:2])
    across = np.clip(np.minimum(columns, columns[::-1]) / (EDGE * len(columns)), 0, 1)
    down = np.clip(np.minimum(rows, rows[::-1]) / (EDGE * len(rows)), 0, 1)
    return np.dstack([field[..., 0] * across[None], field[..., 1] * down[:, None]])


def _area(field: np.ndarray) -> np.ndarray:
    """Return the determinant of the map that a displacement makes, float32 [H, W]."""
    (xx, xy), (yx, yy) = ([cv2.Sobel(field[..., c], cv2.CV_32F, dx, 1 - dx) / 8 for dx in (1, 0)] for c in (0, 1))
    return (1 + xx) * (1 + yy) - xy * yx


def _inverse(field: np.ndarray) -> np.ndarray:
    """Return where each new pixel comes from, as a displacement: fixed-point steps."""
    y, x = np.mgrid[0 : field.shape[0], 0 : field.shape[1]].astype(np.float32)
    back = -field
    for _ in range(8):
        back = -cv2.remap(field, x + back[..., 0], y + back[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return back


def _give(mask: np.ndarray, height: float) -> np.ndarray:
    """Return how far each pixel goes along, float32 [H, W]: 1 on the object, smoothly 0 at the reach."""
    away = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    share = np.clip(1 - away / max(REACH * height, 6.0), 0, 1)
    return cv2.GaussianBlur(share * share * (3 - 2 * share), (0, 0), max(1.0, 0.02 * height))


def _box(mask: np.ndarray) -> tuple[int, int, int, int]:
    box = xyxy_from_mask(mask)
    assert box is not None, "an object has pixels"
    return box
