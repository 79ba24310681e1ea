"""Named colours: what words mean in sRGB, and which word a colour deserves."""

import numpy as np
from skimage.color import deltaE_ciede2000, lab2rgb, rgb2lab

PAINTS: dict[str, tuple[int, int, int]] = {
    "red": (186, 30, 32),
    "orange": (228, 112, 24),
    "yellow": (238, 200, 40),
    "green": (42, 132, 58),
    "teal": (20, 128, 128),
    "blue": (34, 82, 176),
    "purple": (108, 54, 148),
    "pink": (232, 122, 164),
    "brown": (112, 70, 40),
    "white": (232, 230, 226),
    "grey": (128, 128, 128),
    "black": (28, 28, 30),
    "cream": (236, 220, 184),
    "dark brown": (58, 36, 22),
    "wood": (176, 126, 76),
    "cardboard": (176, 136, 92),
    "sand": (204, 178, 134),
    "navy": (34, 40, 84),
    "terracotta": (178, 96, 62),
    "olive": (92, 96, 44),
}
"""Albedo of painted things, sRGB 0..255."""


def linear(rgb: tuple[int, int, int] | np.ndarray) -> np.ndarray:
    """Return sRGB 0..255 as linear RGB 0..1, float32 (IEC 61966-2-1)."""
    v = np.asarray(rgb, np.float32) / 255
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4).astype(np.float32)


def srgb(values: np.ndarray) -> np.ndarray:
    """Return linear RGB 0..1 as sRGB 0..255, float32, clipped."""
    v = np.clip(values, 0, 1)
    return (255 * np.where(v <= 0.0031308, v * 12.92, 1.055 * v ** (1 / 2.4) - 0.055)).astype(np.float32)


def lab(rgb: tuple[int, int, int] | np.ndarray) -> np.ndarray:
    """Return CIELAB of sRGB 0..255."""
    return rgb2lab(np.asarray(rgb, np.float64) / 255)


def from_lab(values: np.ndarray) -> np.ndarray:
    """Return CIELAB ([H, W, 3]) as sRGB 0..255, float64, what no screen shows clipped."""
    lightness, a, b = np.moveaxis(values, -1, 0)
    # more yellow than any light can be counts as that: skimage clips it too, and warns
    return np.clip(lab2rgb(np.dstack([lightness, a, np.minimum(b, 200 * (lightness + 16) / 116 - 1e-6)])), 0, 1) * 255


def distance(colour: str, lab_value: np.ndarray) -> float:
    """Return CIEDE2000 between a named paint and a CIELAB colour."""
    return float(deltaE_ciede2000(lab(PAINTS[colour]), lab_value))
