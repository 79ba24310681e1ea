"""Flaws made on purpose: artefacts that no photo has, and a drift of colour that nobody asked for."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from schemas.geometry import BoxXYXY, bbox_2d_from_xyxy, xyxy_from_mask
from transforms.edits.change import MIN_AREA_PX, blended, visible_difference
from transforms.edits.colour_difference import delta_e
from transforms.edits.language.where import place_template
from transforms.edits.triplet import Flaw
from transforms.edits.vectors import f32

DRIFT_DELTA_E = 6.0
"""Median CIEDE2000 from which a drift of colour is an edit of its own; noise stays below half of it."""
TRIES = 12
SIZES, OPACITY, STRENGTH = (0.06, 0.42), (0.35, 1.0), (0.25, 1.4)
"""Side of an artefact as a share of the frame's, how much of the picture it hides, and how far it goes."""
LEAST_DELTA_E, WORST_DELTA_E, WORST_AREA = 5.0, 24.0, 0.1
"""Median CIEDE2000 at which a fault is as slight as can be, and, with the share of the frame, as bad as it can be."""
UNNATURAL = 0.6
"""How much of an artefact that bends, doubles or tears shapes counts against naturalness too."""
SEEN, SEEN_SHARE = 6.0, 0.4
"""An artefact counts from this median CIEDE2000, over this share of its patch."""


@dataclass(frozen=True, eq=False)
class Flawed:
    """A picture with something wrong in it.

    Attributes:
        rgb: uint8 [H, W, 3].
        mask: bool [H, W], where it shows.
        label: what a person sees there.
        flaws: for the judgement.
    """

    rgb: np.ndarray
    mask: np.ndarray
    label: str
    flaws: tuple[Flaw, ...]


def add_artefact(rgb: np.ndarray, taken: np.ndarray, rng: np.random.Generator) -> Flawed | None:
    """Spoil a free place of a picture; None if there is no place where it would be seen.

    Args:
        rgb: uint8 [H, W, 3].
        taken: bool [H, W], places to leave alone.
        rng: decides kind, place and severity.
    """
    names = list(ARTEFACTS)
    for _ in range(TRIES):
        name = names[int(rng.integers(len(names)))]
        strength, opacity = float(rng.uniform(*STRENGTH)), float(rng.uniform(*OPACITY))
        box = _free_box(taken, rng, float(rng.uniform(*SIZES)))
        if box is None:
            return None
        blob = _blob(rgb.shape[:2], box, rng, 0.12)
        spoilt = blended(rgb, ARTEFACTS[name](rgb, box, strength, rng), (opacity * blob)[..., None])
        mask = visible_difference(rgb, spoilt, (blob > 0) & ~taken)
        spoilt = np.where(mask[..., None], spoilt, rgb)
        if mask.sum() >= max(4 * MIN_AREA_PX, SEEN_SHARE * (blob > 0.5).sum()) and _contrast(rgb, spoilt, mask) >= SEEN:
            severity = _severity(rgb, spoilt, mask)
            flaws = [Flaw("artifact", f"a {name} {_where(mask)}", severity, "artifacts")]
            if name in MISSHAPEN:
                flaws.append(Flaw("shape", MISSHAPEN[name], round(UNNATURAL * severity, 4), "naturalness"))
            return Flawed(spoilt, mask, name, tuple(flaws))
    return None


def drift_colour(rgb: np.ndarray, taken: np.ndarray, rng: np.random.Generator) -> Flawed | None:
    """Tint a free area so that nobody can overlook it (median CIEDE2000 of at least 6); None if there is no room."""
    box = _free_box(taken, rng, float(rng.uniform(0.2, 0.5)))
    if box is None:
        return None
    blob = _blob(rgb.shape[:2], box, rng, 0.4) * ~taken
    hue, amount = float(rng.uniform(0, 2 * np.pi)), float(rng.uniform(14, 30))
    cast = f32([np.cos(hue), np.cos(hue - 2.1), np.cos(hue + 2.1)])
    for _ in range(6):
        tinted = blended(
            rgb, np.clip(rgb + amount * cast + 0.3 * amount * np.sign(np.sin(hue)), 0, 255), blob[..., None]
        )
        mask = visible_difference(rgb, tinted, blob > 0.02)
        tinted = np.where(mask[..., None], tinted, rgb)
        if mask.any() and _contrast(rgb, tinted, mask) >= DRIFT_DELTA_E:
            severity = _severity(rgb, tinted, mask)
            flaw = Flaw(
                "light",
                "a (stain|patch|cloud) of colour that no light in the (scene|picture) (explains|accounts for)",
                severity,
                "naturalness",
            )
            return Flawed(tinted, mask, "area of changed colour", (flaw,))
        amount *= 1.4
    return None


def _where(mask: np.ndarray) -> str:
    height, width = mask.shape
    box = xyxy_from_mask(mask)
    assert box is not None, "a fault that is seen"
    return place_template(bbox_2d_from_xyxy(box, width, height))


def _severity(before: np.ndarray, after: np.ndarray, mask: np.ndarray) -> float:
    """Return how bad it looks: `0.04 + 0.96 * clip(1.3 * (0.55 * contrast + 0.45 * sqrt(area)) - 0.13, 0, 1)`.

    Both are shares of the worst, stretched since few faults are as slight, or as bad, in both as can be.

    Contrast counts by its logarithm, as all differences that are seen do; the area by its root: seen size is a length
    rather than an area.
    """
    contrast = np.log(_contrast(before, after, mask) / LEAST_DELTA_E) / np.log(WORST_DELTA_E / LEAST_DELTA_E)
    area = min(1.0, float(mask.mean()) / WORST_AREA)
    both = 0.55 * float(np.clip(contrast, 0, 1)) + 0.45 * area**0.5
    return round(0.04 + 0.96 * float(np.clip(1.3 * both - 0.13, 0, 1)), 4)


def _contrast(before: np.ndarray, after: np.ndarray, mask: np.ndarray) -> float:
    """Return the median CIEDE2000 inside a mask."""
    return float(np.median(delta_e(before[mask][None], after[mask][None])))


def _free_box(taken: np.ndarray, rng: np.random.Generator, share: float) -> BoxXYXY | None:
    height, width = taken.shape
    best: tuple[float, BoxXYXY] | None = None
    for _ in range(TRIES):
        w = max(8, int(width * share * rng.uniform(0.7, 1.4)))
        h = max(8, int(height * share * rng.uniform(0.7, 1.4)))
        if w >= width or h >= height:
            return None
        x, y = int(rng.integers(width - w)), int(rng.integers(height - h))
        covered = float(taken[y : y + h, x : x + w].mean())
        if best is None or covered < best[0]:
            best = (covered, (x, y, x + w, y + h))
    return best[1] if best and best[0] < 0.3 else None


def _blob(shape: tuple[int, ...], box: BoxXYXY, rng: np.random.Generator, edge: float) -> np.ndarray:
    """Return an irregular patch within a box, its edge softened over a share of its radius: float32 [H, W], 0..1."""
    x1, y1, x2, y2 = box
    x, y = np.meshgrid(np.linspace(-1, 1, x2 - x1), np.linspace(-1, 1, y2 - y1))
    angle, rho = np.arctan2(y, x), np.hypot(x, y)
    rim = 0.8 + sum(0.1 / k * np.sin(k * angle + rng.uniform(0, 6.28)) for k in (2, 3, 5))
    out = np.zeros(shape, np.float32)
    out[y1:y2, x1:x2] = np.clip((rim - rho) / edge, 0, 1)
    return out


def _smear(rgb: np.ndarray, box: BoxXYXY, strength: float, rng: np.random.Generator) -> np.ndarray:
    length = max(7, int((0.4 + 0.5 * strength) * min(box[2] - box[0], box[3] - box[1]))) | 1
    kernel = np.zeros((length, length), np.float32)
    turn = cv2.getRotationMatrix2D((length // 2, length // 2), float(rng.uniform(0, 180)), 1)
    kernel[length // 2] = 1
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return cv2.filter2D(rgb, cv2.CV_32F, kernel / kernel.sum())


def _blocks(rgb: np.ndarray, box: BoxXYXY, strength: float, rng: np.random.Generator) -> np.ndarray:
    cell = max(6, int(strength * 0.02 * max(rgb.shape[:2])))
    height, width = rgb.shape[:2]
    small = cv2.resize(rgb, (max(1, width // cell), max(1, height // cell)), interpolation=cv2.INTER_AREA).astype(
        np.float32
    )
    small += rng.normal(0, 20 * strength, small.shape[:2])[..., None].astype(np.float32)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)


def _ghost(rgb: np.ndarray, box: BoxXYXY, strength: float, rng: np.random.Generator) -> np.ndarray:
    dx, dy = (
        int(s * strength * 0.35 * side) or 4
        for s, side in zip(rng.choice([-1, 1], 2), (box[2] - box[0], box[3] - box[1]), strict=True)
    )
    moved = cv2.warpAffine(rgb, f32([[1, 0, dx], [0, 1, dy]]), rgb.shape[1::-1], borderMode=cv2.BORDER_REFLECT)
    return rgb * (1 - 0.6 * strength) + moved.astype(np.float32) * 0.6 * strength


def _halo(rgb: np.ndarray, box: BoxXYXY, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Oversharpened edges with bright rims."""
    values = rgb.astype(np.float32)
    return np.clip(
        values + (2 + 4 * strength) * (values - cv2.GaussianBlur(values, (0, 0), 3.0)) + 14 * strength, 0, 255
    )


def _stripes(rgb: np.ndarray, box: BoxXYXY, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Rows torn sideways, as a broken decode leaves them."""
    height = rgb.shape[0]
    step = max(2, int(0.012 * height))
    offsets = np.repeat(rng.integers(-1, 2, height // step + 1) * max(4, int(0.03 * strength * rgb.shape[1])), step)[
        :height
    ]
    columns = (np.arange(rgb.shape[1])[None, :] + offsets[:, None]) % rgb.shape[1]
    return rgb[np.arange(height)[:, None], columns].astype(np.float32)


def _melt(rgb: np.ndarray, box: BoxXYXY, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Shapes bent out of form."""
    height, width = rgb.shape[:2]
    reach = (0.10 + 0.15 * strength) * min(box[2] - box[0], box[3] - box[1])
    field = rng.normal(0, 1, (2, 7, 7)).astype(np.float32)
    size = (box[2] - box[0], box[3] - box[1])
    bent = [reach * cv2.resize(f, size, interpolation=cv2.INTER_CUBIC) for f in field]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    x[box[1] : box[3], box[0] : box[2]] += bent[0]
    y[box[1] : box[3], box[0] : box[2]] += bent[1]
    return cv2.remap(rgb, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT).astype(np.float32)


ARTEFACTS: dict[str, Callable[[np.ndarray, BoxXYXY, float, np.random.Generator], np.ndarray]] = {
    "smeared patch": _smear,
    "patch of coarse blocks": _blocks,
    "ghostly double image": _ghost,
    "patch with bright halos": _halo,
    "torn patch": _stripes,
    "warped patch": _melt,
}
"""What a person sees -> the whole frame so spoilt; a soft patch of it is shown."""
STAIN = "a (stain|patch|cloud) of colour that no light in the (scene|picture) (explains|accounts for),"
MISSHAPEN = {
    "ghostly double image": "a (thing|shape) that is there twice, (one half in the other|shifted against itself)",
    "torn patch": "(outlines|edges) that do not (meet|join|line up)",
    "warped patch": "(shapes|forms) that no real thing (has|takes)",
}
"""Artefacts that spoil shapes -> what is unnatural about it."""
