"""The detail of a picture: a thumbnail of what stands before its ground, fine enough to tell other content on it.

A difference hash of 8 x 9 cells sees mostly ground where a product stands on white. The detail looks again: it fits
the ground to the border of the picture, finds the window in which the content stands, and keeps small pictures of the
whole frame and, where the ground is plain, of that window, as differences from the ground.
"""

import base64
from dataclasses import dataclass

import cv2
import numpy as np

SIDE = 16
"""Cells of a thumbnail, in both directions."""
COLOUR_SIDE = 4
"""Cells of the thumbnail of colours, in both directions."""
WORK = 256
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
LEAST = 2.0
"""Weight of content, in pixels at `WORK`, below which there is none."""
SPREADS = 2.0
"""Half the side of the window in standard deviations of the content."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_VERSION = 1
_FRAME = SIDE * SIDE
_WINDOW = SIDE * SIDE + 2 * COLOUR_SIDE * COLOUR_SIDE
_HEAD = 7


@dataclass(frozen=True, eq=False)
class Details:
    """The details of some pictures, a row each.

    Attributes:
        known: bool [N], whether there is one.
        plain: bool [N], whether its ground is plain; the window's fields are 0 elsewhere.
        frame: int8 [N, SIDE, SIDE], luma of the whole frame less its mean, the largest scaled to 127.
        window: int8 [N, SIDE, SIDE], luma of the window less that of the ground, scaled likewise.
        colours: int8 [N, COLOUR_SIDE, COLOUR_SIDE, 2], half of (red - luma, blue - luma) of the window less ground.
        place: float32 [N, 4], x1, y1, x2, y2 of the window, 0..1 of the frame; it may reach beyond it.
        scale: float32 [N, 2], levels that 127 stands for in `frame` and `window`.
    """

    known: np.ndarray
    plain: np.ndarray
    frame: np.ndarray
    window: np.ndarray
    colours: np.ndarray
    place: np.ndarray
    scale: np.ndarray

    def mirrored(self) -> "Details":
        """Return those of the mirrored pictures (left and right exchanged)."""
        x1, y1, x2, y2 = self.place.T
        return Details(
            known=self.known,
            plain=self.plain,
            frame=self.frame[:, :, ::-1],
            window=self.window[:, :, ::-1],
            colours=self.colours[:, :, ::-1],
            place=np.stack([1 - x2, y1, 1 - x1, y2], axis=1),
            scale=self.scale,
        )


def detail(rgb: np.ndarray) -> str:
    """Return the detail of a picture (uint8 [H, W, 3], of any size from 1 x 1) as text."""
    ground = _fit_ground(rgb)
    frame = _thumbnail(rgb, SIDE) @ _LUMA
    frame, frame_scale = _quantised(frame - frame.mean())
    if ground is None:
        return _text(np.array([_VERSION, frame_scale, 0, 0, 0, 0, 0], np.uint8), frame)
    place = ground.place
    height, width = rgb.shape[:2]
    x1, y1, x2, y2 = place
    left, top = min(int(x1 * width), width - 1), min(int(y1 * height), height - 1)
    crop = rgb[top : max(top + 1, round(y2 * height)), left : max(left + 1, round(x2 * width))]
    luma = _thumbnail(crop, SIDE) @ _LUMA - ground.at(SIDE) @ _LUMA
    window, scale = _quantised(luma)
    colours = _thumbnail(crop, COLOUR_SIDE) - ground.at(COLOUR_SIDE)
    chroma = (colours - (colours @ _LUMA)[..., None])[..., [0, 2]]
    halves = np.clip(np.rint(chroma / 2), -127, 127).astype(np.int8)
    head = np.array([_VERSION, frame_scale, scale, *np.rint(np.array(place) * 255).astype(int)], np.uint8)
    return _text(head, frame, window, halves)


def read_details(texts: list[str]) -> Details:
    """Return the details that some texts (of `detail`, or `-`) hold."""
    count = len(texts)
    found = Details(
        known=np.zeros(count, bool),
        plain=np.zeros(count, bool),
        frame=np.zeros((count, SIDE, SIDE), np.int8),
        window=np.zeros((count, SIDE, SIDE), np.int8),
        colours=np.zeros((count, COLOUR_SIDE, COLOUR_SIDE, 2), np.int8),
        place=np.zeros((count, 4), np.float32),
        scale=np.zeros((count, 2), np.float32),
    )
    for number, text in enumerate(texts):
        if text == "-":
            continue
        data = np.frombuffer(base64.b64decode(text), np.uint8)
        found.known[number] = True
        found.frame[number] = data[_HEAD : _HEAD + _FRAME].view(np.int8).reshape(SIDE, SIDE)
        found.scale[number] = data[1:3]
        rest = data[_HEAD + _FRAME :].view(np.int8)
        if len(rest):
            found.plain[number] = True
            found.place[number] = data[3:7] / np.float32(255)
            found.window[number] = rest[:_FRAME].reshape(SIDE, SIDE)
            found.colours[number] = rest[_FRAME:].reshape(COLOUR_SIDE, COLOUR_SIDE, 2)
    return found


@dataclass(frozen=True, eq=False)
class _Ground:
    """A plain ground. Attributes: coefficients float32 [6, 3] of `_terms`; the content's window, 0..1 of the frame."""

    coefficients: np.ndarray
    place: tuple[float, float, float, float]

    def at(self, side: int) -> np.ndarray:
        """Return the ground in the middle of so many cells of the window, float32 [side, side, 3]."""
        x1, y1, x2, y2 = self.place
        steps = (np.arange(side, dtype=np.float32) + 0.5) / side
        x, y = np.meshgrid(x1 + (x2 - x1) * steps, y1 + (y2 - y1) * steps)
        return (_terms(x, y) @ self.coefficients).astype(np.float32)


def _terms(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the terms of a surface of second order at places 0..1 of the frame, float32 [..., 6]."""
    x, y = x.astype(np.float32) * 2 - 1, y.astype(np.float32) * 2 - 1
    return np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)


def _fit_ground(rgb: np.ndarray) -> _Ground | None:
    """Return the ground of a picture, None where its border shows no plain one."""
    small = _small(rgb)
    height, width = small.shape[:2]
    edge = max(1, round(BORDER * min(height, width)))
    border = np.ones((height, width), bool)
    border[edge : height - edge, edge : width - edge] = False
    rows, columns = np.nonzero(border)
    terms = _terms((columns + 0.5) / width, (rows + 0.5) / height)
    values = small[border]
    near = np.abs(values - np.median(values, axis=0)).max(axis=1) <= FAR
    coefficients = np.zeros((6, 3), np.float32)
    for _ in range(3):
        if near.sum() < 12:
            return None
        coefficients = np.linalg.lstsq(terms[near], values[near], rcond=None)[0]
        near = np.abs(terms @ coefficients - values).max(axis=1) <= NEAR
    if near.mean() < PLAIN:
        return None
    x, y = np.meshgrid((np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height)
    distance = np.abs(small - _terms(x, y) @ coefficients).max(axis=2)
    weight = np.clip((distance - RAMP[0]) / (RAMP[1] - RAMP[0]), 0, 1)
    place = _window(weight, x, y) if weight.sum() >= LEAST else (0.0, 0.0, 1.0, 1.0)
    return _Ground(coefficients, place)


def _window(weight: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[float, float, float, float]:
    """Return the part of the frame that holds the content: its mean and `SPREADS` deviations to both sides."""
    total = weight.sum()
    found = []
    for values, pixels in ((x, weight.shape[1]), (y, weight.shape[0])):
        middle = float((weight * values).sum() / total)
        spread = float(np.sqrt((weight * (values - middle) ** 2).sum() / total))
        half = max(SPREADS * spread, 2 / pixels)
        found.append((max(0.0, middle - half), min(1.0, middle + half)))
    (x1, x2), (y1, y2) = found
    return x1, y1, x2, y2


def _small(rgb: np.ndarray) -> np.ndarray:
    """Return the picture with a longer side of at most `WORK` pixels, float32."""
    height, width = rgb.shape[:2]
    scale = min(1.0, WORK / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(np.ascontiguousarray(rgb), size, interpolation=cv2.INTER_AREA).astype(np.float32)


def _thumbnail(rgb: np.ndarray, side: int) -> np.ndarray:
    """Return means of `side` x `side` cells of a picture, float32 [side, side, 3]."""
    rgb = np.ascontiguousarray(rgb)
    height, width = rgb.shape[:2]
    larger = max(width, 4 * side), max(height, 4 * side)
    if larger != (width, height):
        rgb = cv2.resize(rgb, larger, interpolation=cv2.INTER_LINEAR)
    return cv2.resize(rgb.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA)


def _quantised(values: np.ndarray) -> tuple[np.ndarray, int]:
    """Return int8 values of which the largest is 127, and the levels that this stands for, 1..255."""
    scale = int(np.clip(np.ceil(np.abs(values).max()), 1, 255))
    return np.clip(np.rint(values * 127 / scale), -127, 127).astype(np.int8), scale


def _text(head: np.ndarray, *parts: np.ndarray) -> str:
    return base64.b64encode(head.tobytes() + b"".join(part.tobytes() for part in parts)).decode()
