"""Regress the global colour change and the slow drift away, robustly: the edit is an outlier."""

import cv2
import numpy as np

SAMPLE_PX = 96
"""Longer side of the reduced images that the model is fitted on."""
ITERATIONS = 8
RIDGE = 2e-3
MAX_CORRECTION = 40.0
"""Delta E that the model may move a pixel by."""


def match_colours(source_lab: np.ndarray, edited_lab: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Return the source with the edited image's global colours.

    One polynomial of the source's colour (second order) and the place (second order) predicts the change of each
    channel; iteratively reweighted least squares with Geman-McClure weights whose scale is the residuals' own.

    Args:
        source_lab: float32 [h, w, 3], registered.
        edited_lab: float32 [h, w, 3].
        valid: bool [h, w], where the source has pixels.

    Returns:
        float32 [h, w, 3] LAB.
    """
    height, width = valid.shape
    scale = min(1.0, SAMPLE_PX / max(height, width))
    size = max(2, round(width * scale)), max(2, round(height * scale))
    small = [cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in (source_lab, edited_lab)]
    inside = cv2.resize(valid.astype(np.uint8), size, interpolation=cv2.INTER_AREA).ravel() > 0
    if inside.sum() < 64:
        return source_lab
    terms = _terms(small[0])[:, inside].T
    change = (small[1] - small[0]).reshape(-1, 3)[inside]
    correction = (_fit(terms, change).T @ _terms(source_lab)).T.reshape(height, width, 3)
    return source_lab + np.clip(correction, -MAX_CORRECTION, MAX_CORRECTION)


def _terms(lab: np.ndarray) -> np.ndarray:
    """Return float32 [15, h * w]: the regressors of each pixel."""
    height, width = lab.shape[:2]
    light, a, b = lab[..., 0] / 50 - 1, lab[..., 1] / 50, lab[..., 2] / 50
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None]
    colour = [np.ones_like(light), light, a, b, light * light, light * a, light * b, a * a, b * b, a * b]
    place = [np.broadcast_to(values, (height, width)) for values in (x, y, x * x, x * y, y * y)]
    return np.stack([*colour, *place]).reshape(15, -1)


def _fit(terms: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Return float32 [15, 3]: the coefficients that most of the frame agrees on."""
    x, y = terms.astype(np.float64), change.astype(np.float64)
    centre = np.median(y, axis=0)
    error = np.linalg.norm(y - centre, axis=1)
    coefficients = np.zeros((x.shape[1], 3))
    for _ in range(ITERATIONS):
        scale = 2.0 * max(float(np.median(error)), 0.15)
        weights = 1.0 / (1.0 + (error / scale) ** 2) ** 2
        weighted = x * weights[:, None]
        gram = weighted.T @ x + RIDGE * weights.sum() * np.eye(x.shape[1])
        coefficients = np.linalg.solve(gram, weighted.T @ y)
        error = np.linalg.norm(y - x @ coefficients, axis=1)
    return coefficients.astype(np.float32)
