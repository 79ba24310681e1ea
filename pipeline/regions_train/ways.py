"""What may be seen through an outline: another picture, a thing, a filling, another colour, another form."""

from collections.abc import Callable

import cv2
import numpy as np

from pipeline.regions_train.sources import Library
from transforms.regions.frame import resize_to, to_lab


def other_picture(like: np.ndarray, library: Library, rng: np.random.Generator) -> np.ndarray:
    """Return another picture in the size of one, float32 [H, W, 3]: a crop of a photo, or the same one moved."""
    height, width = like.shape[:2]
    if not library.photo_items or rng.random() < 0.3:
        dx, dy = (int(rng.uniform(0.1, 0.9) * side) for side in (width, height))
        return np.roll(like, (dy, dx), (0, 1)).astype(np.float32)
    return resize_to(library.crop(rng), width, height).astype(np.float32)


def _replaced(rgb: np.ndarray, mask: np.ndarray, library: Library, rng: np.random.Generator) -> np.ndarray:
    """Another picture through the outline, some in the colours of what was there."""
    other = other_picture(rgb, library, rng)
    if rng.random() < 0.45:
        there, new = rgb[mask].astype(np.float32), other[mask]
        gain = np.clip((there.std(axis=0) + 4) / (new.std(axis=0) + 4), 0.4, 2.5)
        other = (other - new.mean(axis=0)) * gain + there.mean(axis=0)
    return other


def _thing(rgb: np.ndarray, mask: np.ndarray, library: Library, rng: np.random.Generator) -> np.ndarray:
    """A flat or shaded thing of one colour, some close to what surrounds it."""
    colour = rng.uniform(0, 255, 3) if rng.random() < 0.6 else rgb[mask].mean(axis=0) + rng.normal(0, 22, 3)
    return colour + 1.6 * (_slope(rgb.shape, rng) * rng.uniform(0, 60))[..., None] + rng.normal(0, 3, (1, 1, 3))


def _gone(rgb: np.ndarray, mask: np.ndarray, library: Library, rng: np.random.Generator) -> np.ndarray:
    """What was there is filled from its surroundings."""
    height, width = mask.shape
    scale = min(1.0, 256 / max(height, width))
    size = max(8, round(width * scale)), max(8, round(height * scale))
    hole = cv2.dilate(resize_to(mask.astype(np.uint8) * 255, *size), np.ones((3, 3), np.uint8))
    filled = cv2.inpaint(resize_to(rgb, *size), (hole > 0).astype(np.uint8), 4, cv2.INPAINT_TELEA)
    smooth = cv2.resize(filled, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    return smooth + rng.uniform(0, 1.2) * _fine(np.roll(rgb, int(rng.integers(20, 80)), 1))


def _recoloured(rgb: np.ndarray, mask: np.ndarray, library: Library, rng: np.random.Generator) -> np.ndarray:
    """Another colour, its light and its texture kept."""
    lab = to_lab(rgb)
    angle, reach = rng.uniform(0, 2 * np.pi), rng.uniform(7, 55)
    lab += np.array([rng.normal(0, 8), reach * np.cos(angle), reach * np.sin(angle)], np.float32)
    return rgb_of(lab)


def _relit(rgb: np.ndarray, mask: np.ndarray, library: Library, rng: np.random.Generator) -> np.ndarray:
    """Lighter or darker."""
    gain = np.exp(rng.choice([-1, 1]) * rng.uniform(0.15, 0.7))
    return rgb * np.float32(gain) + rng.uniform(-8, 8)


def _translucent(rgb: np.ndarray, mask: np.ndarray, library: Library, rng: np.random.Generator) -> np.ndarray:
    """A veil of one colour or of another picture."""
    over = other_picture(rgb, library, rng) if rng.random() < 0.4 else rng.uniform(0, 255, 3)
    share = rng.uniform(0.12, 0.5)
    return rgb * (1 - share) + over * share


def _retextured(rgb: np.ndarray, mask: np.ndarray, library: Library, rng: np.random.Generator) -> np.ndarray:
    """The colours stay, the texture is another's."""
    base = cv2.GaussianBlur(rgb, (0, 0), rng.uniform(2, 6)).astype(np.float32)
    return base + rng.uniform(0.6, 1.8) * _fine(other_picture(rgb, library, rng), rng.uniform(2, 6))


def _redrawn(rgb: np.ndarray, mask: np.ndarray, library: Library, rng: np.random.Generator) -> np.ndarray:
    """Forms bent and moved, as another pose or a form drawn anew."""
    height, width = mask.shape
    cells = (int(rng.integers(3, 9)),) * 2
    reach = rng.uniform(0.008, 0.07) * max(height, width)
    dx, dy = (
        cv2.resize(rng.normal(0, reach, cells).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
        for _ in range(2)
    )
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return cv2.remap(rgb, x + dx, y + dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT).astype(np.float32)


def _smeared(rgb: np.ndarray, mask: np.ndarray, library: Library, rng: np.random.Generator) -> np.ndarray:
    """Blurred or turned to mush."""
    return cv2.GaussianBlur(rgb, (0, 0), rng.uniform(2, 9)).astype(np.float32) + rng.normal(0, 4, 3)


Way = Callable[[np.ndarray, np.ndarray, Library, np.random.Generator], np.ndarray]
"""Picture uint8 [H, W, 3], outline bool [H, W], library, generator -> what is seen through the outline, [H, W, 3]."""
WAYS: dict[str, Way] = {
    "replaced": _replaced,
    "thing": _thing,
    "gone": _gone,
    "recoloured": _recoloured,
    "relit": _relit,
    "translucent": _translucent,
    "retextured": _retextured,
    "redrawn": _redrawn,
    "smeared": _smeared,
}


def rgb_of(lab: np.ndarray) -> np.ndarray:
    """Return CIELAB, float [H, W, 3], as sRGB of 0..255, float32; what has no colour there is not clipped."""
    return cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2RGB) * 255


def _fine(rgb: np.ndarray, sigma: float = 2.0) -> np.ndarray:
    values = rgb.astype(np.float32)
    return values - cv2.GaussianBlur(values, (0, 0), sigma)


def _slope(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Return a plane of -1..1 in a random direction, float32 [H, W]."""
    height, width = shape[:2]
    angle = rng.uniform(0, 2 * np.pi)
    x, y = np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    return np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y[:, None]
