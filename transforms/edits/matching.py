"""Laid pixels made to look like the photo around them: light, sharpness, black level, grain."""

import cv2
import numpy as np

from transforms.edits.colours import linear, srgb
from transforms.edits.scene import Scene
from transforms.edits.solids.trace import Light
from transforms.edits.vectors import f32

RENDERED_SIGMA = 0.4
"""Blur, pixels, that drawing at twice the size and shrinking leaves."""
EXPOSURE = 1.15
"""Of flat pixels in the light of the photo."""
WHITE = 0.86
"""Share of the light that a white sheet reflects."""
GREY = f32([0.299, 0.587, 0.114])


def lit(scene: Scene, rgb: np.ndarray, left: int, top: int) -> np.ndarray:
    """Return flat pixels (float32 [h, w, 3] sRGB, 0..255) in the light that falls at a place of the photo.

    The light is level with the photo's: its tint, its exposure there, and how it falls off across the place.
    """
    height, width = rgb.shape[:2]
    x, y = left + width // 2, top + height // 2
    light = scene.light_at(x, y, max(height, width) // 2)
    whole = EXPOSURE * WHITE * falling(light) * scene.bounce
    whole *= min(1.0, 0.95 / float(whole.max()))
    soft = cv2.GaussianBlur(scene.luma, (0, 0), max(4.0, 0.45 * max(height, width)))
    here = soft[max(0, top) : top + height, max(0, left) : left + width]
    if here.shape != (height, width):
        return srgb(linear(rgb) * whole)
    fall = np.clip(here / max(float(here.mean()), 1.0), 0.75, 1.3) ** 1.6
    return srgb(linear(rgb) / WHITE * whole * fall[..., None])


def falling(light: Light) -> np.ndarray:
    """Return the light that falls on what faces the viewer, linear RGB, float32 [3]."""
    return 0.6 * f32(light.key) + 0.7 * f32(light.ambient)


def softened(scene: Scene, rgb: np.ndarray, alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return laid pixels (float32 [h, w, 3]) and their coverage (float32 [h, w]), as sharp as the photo and no more."""
    more = scene.blur**2 - RENDERED_SIGMA**2
    if more < 0.02:
        return rgb, alpha
    sigma = float(np.sqrt(more))
    cover = cv2.GaussianBlur(alpha, (0, 0), sigma)
    premultiplied = cv2.GaussianBlur(rgb * alpha[..., None], (0, 0), sigma)
    return premultiplied / np.maximum(cover, 1e-3)[..., None], cover


def like_the_photo(scene: Scene, rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return laid pixels (float32 [h, w, 3], 0..255) with the photo's black level, lack of colour and grain."""
    black = float(np.percentile(scene.luma[::4, ::4], 1))
    out = black * 0.7 + rgb * (1 - black * 0.7 / 255)
    if scene.grey:
        out = np.repeat((out @ GREY)[..., None], 3, axis=2)
    grain = cv2.GaussianBlur(rng.normal(0, 1, out.shape[:2]).astype(np.float32), (0, 0), 0.6)
    return np.clip(out + (scene.grain / max(float(grain.std()), 1e-3) * grain)[..., None], 0, 255)
