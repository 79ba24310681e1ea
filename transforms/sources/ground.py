"""Find the plain ground of a picture and the window in which its content stands."""

from dataclasses import dataclass

import cv2
import numpy as np

WORK = 192
"""Longer side at which ground and window are found, pixels."""
BORDER = 0.02
"""Width of the border that shows the ground, as a share of the shorter side."""
FAR = 60
"""Levels from the border's median beyond which a pixel has no say in the first fit."""
NEAR = 12
"""Levels of a fitted ground within which a pixel of the border belongs to it."""
PLAIN = 0.7
"""Share of the border that must belong to the ground for it to count as plain."""
RAMP = (10.0, 30.0)
"""Levels from the ground at which a pixel begins to count as content, and counts fully."""
EVEN = 0.9
"""Share of the border's pixels that do not fully count as content which must not count at all: the texture of an uneven
ground would count as content, in places that change with compression."""
LEAST = 8.0
"""Weight of content, in pixels at `WORK`, below which there is none."""
GAP = 0.03
"""Distance within which pieces of content belong together, as a share of the longer side."""
MAIN = 0.6
"""Share of the content from which on one piece of it stands for all: a caption next to it has no say."""
FILLED = 0.8
"""Share of sides and area that content must fill for its ground to be the frame of a picture."""
CLOSE = 0.5
"""Share of the frame up to which a window is found again in the full picture, around it."""
AROUND = 0.3
"""Part of its side by which a window is grown for that."""
SPREADS = 2.0
"""Half the side of the window in standard deviations of the content."""

Place = tuple[float, float, float, float]
"""x1, y1, x2, y2 as shares of the frame."""
WHOLE: Place = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, eq=False)
class Ground:
    """A plain ground: a surface of second order in each channel.

    Attributes:
        coefficients: float64 [6, 3], of 1, x, y, xy, xx, yy with x and y from -1 to 1 over the frame.
        place: window that holds the content, the whole frame without any.
    """

    coefficients: np.ndarray
    place: Place

    @property
    def middle(self) -> tuple[int, int, int]:
        """The ground in the middle of the frame, levels of red, green and blue."""
        red, green, blue = np.clip(np.rint(self.coefficients[0]), 0, 255).astype(int).tolist()
        return red, green, blue

    def at(self, side: int) -> np.ndarray:
        """Return the ground in the middle of side x side cells of the window, float32 [side, side, 3]."""
        x1, y1, x2, y2 = self.place
        steps = (np.arange(side) + 0.5) / side
        return _surface(self.coefficients, x1 + (x2 - x1) * steps, y1 + (y2 - y1) * steps)


def find_ground(rgb: np.ndarray) -> Ground | Place:
    """Return the ground of a picture (uint8 [H, W, 3]), or where its border shows no plain one the part to look at.

    That part is the whole frame, or, of a picture in a plain frame, the picture.
    """
    small = _small(rgb)
    x, y = _middles(small)
    coefficients = _fit(small, x, y)
    if coefficients is None:
        return WHOLE
    weight = _content(small, coefficients, x, y)
    inner = _framed(weight)
    if inner is not None:
        return inner
    place = _window(weight, x, y, WHOLE)
    x1, y1, x2, y2 = place
    if max(x2 - x1, y2 - y1) <= CLOSE:
        place = _closer(rgb, coefficients, place)
    return Ground(coefficients, place)


def _framed(weight: np.ndarray) -> Place | None:
    """Return the part of the frame that content fills, None where it does not fill nearly all of it."""
    height, width = weight.shape
    rows, columns = (np.flatnonzero(weight.mean(axis=axis) >= FILLED) for axis in (1, 0))
    if not len(rows) or not len(columns):
        return None
    y1, y2, x1, x2 = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    if min((y2 - y1) / height, (x2 - x1) / width) < FILLED or weight[y1:y2, x1:x2].mean() < FILLED:
        return None
    return float(x1 / width), float(y1 / height), float(x2 / width), float(y2 / height)


def _closer(rgb: np.ndarray, coefficients: np.ndarray, place: Place) -> Place:
    """Return the window of a small content, found at a higher resolution around where it was seen."""
    height, width = rgb.shape[:2]
    x1, y1, x2, y2 = place
    more_x, more_y = AROUND * (x2 - x1), AROUND * (y2 - y1)
    left, right = int(max(0.0, x1 - more_x) * width), int(np.ceil(min(1.0, x2 + more_x) * width))
    top, bottom = int(max(0.0, y1 - more_y) * height), int(np.ceil(min(1.0, y2 + more_y) * height))
    part = _small(rgb[top:bottom, left:right])
    x, y = _middles(part)
    x, y = (left + x * (right - left)) / width, (top + y * (bottom - top)) / height
    return _window(_content(part, coefficients, x, y), x, y, place)


def _middles(small: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the middles of the columns and of the rows of a picture, as shares of its sides."""
    height, width = small.shape[:2]
    return (np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height


def _content(small: np.ndarray, coefficients: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return how far each pixel of a part of the frame (float32 [h, w, 3]) is content, 0..1, float32 [h, w]."""
    distance = np.abs(small - _surface(coefficients, x, y)).max(axis=2)
    found: np.ndarray = np.clip((distance - RAMP[0]) / (RAMP[1] - RAMP[0]), 0, 1)
    return found


def _window(weight: np.ndarray, x: np.ndarray, y: np.ndarray, without: Place) -> Place:
    """Return the part of the frame around the content: its mean and `SPREADS` deviations to both sides.

    Args:
        weight: of content, in a part of the frame.
        x, y: where its columns and rows are in the frame.
        without: the answer where there is no content.
    """
    weight = _main_piece(weight)
    total = float(weight.sum())
    if total < LEAST:
        return without
    (x1, x2), (y1, y2) = _span(weight.sum(axis=0), x, total), _span(weight.sum(axis=1), y, total)
    return x1, y1, x2, y2


def _span(weight: np.ndarray, at: np.ndarray, total: float) -> tuple[float, float]:
    middle = float(weight @ at) / total
    half = SPREADS * float(np.sqrt(weight @ (at - middle) ** 2 / total)) + float(at[-1] - at[0]) / len(at)
    return max(0.0, middle - half), min(1.0, middle + half)


def _main_piece(weight: np.ndarray) -> np.ndarray:
    """Return the weight of content (0..1 of each pixel), only that of one piece if most of it is there."""
    reach = 2 * max(1, round(GAP / 2 * max(weight.shape))) + 1
    grown = cv2.dilate((weight > 0.5).astype(np.uint8), np.ones((reach, reach), np.uint8))
    count, labels = cv2.connectedComponents(grown)
    sums = np.bincount(labels.ravel(), weight.ravel(), count)[1:]
    if len(sums) and sums.max() >= MAIN * weight.sum():
        return np.where(labels == 1 + int(sums.argmax()), weight, 0)
    return weight


def _small(rgb: np.ndarray) -> np.ndarray:
    """Return the picture with a longer side of at most `WORK` pixels, float32."""
    height, width = rgb.shape[:2]
    scale = min(1.0, WORK / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(np.ascontiguousarray(rgb), size, interpolation=cv2.INTER_AREA).astype(np.float32)


def _surface(coefficients: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return a surface at columns x and rows y (shares of the frame), float32 [len(y), len(x), 3]."""
    x, y = (2 * x - 1)[None, :, None], (2 * y - 1)[:, None, None]
    one, by_x, by_y, by_xy, by_xx, by_yy = coefficients
    rows = one + by_y * y + by_yy * y * y
    found: np.ndarray = (rows + (by_x + by_xy * y) * x + by_xx * x * x).astype(np.float32)
    return found


def _fit(small: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray | None:
    """Return the coefficients of the surface that the border shows, None where it shows no plain one."""
    height, width = small.shape[:2]
    edge = max(1, int(BORDER * min(height, width)))
    border = np.ones((height, width), bool)
    border[edge : height - edge, edge : width - edge] = False
    rows, columns = np.nonzero(border)
    x, y, values = 2 * x[columns] - 1, 2 * y[rows] - 1, small[border].astype(np.float64)
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=1)
    near = np.abs(values - np.median(values, axis=0)).max(axis=1) <= FAR
    for _ in range(3):
        some = terms[near]
        coefficients = np.linalg.solve(some.T @ some + 1e-6 * np.eye(6), some.T @ values[near])
        far = np.abs(terms @ coefficients - values).max(axis=1)
        near = far <= NEAR
        if near.mean() < PLAIN / 2:
            return None
    is_even = np.count_nonzero(far <= RAMP[0]) >= EVEN * np.count_nonzero(far <= RAMP[1])
    return coefficients if is_even and near.mean() >= PLAIN else None
