"""What an editor leaves over the whole frame, at four levels, and the codecs that pictures come through."""

import cv2
import numpy as np

from benchmarks.regions.fields import feathered, jittered, smooth_field, smooth_fields

LEVELS = 4
"""0 none, 1 codec, 2 like an autoencoder, 3 strong."""


def coded(rgb: np.ndarray, codec: str, quality: int) -> np.ndarray:
    """Return a picture (float or uint8 [H, W, 3], 0..255) after `jpeg`, `webp` or `png`: uint8."""
    plain = np.clip(np.rint(rgb), 0, 255).astype(np.uint8)
    if codec == "png":
        return plain
    flag = cv2.IMWRITE_JPEG_QUALITY if codec == "jpeg" else cv2.IMWRITE_WEBP_QUALITY
    suffix = ".jpg" if codec == "jpeg" else ".webp"
    data = cv2.imencode(suffix, plain[..., ::-1], [flag, quality])[1]
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    if decoded is None:
        raise RuntimeError(f"{codec} of quality {quality} could not be decoded again")
    return np.ascontiguousarray(decoded[..., ::-1])


def coded_source(rng: np.random.Generator, rgb: np.ndarray) -> np.ndarray:
    """Return the source as it was stored: half the time as it is, otherwise through JPEG or WebP."""
    if rng.random() < 0.5:
        return coded(rgb, "png", 0)
    return coded(rgb, "jpeg", int(rng.integers(82, 97))) if rng.random() < 0.75 else coded(rgb, "webp", 88)


def redrawn(rng: np.random.Generator, rgb: np.ndarray, touched: np.ndarray) -> np.ndarray:
    """Return `rgb` (float32 [H, W, 3]) with the texture in and around `touched` drawn again, below visibility."""
    weight = feathered(touched, int(rng.integers(2, 13)), 2.0)[..., None] * rng.uniform(0.3, 0.7)
    other = jittered(rng, rgb, 9.0, 0.6)
    other += 0.25 * (cv2.GaussianBlur(other, (0, 0), 1.0) - other)
    return rgb + weight * (other - rgb)


def leave_noise(rng: np.random.Generator, rgb: np.ndarray, level: int) -> np.ndarray:
    """Return the edited picture (float32 [H, W, 3]) as an editor of that level stores it: uint8 [H, W, 3]."""
    if level == 0:
        return coded(rgb, "png", 0)
    if level == 1:
        return coded(rgb, "jpeg", int(rng.integers(88, 97))) if rng.random() < 0.7 else coded(rgb, "webp", 90)
    if level == 2:
        noisy = _autoencoded(rng, rgb)
        return coded(noisy, "jpeg", int(rng.integers(80, 93)))
    noisy = _strongly(rng, rgb)
    return coded(noisy, "jpeg", int(rng.integers(65, 86))) if rng.random() < 0.75 else coded(noisy, "webp", 60)


def _autoencoded(rng: np.random.Generator, rgb: np.ndarray) -> np.ndarray:
    height, width = rgb.shape[:2]
    size = max(16, round(width / 16) * 16), max(16, round(height / 16) * 16)
    out = cv2.resize(rgb, size, interpolation=cv2.INTER_CUBIC)
    smooth = cv2.bilateralFilter(out, 5, 18, 1.6)
    out += rng.uniform(0.3, 0.7) * (smooth - out)
    out = _blotched(rng, out, rng.uniform(4, 12), rng.uniform(0.7, 1.3))
    out = _drifted(rng, out, rng.uniform(0.5, 2.0))
    out = _graded(rng, out, 0.04)
    return cv2.resize(out, (width, height), interpolation=cv2.INTER_CUBIC)


def _strongly(rng: np.random.Generator, rgb: np.ndarray) -> np.ndarray:
    height, width = rgb.shape[:2]
    low = cv2.GaussianBlur(rgb, (0, 0), rng.uniform(1.0, 1.8))
    fine = jittered(rng, rgb - low, rng.uniform(6, 14), 1.2)
    share = np.clip(0.6 + 0.3 * smooth_field(rng, height, width, rng.uniform(10, 40)), 0, 1.2)
    out = jittered(rng, low, 30.0, 0.4) + fine * share[..., None]
    out = _blotched(rng, out, rng.uniform(4, 12), rng.uniform(0.8, 1.6))
    out = _drifted(rng, out, rng.uniform(1.0, 3.0))
    out = _graded(rng, out, 0.06)
    if rng.random() < 0.5:
        out = out + rng.uniform(0.2, 0.6) * (out - cv2.GaussianBlur(out, (0, 0), 1.4))
    return out


def _blotched(rng: np.random.Generator, rgb: np.ndarray, cell: float, strength: float) -> np.ndarray:
    """Add small smooth stains of about `strength` CIELAB units."""
    height, width = rgb.shape[:2]
    light = smooth_field(rng, height, width, cell)[..., None] * (1.6 * strength)
    return rgb + light + smooth_fields(rng, height, width, cell * 1.5, 3) * (0.7 * strength)


def _drifted(rng: np.random.Generator, rgb: np.ndarray, most: float) -> np.ndarray:
    """Add a slow unevenness of colour that reaches about `most` CIELAB units."""
    height, width = rgb.shape[:2]
    cell = max(height, width) * rng.uniform(0.3, 0.7)
    field = smooth_field(rng, height, width, cell)[..., None] + 0.5 * smooth_fields(rng, height, width, cell, 3)
    return rgb + field * (2.4 * most / max(1.0, float(np.abs(field).max())))


def _graded(rng: np.random.Generator, rgb: np.ndarray, most: float) -> np.ndarray:
    """Change gain, gamma and saturation of the frame by at most `most` each."""
    gain, power, chroma = 1 + rng.uniform(-most, most, 3)
    out = 255 * np.power(np.clip(rgb / 255, 0, 1), np.float32(power)) * np.float32(gain)
    grey = out.mean(axis=2, keepdims=True)
    return grey + (out - grey) * np.float32(chroma)
