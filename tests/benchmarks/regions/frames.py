"""Frames that an editor gives back other than it got: shifted, stretched, zoomed, of another size, cropped."""

from dataclasses import dataclass

import cv2
import numpy as np

FRAMES = ("aligned", "subpixel", "shifted", "stretched", "zoomed", "resized", "cropped")


@dataclass(frozen=True, eq=False)
class FrameMap:
    """Where pixels of the source frame lie in the edited frame.

    Attributes:
        matrix: float64 [2, 3], takes `(x, y, 1)` of the source, pixel corners at integers, to the edited frame.
        width, height: size of the edited frame, pixels.
        border: what fills strips that the source does not reach, a cv2 border mode.
    """

    matrix: np.ndarray
    width: int
    height: int
    border: int

    def of_picture(self, rgb: np.ndarray) -> np.ndarray:
        """Return a picture (float32 [H, W, 3]) in the edited frame; unchanged bytes where nothing moves."""
        return self._warped(rgb, self.border)

    def of_mask(self, mask: np.ndarray) -> np.ndarray:
        """Return a mask (bool [H, W]) in the edited frame: where it covers half of a pixel or more.

        What touches the border of the source reaches on through a strip that the source does not fill.
        """
        return self._warped(mask.astype(np.float32), cv2.BORDER_REPLICATE) >= 0.5

    def _warped(self, layer: np.ndarray, border: int) -> np.ndarray:
        if self.still(layer.shape[1], layer.shape[0]):
            return layer
        scale = self.matrix[0, 0], self.matrix[1, 1]
        if min(scale) < 0.8:
            # first smaller, over areas: a warp alone would skip pixels
            size = max(1, round(layer.shape[1] * scale[0])), max(1, round(layer.shape[0] * scale[1]))
            shrunk = cv2.resize(layer, size, interpolation=cv2.INTER_AREA)
            back = np.array([layer.shape[1] / size[0], layer.shape[0] / size[1], 1.0])
            return self._sampled(shrunk, self.matrix * back, border)
        return self._sampled(layer, self.matrix, border)

    def _sampled(self, layer: np.ndarray, matrix: np.ndarray, border: int) -> np.ndarray:
        centred = matrix.copy()
        # cv2 puts pixel centres at integers
        centred[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
        how = cv2.INTER_CUBIC if layer.ndim == 3 else cv2.INTER_LINEAR
        out = cv2.warpAffine(layer, centred, (self.width, self.height), flags=how, borderMode=border)
        return np.clip(out, 0, 255)

    def still(self, width: int, height: int) -> bool:
        """Whether a picture of that size stays as it is."""
        same = np.array_equal(self.matrix, np.eye(2, 3))
        return same and (self.width, self.height) == (width, height)


def draw_frame(rng: np.random.Generator, frame: str, width: int, height: int) -> FrameMap:
    """Draw a map of the kind `frame`, one of `FRAMES`, for a source of that size."""
    matrix, size = np.eye(2, 3), (width, height)
    border = cv2.BORDER_REPLICATE if rng.random() < 0.5 else cv2.BORDER_REFLECT_101
    signs = rng.choice([-1, 1], 2)
    if frame == "subpixel":
        matrix[:, 2] = rng.uniform(0.25, 0.75, 2) * signs
    elif frame == "shifted":
        matrix[:, 2] = rng.integers(1, 9, 2) * signs * (1, rng.integers(0, 2))
        if rng.random() < 0.5:
            matrix[:, 2] += rng.uniform(-0.5, 0.5, 2)
    elif frame in ("stretched", "zoomed"):
        scale = 1 + rng.uniform(0.01, 0.05, 2) * signs
        if frame == "zoomed":
            scale = np.full(2, 1 + rng.uniform(0.01, 0.05) * (1 if rng.random() < 0.75 else -1))
        matrix[[0, 1], [0, 1]] = scale
        matrix[:, 2] = (1 - scale) * size * (0.5 + rng.uniform(-0.15, 0.15, 2))
    elif frame == "resized":
        unit = int(rng.choice([8, 16]))
        scale = rng.uniform(max(0.5, 150 / min(size)) if min(size) > 300 else 1.0, min(1.6, 1300 / max(size)))
        fresh = np.maximum(np.round(np.array(size) * scale * (1 + rng.uniform(-0.015, 0.015, 2)) / unit), 6) * unit
        matrix[[0, 1], [0, 1]] = fresh / size
        size = int(fresh[0]), int(fresh[1])
    elif frame == "cropped":
        cut = np.zeros((2, 2))
        for side in rng.permutation(4)[: rng.integers(1, 3)]:
            cut[side // 2, side % 2] = round(rng.uniform(0.01, 0.04) * size[side // 2])
        kept = np.array(size) - cut.sum(axis=1)
        matrix[:, 2] = -cut[:, 0]
        if rng.random() < 0.5:
            matrix *= (np.array(size) / kept)[:, None]
        else:
            size = int(kept[0]), int(kept[1])
    return FrameMap(matrix, size[0], size[1], border)
