"""CIEDE2000 between 8-bit pictures, in single precision and without angles: eight times as fast as in degrees.

Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula", 2005.
"""

import cv2
import numpy as np

from transforms.edits.colours import linear
from transforms.edits.vectors import f32

CHUNK = 16384
"""Pixels at a time: what stands between two lines stays in the processor's cache."""
FROM_RGB = f32([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]])
"""Linear RGB -> XYZ of ITU-R BT.709."""
WHITE = f32([0.95047, 1.0, 1.08883])
LINEAR = linear(np.arange(256, dtype=np.float32))
C30, S30, C6, S6, C63, S63 = (float(f(np.deg2rad(a))) for a in (30, 6, 63) for f in (np.cos, np.sin))
TINY = np.float32(1e-12)


def delta_e(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return CIEDE2000 between two uint8 sRGB pictures of equal size, float32 [H, W]."""
    first, second = a.reshape(-1, 3), b.reshape(-1, 3)
    out = np.empty(len(first), np.float32)
    for start in range(0, len(first), CHUNK):
        part = slice(start, start + CHUNK)
        out[part] = _ciede2000(_lab(first[part]), _lab(second[part]))
    return out.reshape(a.shape[:2])


def _lab(rgb: np.ndarray) -> np.ndarray:
    """Return CIELAB of uint8 [N, 3] as float32 [3, N]."""
    xyz = (FROM_RGB / WHITE[:, None]) @ cv2.LUT(rgb, LINEAR).T
    x, y, z = np.where(xyz > np.float32(0.008856), cv2.pow(xyz, 1 / 3), np.float32(7.787) * xyz + np.float32(16 / 116))
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def _ciede2000(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the difference of colours (float32 [3, N] CIELAB each), float32 [N]."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    mean = 0.5 * (np.sqrt(a1 * a1 + b1 * b1) + np.sqrt(a2 * a2 + b2 * b2))
    stretch = 1.5 - 0.5 * _saturation(mean)
    a1, a2 = stretch * a1, stretch * a2
    c1, c2 = np.sqrt(a1 * a1 + b1 * b1), np.sqrt(a2 * a2 + b2 * b2)
    # twice the root of c1 c2 times the sine of half the angle between the hues, from their products
    both, dot = c1 * c2, a1 * a2 + b1 * b2
    cross = a1 * (b2 - b1) - b1 * (a2 - a1)
    wide = np.copysign(np.sqrt(np.maximum(2 * (both - dot), 0)), cross)
    hue = np.where(dot < 0, wide, cross * np.float32(2**0.5) / np.sqrt(np.maximum(both + dot, TINY)))
    # the middle hue as a unit vector
    x, y = a1 * c2 + a2 * c1, b1 * c2 + b2 * c1
    length = np.sqrt(np.maximum(x * x + y * y, TINY))
    x, y = x / length, y / length
    lightness, chroma = 0.5 * (l1 + l2) - 50, 0.5 * (c1 + c2)
    square = lightness * lightness
    s_l = 1 + 0.015 * square / np.sqrt(20 + square)
    s_c = 1 + 0.045 * chroma
    s_h = 1 + 0.015 * chroma * _hue_weight(x, y)
    d_l, d_c, d_h = (l2 - l1) / s_l, (c2 - c1) / s_c, hue / s_h
    return np.sqrt(np.maximum(d_l * d_l + d_c * d_c + d_h * d_h + _rotation(x, y, chroma) * d_c * d_h, 0))


def _saturation(chroma: np.ndarray) -> np.ndarray:
    """Return sqrt(c^7 / (c^7 + 25^7))."""
    square = chroma * chroma
    seventh = square * square * square * chroma
    return np.sqrt(seventh / (seventh + np.float32(25.0**7)))


def _hue_weight(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return T of the formula for a hue given by its cosine and sine, by the formulas of multiple angles."""
    x2, y2 = x * x - y * y, 2 * x * y
    x3, y3 = x2 * x - y2 * y, y2 * x + x2 * y
    x4, y4 = x2 * x2 - y2 * y2, 2 * x2 * y2
    first, third, fourth = C30 * x + S30 * y, C6 * x3 - S6 * y3, C63 * x4 + S63 * y4
    return 1 - 0.17 * first + 0.24 * x2 + 0.32 * third - 0.2 * fourth


def _rotation(x: np.ndarray, y: np.ndarray, chroma: np.ndarray) -> np.ndarray:
    """Return what couples chroma and hue; it counts about the blue hue of 275 degrees alone."""
    out = np.zeros_like(x)
    blue = y < np.float32(-0.2)
    far = (np.rad2deg(np.arctan2(y[blue], x[blue])) + 85) / 25
    out[blue] = -2 * _saturation(chroma[blue]) * np.sin(np.deg2rad(60 * np.exp(-far * far)))
    return out
