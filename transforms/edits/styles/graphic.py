"""Styles of flat areas: comic, pixels, glass, dots of ink, tiles."""

import cv2
import numpy as np

from transforms.edits.styles.paint import along_edges, done, luma, noise, saturated, unit

ALIKE, MAX_PANES = 11.0, 14
"""CIELAB distance below which panes of glass are joined, and how many at most."""


def comic(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Ink the outlines over a few flat tones of strong colour."""
    scale = unit(rgb)
    flat = rgb
    for _ in range(4):
        flat = cv2.bilateralFilter(flat, 0, 32, 3 * scale)
    lab = cv2.cvtColor(flat.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    step = 14.0
    level = lab[..., 0] / step
    whole = np.floor(level)
    # a soft step: no stairs along gentle slopes
    lab[..., 0] = step * (whole + 0.5 + 0.5 * np.tanh(5 * (level - whole - 0.5)))
    colours = saturated(255 * np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), 0, 1), 1.45)
    grey = luma(flat) / 255
    sigma = 1.3 * max(scale, 0.6)
    gap = cv2.GaussianBlur(grey, (0, 0), sigma) - 0.98 * cv2.GaussianBlur(grey, (0, 0), 1.6 * sigma)
    gap = along_edges(gap, grey, max(3, round(3 * scale)), 2.5 * scale)
    ink = np.clip(1 + np.tanh(55 * (gap - 0.001)), 0, 1)
    return done(colours * (0.1 + 0.9 * ink)[..., None] * 1.04)


def pixel_art(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rebuild the picture from large squares in a palette of its own with ordered dithering."""
    height, width = rgb.shape[:2]
    cell = max(3, round(max(height, width) / float(rng.uniform(88, 120))))
    size = max(4, round(width / cell)), max(4, round(height / cell))
    small = cv2.resize(saturated(rgb.astype(np.float32), 1.3), size, interpolation=cv2.INTER_AREA)
    edges = cv2.GaussianBlur(small, (0, 0), 1.2)
    small = np.clip(small + 0.7 * (small - edges), 0, 255)
    palette = _palette(small, 24, int(rng.integers(1 << 31)))
    bayer = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16 - 0.47
    dither = np.tile(bayer, (size[1] // 4 + 1, size[0] // 4 + 1))[: size[1], : size[0]]
    flat = (small + 16 * dither[..., None]).reshape(-1, 1, 3)
    nearest = ((flat - palette) ** 2).sum(axis=2).argmin(axis=1)
    done_small = palette[nearest].reshape(size[1], size[0], 3)
    return cv2.resize(done(done_small), (width, height), interpolation=cv2.INTER_NEAREST)


def stained_glass(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Lead together panes of glowing glass whose borders follow the picture's."""
    scale, shape = unit(rgb), (rgb.shape[0], rgb.shape[1])
    labels = _panes(rgb, 22 * scale, rng)
    colours = _mean_of(saturated(rgb.astype(np.float32), 1.7), labels)
    colours = 255 * (np.clip(colours * 1.12, 0, 255) / 255) ** 0.9
    ripple = 1 + 0.09 * noise(shape, 9 * scale, rng) + 0.05 * noise(shape, 3 * scale, rng)
    borders = np.zeros(shape, np.uint8)
    borders[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    borders[1:] |= labels[1:] != labels[:-1]
    distance = cv2.distanceTransform(1 - borders, cv2.DIST_L2, 5)
    lead_width = max(0.7, 0.8 * scale)
    lead = np.clip(lead_width + 1 - distance, 0, 1)[..., None]
    glow = np.clip(0.72 + 0.1 * distance / max(scale, 0.5), 0, 1.08)
    # light that spills round the lead keeps the picture readable
    metal = np.array([30, 29, 32], np.float32) + 0.42 * colours
    return done((1 - lead) * colours * (ripple * glow)[..., None] + lead * metal)


def print_in_dots(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Print in four inks, each a turned screen of dots a little out of register, on old paper."""
    scale = unit(rgb)
    height, width = rgb.shape[:2]
    soft = cv2.GaussianBlur(saturated(rgb.astype(np.float32), 1.25), (0, 0), 0.8 * scale) / 255
    black = np.clip((1 - soft.max(axis=2) - 0.12) * 0.95, 0, 1)
    inks = [*np.moveaxis(np.clip(1 - soft - black[..., None], 0, 1), 2, 0), black]
    tints = ([0, 158, 214], [220, 28, 118], [252, 214, 20], [36, 32, 34])
    sheet = np.array([244, 234, 210], np.float32)
    out = np.repeat(np.repeat(sheet[None, None], height, 0), width, 1)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    pitch = max(3.0, 4.4 * scale)
    for ink, tint, degrees in zip(inks, tints, (15, 75, 0, 45), strict=True):
        angle = np.deg2rad(degrees)
        dx, dy = rng.uniform(-0.9, 0.9, 2) * scale
        u = (x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / pitch
        v = (-x * np.sin(angle) + y * np.cos(angle)) * 2 * np.pi / pitch
        screen = 0.5 + 0.25 * (np.cos(u) + np.cos(v))
        moved = cv2.warpAffine(
            ink, np.array([[1, 0, dx], [0, 1, dy]], np.float32), (width, height), borderMode=cv2.BORDER_REPLICATE
        )
        cover = 1 / (1 + np.exp(-(screen - (1.08 - 1.16 * moved)) * 13))
        cover = np.where(moved < 0.03, 0, cover)[..., None]
        out *= 1 - cover * (1 - np.array(tint, np.float32) / 255) * 0.92
    worn = 1 + 0.02 * noise((height, width), 2.5, rng) + 0.025 * noise((height, width), 90 * scale, rng)
    return done(out * worn[..., None])


def mosaic(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Lay small tiles of stone, each of one colour, with joints between them."""
    scale, shape = unit(rgb), (rgb.shape[0], rgb.shape[1])
    pitch = max(4.0, 6.6 * scale)
    ys, xs = np.mgrid[pitch / 2 : shape[0] : pitch, pitch / 2 : shape[1] : pitch]
    grey = cv2.GaussianBlur(luma(rgb), (0, 0), 1.5 * scale)
    ys, xs = (p + rng.uniform(-0.16, 0.16, p.shape) * pitch for p in (ys, xs))
    labels, first, second = _nearest_two(shape, xs.ravel(), ys.ravel(), pitch)
    colours = _mean_of(saturated(rgb.astype(np.float32), 1.3), labels)
    count = int(labels.max()) + 1
    colours = colours * (1 + 0.07 * rng.normal(0, 1, count).astype(np.float32))[labels][..., None]
    joint = np.clip((second - first) / (0.24 * pitch), 0, 1)
    bevel = 1 + 0.05 * np.clip(cv2.Sobel(joint, cv2.CV_32F, 1, 1) * 2, -1, 1)
    grout = np.array([150, 144, 136], np.float32) * (0.25 + 0.75 * grey / 255)[..., None]
    speckle = 1 + 0.03 * noise(shape, 1.5, rng)
    return done(grout + joint[..., None] * (colours * (bevel * speckle)[..., None] - grout))


def _palette(small: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return up to `count` colours of a picture, float32 [n, 3]."""
    points = small.reshape(-1, 3).astype(np.float32)
    count = min(count, len(np.unique(points.round(), axis=0)))
    cv2.setRNGSeed(seed % (1 << 30))
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    _, _, centres = cv2.kmeans(points, count, np.zeros((0, 1), np.int32), criteria, 1, cv2.KMEANS_PP_CENTERS)
    return np.asarray(centres, np.float32)


def _panes(rgb: np.ndarray, pitch: float, rng: np.random.Generator) -> np.ndarray:
    """Cut a picture into panes of about `pitch` pixels: a watershed of its edges from scattered seeds."""
    shape = (rgb.shape[0], rgb.shape[1])
    ys, xs = np.mgrid[pitch / 2 : shape[0] : pitch, pitch / 2 : shape[1] : pitch]
    ys, xs = (p + rng.uniform(-0.42, 0.42, p.shape) * pitch for p in (ys, xs))
    seeds = np.zeros(shape, np.int32)
    at = np.clip(ys, 0, shape[0] - 1).astype(int).ravel(), np.clip(xs, 0, shape[1] - 1).astype(int).ravel()
    seeds[at] = np.arange(1, ys.size + 1)
    calm = cv2.bilateralFilter(rgb, 0, 40, 3)
    labels = cv2.watershed(cv2.medianBlur(calm, 5), seeds)
    # the watershed leaves its borders open (-1): the nearest pane takes them
    labels = cv2.dilate(np.maximum(labels, 0).astype(np.float32), np.ones((3, 3), np.uint8)).astype(np.int64)
    return _merged(labels, cv2.cvtColor(calm.astype(np.float32) / 255, cv2.COLOR_RGB2LAB))


def _merged(labels: np.ndarray, lab: np.ndarray) -> np.ndarray:
    """Join neighbouring panes of nearly one colour, the most alike first: a plain wall needs little lead."""
    means = _mean_of(lab, labels)
    colours = np.zeros((int(labels.max()) + 1, 3), np.float32)
    colours[labels.ravel()] = means.reshape(-1, 3)
    sides = [(labels[:, 1:], labels[:, :-1]), (labels[1:], labels[:-1])]
    pairs = np.unique(np.concatenate([np.stack([a[a != b], b[a != b]], axis=1) for a, b in sides]), axis=0)
    gaps = np.linalg.norm(colours[pairs[:, 0]] - colours[pairs[:, 1]], axis=1)
    parent, size = np.arange(len(colours)), np.ones(len(colours), int)
    for pick in np.argsort(gaps, kind="stable"):
        if gaps[pick] > ALIKE:
            break
        a, b = (_root(parent, int(pane)) for pane in pairs[pick])
        if a != b and size[a] + size[b] <= MAX_PANES:
            parent[b], size[a] = a, size[a] + size[b]
    return np.array([_root(parent, pane) for pane in range(len(parent))])[labels]


def _root(parent: np.ndarray, pane: int) -> int:
    while parent[pane] != pane:
        pane = int(parent[pane])
    return pane


def _nearest_two(
    shape: tuple[int, int], xs: np.ndarray, ys: np.ndarray, pitch: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for every pixel its nearest centre's number, and the distances to the nearest two, Chebyshev."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    columns = len(np.arange(pitch / 2, shape[1], pitch))
    rows = len(ys) // columns
    row, column = np.minimum((y // pitch).astype(int), rows - 1), np.minimum((x // pitch).astype(int), columns - 1)
    first = np.full(shape, np.inf, np.float32)
    second, labels = first.copy(), np.zeros(shape, np.int64)
    for dr in (-1, 0, 1):
        for dc in (-1, 0, 1):
            index = np.clip(row + dr, 0, rows - 1) * columns + np.clip(column + dc, 0, columns - 1)
            away = np.maximum(np.abs(x - xs[index]), np.abs(y - ys[index])).astype(np.float32)
            fresh = index != labels
            nearer = away < first
            second = np.where(nearer & fresh, first, np.where(fresh & (away < second), away, second))
            first, labels = np.where(nearer, away, first), np.where(nearer, index, labels)
    return labels, first, np.minimum(second, pitch)


def _mean_of(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return every pixel's mean over its label, float32 [H, W, 3]."""
    flat = labels.ravel()
    counts = np.maximum(np.bincount(flat), 1)
    means = np.stack([np.bincount(flat, values[..., c].ravel()) / counts for c in range(3)], axis=1)
    return means.astype(np.float32)[labels]
