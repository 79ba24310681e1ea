"""Fill a hole with patches from its surroundings, from coarse to fine.

Wexler, Shechtman, Irani, "Space-time completion of video" (2007), with the nearest patches found as in Barnes et
al., "PatchMatch" (2009); propagation is done for all pixels at once instead of in scan order.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from schemas.geometry import BoxXYXY, xyxy_from_mask

RADIUS = 3
"""Patches are 7 x 7."""
MAX_TARGETS = 9000
"""Patches searched per level: above it the level is filled with what the coarser one found."""
COARSEST_PX = 5.0
"""Half thickness of the hole at the coarsest level: known pixels are then within reach of most patches."""
ROUNDS = (4, 3, 2, 2, 1, 1)
"""Search and vote rounds, coarsest level first."""
MIN_SOURCES = 40
"""Whole patches that a level must offer."""
MAX_EXPONENT = 12.0
"""A poor patch weighs little, but never nothing: where all are poor, the best of them fill."""
DETAIL = (3.0,)
"""Standard deviations, pixels, below which texture is that of single patches."""
SHIFTS = ((1, 0), (-1, 0), (0, 1), (0, -1), (4, 0), (-4, 0), (0, 4), (0, -4))


@dataclass(frozen=True, eq=False)
class Filling:
    """A filled hole.

    Attributes:
        rgb: uint8 [H, W, 3], equal to the input outside the hole.
        misfit: median root mean square difference of the patches used to what they stand for, levels 0..255.
    """

    rgb: np.ndarray
    misfit: float


def fill_hole(rgb: np.ndarray, hole: np.ndarray, usable: np.ndarray, rng: np.random.Generator) -> Filling | None:
    """Fill a hole by patches of its surroundings.

    Args:
        rgb: uint8 [H, W, 3].
        hole: bool [H, W], to be filled.
        usable: bool [H, W], where patches may be taken from; the hole itself never is.
        rng: drives the random search.

    Returns:
        The filling, or None if the surroundings hold too few whole patches.
    """
    box = _surroundings(hole)
    if box is None:
        return None
    x1, y1, x2, y2 = box
    part_hole, part_usable = hole[y1:y2, x1:x2], usable[y1:y2, x1:x2]
    if _Level(rgb[y1:y2, x1:x2].astype(np.float32), part_hole, part_usable).sources.sum() < MIN_SOURCES:
        return None
    slope = _slope(rgb[y1:y2, x1:x2], part_usable & ~part_hole)
    levels = _pyramid(rgb[y1:y2, x1:x2] - slope, part_hole, part_usable)
    image, nearest, misfit = levels[-1].start(), None, 0.0
    for depth, level in enumerate(reversed(levels)):
        if depth:
            image = level.joined(cv2.resize(image, level.shape[::-1], interpolation=cv2.INTER_LINEAR))
        nearest = level.refined(nearest, rng)
        if depth:
            # what was enlarged is smooth, and smooth patches would fit it best: begin with the photo's own pixels
            image = _with_detail(image, level.copied(image, nearest))
        for _ in range(ROUNDS[min(depth, len(ROUNDS) - 1)]):
            if len(level.targets) <= MAX_TARGETS:
                nearest = level.searched(image, nearest, rng)
            voted, misfit = level.voted(image, nearest)
            image = _with_detail(voted, level.copied(image, nearest))
    filled = _with_grain(image + slope, rgb[y1:y2, x1:x2], part_hole, rng)
    out = rgb.copy()
    out[y1:y2, x1:x2][part_hole] = np.clip(np.rint(filled), 0, 255).astype(np.uint8)[part_hole]
    return Filling(out, misfit)


def _slope(rgb: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the quadratic slope of brightness and colour that most of the known pixels follow, else zeros.

    Patches are sought with the slope taken out: the shade of a wall or sky differs from place to place, and what fits
    in texture must not fail, or show, because of it.
    """
    height, width = known.shape
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)
    ys, xs = np.nonzero(known)
    step = max(1, len(ys) // 4000)
    a, b = terms[ys[::step], xs[::step]], rgb[ys[::step], xs[::step]].astype(np.float64)
    weight = np.ones(len(a))
    for _ in range(8):
        # normal equations by einsum: unlike a threaded solver, it sums in the same order on every machine
        moments = np.einsum("ni,nj,n->ij", a, a, weight) + 1e-6 * np.eye(a.shape[1])
        fit = np.linalg.solve(moments, np.einsum("ni,nc,n->ic", a, b, weight))
        residual = np.abs(b - a @ fit).max(axis=1)
        weight = 1 / (1 + (residual / 8) ** 2)
    if float((residual < 20).mean()) < 0.55:
        return np.zeros(rgb.shape, np.float32)
    slope = terms @ fit
    return (slope - slope[known].mean(axis=0)).astype(np.float32)


def _with_detail(voted: np.ndarray, copied: np.ndarray) -> np.ndarray:
    """Return the voted picture (float32 [H, W, 3]) with the fine texture of the pixels that it was voted from.

    A vote of many patches is right in tone and place, but smoother than any of them; single pixels are as rough as
    the photo, but do not join.
    """
    for sigma in DETAIL:
        voted = (
            voted
            + (copied - cv2.GaussianBlur(copied, (0, 0), sigma))
            - (voted - cv2.GaussianBlur(voted, (0, 0), sigma))
        )
    return voted


def _with_grain(filled: np.ndarray, rgb: np.ndarray, hole: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the filling with the grain that averaging took from it, measured on a rim around the hole."""
    rim = cv2.dilate(hole.astype(np.uint8), np.ones((15, 15), np.uint8)).astype(bool) & ~hole
    if not rim.any():
        return filled
    fine = [p.astype(np.float32) - cv2.GaussianBlur(p.astype(np.float32), (0, 0), 1.0) for p in (filled, rgb)]
    # the median ignores edges: what is left is grain
    spread = [1.48 * float(np.median(np.abs(f[m]))) for f, m in zip(fine, (hole, rim), strict=True)]
    missing = np.sqrt(max(0.0, spread[1] ** 2 - spread[0] ** 2))
    if missing < 0.3:
        return filled
    grain = cv2.GaussianBlur(rng.normal(0, 1, hole.shape).astype(np.float32), (0, 0), 0.5)
    return filled + (min(missing, 8.0) / float(grain.std()) * grain)[..., None]


def _surroundings(hole: np.ndarray) -> BoxXYXY | None:
    box = xyxy_from_mask(hole)
    if box is None:
        return None
    x1, y1, x2, y2 = box
    margin = max(24, int(0.8 * max(x2 - x1, y2 - y1)))
    height, width = hole.shape
    return max(0, x1 - margin), max(0, y1 - margin), min(width, x2 + margin), min(height, y2 + margin)


def _pyramid(rgb: np.ndarray, hole: np.ndarray, usable: np.ndarray) -> list["_Level"]:
    """Return levels from fine to coarse, each half the size of the one before."""
    levels = [_Level(rgb, hole, usable)]
    while levels[-1].thickness > COARSEST_PX and min(levels[-1].shape) > 12 * RADIUS:
        fine = levels[-1]
        size = (max(1, fine.shape[1] // 2), max(1, fine.shape[0] // 2))
        known = (~fine.hole).astype(np.float32)
        weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
        mean = cv2.resize(fine.rgb * known[..., None], size, interpolation=cv2.INTER_AREA)
        small_hole = weight < 0.6
        free = cv2.resize(fine.usable.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.7
        coarse = _Level(mean / np.maximum(weight, 1e-3)[..., None], small_hole, free)
        if coarse.sources.sum() < MIN_SOURCES:
            break
        levels.append(coarse)
    return levels


class _Level:
    """One level of the pyramid: `nearest` below is int32 [N, 2], a source patch (y, x) for each target patch."""

    def __init__(self, rgb: np.ndarray, hole: np.ndarray, usable: np.ndarray) -> None:
        self.rgb, self.hole, self.usable = rgb, hole, usable
        self.shape = hole.shape
        side = np.ones((2 * RADIUS + 1, 2 * RADIUS + 1), np.uint8)
        whole = np.zeros(hole.shape, np.uint8)
        whole[RADIUS:-RADIUS, RADIUS:-RADIUS] = 1
        near = cv2.dilate(hole.astype(np.uint8), side) & whole
        self.sources = cv2.erode((usable & ~hole).astype(np.uint8), side, borderValue=0).astype(bool) & (whole > 0)
        self.targets = np.argwhere(near)
        self.index = np.full(hole.shape, -1, np.int64)
        self.index[tuple(self.targets.T)] = np.arange(len(self.targets))
        depth = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 5)
        self.thickness = float(depth.max())
        # what lies near known pixels is trusted more: the filling grows from the rim inwards
        self.trust = (1.3 ** -np.minimum(depth, 40))[tuple(self.targets.T)].astype(np.float32)
        grid = np.arange(-RADIUS, RADIUS + 1)
        self.offsets = np.array([(dy * hole.shape[1] + dx) for dy in grid for dx in grid])

    def start(self) -> np.ndarray:
        """Return a first guess: the rim drawn inwards."""
        known = np.clip(np.rint(self.rgb), 0, 255).astype(np.uint8)
        guess = cv2.inpaint(known, self.hole.astype(np.uint8), 3, cv2.INPAINT_TELEA)
        return self.joined(guess.astype(np.float32))

    def joined(self, guess: np.ndarray) -> np.ndarray:
        """Return `guess` inside the hole and the picture outside."""
        return np.where(self.hole[..., None], guess, self.rgb)

    def refined(self, coarser: "_Nearest | None", rng: np.random.Generator) -> "_Nearest":
        """Return a first assignment: that of the coarser level scaled up, at random where there is none."""
        choices = np.argwhere(self.sources)
        found = choices[rng.integers(len(choices), size=len(self.targets))]
        if coarser is not None:
            half = np.minimum(self.targets // 2, np.array(coarser.level.shape) - 1)
            index = coarser.level.index[tuple(half.T)]
            scaled = coarser.found[index] * 2 + self.targets % 2
            scaled = np.clip(scaled, 0, np.array(self.shape) - 1)
            good = (index >= 0) & self.sources[tuple(scaled.T)]
            found = np.where(good[:, None], scaled, found)
        return _Nearest(self, found, np.full(len(self.targets), np.inf, np.float32))

    def searched(self, image: np.ndarray, nearest: "_Nearest", rng: np.random.Generator) -> "_Nearest":
        """Return a better assignment: neighbours' finds, then random tries at shrinking distance."""
        flat = image.reshape(-1, 3)
        wanted = self._patches(flat, self.targets)
        found, cost = nearest.found, self._cost(flat, wanted, nearest.found)
        for shift in SHIFTS:
            neighbour = self.targets + shift
            inside = ((neighbour >= 0) & (neighbour < self.shape)).all(axis=1)
            index = np.where(inside, self.index[tuple(np.clip(neighbour, 0, np.array(self.shape) - 1).T)], -1)
            found, cost = self._better(flat, wanted, found, cost, found[index] - shift, index >= 0)
        reach = max(self.shape) // 2
        while reach >= 1:
            tries = found + rng.integers(-reach, reach + 1, size=found.shape)
            found, cost = self._better(flat, wanted, found, cost, tries, np.ones(len(tries), bool))
            reach //= 3
        return _Nearest(self, found, cost)

    def voted(self, image: np.ndarray, nearest: "_Nearest") -> tuple[np.ndarray, float]:
        """Return the picture in which every hole pixel is what its overlapping patches say, and their misfit."""
        flat = image.reshape(-1, 3)
        cost = nearest.cost
        if not np.isfinite(cost).all():
            cost = self._cost(flat, self._patches(flat, self.targets), nearest.found)
        scale = float(np.percentile(cost, 60)) + 1.0
        weight = self.trust * np.exp(-np.minimum(cost / scale, MAX_EXPONENT))
        total = np.zeros((self.hole.size, 3), np.float32)
        share = np.zeros(self.hole.size, np.float32)
        width = self.shape[1]
        target, source = self.targets @ (width, 1), nearest.found @ (width, 1)
        for offset in self.offsets:
            share[target + offset] += weight
            total[target + offset] += weight[:, None] * flat[source + offset]
        mean = total / np.maximum(share, 1e-12)[:, None]
        return self.joined(mean.reshape(image.shape)), float(np.sqrt(np.median(cost)))

    def copied(self, image: np.ndarray, nearest: "_Nearest") -> np.ndarray:
        """Return the picture in which every hole pixel is the middle of the patch found for it."""
        out = image.copy()
        inside = self.hole[tuple(self.targets.T)]
        out[tuple(self.targets[inside].T)] = image[tuple(nearest.found[inside].T)]
        return out

    def _patches(self, flat: np.ndarray, centres: np.ndarray) -> np.ndarray:
        return flat[(centres @ (self.shape[1], 1))[:, None] + self.offsets]

    def _cost(self, flat: np.ndarray, wanted: np.ndarray, found: np.ndarray) -> np.ndarray:
        gap = self._patches(flat, found) - wanted
        return np.einsum("npc,npc->n", gap, gap) / gap[0].size

    def _better(
        self,
        flat: np.ndarray,
        wanted: np.ndarray,
        found: np.ndarray,
        cost: np.ndarray,
        tries: np.ndarray,
        sensible: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        inside = ((tries >= 0) & (tries < self.shape)).all(axis=1) & sensible
        tries = np.clip(tries, 0, np.array(self.shape) - 1)
        picked = np.flatnonzero(inside & self.sources[tuple(tries.T)])
        if picked.size == 0:
            return found, cost
        new = self._cost(flat, wanted[picked], tries[picked])
        gains = new < cost[picked]
        better = picked[gains]
        found, cost = found.copy(), cost.copy()
        cost[better] = new[gains]
        found[better] = tries[better]
        return found, cost


@dataclass(frozen=True, eq=False)
class _Nearest:
    """For each target patch of a level: the source patch found (int [N, 2]) and its mean squared difference."""

    level: _Level
    found: np.ndarray
    cost: np.ndarray
