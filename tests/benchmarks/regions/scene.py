"""A picture before and after its edit, and the free room in it."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from benchmarks.regions.fields import displaced, feathered, smooth_field, smooth_fields
from benchmarks.regions.objects import LEAST_AREA, Sprite, contrasted, make_sprite
from benchmarks.regions.photos import Photos, largest_piece

ASPECTS = (1.0, 4 / 3, 3 / 2, 3 / 4, 2 / 3, 16 / 9)
LONG_SIDES = (200, 256, 384, 512, 512, 640, 768, 1024, 1024)
ENLARGED = 1.3
"""A base picture has at most so many pixels per pixel of its photo, along a side."""
SMALL_SHARE = 0.01
"""Things below this share of the frame stay clear of its border, so that a cropped frame keeps them."""


class NoRoom(Exception):
    """Nothing more fits into the picture beside what is in it."""


@dataclass(eq=False)
class Scene:
    """What an edit works on.

    Attributes:
        rng: decides all that happens in it.
        photos: where textures and cut-outs come from.
        index: which photo the base picture was cut from.
        before, after: float32 [H, W, 3], 0..255.
        segments: int32 [H, W], even areas of the base picture.
        regions: masks of what visibly changed, bool [H, W] each, in order of their ids.
        busy: bool [H, W], where something was planted or edited already.
        small: things stay small, so that several fit.
    """

    rng: np.random.Generator
    photos: Photos
    index: int
    before: np.ndarray
    segments: np.ndarray
    after: np.ndarray = field(init=False)
    regions: list[np.ndarray] = field(default_factory=list)
    busy: np.ndarray = field(init=False)
    small: bool = False

    def __post_init__(self) -> None:
        self.after = self.before.copy()
        self.busy = np.zeros(self.before.shape[:2], bool)

    @property
    def height(self) -> int:
        """Pixels."""
        return self.before.shape[0]

    @property
    def width(self) -> int:
        """Pixels."""
        return self.before.shape[1]

    def area(self, least: float = 0.0015, most: float = 0.45) -> float:
        """Draw an area, log-uniform between two shares of the frame; pixels."""
        if self.small:
            most = min(most, 0.05)
        share = np.exp(self.rng.uniform(np.log(least), np.log(most)))
        return max(float(share) * self.height * self.width, LEAST_AREA)

    def sprite(self, area: float) -> Sprite:
        """Make a thing of about `area` pixels that fits the frame."""
        most = int(0.9 * self.width), int(0.9 * self.height)
        return make_sprite(self.rng, self.photos, self.index, area, most)

    def place(self, width: int, height: int) -> tuple[int, int]:
        """Find free room for a patch: its left and top, which may lie a little outside the frame.

        Raises:
            NoRoom: no free place was found.
        """
        small = width * height < 4 * SMALL_SHARE * self.width * self.height
        beyond = 0.0 if small or self.rng.random() > 0.25 else 0.25
        margin_x, margin_y = (0.06 * self.width, 0.06 * self.height) if small else (-beyond * width, -beyond * height)
        gap = max(4, round(0.03 * max(self.width, self.height)))
        for _ in range(60):
            low_x, high_x = sorted((margin_x, self.width - width - margin_x))
            low_y, high_y = sorted((margin_y, self.height - height - margin_y))
            x, y = round(self.rng.uniform(low_x, high_x)), round(self.rng.uniform(low_y, high_y))
            if not self.busy[
                max(y - gap, 0) : max(y + height + gap, 0), max(x - gap, 0) : max(x + width + gap, 0)
            ].any():
                return x, y
        raise NoRoom

    def placed(self, area: float, like: float = 0.2) -> tuple[Sprite, int, int]:
        """Make a thing, find room for it and colour it against its ground, like-coloured with probability `like`.

        Raises:
            NoRoom: not even a third of the area fits.
        """
        for shrink in (1.0, 0.6, 0.33):
            sprite = self.sprite(max(area * shrink, LEAST_AREA))
            try:
                x, y = self.place(*sprite.size)
            except NoRoom:
                continue
            return contrasted(self.rng, self.after, sprite, x, y, self.rng.random() < like), x, y
        raise NoRoom

    def plant(self, sprite: Sprite, x: int, y: int) -> np.ndarray:
        """Lay a thing over both pictures; returns where it shows, bool [H, W]."""
        sprite.over(self.before, x, y)
        shown = sprite.over(self.after, x, y)
        self.busy |= shown
        return shown

    def add_region(self, mask: np.ndarray) -> None:
        """Record a region; its place is busy from now on."""
        self.regions.append(mask)
        self.busy |= mask

    def repainted(self, ground: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Return `ground` (float32 [H, W, 3]) as an inpainter would draw it inside `mask`, after taking a thing away.

        The ground is right on the whole, but its colours are a little off, its texture is taken from near by and
        softer, and in a third of the cases its structure is blurred as well.
        """
        rng = self.rng
        x, y, w, h = cv2.boundingRect(mask.astype(np.uint8))
        margin = int(np.clip(0.025 * max(w, h), 1, 5))
        pad = 4 * margin + 24
        x1, y1, x2, y2 = max(x - pad, 0), max(y - pad, 0), min(x + w + pad, self.width), min(y + h + pad, self.height)
        part, inside = ground[y1:y2, x1:x2], mask[y1:y2, x1:x2]
        height, width = inside.shape
        sigma = rng.uniform(6, 14) if rng.random() < 0.33 else rng.uniform(1.5, 4)
        low = cv2.GaussianBlur(part, (0, 0), sigma)
        dx, dy = (smooth_fields(rng, height, width, 22, 2) * rng.uniform(2, 5)).transpose(2, 0, 1)
        shift = rng.uniform(-0.3, 0.3, 2) * (width, height) if rng.random() < 0.5 else (0.0, 0.0)
        fine = displaced(part - low, dx + np.float32(shift[0]), dy + np.float32(shift[1])) * rng.uniform(0.35, 0.9)
        light = smooth_field(rng, height, width, max(12.0, 0.5 * min(w, h)))[..., None] * rng.uniform(1.5, 5)
        tint = smooth_fields(rng, height, width, max(12.0, 0.5 * min(w, h)), 3) * rng.uniform(0.5, 1.8)
        weight = feathered(inside, margin, max(0.8, margin / 3))[..., None]
        out = ground.copy()
        out[y1:y2, x1:x2] = part + weight * (np.clip(low + fine + light + tint, 0, 255) - part)
        return out

    def even_area(self, least: float, most: float) -> np.ndarray | None:
        """Return a real thing of the base picture as a mask (bool [H, W]), between two shares of the frame, or None."""
        labels, counts = np.unique(self.segments, return_counts=True)
        share = counts / self.segments.size
        for label in self.rng.permutation(labels[(share > least) & (share < most)])[:6]:
            mask = cv2.medianBlur((self.segments == label).astype(np.uint8), 5) > 0
            mask = largest_piece(mask & ~self.busy)
            x, y, w, h = cv2.boundingRect(mask.astype(np.uint8))
            clear = x > 0 and y > 0 and x + w < self.width and y + h < self.height
            if mask.mean() > least * 0.8 and mask.sum() > 0.45 * w * h and (clear or mask.mean() > SMALL_SHARE):
                return mask
        return None


def base_scene(rng: np.random.Generator, photos: Photos, index: int) -> Scene:
    """Cut a base picture out of a photo: aspect, size and place drawn, mirrored half the time."""
    photo = photos.rgb(index)
    height, width = photo.shape[:2]
    aspect, long_side = float(rng.choice(ASPECTS)), int(rng.choice(LONG_SIDES))
    w, h = (width, width / aspect) if width / aspect <= height else (height * aspect, height)
    least = min(1.0, long_side / ENLARGED / max(w, h))
    scale = rng.uniform(max(least, 0.6), 1.0)
    w, h = w * scale, h * scale
    x, y = rng.uniform(0, width - w), rng.uniform(0, height - h)
    scale = min(long_side / max(w, h), ENLARGED)
    size = round(w * scale), round(h * scale)
    x1, y1, x2, y2 = int(x), int(y), int(x + w), int(y + h)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    rgb = cv2.resize(photo[y1:y2, x1:x2].astype(np.float32), size, interpolation=how)
    labels = photos.segments(index)
    back = labels.shape[1] / width, labels.shape[0] / height
    rows = np.minimum(
        ((y1 + (np.arange(size[1]) + 0.5) * (y2 - y1) / size[1]) * back[1]).astype(int), labels.shape[0] - 1
    )
    columns = np.minimum(
        ((x1 + (np.arange(size[0]) + 0.5) * (x2 - x1) / size[0]) * back[0]).astype(int), labels.shape[1] - 1
    )
    segments = labels[np.ix_(rows, columns)]
    if rng.random() < 0.5:
        rgb, segments = rgb[:, ::-1], segments[:, ::-1]
    return Scene(rng, photos, index, np.clip(np.ascontiguousarray(rgb), 0, 255), np.ascontiguousarray(segments))
