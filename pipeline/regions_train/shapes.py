"""Outlines of composed edits: segments of the picture, blobs, ellipses, strokes, boxes."""

import cv2
import numpy as np
from skimage.segmentation import felzenszwalb

from transforms.regions.frame import resize_to

SEGMENT_PX = 200
"""Longer side at which a picture is cut into segments."""
AREA = (0.0012, 0.22)
"""Share of the frame that an outline covers."""


class Outlines:
    """Draws outlines on one picture, uint8 [H, W, 3]."""

    def __init__(self, rgb: np.ndarray, rng: np.random.Generator) -> None:
        self.height, self.width = rgb.shape[:2]
        scale = SEGMENT_PX / max(rgb.shape[:2])
        small = resize_to(rgb, max(16, round(self.width * scale)), max(16, round(self.height * scale)))
        self._segments = felzenszwalb(small, scale=float(rng.choice([60, 150, 350])), sigma=0.8, min_size=40)

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Return bool [H, W] that is True somewhere."""
        for _ in range(12):
            mask = self._way(int(rng.integers(6)), rng)
            if AREA[0] <= mask.mean() <= AREA[1]:
                return mask
        return self._way(3, rng)

    def _way(self, number: int, rng: np.random.Generator) -> np.ndarray:
        if number < 2:
            return self._segment(rng)
        draw = (_blob, _ellipse, _box, _strokes)[number - 2]
        return draw(self.height, self.width, rng)

    def _segment(self, rng: np.random.Generator) -> np.ndarray:
        """Return a segment of the picture, and its neighbours in some cases."""
        y, x = int(rng.integers(self._segments.shape[0])), int(rng.integers(self._segments.shape[1]))
        mask = self._segments == self._segments[y, x]
        for _ in range(int(rng.integers(0, 3))):
            around = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) & ~mask
            near = np.unique(self._segments[around])
            if near.size:
                mask |= self._segments == near[int(rng.integers(near.size))]
        soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1)
        return cv2.resize(soft, (self.width, self.height), interpolation=cv2.INTER_CUBIC) > 0.5


def _placed(height: int, width: int, rng: np.random.Generator) -> tuple[float, float, float]:
    """Return a centre (x, y) and a radius, pixels; small ones are as likely as large ones."""
    radius = float(np.exp(rng.uniform(np.log(0.022), np.log(0.26)))) * max(height, width)
    return float(rng.uniform(0.02, 0.98) * width), float(rng.uniform(0.02, 0.98) * height), radius


def _blob(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    x, y, radius = _placed(height, width, rng)
    angles = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    wave = sum(rng.normal(0, 0.28 / k) * np.cos(k * angles + rng.uniform(0, 2 * np.pi)) for k in range(1, 7))
    reach = radius * np.clip(1 + wave, 0.25, 2)
    stretch = np.exp(rng.normal(0, 0.35))
    points = np.stack([x + reach * np.cos(angles) * stretch, y + reach * np.sin(angles) / stretch], axis=1)
    return _filled(points, height, width)


def _ellipse(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    x, y, radius = _placed(height, width, rng)
    angles, stretch, turn = np.linspace(0, 2 * np.pi, 72, endpoint=False), np.exp(rng.normal(0, 0.4)), rng.uniform(0, 3)
    a, b = radius * stretch * np.cos(angles), radius / stretch * np.sin(angles)
    points = np.stack([x + a * np.cos(turn) - b * np.sin(turn), y + a * np.sin(turn) + b * np.cos(turn)], axis=1)
    return _filled(points, height, width)


def _box(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    x, y, radius = _placed(height, width, rng)
    stretch, turn = np.exp(rng.normal(0, 0.5)), rng.choice([0, 0, rng.uniform(0, np.pi)])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [radius * stretch, radius / stretch]
    turned = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return _filled(turned + np.array([x, y]), height, width)


def _strokes(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Return a bent line, thin for its length: a cable, a branch, a scratch, an arm."""
    x, y, radius = _placed(height, width, rng)
    mask = np.zeros((height, width), np.uint8)
    steps = rng.normal(0, radius * 0.6, (int(rng.integers(2, 6)), 2))
    points = np.cumsum(steps, axis=0) + np.array([x, y])
    thick = max(2, round(radius * rng.uniform(0.08, 0.35)))
    cv2.polylines(mask, [np.rint(points).astype(np.int32)], False, 1, thick, cv2.LINE_8)
    return mask > 0


def _filled(points: np.ndarray, height: int, width: int) -> np.ndarray:
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [np.rint(points).astype(np.int32)], 1)
    return mask > 0
