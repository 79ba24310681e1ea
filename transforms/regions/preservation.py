"""What judgements ask of the pixels: how much changed outside the request, and whether the structure survived."""

import cv2
import numpy as np

from transforms.regions.frame import between_frames, pixel_scale, resize_to
from transforms.regions.result import RegionResult, Registration

VISIBLE = 4.0
"""CIEDE2000 above the noise floor from which on a pixel counts as visibly changed."""
HALO = 0.015
"""Pixels this close to a requested region, as a share of the longer side, are its edge and count on neither side."""
STRUCTURE_PX = 384
"""Longer side that structure is compared at."""


def outside_change(result: RegionResult, requested_mask: np.ndarray) -> tuple[float, float]:
    """Measure what changed outside the request.

    Args:
        result: of `derive_regions`; where the source has nothing, nothing changed.
        requested_mask: bool [H, W], True inside the requested regions.

    Returns:
        Share (0..1) of the outside pixels that changed visibly, and the mean CIEDE2000 above the noise floor over
        those; (0.0, 0.0) where nothing is outside. A change of the whole frame that was not requested counts at
        every pixel, with the difference it had before colours were matched.
    """
    radius = max(1, round(HALO * max(requested_mask.shape)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    outside = cv2.dilate(requested_mask.astype(np.uint8), kernel) == 0
    if not outside.any():
        return 0.0, 0.0
    everywhere = max((region.delta_e for region in result.regions if region.whole_frame), default=0.0)
    above = np.maximum(result.delta_e_map, everywhere)[outside] - result.noise_floor
    changed = above > VISIBLE
    return float(changed.mean()), float(above[changed].mean()) if changed.any() else 0.0


def structure(source: np.ndarray, edited: np.ndarray, registration: Registration) -> float:
    """Return the correlation of the brightness gradients of both images, -1..1; 1.0 where neither has any.

    Only what both pictures show is compared, where registration found that one of them shows more.

    Args:
        source: uint8 [H, W, 3].
        edited: uint8 [H', W', 3].
        registration: of the pair.
    """
    matrix = registration.matrix
    if registration.overlap is not None:
        matrix = registration.overlap.shared_matrix(matrix)
        source, edited = registration.overlap.of_source(source), registration.overlap.of_edited(edited)
    edited_size, source_size = (edited.shape[1], edited.shape[0]), (source.shape[1], source.shape[0])
    scale = min(1.0, STRUCTURE_PX / max(edited_size))
    size = max(1, round(edited_size[0] * scale)), max(1, round(edited_size[1] * scale))
    square = pixel_scale(source_size, edited_size)[:2] @ np.vstack([matrix, [0, 0, 1]])
    matrix = between_frames(square, edited_size, size)
    moved = cv2.warpAffine(
        resize_to(source, *size), matrix, size, flags=cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    a, b = _gradients(moved), _gradients(resize_to(edited, *size))
    energy = float(np.sqrt((a * a).sum() * (b * b).sum()))
    if energy > 0:
        return float((a * b).sum()) / energy
    return 1.0 if not a.any() and not b.any() else 0.0


def _gradients(image: np.ndarray) -> np.ndarray:
    grey = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float64), (0, 0), 1)
    return np.stack([cv2.Sobel(grey, cv2.CV_64F, 1, 0), cv2.Sobel(grey, cv2.CV_64F, 0, 1)])
