"""What a program knows about its photo: light, grain, calm places, and what is already taken."""

from collections.abc import Sequence
from functools import cached_property

import cv2
import numpy as np

from schemas.geometry import BoxXYXY, xyxy_from_mask
from transforms.edits.change import Change
from transforms.edits.colours import linear
from transforms.edits.lettering.fonts import NO_FOLDER
from transforms.edits.solids.library import Kind
from transforms.edits.solids.trace import Light
from transforms.sources.image import SceneObject, SourceImage

GUARD_SHARE = 0.012
"""Distance kept between two changes, as a share of the frame's larger side: each stays a region of its own."""
MIN_SIDE_SHARE = 0.035
"""Larger side of an object, as a share of the frame's, below which nobody would ask for an edit of it."""
GREY_CHROMA = 6.0
"""Mean distance of the channels (0..255) below which a photo counts as greyscale."""


class Scene:
    """A photo during the sampling of one program.

    Attributes:
        source: the photo and its objects.
        taken: bool [H, W], what the changes chosen so far touch, with some room around.
        names: targets and values in use, so that no two things of a program are called the same.
        fonts: folder of typefaces, "-" for those shipped with matplotlib.
        cutouts: things of the user's own that can be laid into it.
        graded: whether a change of the whole frame was chosen; a second one could not be told from it.
    """

    def __init__(self, source: SourceImage, fonts: str = NO_FOLDER, cutouts: Sequence[Kind] = ()) -> None:
        self.source = source
        self.fonts = fonts
        self.cutouts = cutouts
        self.photo = source.rgb
        self.height, self.width = source.rgb.shape[:2]
        self.taken = np.zeros((self.height, self.width), bool)
        self.names: set[str] = set()
        self.graded = False

    def take(self, change: Change) -> None:
        """Reserve what a change touches and its names."""
        radius = max(2, round(GUARD_SHARE * max(self.height, self.width)))
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        cover = change.covers(self.height, self.width)
        for mask in (change.source_mask, change.edited_mask):
            if mask is not None and change.grade is None:
                cover |= mask
        self.taken |= cv2.dilate(cover.astype(np.uint8), kernel).astype(bool)
        self.names |= {change.request.target, change.request.value}
        self.graded |= change.grade is not None

    def free(self, mask: np.ndarray) -> bool:
        """Return whether nothing chosen so far touches `mask` (bool [H, W])."""
        return not (self.taken & mask).any()

    def objects_with(self, operation: str) -> list[SceneObject]:
        """Return the free objects that `operation` would look plausible on, and that are large enough to be named."""
        return [o for o in self.source.objects if operation in o.operations and self._seen(o) and self.free(o.mask)]

    def _seen(self, o: SceneObject) -> bool:
        box = xyxy_from_mask(o.mask)
        least = MIN_SIDE_SHARE * max(self.height, self.width)
        return box is not None and max(box[2] - box[0], box[3] - box[1]) >= least

    @cached_property
    def grey(self) -> bool:
        """Whether the photo has no colours."""
        thin = self.photo[::4, ::4].astype(np.int16)
        return float((thin.max(axis=2) - thin.min(axis=2)).mean()) < GREY_CHROMA

    @cached_property
    def luma(self) -> np.ndarray:
        """Brightness, float32 [H, W], 0..255."""
        return cv2.cvtColor(self.photo, cv2.COLOR_RGB2GRAY).astype(np.float32)

    @cached_property
    def grain(self) -> float:
        """Standard deviation of the photo's noise in levels, from its calmest blocks: elsewhere texture adds to it."""
        fine = self.luma - cv2.GaussianBlur(self.luma, (0, 0), 1.2)
        blocks = cv2.resize(fine * fine, None, fx=1 / 16, fy=1 / 16, interpolation=cv2.INTER_AREA)
        return float(np.clip(1.1 * np.sqrt(np.percentile(blocks, 5)), 0.0, 4.0))

    @cached_property
    def blur(self) -> float:
        """Standard deviation, pixels, by which the photo's sharpest edges are blurred.

        An edge of blur s has a slope of 1/s; blurred by 1 px more, of 1/sqrt(s² + 1). Their ratio tells s.
        """
        soft = cv2.GaussianBlur(self.luma, (0, 0), 1.0)
        slopes = [np.hypot(cv2.Sobel(p, cv2.CV_32F, 1, 0), cv2.Sobel(p, cv2.CV_32F, 0, 1)) for p in (self.luma, soft)]
        first, second = (float(np.percentile(slope[::2, ::2], 99.7)) for slope in slopes)
        ratio = first / max(second, 1e-3)
        return float(np.clip(1 / np.sqrt(max(ratio * ratio - 1, 0.16)), 0.4, 1.5))

    @cached_property
    def objects_mask(self) -> np.ndarray:
        """Bool [H, W]: all annotated things but the wide ones that other things stand in front of."""
        mask = np.zeros((self.height, self.width), bool)
        for o in self.source.objects:
            if o.kind not in ("sky", "ground", "background") or o.mask.mean() < 0.05:
                mask |= o.mask
        return mask

    @cached_property
    def standing_boxes_xyxy(self) -> list[BoxXYXY]:
        """Boxes of the annotated things that stand free: what has its foot higher in the frame is behind them."""
        boxes = [xyxy_from_mask(o.mask) for o in self.source.objects if o.kind == "thing"]
        return [box for box in boxes if box is not None]

    @cached_property
    def slope(self) -> np.ndarray:
        """How busy each place is: gradient of the smoothed brightness, float32 [H, W] in levels per pixel."""
        smooth = cv2.GaussianBlur(self.luma, (0, 0), 1.5)
        return np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)) / 8

    @cached_property
    def tint(self) -> np.ndarray:
        """Colour of the light, linear RGB with mean 1: shades of grey with p = 6, drawn a quarter to neutral.

        Finlayson and Trezzi, "Shades of gray and colour constancy", 2004.
        """
        if self.grey:
            return np.ones(3, np.float32)
        thin = linear(self.photo[::4, ::4]).reshape(-1, 3)
        norm = np.mean(thin**6, axis=0) ** (1 / 6) + 1e-3
        return (0.25 + 0.75 * norm / norm.mean()).astype(np.float32)

    @cached_property
    def bounce(self) -> np.ndarray:
        """Colour that the surroundings throw on white things, linear RGB with mean about 1: a fifth of their own."""
        mean = linear(self.photo[::4, ::4]).reshape(-1, 3).mean(axis=0) + 1e-3
        return (0.8 + 0.2 * mean / mean.mean()).astype(np.float32)

    @cached_property
    def light_side(self) -> float:
        """Where the light comes from, -1 left .. 1 right, from the slope of the photo's brightness."""
        coarse = cv2.resize(self.luma, (16, 16), interpolation=cv2.INTER_AREA)
        ramp = np.linspace(-1, 1, 16)
        slope = float((coarse.mean(axis=0) * ramp).sum() / (ramp @ ramp)) / max(float(coarse.mean()), 8.0)
        return float(np.clip(2.5 * slope, -1, 1)) or 0.3

    def light_at(self, x: int, y: int, radius: int) -> Light:
        """Estimate the light on a thing whose base is at pixel (x, y).

        Exposure is the geometric mean of what the whole photo and the surroundings say: bright things are near
        white, and a surface reflects a good third of its light.
        """
        y1, y2, x1, x2 = max(0, y - radius), y + radius + 1, max(0, x - radius), x + radius + 1
        around = linear(self.photo[y1:y2:2, x1:x2:2]).reshape(-1, 3)
        bright = float(np.percentile(linear(self.luma[::4, ::4]), 97)) / 0.85
        local = float(around.mean()) / 0.36
        exposure = float(np.clip(np.sqrt(max(bright, 0.02) * max(local, 0.02)), 0.06, 1.25))
        side = self.light_side
        direction = np.array([0.55 * side + 0.2 * np.sign(side), 0.85, 0.45])
        direction /= np.linalg.norm(direction)
        key = 0.62 * exposure / direction[1] * self.tint
        ambient = 0.42 * exposure * self.tint
        ground = 0.6 * np.clip(around.mean(axis=0), 0, 1) + 0.02
        return Light(tuple(direction), tuple(key), tuple(ambient), tuple(ground), 0.55)
