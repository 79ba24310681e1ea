"""Pairs whose frames show more or less of the same: bars, growth, rows pushed in, crops; with and without an edit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from benchmarks.regions import edits
from benchmarks.regions.noise import coded_source, leave_noise
from benchmarks.regions.pages import page_scene
from benchmarks.regions.pair import Pair
from benchmarks.regions.photos import Photos
from benchmarks.regions.scene import NoRoom, Scene, base_scene
from benchmarks.regions.truth import label_regions
from schemas.geometry import BoxXYXY
from schemas.keys import rng_for

EDITS: tuple[Callable[[Scene], None], ...] = (edits.add, edits.remove, edits.swap, edits.recolour, edits.material)
LEVELS = 3
"""Noise levels 0 to 2 of `noise`."""
COLOURS = ((0, 0, 0), (255, 255, 255), (128, 128, 128), (114, 114, 114), (16, 24, 60))


@dataclass(frozen=True, eq=False)
class Framed:
    """Two pictures, and where the edited one comes from.

    Attributes:
        source, edited: float32 [H, W, 3].
        masks: of the edits, bool [H, W] of the edited frame.
        margins: boxes of what only the edited frame shows: a predicted box there counts neither way.
    """

    source: np.ndarray
    edited: np.ndarray
    masks: list[np.ndarray]
    margins: tuple[BoxXYXY, ...] = ()


Framing = Callable[[np.random.Generator, Scene], Framed]


def _laid(
    scene: Scene, size: tuple[int, int], at: BoxXYXY, ground: np.ndarray, part: BoxXYXY | None = None
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return a part of the edited picture (all of it if None) laid at a place on a ground [H, W, 3], and the masks."""
    x1, y1, x2, y2 = at
    a, b, c, d = part or (0, 0, scene.width, scene.height)
    canvas = ground.copy()
    canvas[y1:y2, x1:x2] = _resized(scene.after[b:d, a:c], (x2 - x1, y2 - y1))
    masks = []
    for mask in scene.regions:
        full = np.zeros((size[1], size[0]), bool)
        full[y1:y2, x1:x2] = _resized(mask[b:d, a:c].astype(np.float32), (x2 - x1, y2 - y1)) >= 0.5
        masks.append(full)
    return canvas, masks


def _resized(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    if image.shape[1::-1] == size:
        return image
    how = cv2.INTER_AREA if size[0] < image.shape[1] else (cv2.INTER_CUBIC if image.ndim == 3 else cv2.INTER_LINEAR)
    return cv2.resize(image, size, interpolation=how)


def _around(size: tuple[int, int], at: BoxXYXY) -> tuple[BoxXYXY, ...]:
    (width, height), (x1, y1, x2, y2) = size, at
    boxes = (0, 0, width, y1), (0, y2, width, height), (0, y1, x1, y2), (x2, y1, width, y2)
    return tuple(box for box in boxes if box[0] < box[2] and box[1] < box[3])


def _ground(rng: np.random.Generator, scene: Scene, size: tuple[int, int], at: BoxXYXY, kind: str) -> np.ndarray:
    """Return what bars are made of, float32 [H, W, 3]."""
    width, height = size
    if kind == "colour":
        colour = COLOURS[int(rng.integers(len(COLOURS)))] if rng.random() < 0.8 else rng.integers(0, 256, 3)
        return np.tile(np.array(colour, np.float32), (height, width, 1))
    x1, y1, x2, y2 = at
    if kind == "blurred":
        return cv2.GaussianBlur(_resized(scene.after, size), (0, 0), 0.04 * max(size))
    content = _resized(scene.after, (x2 - x1, y2 - y1))
    mode = cv2.BORDER_REFLECT if kind == "mirrored" else cv2.BORDER_REPLICATE
    return cv2.copyMakeBorder(content, y1, height - y2, x1, width - x2, mode)


def _square(scene: Scene) -> tuple[tuple[int, int], BoxXYXY]:
    side = max(scene.width, scene.height)
    if scene.width == scene.height:
        side = round(1.3 * side)
        x = (side - scene.width) // 2
        return (side, scene.height), (x, 0, x + scene.width, scene.height)
    x, y = (side - scene.width) // 2, (side - scene.height) // 2
    return (side, side), (x, y, x + scene.width, y + scene.height)


def _padded(kind: str) -> Framing:
    def framing(rng: np.random.Generator, scene: Scene) -> Framed:
        size, at = _square(scene)
        if rng.random() < 0.3:  # all of it at one side
            dx, dy = at[0], at[1]
            at = (at[0] - dx, at[1] - dy, at[2] - dx, at[3] - dy)
        edited, masks = _laid(scene, size, at, _ground(rng, scene, size, at, kind))
        if rng.random() < 0.4:  # as editors do, to a size of their own
            scale = rng.uniform(0.6, 1.2)
            new = max(64, round(size[0] * scale / 8) * 8), max(64, round(size[1] * scale / 8) * 8)
            factors = np.array([new[0] / size[0], new[1] / size[1]] * 2)
            at = tuple(int(v) for v in np.round(np.array(at) * factors))  # type: ignore[assignment]
            edited = _resized(edited, new)
            masks = [_resized(mask.astype(np.float32), new) >= 0.5 for mask in masks]
            size = new
        return Framed(scene.before, edited, masks, _around(size, at))

    return framing


def _unpadded(rng: np.random.Generator, scene: Scene) -> Framed:
    """The source has bars, the edited picture has none."""
    size, at = _square(scene)
    source = _ground(rng, scene, size, at, "colour")
    source[at[1] : at[3], at[0] : at[2]] = scene.before
    return Framed(source, scene.after, list(scene.regions))


def _letterbox(rng: np.random.Generator, scene: Scene) -> Framed:
    """The same frame, the picture smaller between bars: on all sides, or squeezed between two, or cut off as well."""
    size = scene.width, scene.height
    kind, share = rng.integers(3), rng.uniform(0.66, 0.86)
    wide, high = (round(side * share) for side in size)
    part: BoxXYXY | None = None
    if kind == 0:
        x, y = (size[0] - wide) // 2, (size[1] - high) // 2
        at = (x, y, x + wide, y + high)
    else:
        y = (size[1] - high) // 2
        at = (0, y, size[0], y + high)
        part = at if kind == 2 else None
    edited, masks = _laid(scene, size, at, _ground(rng, scene, size, at, "colour"), part)
    return Framed(scene.before, edited, masks, _around(size, at))


def _padded_few(rng: np.random.Generator, scene: Scene) -> Framed:
    """Padded to a multiple of 16 or 64 at the right and the bottom."""
    unit = int(rng.choice([16, 64]))
    size = (scene.width // unit + 1) * unit, -(-scene.height // unit) * unit
    at = (0, 0, scene.width, scene.height)
    kind = str(rng.choice(["colour", "smeared", "mirrored"]))
    edited, masks = _laid(scene, size, at, _ground(rng, scene, size, at, kind))
    return Framed(scene.before, edited, masks, _around(size, at))


def _inner(rng: np.random.Generator, scene: Scene, sides: int) -> BoxXYXY:
    """Draw a box inside the scene, away from it at so many sides, that holds all edits."""
    boxes = [cv2.boundingRect(mask.astype(np.uint8)) for mask in scene.regions]
    boxes = boxes or [(scene.width // 2, scene.height // 2, 1, 1)]
    x1, y1 = (min(box[i] for box in boxes) for i in (0, 1))
    x2, y2 = (max(box[i] + box[i + 2] for box in boxes) for i in (0, 1))
    room = np.array([x1, y1, scene.width - x2, scene.height - y2]) / ([scene.width, scene.height] * 2)
    chosen = rng.permutation(4)[:sides]
    if (room[chosen] < 0.12).any():
        raise NoRoom
    cut = np.zeros(4)
    cut[chosen] = [rng.uniform(0.1, min(0.3 if sides > 1 else 0.4, room[i] - 0.02)) for i in chosen]
    left, top, right, bottom = np.round(cut * ([scene.width, scene.height] * 2)).astype(int)
    return int(left), int(top), int(scene.width - right), int(scene.height - bottom)


def _grown(sides: int, same_size: bool = False) -> Framing:
    def framing(rng: np.random.Generator, scene: Scene) -> Framed:
        at = _inner(rng, scene, sides)
        source = scene.before[at[1] : at[3], at[0] : at[2]]
        edited, masks, size = scene.after, list(scene.regions), (scene.width, scene.height)
        if same_size:
            new = source.shape[1], source.shape[0]
            factors = np.array([new[0] / size[0], new[1] / size[1]] * 2)
            edited = _resized(edited, new)
            masks = [_resized(mask.astype(np.float32), new) >= 0.5 for mask in masks]
            at = tuple(int(v) for v in np.round(np.array(at) * factors))  # type: ignore[assignment]
            size = new
        return Framed(source, edited, masks, _around(size, at))

    return framing


def _cropped(sides: int, same_size: bool = False) -> Framing:
    def framing(rng: np.random.Generator, scene: Scene) -> Framed:
        x1, y1, x2, y2 = _inner(rng, scene, sides)
        edited = scene.after[y1:y2, x1:x2]
        masks = [mask[y1:y2, x1:x2] for mask in scene.regions]
        if same_size:
            scale = min(scene.width / (x2 - x1), scene.height / (y2 - y1))
            new = round((x2 - x1) * scale), round((y2 - y1) * scale)
            edited = _resized(edited, new)
            masks = [_resized(mask.astype(np.float32), new) >= 0.5 for mask in masks]
        return Framed(scene.before, edited, masks)

    return framing


def _pushed(place: str, same_size: bool = False) -> Framing:
    """Rows of something new before, after or between those of the picture."""

    def framing(rng: np.random.Generator, scene: Scene) -> Framed:
        share = rng.uniform(0.05, 0.2)
        high = max(8, round(share * scene.height))
        at = {"top": 0, "bottom": scene.height}.get(place, -1)
        if at < 0:
            free = np.ones(scene.height, bool)
            free[: round(0.15 * scene.height)] = free[round(0.85 * scene.height) :] = False
            for mask in scene.regions:
                free &= ~mask.any(axis=1)
            if not free.any():
                raise NoRoom
            at = int(rng.choice(np.flatnonzero(free)))
        band = _banner(rng, scene, high)
        edited = np.concatenate([scene.after[:at], band, scene.after[at:]])
        none = np.zeros((high, scene.width), bool)
        masks = [np.concatenate([mask[:at], none, mask[at:]]) for mask in scene.regions]
        if same_size:
            edited, masks = edited[: scene.height], [mask[: scene.height] for mask in masks]
        return Framed(scene.before, edited, masks, ((0, at, scene.width, at + high),))

    return framing


def _banner(rng: np.random.Generator, scene: Scene, high: int) -> np.ndarray:
    """Return rows of something else: another photo, or a plain colour with a thing on it; float32 [high, W, 3]."""
    if rng.random() < 0.5:
        other = scene.photos.rgb(int(rng.integers(len(scene.photos.names))))
        top = int(rng.integers(0, max(1, other.shape[0] - other.shape[0] // 3)))
        return _resized(other[top : top + other.shape[0] // 3].astype(np.float32), (scene.width, high))
    band = np.tile(rng.integers(0, 256, 3).astype(np.uint8), (high, scene.width, 1))
    ink = tuple(float(v) for v in rng.integers(0, 256, 3))
    cv2.putText(band, "New today: 20 % off", (8, round(0.7 * high)), cv2.FONT_HERSHEY_DUPLEX, high / 45, ink, 2)
    return band.astype(np.float32)


FRAMINGS: dict[str, tuple[str, Framing]] = {
    "bars of one colour": ("padded", _padded("colour")),
    "bars, blurred": ("padded", _padded("blurred")),
    "bars, mirrored": ("padded", _padded("mirrored")),
    "a few pixels": ("padded", _padded_few),
    "bars taken off": ("padded", _unpadded),
    "bars in the same frame": ("padded", _letterbox),
    "grown at one side": ("grown", _grown(1)),
    "grown all round": ("grown", _grown(4)),
    "grown in the same frame": ("grown", _grown(4, same_size=True)),
    "rows before": ("taller", _pushed("top")),
    "rows after": ("taller", _pushed("bottom")),
    "rows between": ("taller", _pushed("middle")),
    "rows before, same frame": ("taller", _pushed("top", same_size=True)),
    "page, rows before": ("taller", _pushed("top")),
    "page, rows between": ("taller", _pushed("middle")),
    "page, rows after": ("taller", _pushed("bottom")),
    "one side lost": ("cropped", _cropped(1)),
    "all sides lost": ("cropped", _cropped(4)),
    "all sides lost, same frame": ("cropped", _cropped(4, same_size=True)),
}
NAMES = tuple(FRAMINGS)


def make_framed(seed: int, photos: Photos) -> Pair:
    """Make a pair; equal seeds and photos give equal bytes.

    Seeds count through the framings, then through the photos; every other round is without an edit.

    Args:
        seed: 0 or more; decides everything.
        photos: what pictures are taken from.
    """
    turn, number = divmod(seed, len(NAMES))
    name, level, edited = NAMES[number], turn // 2 % LEVELS, turn % 2 == 0
    index = int(rng_for("framings", "photos", name).permutation(len(photos.names))[turn % len(photos.names)])
    for attempt in range(40):
        rng = rng_for("framings", seed, attempt)
        try:
            scene = page_scene(rng, photos, index) if name.startswith("page") else base_scene(rng, photos, index)
            if edited:
                EDITS[int(rng.integers(len(EDITS)))](scene)
            framed = FRAMINGS[name][1](rng, scene)
        except NoRoom:
            continue
        if framed.masks and min(mask.sum() for mask in framed.masks) < 40:
            continue
        return _pair(rng, framed, seed, photos.names[index], name, level)
    raise RuntimeError(f"framing {seed}: no room for an edit in {photos.names[index]} in 40 attempts")


def _pair(rng: np.random.Generator, framed: Framed, seed: int, photo: str, name: str, level: int) -> Pair:
    edited = leave_noise(rng, np.ascontiguousarray(framed.edited, np.float32), level)
    labels, boxes = label_regions(framed.masks, *edited.shape[:2])
    return Pair(
        data="framings",
        id=f"f{seed}",
        group=photo,
        source=coded_source(rng, np.ascontiguousarray(framed.source, np.float32)),
        edited=edited,
        boxes_xyxy=boxes,
        label_map=labels,
        ignore_xyxy=framed.margins,
        edit_type=name,
        level=level,
        frame=FRAMINGS[name][0],
    )


@dataclass(frozen=True)
class FramingRef:
    """One pair. Attributes: what decides everything about it; folder of the user's photos, empty for bundled ones."""

    seed: int
    photos: str = ""

    def load(self) -> Pair:
        """Make the pair."""
        return make_framed(self.seed, _photos(self.photos))


def framing_refs(seeds: Iterable[int], photos: str | Path = "") -> list[FramingRef]:
    """Return references to pairs of other frames, of `photos` or of the bundled ones."""
    return [FramingRef(seed, str(photos)) for seed in seeds]


@lru_cache(maxsize=1)
def _photos(folder: str) -> Photos:
    return Photos.from_folder(folder) if folder else Photos.bundled()
