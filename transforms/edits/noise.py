"""Editor noise: what a VAE, a resize and a JPEG do to a whole frame, bounded by measurement."""

from dataclasses import dataclass

import cv2
import numpy as np

from transforms.edits.change import blended
from transforms.edits.colour_difference import delta_e
from transforms.edits.config import NoiseConfig
from transforms.edits.latent import coded
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


Range = tuple[float, float]


@dataclass(frozen=True)
class Profile:
    """What an editor of a kind leaves, each as a range from which a draw takes its value.

    Attributes:
        latent: share of a latent coder's loss (`coded`), at strength 1.
        drift: slow change of colour, levels (standard deviation at the points of a coarse grid).
        shift: pixels.
        resized: chance that the frame goes to multiples of 16 and back.
        jpeg: quality at strength 1.
        most: strength that it has at most.
        seen: what a person sees of it, a noun phrase of the grammar.
    """

    latent: Range
    drift: Range
    shift: Range
    resized: float
    jpeg: Range
    most: float
    seen: str


WORST = 0.42
"""Severity of the strongest noise: over the whole frame, yet nothing is out of place."""
_OVERALL = "(overall|throughout|all over|(over|in) the whole (picture|image|frame)|everywhere|from edge to edge)"
_SOFT = f"(a trace of|a touch of|a slight|some) (softness|blur) {_OVERALL}"
_TEXTURE = (
    "(a slight|some|a certain) (loss of|lack of|want of) (fine |)(texture|detail) "
    "(overall|throughout|over the whole (picture|image|frame)|across the (picture|image|frame))"
)
_COMPRESSED = f"(faint|slight|some) (traces|signs|marks) of (JPEG |)compression {_OVERALL}"

PROFILES: dict[str, Profile] = {
    "light": Profile((0.1, 0.35), (0.3, 1.0), (0, 0.3), 0.3, (92, 97), 0.6, _SOFT),
    "vae": Profile((0.55, 1.0), (0.8, 2.6), (0, 0.4), 0.7, (94, 98), 1.0, _TEXTURE),
    "resize": Profile((0, 0.1), (0, 0.8), (0.3, 1.0), 1.0, (93, 98), 1.0, _SOFT),
    "jpeg": Profile((0, 0.05), (0, 0.5), (0, 0.1), 0.0, (62, 86), 1.0, _COMPRESSED),
    "mixed": Profile((0.2, 0.8), (1.0, 2.6), (0, 1.0), 0.6, (78, 96), 1.0, _TEXTURE),
}
"""By name, as in `NoiseProfiles`."""


@dataclass(frozen=True)
class NoiseDraw:
    """One draw of editor noise, for all pictures on one side of a program.

    Attributes:
        profile: a key of `PROFILES`.
        strength: 0 (none) .. 1.
        shift_xy: pixels at strength 1.
        drift: float32 [3, 3, 3], slow change of colour: levels at a coarse grid, per channel.
        latent: share of a latent coder's loss at strength 1.
        seed: of the texture that such a coder makes up.
        resized: whether the frame goes to multiples of 16 and back.
        jpeg: quality at strength 1.
    """

    profile: str
    strength: float
    shift_xy: tuple[float, float]
    drift: np.ndarray
    latent: float
    seed: int
    resized: bool
    jpeg: int


def draw_noise(config: NoiseConfig, rng: np.random.Generator) -> NoiseDraw:
    """Draw a profile and noise within the configured strengths; weak noise is as likely as strong."""
    weights = np.array([getattr(config.profiles, name) for name in PROFILES])
    name = list(PROFILES)[int(rng.choice(len(weights), p=weights / weights.sum()))]
    profile = PROFILES[name]
    strength = min(float(rng.uniform(config.strength_min, config.strength_max)), profile.most)
    angle, length = rng.uniform(0, 2 * np.pi), min(MAX_SHIFT_PX, float(rng.uniform(*profile.shift)))
    return NoiseDraw(
        profile=name,
        strength=strength,
        shift_xy=(float(length * np.cos(angle)), float(length * np.sin(angle))),
        drift=(rng.uniform(*profile.drift) * rng.normal(0, 1, (3, 3, 3))).astype(np.float32),
        latent=float(rng.uniform(*profile.latent)),
        seed=int(rng.integers(1 << 31)),
        resized=bool(rng.random() < profile.resized),
        jpeg=int(rng.integers(int(profile.jpeg[0]), int(profile.jpeg[1]) + 1)),
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
    return blended(rgb, noisy, part), strength * part


def noise_flaw(draw: NoiseDraw, strength: float) -> Flaw | None:
    """Return what a person sees of noise of a strength, None where nobody would."""
    if strength < SEEN_FROM:
        return None
    return Flaw("noise", PROFILES[draw.profile].seen, round(WORST * strength, 4), "artifacts")


def _noisy(rgb: np.ndarray, draw: NoiseDraw, strength: float) -> np.ndarray:
    out = _resampled(rgb.astype(np.float32), draw, strength)
    out = coded(out, draw.latent * strength, draw.seed)
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
