"""Styles of the pencil, the pen and the cut block: no colour, structure alone."""

import cv2
import numpy as np

from transforms.edits.styles.paint import along_edges, done, luma, noise, unit


def pencil(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw with graphite: outlines, and shading in strokes of one direction."""
    scale, grey = unit(rgb), luma(rgb)
    shape = (rgb.shape[0], rgb.shape[1])
    smooth = cv2.bilateralFilter(grey, 0, 22, 2 * scale)
    blurred = cv2.GaussianBlur(255 - smooth, (0, 0), 7 * scale)
    lines = np.clip(smooth * 255 / np.maximum(255 - blurred, 1), 0, 255)
    tone = _equalised(cv2.GaussianBlur(smooth, (0, 0), 1.5 * scale))
    strokes = _strokes(shape, 45, 9 * scale, rng)
    crossed = _strokes(shape, -50, 8 * scale, rng)
    shade = np.clip(1 - tone / 205, 0, 1)
    dark = shade * (0.52 + 0.26 * strokes) + np.clip(shade - 0.5, 0, 1) * (0.35 + 0.3 * crossed)
    sheet = 248 - 3 * np.abs(noise(shape, 2, rng))
    out = sheet * np.clip(1 - dark, 0.1, 1) * (lines / 255) ** 1.3
    return done(np.repeat(out[..., None], 3, axis=2) * np.array([1.0, 0.995, 0.98], np.float32))


def charcoal(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw with charcoal: soft, deep blacks that catch on the grain of the paper."""
    scale, grey = unit(rgb), luma(rgb)
    shape = (rgb.shape[0], rgb.shape[1])
    soft = along_edges(cv2.bilateralFilter(grey, 0, 30, 3 * scale), grey, max(3, round(4 * scale)), 3 * scale)
    tone = _equalised(soft) / 255
    grain = cv2.GaussianBlur(rng.normal(0, 1, shape).astype(np.float32), (0, 0), 0.9 * max(scale, 0.8))
    grain /= float(grain.std())
    edge = np.clip((cv2.GaussianBlur(soft, (0, 0), 3.5 * scale) - soft) / 26, 0, 1)
    cover = np.clip(1.12 - 1.15 * tone + 0.75 * edge, 0, 1)
    cover = 1 / (1 + np.exp(-(cover - 0.52 + 0.085 * grain) * 5.5))
    sheet = np.array([236, 230, 217], np.float32) * (1 + 0.012 * grain[..., None])
    ink = np.array([30, 29, 28], np.float32)
    return done(sheet + cover[..., None] * (ink - sheet))


LEAST_DIP = 0.004
"""Difference of Gaussians, of a brightness 0..1, below which there are no outlines but noise."""
OUTLINE = 0.4
"""Share of the deepest dip from which an outline is inked."""


def line_art(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Ink the outlines on white, with the darkest areas filled.

    Winnemoeller, Kyprianidis, Olsen, "XDoG: an extended difference-of-Gaussians", 2012.
    """
    scale, grey = unit(rgb), luma(rgb) / 255
    calm = cv2.bilateralFilter(cv2.bilateralFilter(grey, 0, 0.11, 3 * scale), 0, 0.09, 3 * scale)
    sigma = 1.15 * max(scale, 0.6)
    fine, wide = cv2.GaussianBlur(calm, (0, 0), sigma), cv2.GaussianBlur(calm, (0, 0), 1.6 * sigma)
    dips = along_edges(fine - wide, calm, max(3, round(3 * scale)), 2.5 * scale)
    # an outline is a dip as deep as the deepest of the picture, whatever its brightness: soft pictures have some too
    deepest = max(float(np.percentile(-dips, 99)), LEAST_DIP)
    threshold = float(np.clip(np.percentile(calm, 12), 0.08, 0.3)) + 0.1
    filled = fine + 26 * (fine - wide) - threshold
    level = np.minimum(9 * filled, 6 * (dips / deepest + OUTLINE))
    ink = np.where(level > 0, 1.0, 1 + np.tanh(level))
    return done(np.repeat(np.clip(ink, 0.03, 1).astype(np.float32)[..., None] * 252, 3, axis=2))


def woodcut(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Print from a carved block: lines that swell with the darkness and bend along the forms."""
    scale = unit(rgb)
    height, width = rgb.shape[:2]
    grey = cv2.bilateralFilter(luma(rgb), 0, 34, 3 * scale)
    tone = _equalised(cv2.GaussianBlur(grey, (0, 0), 1.2 * scale)) / 255
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    # the form pushes the grooves aside, as an engraver follows a roundness
    bend = cv2.GaussianBlur(grey, (0, 0), 7 * scale) / 7 + 2.5 * scale * noise((height, width), 70 * scale, rng)
    pitch = max(2.8, 4.0 * scale)
    wave = 0.5 + 0.5 * np.sin((y + 0.22 * x + 0.8 * scale * bend) * 2 * np.pi / pitch)
    edge = np.clip((cv2.GaussianBlur(grey, (0, 0), 2.5 * scale) - grey) / 30, 0, 1)
    level = np.clip(1.02 * tone - 0.55 * edge, 0, 1)
    cut = 1 / (1 + np.exp(-(wave - (1.1 - 1.2 * level)) * 11))
    sheet, ink = np.array([239, 228, 204], np.float32), np.array([34, 27, 24], np.float32)
    worn = 1 - 0.05 * np.clip(noise((height, width), 2.2 * max(scale, 0.8), rng), 0, 2)
    return done(ink + (cut * worn)[..., None] * (sheet - ink))


def _equalised(grey: np.ndarray) -> np.ndarray:
    """Return brightness (0..255) stretched and half equalised, so that every photo uses the whole scale."""
    low, high = np.percentile(grey, (1, 99))
    stretched = np.clip((grey - low) / max(float(high - low), 8.0), 0, 1) * 255
    return 0.6 * stretched + 0.4 * cv2.equalizeHist(done(stretched)).astype(np.float32)


def _strokes(shape: tuple[int, int], degrees: float, length: float, rng: np.random.Generator) -> np.ndarray:
    """Return noise smeared in one direction, float32 of spread 1."""
    side = max(3, round(length) | 1)
    line = np.zeros((side, side), np.float32)
    reach = side / 2 * np.array([np.cos(np.deg2rad(degrees)), -np.sin(np.deg2rad(degrees))])
    middle = (side - 1) / 2
    first, last = (tuple(round(float(v)) for v in middle + sign * reach) for sign in (-1, 1))
    cv2.line(line, (first[0], first[1]), (last[0], last[1]), 1.0, 1)
    field = cv2.filter2D(rng.normal(0, 1, shape).astype(np.float32), -1, line / line.sum())
    return field / max(float(field.std()), 1e-3)
