"""Editor noise: what a VAE, a resize and a JPEG do to a whole frame, bounded by measurement."""

from dataclasses import dataclass

import cv2
import numpy as np

from transforms.edits.change import delta_e
from transforms.edits.config import NoiseConfig
from transforms.edits.triplet import Flaw
from transforms.edits.vectors import f32

MAX_DELTA_E = 3.0
"""Mean CIEDE2000 that noise may add; drift as an unrequested edit starts at twice that."""
MAX_SHIFT_PX = 1.0
"""Of either side: two noisy pictures are at most 2 px apart, and no truth box moves by a pixel or more."""
TARGET_DELTA_E = 0.87 * MAX_DELTA_E
"""What is aimed at: the mean is measured on a sample of the pixels."""
STEPS = 4
"""Times that the strength is lowered."""
SEEN_FROM = 0.25
"""Strength below which noise cannot be seen in the edited image alone."""
SAMPLES = 150
"""Pixels along the shorter side on which noise is measured."""


@dataclass(frozen=True)
class NoiseDraw:
    """One draw of editor noise, for all pictures on one side of a program.

    Attributes:
        strength: 0 (none) .. 1.
        shift_xy: pixels at strength 1.
        drift: float32 [3, 3, 3], slow change of colour: levels at a coarse grid, per channel.
        latent: share of the fine texture that goes through the coarse sampling.
        smooth: share of the texture that is denoised away.
        resized: whether the frame goes to multiples of 16 and back.
        jpeg: quality at strength 1.
    """

    strength: float
    shift_xy: tuple[float, float]
    drift: np.ndarray
    latent: float
    smooth: float
    resized: bool
    jpeg: int


def draw_noise(config: NoiseConfig, rng: np.random.Generator) -> NoiseDraw:
    """Draw noise within the configured strengths; weak noise is as likely as strong."""
    strength = float(rng.uniform(config.strength_min, config.strength_max))
    angle, length = rng.uniform(0, 2 * np.pi), MAX_SHIFT_PX * rng.random() ** 2
    return NoiseDraw(
        strength=strength,
        shift_xy=(float(length * np.cos(angle)), float(length * np.sin(angle))),
        drift=rng.normal(0, 2.6, (3, 3, 3)).astype(np.float32),
        latent=float(rng.uniform(0.1, 0.8)),
        smooth=float(rng.uniform(0.0, 0.7)),
        resized=bool(rng.random() < 0.6),
        jpeg=int(rng.integers(78, 97)),
    )


def add_noise(rgb: np.ndarray, draw: NoiseDraw) -> tuple[np.ndarray, float]:
    """Return `rgb` with noise, and the strength that was left after bounding it.

    The strength is scaled down until the mean CIEDE2000 to `rgb` is at most 3; the shift is below 1 px.

    Args:
        rgb: uint8 [H, W, 3] sRGB.
        draw: what to do to it.

    Returns:
        uint8 [H, W, 3] and a strength in 0..draw.strength.
    """
    strength = draw.strength
    step = max(1, min(rgb.shape[:2]) // SAMPLES)
    for _ in range(STEPS):
        noisy = _noisy(rgb, draw, strength)
        mean = float(delta_e(rgb[::step, ::step], noisy[::step, ::step]).mean())
        if mean <= TARGET_DELTA_E:
            return noisy, strength
        strength *= min(0.75, TARGET_DELTA_E / mean)
    # a picture that is all fine texture: even weak noise changes it much, so only a part of the change is kept
    part = TARGET_DELTA_E / mean
    mixed = rgb + part * (noisy.astype(np.float32) - rgb)
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8), strength * part


def noise_flaw(strength: float) -> Flaw | None:
    """Return what a person sees of noise of a strength, None where nobody would."""
    if strength < SEEN_FROM:
        return None
    return Flaw("noise", "a slight loss of fine texture over the whole picture", round(0.3 * strength, 4), "artifacts")


def _noisy(rgb: np.ndarray, draw: NoiseDraw, strength: float) -> np.ndarray:
    out = _resampled(rgb.astype(np.float32), draw, strength)
    out = _coded(out, draw, strength)
    height, width = rgb.shape[:2]
    out += strength * cv2.resize(draw.drift, (width, height), interpolation=cv2.INTER_CUBIC)
    quality = round(98 - strength * (98 - draw.jpeg))
    done = np.clip(np.rint(out), 0, 255).astype(np.uint8)
    full = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444 if quality > 90 else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420
    settings = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, full]
    _, data = cv2.imencode(".jpg", cv2.cvtColor(done, cv2.COLOR_RGB2BGR), settings)
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None, "a JPEG just written"
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)


def _resampled(values: np.ndarray, draw: NoiseDraw, strength: float) -> np.ndarray:
    """Shift by a fraction of the drawn shift and, if drawn, go to multiples of 16 and back."""
    height, width = values.shape[:2]
    dx, dy = (strength * s for s in draw.shift_xy)
    shift = f32([[1, 0, dx], [0, 1, dy]])
    out = cv2.warpAffine(values, shift, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    if draw.resized and min(height, width) >= 32:
        near = (round(width / 16) * 16, round(height / 16) * 16)
        small = cv2.resize(out, near, interpolation=cv2.INTER_CUBIC)
        out += min(1.0, 2 * strength) * (cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC) - out)
    return out


def _coded(values: np.ndarray, draw: NoiseDraw, strength: float) -> np.ndarray:
    """Lose fine texture as a coder with 8-pixel cells does: part is denoised, part is kept at half resolution only."""
    height, width = values.shape[:2]
    base = cv2.GaussianBlur(values, (0, 0), 1.6)
    fine = values - base
    # edges are kept: what is lost is texture, whose fine part is small
    texture = fine * np.exp(-((fine / 9) ** 2))
    half = (max(1, width // 2), max(1, height // 2))
    coarse = cv2.resize(
        cv2.resize(texture, half, interpolation=cv2.INTER_AREA), (width, height), interpolation=cv2.INTER_CUBIC
    )
    return values - strength * (draw.latent * (texture - coarse) + draw.smooth * 0.6 * coarse)
