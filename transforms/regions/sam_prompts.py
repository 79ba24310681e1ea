"""What Segment Anything is asked for each seed: its box, points where it changed most, points where nothing did."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from schemas.geometry import BoxXYXY
from transforms.regions.frame import box_of

POSITIVE = 3
"""Points on each seed, at most."""
SPREAD, LEAST_APART = 0.4, 3.0
"""A point counts the less the closer it lies to those before: within this share of the seed's longer side, and not
at all within so many pixels."""
NEGATIVE = 4
"""Points around it, at most: one for each quarter of the ring."""
NEAR, WIDTH = 0.015, 0.3
"""The ring begins this share of the frame's longer side off the seed and is as wide as this share of its size."""
QUIET = 1.0
"""Strength up to which a pixel counts as unchanged: the noise floor."""


@dataclass(frozen=True, eq=False)
class Prompt:
    """One question.

    Attributes:
        points: float32 [n, 2], (x, y) in pixels, n >= 1.
        labels: int32 [n], 1 = on the object, 0 = beside it.
        box_xyxy: half open box of the object; None for points alone.
    """

    points: np.ndarray
    labels: np.ndarray
    box_xyxy: BoxXYXY | None = None


def seed_prompts(seeds: Sequence[np.ndarray], strength: np.ndarray) -> list[Prompt]:
    """Return the prompt of each seed.

    Args:
        seeds: bool [h, w] each, never empty.
        strength: float32 [h, w], difference over noise floor.
    """
    boxes = [box_of(seed) for seed in seeds]
    calm = cv2.blur(strength, (5, 5))
    prompts = []
    for index, seed in enumerate(seeds):
        on = strong_points(seed, strength)
        beside = _quiet_points(calm, seeds, boxes, index)
        labels = np.repeat(np.array([1, 0], np.int32), [len(on), len(beside)])
        prompts.append(Prompt(np.concatenate([on, beside]), labels, boxes[index]))
    return prompts


def point_prompts(seed: np.ndarray, strength: np.ndarray) -> list[Prompt]:
    """Return one prompt for each strong point of a seed alone: what it lies on, whatever else the seed holds."""
    return [Prompt(point[None], np.ones(1, np.int32)) for point in strong_points(seed, strength)]


def strong_points(seed: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Return float32 [n, 2] (x, y): strong points inside the seed, away from its edge and from each other."""
    x1, y1, x2, y2 = box_of(seed)
    inside = np.pad(seed[y1:y2, x1:x2], 1)
    depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 3)
    value = np.minimum(depth, depth.max() / 2) * np.where(inside, np.pad(strength[y1:y2, x1:x2], 1), 0)
    reach = SPREAD * max(inside.shape)
    points: list[tuple[int, int]] = []
    while len(points) < POSITIVE and value.max() > 0:
        y, x = np.unravel_index(int(value.argmax()), value.shape)
        points.append((int(x) - 1 + x1, int(y) - 1 + y1))
        elsewhere = np.ones(inside.shape, np.uint8)
        elsewhere[y, x] = 0
        distance = cv2.distanceTransform(elsewhere, cv2.DIST_L2, 5)
        value = value * np.where(distance < LEAST_APART, 0, np.minimum(distance / reach, 1))
    return np.array(points, np.float32)


def _quiet_points(calm: np.ndarray, seeds: Sequence[np.ndarray], boxes: Sequence[BoxXYXY], index: int) -> np.ndarray:
    """Return float32 [n, 2] (x, y): the quietest point of each quarter of a ring around a seed.

    What lies between two seeds that are close may be an object's unchanged middle, so no point is set there.
    """
    seed, side = seeds[index], max(calm.shape)
    near = max(3.0, NEAR * side)
    far = near + max(6.0, WIDTH * float(np.sqrt(seed.sum())))
    pad = int(far) + 1
    x1, y1, x2, y2 = boxes[index]
    left, top = max(0, x1 - pad), max(0, y1 - pad)
    crop = np.s_[top : y2 + pad, left : x2 + pad]
    distance = cv2.distanceTransform((~seed[crop]).astype(np.uint8), cv2.DIST_L2, 3)
    free = (distance > near) & (distance <= far) & (calm[crop] <= QUIET)
    for other in range(len(seeds)):
        if other != index and _close(boxes[index], boxes[other]):
            free &= ~_hull(seed | seeds[other])[crop]
    ys, xs = np.nonzero(free)
    quarter = 2 * (ys + top >= (y1 + y2) / 2) + (xs + left >= (x1 + x2) / 2)
    points = []
    for number in range(NEGATIVE):
        here = np.flatnonzero(quarter == number)
        if here.size:
            quietest = here[calm[crop][ys[here], xs[here]].argmin()]
            points.append((xs[quietest] + left, ys[quietest] + top))
    return np.array(points, np.float32).reshape(-1, 2)


def _close(a_xyxy: BoxXYXY, b_xyxy: BoxXYXY) -> bool:
    """Return whether two boxes lie within the longer side of the first."""
    reach = max(a_xyxy[2] - a_xyxy[0], a_xyxy[3] - a_xyxy[1])
    return all(max(a_xyxy[i], b_xyxy[i]) - min(a_xyxy[i + 2], b_xyxy[i + 2]) <= reach for i in (0, 1))


def _hull(mask: np.ndarray) -> np.ndarray:
    outlines, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hull = cv2.convexHull(np.concatenate(outlines))
    return cv2.fillConvexPoly(np.zeros(mask.shape, np.uint8), hull, 1) > 0
