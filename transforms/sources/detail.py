"""The detail of a picture: a thumbnail of what stands before its ground, fine enough to tell other content on it.

A difference hash of 8 x 9 cells sees mostly ground where a product stands on white. The detail looks again: it fits
the ground to the border of the picture, finds the window in which the content stands, and keeps small pictures of the
whole frame and, where the ground is plain, of that window, as differences from the ground.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import cv2
import numpy as np

from transforms.sources.ground import RAMP, WHOLE, Ground, Place, find_ground

SIDE = 16
"""Cells of a thumbnail, in both directions."""
COLOUR_SIDE = 4
"""Cells of the thumbnail of colours, in both directions."""
FINE = 8 * SIDE
"""Side, pixels, up to which a window is sampled between pixels."""
MOST = 0.9
"""Share of the content's pixels that lie within its contrast."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_VERSION = 1
_FRAME = SIDE * SIDE
_WINDOW = SIDE * SIDE + 2 * COLOUR_SIDE * COLOUR_SIDE
_HEAD = 11


@dataclass(frozen=True, eq=False)
class Details:
    """The details of some pictures, a row each.

    Attributes:
        known: bool [N], whether there is one.
        plain: bool [N], whether its ground is plain; the window's fields are 0 elsewhere.
        frame: int8 [N, SIDE, SIDE], luma of the whole frame less its mean, the largest scaled to 127.
        window: int8 [N, SIDE, SIDE], luma of the window less that of the ground, scaled likewise.
        colours: int8 [N, COLOUR_SIDE, COLOUR_SIDE, 2], half of (red - luma, blue - luma) of the window less ground.
        place: float32 [N, 4], x1, y1, x2, y2 of the window, 0..1 of the frame.
        ground: uint8 [N, 3], red, green and blue of the ground in the middle of the frame.
        contrast: uint8 [N], levels that most pixels of the content in the window keep within of the ground.
        scale: float32 [N, 2], levels that 127 stands for in `frame` and `window`.
    """

    known: np.ndarray
    plain: np.ndarray
    frame: np.ndarray
    window: np.ndarray
    colours: np.ndarray
    place: np.ndarray
    ground: np.ndarray
    contrast: np.ndarray
    scale: np.ndarray

    def rows(self, numbers: np.ndarray) -> "Details":
        """Return the details of some of the pictures."""
        return Details(**{field.name: getattr(self, field.name)[numbers] for field in fields(self)})

    def flipped(self, which: np.ndarray) -> "Details":
        """Return the details of which some (bool [N]) are those of the mirrored pictures."""
        x1, y1, x2, y2 = self.place.T
        place = np.stack([np.where(which, 1 - x2, x1), y1, np.where(which, 1 - x1, x2), y2], axis=1)
        which = which[:, None, None]
        return replace(
            self,
            place=place,
            frame=np.where(which, self.frame[:, :, ::-1], self.frame),
            window=np.where(which, self.window[:, :, ::-1], self.window),
            colours=np.where(which[..., None], self.colours[:, :, ::-1], self.colours),
        )


def detail(rgb: np.ndarray) -> str:
    """Return the detail of a picture (uint8 [H, W, 3], of any size from 1 x 1) as text."""
    rgb = np.ascontiguousarray(rgb)
    ground = find_ground(rgb)
    whole = WHOLE if isinstance(ground, Ground) else ground
    frame = _cells(cv2.cvtColor(np.ascontiguousarray(_cut(rgb, whole)), cv2.COLOR_RGB2GRAY), SIDE)
    frame, frame_scale = _quantised(frame - frame.mean())
    if not isinstance(ground, Ground):
        return _text([frame_scale, *[0] * 9], frame)
    content = _cut(rgb, ground.place)
    window, scale = _quantised((_cells(content, SIDE) - ground.at(SIDE)) @ _LUMA)
    colours = _cells(content, COLOUR_SIDE) - ground.at(COLOUR_SIDE)
    chroma = (colours - (colours @ _LUMA)[..., None])[..., [0, 2]]
    head = [frame_scale, scale, *(round(255 * v) for v in ground.place), *ground.middle, _contrast(content, ground)]
    return _text(head, frame, window, _halves(chroma))


def _cut(rgb: np.ndarray, place: Place) -> np.ndarray:
    """Return a part of the frame; a small one is sampled between pixels, so that its middle stays where it is."""
    height, width = rgb.shape[:2]
    x1, y1, x2, y2 = place[0] * width, place[1] * height, place[2] * width, place[3] * height
    if place == WHOLE or min(x2 - x1, y2 - y1) > FINE or max(x2 - x1, y2 - y1) > 2 * FINE:
        left, top = min(round(x1), width - 1), min(round(y1), height - 1)
        return rgb[top : max(top + 1, round(y2)), left : max(left + 1, round(x2))]
    across, down = (x2 - x1) / FINE, (y2 - y1) / FINE
    # pixel k of the result has its middle at x1 + (k + 0.5) * across, and pixels of the picture have theirs at halves
    sampled = np.array([[across, 0, x1 + across / 2 - 0.5], [0, down, y1 + down / 2 - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(rgb, sampled, (FINE, FINE), flags=flags, borderMode=cv2.BORDER_REPLICATE)


def _contrast(content: np.ndarray, ground: Ground) -> int:
    """Return the levels from the ground, 0..255, that few pixels of the content lie beyond: of writing the ink's."""
    step = max(1, round(max(content.shape[:2]) / FINE))
    distance = np.abs(content[::step, ::step] - ground.at(1)).max(axis=2)
    far = distance[distance > RAMP[0]]
    return int(np.quantile(far, MOST)) if len(far) else 0


def _cells(pixels: np.ndarray, side: int) -> np.ndarray:
    """Return the means of side x side cells of a picture (uint8 [H, W] or [H, W, 3]), float32 [side, side, ...]."""
    height, width = pixels.shape[:2]
    larger = max(width, 4 * side), max(height, 4 * side)
    values = np.ascontiguousarray(pixels).astype(np.float32)
    if larger != (width, height):
        values = cv2.resize(values, larger, interpolation=cv2.INTER_LINEAR)
    return cv2.resize(values, (side, side), interpolation=cv2.INTER_AREA)


def _quantised(values: np.ndarray) -> tuple[np.ndarray, int]:
    """Return int8 values of which the largest is 127, and the levels that this stands for, 1..255."""
    scale = int(np.clip(np.ceil(np.abs(values).max()), 1, 255))
    return np.clip(np.rint(values * 127 / scale), -127, 127).astype(np.int8), scale


def _halves(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values / 2), -127, 127).astype(np.int8)


def _text(head: list[int], *parts: np.ndarray) -> str:
    data = bytes([_VERSION, *head]) + b"".join(part.tobytes() for part in parts)
    return base64.b64encode(data).decode()


def read_details(texts: Sequence[str]) -> Details:
    """Return the details that some texts (of `detail`, or `-`) hold.

    Raises:
        ValueError: a text is neither.
    """
    count = len(texts)
    found = Details(
        known=np.zeros(count, bool),
        plain=np.zeros(count, bool),
        frame=np.zeros((count, SIDE, SIDE), np.int8),
        window=np.zeros((count, SIDE, SIDE), np.int8),
        colours=np.zeros((count, COLOUR_SIDE, COLOUR_SIDE, 2), np.int8),
        place=np.zeros((count, 4), np.float32),
        ground=np.zeros((count, 3), np.uint8),
        contrast=np.zeros(count, np.uint8),
        scale=np.zeros((count, 2), np.float32),
    )
    for number, text in enumerate(texts):
        if text == "-":
            continue
        data = np.frombuffer(base64.b64decode(text, validate=True), np.uint8)
        if len(data) not in (_HEAD + _FRAME, _HEAD + _FRAME + _WINDOW) or data[0] != _VERSION:
            raise ValueError(f"{text[:16]!r} ... is no detail of this version")
        found.known[number] = True
        found.frame[number] = data[_HEAD : _HEAD + _FRAME].view(np.int8).reshape(SIDE, SIDE)
        found.scale[number] = data[1:3]
        rest = data[_HEAD + _FRAME :].view(np.int8)
        if len(rest):
            found.plain[number] = True
            found.place[number] = data[3:7] / np.float32(255)
            found.ground[number], found.contrast[number] = data[7:10], data[10]
            found.window[number] = rest[:_FRAME].reshape(SIDE, SIDE)
            found.colours[number] = rest[_FRAME:].reshape(COLOUR_SIDE, COLOUR_SIDE, 2)
    return found
