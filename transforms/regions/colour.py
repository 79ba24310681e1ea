"""Regress the global colour change away, robustly: the edit is an outlier."""

import cv2
import numpy as np

SAMPLE_PX = 72
"""Longer side of the reduced images that the model is fitted on."""
ITERATIONS = 8
RIDGE = 2e-3
DRIFT, TONED = 12.0, 40.0
"""Units of each channel that the model may move a pixel by: what editors leave unasked, and an edit of the tone."""


def match_colours(
    source_lab: np.ndarray,
    edited_lab: np.ndarray,
    valid: np.ndarray,
    colour: bool = True,
    drift: bool = True,
    limit: float = DRIFT,
) -> np.ndarray:
    """Return the source with the edited image's global colours, and with its slow drift across the frame.

    One polynomial of the source's colour (second order) and of the place (second order: the drift) predicts the
    change of each channel; iteratively reweighted least squares with Geman-McClure weights whose scale is the
    residuals' own.

    Args:
        source_lab: float32 [h, w, 3], registered.
        edited_lab: float32 [h, w, 3].
        valid: bool [h, w], where the source has pixels.
        colour: let the colour predict the change.
        drift: let the place predict it.
        limit: units of each channel that a pixel may be moved by.

    Returns:
        float32 [h, w, 3] LAB.
    """
    height, width = valid.shape
    scale = min(1.0, SAMPLE_PX / max(height, width))
    size = max(2, round(width * scale)), max(2, round(height * scale))
    small = [cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in (source_lab, edited_lab)]
    inside = cv2.resize(valid.astype(np.uint8), size, interpolation=cv2.INTER_AREA).ravel() > 0
    if inside.sum() < 64 or not (colour or drift):
        return source_lab
    by_colour, by_place = _colour_terms(small[0], colour), _place_terms(size, drift)
    terms = np.concatenate([by_colour, by_place]).reshape(len(by_colour) + len(by_place), -1)[:, inside].T
    change = (small[1] - small[0]).reshape(-1, 3)[inside]
    fitted = _fit(terms, change).T
    of_colour, of_place = fitted[:, : len(by_colour)], fitted[:, len(by_colour) :]
    correction = _by_colour(source_lab, of_colour)
    if drift:
        slow = _weighted_sums(by_place, of_place)
        correction += cv2.resize(slow, (width, height), interpolation=cv2.INTER_LINEAR)
    return source_lab + np.clip(correction, -limit, limit, out=correction)


def _by_colour(lab: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return float32 [h, w, 3]: the polynomial of the colour with weights [3, 10] (or [3, 1]) of `_colour_terms`.

    Of second order, so a product of the colour with a linear function of it: an image at a time, not a term.
    """
    if weights.shape[1] == 1:
        return np.broadcast_to(weights[:, 0].astype(np.float32), lab.shape).copy()
    scaled = cv2.transform(lab, np.array([[0.02, 0, 0, -1], [0, 0.02, 0, 0], [0, 0, 0.02, 0]], np.float32))
    channels = []
    for one, light, a, b, ll, la, lb, aa, bb, ab in weights.astype(np.float32):
        slopes = cv2.transform(scaled, np.array([[ll, la, lb, light], [0, aa, ab, a], [0, 0, bb, b]], np.float32))
        channels.append(cv2.transform(cv2.multiply(slopes, scaled), np.array([[1, 1, 1, one]], np.float32)))
    return cv2.merge(channels)


def _weighted_sums(terms: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return float32 [h, w, 3] from terms [n, h, w] and weights [3, n]; in this order, whatever the thread count."""
    sums = np.zeros((3, *terms.shape[1:]), np.float32)
    for channel, row in zip(sums, weights, strict=True):
        for term, weight in zip(terms, row, strict=True):
            channel += term * weight
    return cv2.merge(list(sums))


def _colour_terms(lab: np.ndarray, enabled: bool) -> np.ndarray:
    """Return float32 [10, h, w]: a constant and the regressors by colour; the constant alone if not enabled."""
    light, a, b = (channel * np.float32(1 / 50) for channel in cv2.split(lab))
    light -= 1
    one = np.ones_like(light)
    return np.stack([one, light, a, b, light * light, light * a, light * b, a * a, b * b, a * b] if enabled else [one])


def _place_terms(size: tuple[int, int], enabled: bool) -> np.ndarray:
    """Return float32 [5, h, w]: the regressors by place; none if not enabled."""
    width, height = size
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    terms = np.stack([x, y, x * x, x * y, y * y]).astype(np.float32)
    return terms if enabled else terms[:0]


def _fit(terms: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Return float32 [n, 3]: the coefficients that most of the frame agrees on."""
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
