"""Copies of a photo as they turn up in other collections: re-encoded, resized, cropped, mirrored, recoloured."""

from collections.abc import Callable

import cv2
import numpy as np

Change = Callable[[np.ndarray], np.ndarray]


def jpeg(quality: int) -> Change:
    def change(rgb):
        _, data = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        return cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]

    return change


def resized(across: float, down: float) -> Change:
    def change(rgb):
        height, width = rgb.shape[:2]
        return cv2.resize(rgb, (round(width * across), round(height * down)), interpolation=cv2.INTER_AREA)

    return change


def cropped(share: float) -> Change:
    """Cut `share` of both sides off, a third of it at the left and the top."""

    def change(rgb):
        height, width = rgb.shape[:2]
        y, x = round(height * share / 3), round(width * share / 3)
        return rgb[y : y + round(height * (1 - share)), x : x + round(width * (1 - share))]

    return change


def framed(share: float) -> Change:
    def change(rgb):
        edge = round(share * min(rgb.shape[:2]))
        return cv2.copyMakeBorder(rgb, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(255, 255, 255))

    return change


def captioned(rgb):
    height, width = rgb.shape[:2]
    result, scale = rgb.copy(), width / 500
    place = (round(width * 0.05), round(height * 0.95))
    return cv2.putText(result, "example.org", place, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), round(2 * scale))


def toned(gain: float = 1.0, lift: float = 0.0, gamma: float = 1.0) -> Change:
    def change(rgb):
        values = np.clip((rgb / 255.0 * gain + lift), 0, 1) ** gamma
        return np.rint(values * 255).astype(np.uint8)

    return change


def coloured(turn: int = 0, saturation: float = 1.0) -> Change:
    """Turn the hue (degrees) and scale the saturation."""

    def change(rgb):
        hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV).astype(np.float32)
        hsv[..., 0] = (hsv[..., 0] + turn / 2) % 180
        hsv[..., 1] = np.clip(hsv[..., 1] * saturation, 0, 255)
        return cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB)

    return change


def mirrored(rgb):
    return rgb[:, ::-1]


COPIES: dict[str, Change] = {
    "JPEG q90": jpeg(90),
    "JPEG q50": jpeg(50),
    "JPEG q20": jpeg(20),
    "resized to 50 %": resized(0.5, 0.5),
    "resized to 15 %": resized(0.15, 0.15),
    "squeezed to 75 % width": resized(0.75, 1.0),
    "mirrored": mirrored,
    "mirrored, 50 %, JPEG q50": lambda rgb: jpeg(50)(resized(0.5, 0.5)(mirrored(rgb))),
    "brighter (+15 %)": toned(lift=0.15),
    "contrast × 1.4": toned(gain=1.4, lift=-0.2),
    "gamma 0.6": toned(gamma=0.6),
    "grey": coloured(saturation=0),
    "saturation × 1.5": coloured(saturation=1.5),
    "hue turned by 30°": coloured(turn=30),
    "hue turned by 120°": coloured(turn=120),
    "caption": captioned,
    "white frame of 2 %": framed(0.02),
    "cropped by 2 %": cropped(0.02),
    "cropped by 5 %": cropped(0.05),
    "cropped by 10 %": cropped(0.10),
    "cropped by 20 %": cropped(0.20),
}
