"""Cut-outs of the user's library as things that can be laid into a photo, like the solids of our own."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from schemas.plan import UNKNOWN_HEIGHT, SourceRecord
from transforms.edits.colours import linear
from transforms.edits.matching import EXPOSURE, falling
from transforms.edits.naming import noun_of
from transforms.edits.solids.library import KINDS, Kind
from transforms.edits.solids.trace import Light, Rendering

USUAL_HEIGHT = 0.25
"""Metres, of a thing of which nobody says how high it is."""
SMALL = 0.1
"""Metres below which a thing stands on tables rather than on floors."""
SHARPEST = 1.2
"""A cut-out is enlarged by this factor at most."""
CONTACT, CAST = 0.85, 0.95
"""Share of light that the ground loses under the rim of a cut-out, and in its shadow."""
LONGEST = 0.9
"""Length of a shadow on the ground, as a share of the thing's height, at most."""


def cutout_kind(record: SourceRecord, load: Callable[[], np.ndarray]) -> Kind:
    """Return a cut-out as a thing of the library; it is opened when it is first laid.

    Args:
        record: of the cut-out.
        load: opens it, uint8 [H, W, 4].
    """
    cutout = record.item.cutout
    assert cutout is not None, record.item.name
    height = cutout.height_m
    if height == UNKNOWN_HEIGHT:
        known = KINDS.get(noun_of(cutout.called))
        height = known.height if known else USUAL_HEIGHT
    shape = FlatShape(height, height * record.width / record.height / 2, cache(load))
    return Kind(
        noun=cutout.called,
        height=height,
        colours=("-",),
        build=lambda colour, turn: shape,
        where=("table",) if height < SMALL else ("ground",),
        most_px=SHARPEST * record.height,
        lender_id=record.source_id,
    )


@dataclass(frozen=True, eq=False)
class FlatShape:
    """A cut-out that stands upright.

    Attributes:
        height, radius: natural height and half the natural width, metres.
        load: returns its pixels, uint8 [H, W, 4], not premultiplied.
        floats: never.
    """

    height: float
    radius: float
    load: Callable[[], np.ndarray]
    floats: bool = False

    def rendered(self, pitch: float, px_per_metre: float, light: Light) -> Rendering:
        """Return it scaled, in the colour and the strength of a light, with its shadow on the ground.

        Args:
            pitch: angle of the view below the horizon, radians: it decides how far the shadow reaches up.
            px_per_metre: scale of the picture.
            light: of the photo.
        """
        high = max(2, round(self.height * px_per_metre))
        wide = max(2, round(2 * self.radius * px_per_metre))
        colour, alpha = _scaled(self.load(), wide, high)
        reach = round(LONGEST * high) + 4
        alpha = np.pad(alpha, ((reach, 4 + high // 12), (reach, reach)))
        colour = np.pad(colour, ((reach, 4 + high // 12), (reach, reach), (0, 0)))
        base_xy = (reach + wide / 2, float(reach + high))
        whole = EXPOSURE * falling(light)
        whole *= min(1.0, 0.98 / float(whole.max()))
        return Rendering(colour * whole, alpha, _shadow(alpha, base_xy[1], high, pitch, light), base_xy)


def _scaled(rgba: np.ndarray, wide: int, high: int) -> tuple[np.ndarray, np.ndarray]:
    """Return linear colour, float32 [h, w, 3] in 0..1, and alpha, float32 [h, w], of a cut-out in a size."""
    alpha = rgba[..., 3].astype(np.float32) / 255
    premultiplied = linear(rgba[..., :3]).astype(np.float32) * alpha[..., None]
    way = cv2.INTER_AREA if high < rgba.shape[0] else cv2.INTER_CUBIC
    layer = cv2.resize(np.dstack([premultiplied, alpha]), (wide, high), interpolation=way)
    cover = np.clip(layer[..., 3], 0, 1)
    return np.clip(layer[..., :3] / np.maximum(cover, 1e-3)[..., None], 0, 1), cover


def _shadow(alpha: np.ndarray, base_y: float, high: int, pitch: float, light: Light) -> np.ndarray:
    """Return the share of light that the ground loses: its outline laid down away from the light, and its contact."""
    x, y, z = light.direction
    across = float(np.clip(-x / y, -LONGEST, LONGEST))
    back = float(np.clip(np.sin(pitch) * z / y, 0.05, LONGEST))
    # a point `t` above the base falls `across * t` aside and `back * t` up in the picture
    laid_down = np.array([[1, -across, across * base_y], [0, back, base_y * (1 - back)]], np.float32)
    cast = cv2.warpAffine(alpha, laid_down, alpha.shape[::-1])
    cast = cv2.GaussianBlur(cast, (0, 0), max(0.8, (0.01 + 0.045 * light.softness) * high))
    ground = max(1.0, 0.03 * high)
    down = cv2.warpAffine(alpha, np.array([[1, 0, 0], [0, 1, 0.6 * ground]], np.float32), alpha.shape[::-1])
    low = np.zeros_like(alpha)
    low[round(base_y - 0.15 * high) :] = down[round(base_y - 0.15 * high) :]
    contact = cv2.GaussianBlur(low, (0, 0), ground)
    return np.maximum(CAST * (1 - 0.5 * light.softness) * cast, CONTACT * contact).astype(np.float32)
