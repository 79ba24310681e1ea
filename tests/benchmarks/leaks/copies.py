"""Copies of a photo as they turn up in collections."""

import io
from collections.abc import Callable, Mapping

import cv2
import numpy as np
from PIL import Image

Copy = Callable[[np.ndarray], np.ndarray]
"""uint8 [H, W, 3] -> uint8 [h, w, 3]."""


def crop(share: float) -> Copy:
    """Cut out a share of both sides, off the centre."""

    def cut(rgb: np.ndarray) -> np.ndarray:
        height, width = rgb.shape[:2]
        new = int(height * share), int(width * share)
        y, x = int((height - new[0]) * 0.3), int((width - new[1]) * 0.6)
        return rgb[y : y + new[0], x : x + new[1]]

    return cut


def jpeg(quality: int) -> Copy:
    """Encode and decode as JPEG."""

    def encode(rgb: np.ndarray) -> np.ndarray:
        stream = io.BytesIO()
        Image.fromarray(rgb).save(stream, "JPEG", quality=quality)
        return np.array(Image.open(stream))

    return encode


def resize(x: float, y: float) -> Copy:
    """Scale the sides."""
    return lambda rgb: cv2.resize(rgb, None, fx=x, fy=y, interpolation=cv2.INTER_AREA)


def mirror(rgb: np.ndarray) -> np.ndarray:
    """Exchange left and right."""
    return np.ascontiguousarray(rgb[:, ::-1])


def grey(rgb: np.ndarray) -> np.ndarray:
    """Take the colours away."""
    return cv2.cvtColor(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def hues(rgb: np.ndarray) -> np.ndarray:
    """Turn all hues by 80 degrees."""
    hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(int) + 40) % 180
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)


def brighter(rgb: np.ndarray) -> np.ndarray:
    """Raise contrast and brightness; highlights clip."""
    return np.clip(rgb * 1.3 + 20, 0, 255).astype(np.uint8)


def tilt(rgb: np.ndarray) -> np.ndarray:
    """Turn by 7 degrees, enlarged so that no corner shows."""
    height, width = rgb.shape[:2]
    return cv2.warpAffine(rgb, cv2.getRotationMatrix2D((width / 2, height / 2), 7, 1.25), (width, height))


COPIES: Mapping[str, Copy] = {
    "JPEG, quality 50": jpeg(50),
    "JPEG, quality 20": jpeg(20),
    "half the size": resize(0.5, 0.5),
    "a quarter of the size": resize(0.25, 0.25),
    "30 % wider": resize(1.3, 1.0),
    "mirrored": mirror,
    "grey": grey,
    "brighter, more contrast": brighter,
    "hues turned": hues,
    "crop to 90 % of the sides": crop(0.9),
    "crop to 70 %": crop(0.7),
    "crop to 50 %": crop(0.5),
    "mirrored crop to 70 %": lambda rgb: crop(0.7)(mirror(rgb)),
    "tilted by 7 degrees": tilt,
}
