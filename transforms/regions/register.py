"""Bring the source onto the edited frame: an affine map from coarse to fine, kept only where it clearly helps."""

from dataclasses import dataclass

import cv2
import numpy as np

from transforms.regions.frame import between_frames, resize_to

LEVELS_PX = (96, 192, 384)
"""Longer side of the images that the map is estimated on, one after the other."""
ITERATIONS = (40, 25, 8)
STILL_PX = 0.06
"""Where no corner has moved by more than this on the middle level, the finest has nothing to add."""
MAX_SHIFT = 0.08
"""A corner may move by this share of the longer side; more is taken for a failed estimate."""
GAIN = 0.92
"""The map is kept if the residual falls below this share of the residual without it."""
MIN_SIDE = 24
"""Frames smaller than this, in pixels, are left as they are."""
IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


@dataclass(frozen=True, eq=False)
class Aligned:
    """The registered source.

    Attributes:
        source: uint8 [h, w, 3] in the edited frame.
        valid: bool [h, w], False where the source has no pixel.
        matrix: float64 [2, 3], edited pixel -> source pixel, working frame.
        agreement: share (0..1) of the frame's textured blocks whose structure is found in both images.
    """

    source: np.ndarray
    valid: np.ndarray
    matrix: np.ndarray
    agreement: float


def register(source: np.ndarray, edited: np.ndarray, enabled: bool = True) -> Aligned:
    """Register two images of one size.

    Enhanced correlation coefficient (Evangelidis and Psarakis 2008, cv2.findTransformECC) on local contrast,
    which neither a change of colour nor of light moves.

    Args:
        source: uint8 [h, w, 3].
        edited: uint8 [h, w, 3].
        enabled: False leaves the frame as it is.
    """
    matrix = _estimate(_grey(source), _grey(edited)) if enabled and min(edited.shape[:2]) >= MIN_SIDE else IDENTITY
    aligned, valid = warp(source, matrix)
    return Aligned(aligned, valid, matrix, agreement(aligned, edited))


def warp(source: np.ndarray, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return `source` brought into the edited frame, and where it has pixels (bool [h, w])."""
    height, width = source.shape[:2]
    if np.array_equal(matrix, IDENTITY):
        return source, np.ones((height, width), bool)
    flags = cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(
        source, matrix, (width, height), flags=flags | cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    inside = cv2.warpAffine(np.full((height, width), 255, np.uint8), matrix, (width, height), flags=flags)
    return moved, inside > 250


def displacement(matrix: np.ndarray, width: int, height: int) -> float:
    """Return the mean displacement over the frame, pixels."""
    x, y = np.meshgrid(np.linspace(0, width - 1, 9), np.linspace(0, height - 1, 9))
    moved = matrix @ np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    return float(np.hypot(moved[0] - x.ravel(), moved[1] - y.ravel()).mean())


def _grey(image: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)


def local_contrast(grey: np.ndarray) -> np.ndarray:
    """Return float32 [h, w]: brightness less its neighbourhood's mean, over the neighbourhood's deviation.

    Noise of some four grey levels is damped by a constant in the denominator.
    """
    mean = cv2.GaussianBlur(grey, (0, 0), 4)
    centred = grey - mean
    return centred / (np.sqrt(cv2.GaussianBlur(centred * centred, (0, 0), 4)) + 4)


def _estimate(source: np.ndarray, edited: np.ndarray) -> np.ndarray:
    """Return the map in working pixels, or the identity where none helps clearly."""
    height, width = edited.shape
    matrix = IDENTITY.astype(np.float32)
    for level, iterations in zip(LEVELS_PX, ITERATIONS, strict=True):
        scale = min(1.0, level / max(height, width))
        size = max(MIN_SIDE, round(width * scale)), max(MIN_SIDE, round(height * scale))
        small_source = local_contrast(resize_to(source, *size))
        small_edited = local_contrast(resize_to(edited, *size))
        matrix = _refine(small_source, small_edited, matrix, size, (width, height), iterations)
        if scale == 1.0 or (level == LEVELS_PX[1] and _reach(matrix, (width, height)) * scale < STILL_PX):
            break
    return _accept(small_source, small_edited, matrix, size, (width, height))


def _refine(
    source: np.ndarray,
    edited: np.ndarray,
    matrix: np.ndarray,
    size: tuple[int, int],
    full: tuple[int, int],
    iterations: int,
) -> np.ndarray:
    """Refine `matrix` (working pixels) on one level; where the estimate fails the old one stays."""
    start = between_frames(matrix, full, size).astype(np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, iterations, 1e-4)
    try:
        _, found = cv2.findTransformECC(
            edited, source, start, cv2.MOTION_AFFINE, criteria, _stable(source, edited, start), 3
        )
    except cv2.error:  # ECC does not converge on flat or unrelated images
        return matrix
    found = between_frames(found, size, full)
    return found if _reach(found, full) <= MAX_SHIFT * max(full) else matrix


def _reach(matrix: np.ndarray, size: tuple[int, int]) -> float:
    """Return how far a map moves a corner of a frame of (width, height), pixels along an axis."""
    corners = np.array([[0, size[0], 0, size[0]], [0, 0, size[1], size[1]], [1, 1, 1, 1]], np.float64)
    return float(np.abs(matrix @ corners - corners[:2]).max())


def _stable(source: np.ndarray, edited: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Return uint8 [h, w]: 1 where the images already resemble each other, so that the edit has no say."""
    moved, valid = warp(source, matrix)
    error = cv2.GaussianBlur(np.abs(moved - edited), (0, 0), 5)
    return ((error <= np.quantile(error, 0.8)) & valid).astype(np.uint8)


def _accept(
    source: np.ndarray, edited: np.ndarray, matrix: np.ndarray, size: tuple[int, int], full: tuple[int, int]
) -> np.ndarray:
    moved, valid = warp(source, between_frames(matrix, full, size))
    before = _residual(source, edited, valid)
    return matrix.astype(np.float64) if _residual(moved, edited, valid) < GAIN * before else IDENTITY


def _residual(source: np.ndarray, edited: np.ndarray, valid: np.ndarray) -> float:
    """Return the mean absolute difference of the better seven tenths of the pixels: the edit is an outlier."""
    error = np.sort(np.abs(source - edited)[valid])
    return float(error[: max(1, int(0.7 * error.size))].mean())


def agreement(source: np.ndarray, edited: np.ndarray) -> float:
    """Return the share (0..1) of textured blocks of the frame whose structure both images show; 1 without texture."""
    height, width = edited.shape[:2]
    scale = min(1.0, 256 / max(height, width))
    size = max(8, round(width * scale)), max(8, round(height * scale))
    shared = correlation(*(resize_to(image, *size) for image in (source, edited)))
    textured = ~np.isnan(shared)
    return float((shared[textured] > 0.5).mean()) if textured.mean() >= 0.05 else 1.0


def correlation(source: np.ndarray, edited: np.ndarray) -> np.ndarray:
    """Return the correlation of brightness in a window of 17 pixels, float32 [h, w], -1..1; NaN where one is flat.

    Args:
        source, edited: uint8 [h, w, 3].
    """
    a, b = (cv2.GaussianBlur(_grey(image), (0, 0), 1) for image in (source, edited))

    def local(values: np.ndarray) -> np.ndarray:
        return cv2.boxFilter(values, -1, (17, 17))

    da, db = a - local(a), b - local(b)
    va, vb = local(da * da), local(db * db)
    textured = (va > 9) & (vb > 9)
    shared = local(da * db) / np.sqrt(np.where(textured, va * vb, 1))
    return np.where(textured, shared, np.float32(np.nan))
