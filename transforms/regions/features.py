"""Find a picture in another by the things that both show: a scale and a shift along each axis."""

import cv2
import numpy as np

SIZE_PX = 384
"""Longer side that features are looked for at."""
ENLARGED = 2.0
"""Small pictures are enlarged by this at most."""
FEATURES = 700
RATIO = 0.8
"""A feature's best match must be nearer than this share of the second best."""
TILT = 12.0
"""Degrees that a matched feature may be turned by: frames are not."""
DRAWS = 600
NEAR = 0.012
"""Distance up to which a match follows a map, as a share of the edited picture's longer side."""
SCALES = (0.2, 5.0)
SQUEEZE = 1.3
"""Largest ratio of the scales of both axes."""
LEAST = 7
"""Matches that a map must explain."""

Axis = tuple[float, float]
"""Scale and shift along an axis: source pixel = scale * edited pixel + shift, pixel corners at integers."""


def find_by_features(source: np.ndarray, edited: np.ndarray) -> list[tuple[Axis, Axis]]:
    """Return maps of the axes (columns, rows) that many features follow, the best first; may be empty.

    Args:
        source: uint8 [H', W', 3].
        edited: uint8 [H, W, 3].
    """
    here, there = _matches(source, edited)
    near = NEAR * max(edited.shape[:2])
    found: list[tuple[Axis, Axis]] = []
    for number in range(2):
        if len(here) < LEAST:
            break
        columns, rows, inside = _consensus(here, there, near, number)
        if inside.sum() < LEAST:
            break
        found.append((columns, rows))
        here, there = here[~inside], there[~inside]
    return found


def _matches(source: np.ndarray, edited: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of matched features in the edited picture and in the source, float64 [n, 2] each."""
    none = np.zeros((0, 2))
    points, angles, descriptors = zip(*(_features(image) for image in (edited, source)), strict=True)
    if min(len(found) for found in points) < LEAST:
        return none, none
    likeness = descriptors[0] @ descriptors[1].T
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :2]
    number = np.arange(len(likeness))
    first, second = (np.sqrt(np.maximum(2 - 2 * likeness[number, nearest[:, i]], 0)) for i in (0, 1))
    mutual = likeness.argmax(axis=0)[nearest[:, 0]] == number
    turned = np.abs((angles[0] - angles[1][nearest[:, 0]] + 180) % 360 - 180)
    good = (first < RATIO * second) & mutual & (turned < TILT)
    pairs = np.unique(np.hstack([points[0][good], points[1][nearest[good, 0]]]), axis=0)
    return (pairs[:, :2], pairs[:, 2:]) if len(pairs) else (none, none)


def _features(image: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return places (full pixels), angles (degrees) and descriptors of unit length of a picture's features."""
    height, width = image.shape[:2]
    scale = min(ENLARGED, SIZE_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    grey = cv2.cvtColor(cv2.resize(image, size, interpolation=how), cv2.COLOR_RGB2GRAY)
    keys, found = cv2.SIFT.create(nfeatures=FEATURES, contrastThreshold=0.012).detectAndCompute(grey, None)
    if found is None or not len(keys):
        return np.zeros((0, 2)), np.zeros(0), np.zeros((0, 128), np.float32)
    places = (np.array([key.pt for key in keys]) + 0.5) * (width / size[0], height / size[1])
    root = np.sqrt(found / np.maximum(found.sum(axis=1, keepdims=True), 1e-6))
    return places, np.array([key.angle for key in keys]), root.astype(np.float32)


def _consensus(here: np.ndarray, there: np.ndarray, near: float, seed: int) -> tuple[Axis, Axis, np.ndarray]:
    """Return the map that most matches follow, and which do (bool [n]): draws of two matches, then least squares."""
    drawn = np.random.default_rng(seed).integers(0, len(here), (DRAWS, 2))
    apart, across = here[drawn[:, 1]] - here[drawn[:, 0]], there[drawn[:, 1]] - there[drawn[:, 0]]
    length, span = np.hypot(*apart.T), np.hypot(*across.T)
    scale = span / np.maximum(length, 1e-9)
    along = (apart * across).sum(axis=1) / np.maximum(length * span, 1e-9)
    usable = (length > 5 * near) & (along > np.cos(np.radians(8))) & (scale > SCALES[0]) & (scale < SCALES[1])
    if not usable.any():
        return (1.0, 0.0), (1.0, 0.0), np.zeros(len(here), bool)
    scale, first = scale[usable], drawn[usable, 0]
    shift = there[first] - scale[:, None] * here[first]
    error = np.abs(there[None] - scale[:, None, None] * here[None] - shift[:, None]).max(axis=2)
    votes = (error <= near * scale[:, None]).sum(axis=1)
    best = int(votes.argmax())
    scales, shifts = np.full(2, scale[best]), shift[best]
    inside = error[best] <= near * scale[best]
    for _ in range(3):
        if inside.sum() < LEAST:
            break
        fitted = [_line(here[inside, axis], there[inside, axis], near) for axis in (0, 1)]
        scales, shifts = np.array([f[0] for f in fitted]), np.array([f[1] for f in fitted])
        if max(scales) > SQUEEZE * min(scales) or min(scales) <= SCALES[0]:
            return (1.0, 0.0), (1.0, 0.0), np.zeros(len(here), bool)
        inside = (np.abs(there - scales * here - shifts) <= near * scales).all(axis=1)
    columns, rows = ((float(s), float(t)) for s, t in zip(scales, shifts, strict=True))
    return columns, rows, inside


def _line(here: np.ndarray, there: np.ndarray, near: float) -> Axis:
    """Return the scale and the shift that bring the places along one axis onto each other, by least squares."""
    x, y = here - here.mean(), there - there.mean()
    scale = float((x * y).sum() / max((x * x).sum(), near**2))
    return scale, float(there.mean() - scale * here.mean())
