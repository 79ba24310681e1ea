"""Things that are planted into a picture: textured blobs, shaded solids and cut-outs of real photos."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from benchmarks.regions.colour import delta_76, lab_of, mean_delta, rgb_of, sampled, strength_for
from benchmarks.regions.fields import smooth_field
from benchmarks.regions.photos import Photos
from benchmarks.regions.shapes import Shape, blob, solid

LEAST_AREA = 70.0
"""No object is smaller than this, pixels."""
VISIBLE_SHADE = 4.0
"""A shadow is part of its object where it changes the ground by more than this (Euclidean, CIELAB)."""


@dataclass(frozen=True, eq=False)
class Sprite:
    """A thing with its shadow, in one padded patch.

    Attributes:
        rgb: float32 [h, w, 3], 0..255.
        alpha: float32 [h, w], 0..1, opacity included.
        body: bool [h, w], its silhouette.
        shade: float32 [h, w], 0..1, by how much it darkens the ground.
    """

    rgb: np.ndarray
    alpha: np.ndarray
    body: np.ndarray
    shade: np.ndarray

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the patch, pixels."""
        return self.alpha.shape[1], self.alpha.shape[0]

    def scaled(self, factor: float) -> "Sprite":
        """Return it larger or smaller by `factor`."""
        size = max(3, round(self.size[0] * factor)), max(3, round(self.size[1] * factor))
        how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        rgb, alpha, shade = (cv2.resize(layer, size, interpolation=how) for layer in (self.rgb, self.alpha, self.shade))
        body = cv2.resize(self.body.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
        return Sprite(np.clip(rgb, 0, 255), np.clip(alpha, 0, 1), body, np.clip(shade, 0, 1))

    def mirrored(self) -> "Sprite":
        """Return it with left and right exchanged."""
        return Sprite(
            *(np.ascontiguousarray(layer[:, ::-1]) for layer in (self.rgb, self.alpha, self.body, self.shade))
        )

    def over(self, canvas: np.ndarray, left: int, top: int) -> np.ndarray:
        """Lay it over `canvas` (float32 [H, W, 3], changed in place) with its corner at `left`, `top`.

        Returns:
            bool [H, W], where it shows: its silhouette and the visible part of its shadow.
        """
        height, width = canvas.shape[:2]
        shown = np.zeros((height, width), bool)
        x1, y1, x2, y2 = max(left, 0), max(top, 0), min(left + self.size[0], width), min(top + self.size[1], height)
        if x1 >= x2 or y1 >= y2:
            return shown
        part = slice(y1 - top, y2 - top), slice(x1 - left, x2 - left)
        ground = canvas[y1:y2, x1:x2]
        shaded = ground * (1 - self.shade[part][..., None])
        dark = delta_76(ground, shaded) > VISIBLE_SHADE if self.shade.any() else False
        shown[y1:y2, x1:x2] = self.body[part] | dark
        alpha = self.alpha[part][..., None]
        canvas[y1:y2, x1:x2] = shaded * (1 - alpha) + self.rgb[part] * alpha
        return shown


def make_sprite(rng: np.random.Generator, photos: Photos, avoid: int, area: float, most: tuple[int, int]) -> Sprite:
    """Make a thing of about `area` pixels.

    Args:
        rng: decides its kind, shape, texture, opacity, edge and shadow.
        photos: where textures and cut-outs come from.
        avoid: index of the base photo, which lends no texture.
        area: wished area of the silhouette, pixels.
        most: largest width and height, pixels.
    """
    donor = other_photo(rng, photos, avoid)
    kind = rng.choice(["blob", "solid", "cutout"], p=[0.36, 0.28, 0.36])
    made = _cutout(rng, photos, donor, area, most) if kind == "cutout" else None
    if made is None:
        shape = solid(rng) if kind == "solid" else blob(rng)
        width, height = _fit(shape.aspect, area / shape.fill, most)
        alpha = shape.drawn(width, height)
        if kind == "solid":
            rgb = _shaded_solid(rng, shape, width, height)
        else:
            rgb = shaded(rng, recoloured(rng, texture(rng, photos, donor, width, height)), alpha)
        made = rgb, alpha
    return _finished(rng, *made)


def other_photo(rng: np.random.Generator, photos: Photos, avoid: int) -> int:
    """Return the index of a photo other than `avoid`."""
    return int((avoid + 1 + rng.integers(len(photos.names) - 1)) % len(photos.names))


def texture(rng: np.random.Generator, photos: Photos, donor: int, width: int, height: int) -> np.ndarray:
    """Return a piece of a photo: float32 [height, width, 3], enlarged by at most 1.5 where the photo allows."""
    photo = photos.rgb(donor)
    room = photo.shape[1] / width, photo.shape[0] / height
    scale = min(*room, float(rng.uniform(0.67, 2.0)))
    w, h = max(2, int(width * scale)), max(2, int(height * scale))
    x, y = int(rng.integers(photo.shape[1] - w + 1)), int(rng.integers(photo.shape[0] - h + 1))
    how = cv2.INTER_AREA if scale > 1 else cv2.INTER_CUBIC
    return np.clip(
        cv2.resize(photo[y : y + h, x : x + w].astype(np.float32), (width, height), interpolation=how), 0, 255
    )


def recoloured(rng: np.random.Generator, rgb: np.ndarray) -> np.ndarray:
    """Return `rgb` with its hues turned, its chroma and lightness scaled: float32 [H, W, 3]."""
    lab = lab_of(rgb)
    angle, chroma, light = rng.uniform(-np.pi, np.pi), rng.uniform(0.7, 1.4), rng.uniform(-18, 18)
    a, b = lab[..., 1] + rng.normal(0, 12), lab[..., 2] + rng.normal(0, 12)
    cos, sin = np.cos(angle) * chroma, np.sin(angle) * chroma
    return rgb_of(np.dstack([np.clip(lab[..., 0] + light, 4, 97), cos * a - sin * b, sin * a + cos * b]))


def shaded(rng: np.random.Generator, rgb: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Return `rgb` lit from one side and darker at its rim, as if it were round."""
    height, width = alpha.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    light = 1 + rng.uniform(0.05, 0.28) * (np.cos(angle) * x + np.sin(angle) * y)
    rim = cv2.GaussianBlur(alpha, (0, 0), max(1.0, 0.12 * min(height, width)))
    light *= 1 - rng.uniform(0, 0.4) * np.clip(1 - rim, 0, 1)
    return np.clip(rgb * light[..., None], 0, 255).astype(np.float32)


def _fit(aspect: float, box_area: float, most: tuple[int, int]) -> tuple[int, int]:
    width = np.sqrt(box_area * aspect)
    height = box_area / width
    scale = min(1.0, most[0] / width, most[1] / height)
    return max(4, round(width * scale)), max(4, round(height * scale))


def _cutout(
    rng: np.random.Generator, photos: Photos, donor: int, area: float, most: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray] | None:
    masks = photos.cutouts(donor)
    if not masks:
        return None
    mask, photo = masks[int(rng.integers(len(masks)))], photos.rgb(donor)
    x, y, w, h = cv2.boundingRect(mask.astype(np.uint8))
    width, height = _fit(w / h, area * w * h / mask.sum(), most)
    back = photo.shape[1] / mask.shape[1], photo.shape[0] / mask.shape[0]
    if width > 1.7 * w * back[0] or width < 6 or height < 6:
        return None
    left, right = int(x * back[0]), max(int((x + w) * back[0]), int(x * back[0]) + 2)
    top, bottom = int(y * back[1]), max(int((y + h) * back[1]), int(y * back[1]) + 2)
    how = cv2.INTER_AREA if width < right - left else cv2.INTER_CUBIC
    rgb = cv2.resize(photo[top:bottom, left:right].astype(np.float32), (width, height), interpolation=how)
    soft = cv2.GaussianBlur(np.pad(mask[y : y + h, x : x + w].astype(np.float32), 3), (0, 0), 1.0)[3:-3, 3:-3]
    alpha = np.clip((cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR) - 0.5) * 4 + 0.5, 0, 1)
    if alpha.max() < 0.9:
        return None
    return (recoloured(rng, rgb) if rng.random() < 0.25 else np.clip(rgb, 0, 255)), alpha


def _shaded_solid(rng: np.random.Generator, shape: Shape, width: int, height: int) -> np.ndarray:
    """Colour a man-made shape: one or two paints, the light of its form, a highlight, faint grain."""
    first, second = (_paint(rng) for _ in range(2))
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    rgb = np.broadcast_to(first, (height, width, 3)).copy()
    if shape.name in ("bottle", "mug", "box") and rng.random() < 0.6:
        band = (y > rng.uniform(0.3, 0.55)) & (y < rng.uniform(0.6, 0.85))
        rgb[band] = second
    elif rng.random() < 0.3:
        stripes = np.sin((x * np.cos(0.7) + y * np.sin(0.7)) * rng.uniform(15, 45)) > 0
        rgb[stripes] = second
    if shape.name == "disc":
        light = 1.15 - 0.7 * ((x - 0.38) ** 2 + (y - 0.35) ** 2) / 0.5
    elif shape.name in ("bottle", "mug", "pole"):
        light = 0.7 + 0.5 * np.sin(np.pi * np.clip(x * 0.9 + 0.05, 0, 1))
    else:
        light = 1.1 - 0.25 * (x * rng.uniform(0, 1) + y)
    glint = np.exp(-((x - 0.33) ** 2 + (y - 0.3) ** 2) / 0.01) * rng.uniform(0, 70)
    grain = smooth_field(rng, height, width, 1.7) * rng.uniform(0.5, 4)
    return np.clip(rgb * light[..., None] + (glint + grain)[..., None], 0, 255).astype(np.float32)


def _paint(rng: np.random.Generator) -> np.ndarray:
    lab = np.array([[[rng.uniform(25, 88), rng.normal(0, 34), rng.normal(0, 34)]]], np.float32)
    return rgb_of(lab)[0, 0]


def _finished(rng: np.random.Generator, rgb: np.ndarray, alpha: np.ndarray) -> Sprite:
    """Give it room, perhaps a soft edge, translucence and a shadow."""
    height, width = alpha.shape
    side = min(height, width)
    opacity = rng.uniform(0.35, 0.7) if rng.random() < 0.1 else 1.0
    feather = min(rng.uniform(0.04, 0.1) * side, 7.0) if rng.random() < 0.15 else 0.45
    has_shade = rng.random() < 1 / 3
    pad = 2 + int(2 * feather) + (int(0.3 * side) if has_shade else 0)
    rgb = cv2.copyMakeBorder(rgb, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
    alpha = cv2.GaussianBlur(np.pad(alpha, pad), (0, 0), feather)
    shade = np.zeros_like(alpha)
    if has_shade:
        depth = rng.uniform(0.25, 0.6)
        move = np.array([[1, 0, rng.uniform(-0.12, 0.12) * side], [0, 1, rng.uniform(0.03, 0.12) * side]])
        low = alpha.copy()
        low[: pad + int(height * rng.uniform(0.0, 0.75))] = 0
        shade = cv2.warpAffine(low, move, low.shape[::-1])
        shade = cv2.GaussianBlur(shade, (0, 0), max(1.2, 0.05 * side)) * depth
        # the patch must not end before the shadow does
        rim = np.minimum(np.arange(alpha.shape[0])[:, None], np.arange(alpha.shape[1])[None, :])
        rim = np.minimum(rim, rim[::-1, ::-1])
        shade = (shade * np.clip(rim / max(2.0, 0.06 * side), 0, 1)).astype(np.float32)
    return Sprite(rgb.astype(np.float32), alpha * opacity, alpha > 0.25, shade)


def contrasted(rng: np.random.Generator, canvas: np.ndarray, sprite: Sprite, left: int, top: int, like: bool) -> Sprite:
    """Return `sprite` coloured so that it shows on `canvas` at its place, or all but vanishes if `like`.

    The mean CIEDE2000 of its silhouette against the ground becomes 6..12 if `like`, otherwise at least about 14.
    """
    height, width = canvas.shape[:2]
    rows, columns = sampled(sprite.body)
    inside = (rows + top >= 0) & (rows + top < height) & (columns + left >= 0) & (columns + left < width)
    rows, columns = rows[inside], columns[inside]
    if rows.size < 8:
        return sprite
    ground = canvas[rows + top, columns + left]
    alpha, own = sprite.alpha[rows, columns][:, None], sprite.rgb[rows, columns]

    def seen(rgb: np.ndarray) -> float:
        return mean_delta(ground, ground * (1 - alpha) + np.clip(rgb, 0, 255) * alpha)

    if not like and seen(own) >= 14:
        return sprite
    target = rng.uniform(6.5, 12) if like else rng.uniform(16, 30)
    own_mean, ground_mean = own.mean(axis=0), ground.mean(axis=0)
    push = rng.normal(0, 1, 3) + np.sign(128 - ground_mean.mean()) * rng.uniform(0.3, 1.5)
    push *= 160 / np.linalg.norm(push)
    keep = 0.7
    while like and keep > 0.2 and seen(ground_mean + keep * (own - own_mean)) > target:
        keep *= 0.7
    share = strength_for(lambda t: seen(ground_mean + t * push + keep * (own - own_mean)), target)
    return replace(
        sprite, rgb=np.clip(ground_mean + share * push + keep * (sprite.rgb - own_mean), 0, 255).astype(np.float32)
    )
