"""What an editor's way of working does to a frame: other sizes, shifts, crops, and losses beyond its noise."""

from dataclasses import replace

import cv2
import numpy as np

from pipeline.regions_train.pair import TrainingPair
from transforms.edits.latent import coded
from transforms.regions.frame import resize_to

WAYS = {
    "same": 0.4,
    "resized": 0.2,
    "stretched": 0.08,
    "shifted": 0.12,
    "zoomed": 0.08,
    "turned": 0.04,
    "subpixel": 0.08,
}
"""What happens to the frame of the edited picture, and how often."""


def framed(pair: TrainingPair, rng: np.random.Generator) -> TrainingPair:
    """Return a pair whose edited picture has another frame, and other losses."""
    way = str(rng.choice(list(WAYS), p=list(WAYS.values())))
    source, edited, labels = pair.source, pair.edited, pair.labels
    height, width = labels.shape
    if way in ("resized", "stretched"):
        scale = rng.uniform(0.55, 1.5) if way == "resized" else 1.0
        stretch = rng.normal(0, 0.008) if way == "resized" else rng.uniform(-0.05, 0.05)
        size = max(64, round(width * scale * (1 + stretch))), max(64, round(height * scale))
        edited, labels = resize_to(edited, *size), cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST_EXACT)
    elif way != "same":
        matrix = _matrix(way, width, height, rng)
        flags = cv2.WARP_INVERSE_MAP
        border = cv2.BORDER_REPLICATE if rng.random() < 0.5 else cv2.BORDER_REFLECT_101
        edited = cv2.warpAffine(edited, matrix, (width, height), flags=flags | cv2.INTER_CUBIC, borderMode=border)
        labels = cv2.warpAffine(labels, matrix, (width, height), flags=flags | cv2.INTER_NEAREST)
    return replace(pair, source=_lossy(source, rng, 0.25), edited=_lossy(edited, rng, 0.6), labels=labels)


def _matrix(way: str, width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Return a map from pixels of the new frame to those of the old one, [2, 3]."""
    longer = max(width, height)
    if way == "subpixel":
        return np.array([[1, 0, rng.uniform(-1, 1)], [0, 1, rng.uniform(-1, 1)]])
    if way == "shifted":
        return np.array([[1, 0, rng.normal(0, 0.012) * longer], [0, 1, rng.normal(0, 0.012) * longer]])
    if way == "zoomed":
        left, top, scale = *rng.uniform(0, 0.04, 2), rng.uniform(0.92, 0.995)
        return np.array([[scale, 0, left * width], [0, scale, top * height]])
    return np.hstack([*cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-1.5, 1.5), 1.0)[None]])


def _lossy(rgb: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    """Return a picture after at most two of: softer, sharper, grain, colours drifting, less light at the rim, JPEG."""
    if rng.random() > share:
        return rgb
    out = rgb.astype(np.float32)
    for number in rng.choice(len(LOSSES), int(rng.integers(1, 3)), replace=False):
        out = LOSSES[number](out, rng)
    return np.clip(np.rint(out), 0, 255).astype(np.uint8)


def _softer(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return cv2.GaussianBlur(values, (0, 0), rng.uniform(0.4, 1.3))


def _sharper(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return values + rng.uniform(0.2, 0.9) * (values - cv2.GaussianBlur(values, (0, 0), rng.uniform(0.8, 2)))


def _grain(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return values + rng.normal(0, rng.uniform(1, 6), (*values.shape[:2], 1)).astype(np.float32)


def _drift(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return values * rng.normal(1, 0.025, 3).astype(np.float32) + rng.normal(0, 3, 3).astype(np.float32)


def _rim(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    height, width = values.shape[:2]
    x, y = np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    return values * (1 + np.float32(rng.uniform(-0.06, 0.06)) * (x * x + (y * y)[:, None]))[..., None]


def _jpeg(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    image = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 85))])
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None, "a JPEG just written"
    return decoded.astype(np.float32)


def _wavering(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Small forms drawn anew a little beside their place."""
    height, width = values.shape[:2]
    cell, reach = rng.uniform(10, 60), rng.uniform(0.2, 0.9) * max(height, width) / 700
    cells = max(2, round(width / cell)), max(2, round(height / cell))
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    dx, dy = (
        cv2.resize(
            np.clip(rng.normal(0, reach, cells[::-1]), -2 * reach, 2 * reach).astype(np.float32), (width, height)
        )
        for _ in range(2)
    )
    return cv2.remap(values, x + dx, y + dy, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _coded_again(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Through a latent coder once more: fine texture made up anew."""
    return coded(values, float(rng.uniform(0.3, 1.0)), int(rng.integers(1 << 31)))


LOSSES = (_softer, _sharper, _grain, _drift, _rim, _jpeg, _wavering, _wavering, _coded_again, _coded_again)
