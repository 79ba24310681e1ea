"""Statistics along a closed curve in a picture: does the border of an edit look like a border that was pasted?"""

import cv2
import numpy as np

OFFSETS = (-6, -3, -1, 0, 1, 3, 6)
"""Distances from the curve, pixels, negative inside."""
TRIES, CURVES = 40, 2
HIDDEN = 0.08
"""Share of a random curve's area that may overlap the edit."""


def seam_rows(
    edited: np.ndarray, mask: np.ndarray, kind: str, rng: np.random.Generator
) -> list[tuple[str, dict[str, float]]]:
    """Return the statistics along the edit's border, along random curves of its shape, and along planted pastes.

    Args:
        edited: uint8 [H, W, 3].
        mask: bool [H, W], where it was edited.
        kind: "edit" for the border of something new, "own" for that of a thing that was there.
        rng: chooses the places of the curves.

    Returns:
        (kind, "random" or "planted", values) each; a planted one has the same shape, its inside taken from another
        place of the picture without any feathering.
    """
    ys, xs = np.nonzero(mask)
    if len(ys) < 150 or mask.mean() > 0.3:
        return []
    found = [(kind, curve_statistics(edited, mask))]
    if kind == "own":
        return found
    for _ in range(TRIES):
        moved, (dy, dx) = _moved(mask, (ys, xs), rng)
        if moved is None or (moved & mask).sum() > HIDDEN * len(ys):
            continue
        found.append(("random", curve_statistics(edited, moved)))
        pasted = edited.copy()
        pasted[moved] = np.roll(edited, (7 - dy // 2, 11 - dx // 2), (0, 1))[moved]
        found.append(("planted", curve_statistics(pasted, moved)))
        if len(found) >= 1 + 2 * CURVES:
            break
    return found if len(found) > 1 else []


def _moved(
    mask: np.ndarray, at: tuple[np.ndarray, np.ndarray], rng: np.random.Generator
) -> tuple[np.ndarray | None, tuple[int, int]]:
    ys, xs = at
    dy = int(rng.integers(-ys.min(), mask.shape[0] - ys.max()))
    dx = int(rng.integers(-xs.min(), mask.shape[1] - xs.max()))
    if max(abs(dy), abs(dx)) < 8:
        return None, (dy, dx)
    moved = np.zeros_like(mask)
    moved[ys + dy, xs + dx] = True
    return moved, (dy, dx)


def curve_statistics(rgb: np.ndarray, mask: np.ndarray) -> dict[str, float]:
    """Return gradient and texture statistics at several distances from the border of a mask (bool [H, W])."""
    luma = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    inside = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    outside = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3)
    distance = outside - inside
    slope = np.hypot(cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1)) / 8
    fine = np.abs(luma - cv2.GaussianBlur(luma, (0, 0), 1.2))
    found = {}
    for offset in OFFSETS:
        ring = np.abs(distance - offset) < 1.05
        if not ring.any():
            continue
        found[f"slope{offset:+d}"] = float(np.log1p(slope[ring]).mean())
        found[f"slope{offset:+d}.q90"] = float(np.percentile(slope[ring], 90))
        found[f"fine{offset:+d}"] = float(np.log1p(fine[ring]).mean())
    middle = found.get("slope+0", 0.0)
    found["ridge"] = middle - 0.5 * (found.get("slope-3", middle) + found.get("slope+3", middle))
    found["texture.step"] = found.get("fine+6", 0.0) - found.get("fine-6", 0.0)
    return found
