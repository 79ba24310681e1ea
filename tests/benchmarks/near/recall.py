"""Recall on copies of real photos, and false merges between pictures that are no copies, by radius."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.near.copies import COPIES
from benchmarks.table import Table
from transforms.dedup.near import connected_groups
from transforms.sources.bundled.photos import load_catalogue, read_photo_bytes
from transforms.sources.decode import DecodeLimits, decode_image
from transforms.sources.files import is_image_name
from transforms.sources.hashing import dhash
from transforms.sources.scenes.scene import render_scene, scene_item

SIDE = 1024
"""Longer side that photos are scaled down to first, pixels."""
RADII = (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12)
CROPS = 12
"""Crops of a photo that stand for photos of their own; two of one photo are not compared."""


@dataclass(frozen=True)
class Strangers:
    """Pictures of which none is a copy of another. Attributes: hashes uint64 [N], mirrored ones, photo each is of."""

    own: np.ndarray
    mirrored: np.ndarray
    photo: np.ndarray

    def close(self, radius: int) -> np.ndarray:
        """Return the pairs of different photos within the radius, int64 [P, 2], i < j."""
        distance = np.minimum(
            np.bitwise_count(self.own[:, None] ^ self.own), np.bitwise_count(self.own[:, None] ^ self.mirrored)
        )
        return np.argwhere(np.triu((distance <= radius) & (self.photo[:, None] != self.photo), 1))

    @property
    def pairs(self) -> int:
        """Number of pairs of different photos."""
        counts = np.bincount(self.photo)
        return (len(self.photo) ** 2 - int((counts**2).sum())) // 2


def read_photos(folder: Path | None) -> dict[str, np.ndarray]:
    """Return the bundled photos, one of each scene, and those of a folder, uint8 [H, W, 3] each, scaled down."""
    limits = DecodeLimits()
    scenes = {photo.name if photo.scene == "-" else photo.scene: photo for photo in load_catalogue()}
    found = {photo.name: decode_image(read_photo_bytes(photo), limits) for photo in scenes.values()}
    for path in sorted(folder.iterdir()) if folder else ():
        if is_image_name(path.name):
            found[path.name] = decode_image(path.read_bytes(), limits)
    return {name: _scaled(rgb) for name, rgb in found.items()}


def _scaled(rgb: np.ndarray) -> np.ndarray:
    scale = min(1.0, SIDE / max(rgb.shape[:2]))
    size = round(rgb.shape[1] * scale), round(rgb.shape[0] * scale)
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)


def distances(photos: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return, for each kind of copy, the bits between every photo or its mirror image and its copy, int64 [N]."""
    found: dict[str, list[int]] = {name: [] for name in COPIES}
    for rgb in photos.values():
        own = dhash(rgb), dhash(rgb[:, ::-1])
        for name, change in COPIES.items():
            copy = dhash(change(rgb))
            found[name].append(min((copy ^ value).bit_count() for value in own))
    return {name: np.array(bits) for name, bits in found.items()}


def _strangers(pictures: Iterator[tuple[int, np.ndarray]]) -> Strangers:
    rows = [(dhash(rgb), dhash(rgb[:, ::-1]), photo) for photo, rgb in pictures]
    own, mirrored, photo = zip(*rows, strict=True)
    return Strangers(np.array(own, np.uint64), np.array(mirrored, np.uint64), np.array(photo))


def different_photos(photos: dict[str, np.ndarray]) -> Strangers:
    """Return the photos as they are."""
    return _strangers(enumerate(photos.values()))


def crops(photos: dict[str, np.ndarray]) -> Strangers:
    """Return `CROPS` crops of each photo, a quarter to three fifths of its sides."""

    def cut() -> Iterator[tuple[int, np.ndarray]]:
        rng = np.random.default_rng(0)
        for photo, rgb in enumerate(photos.values()):
            for _ in range(CROPS):
                height, width = (np.array(rgb.shape[:2]) * rng.uniform(0.25, 0.6, 2)).astype(int)
                y, x = (rng.integers(0, side - own + 1) for side, own in zip(rgb.shape, (height, width), strict=False))
                yield photo, rgb[y : y + height, x : x + width]

    return _strangers(cut())


def scenes(count: int) -> Strangers:
    """Return so many rendered scenes."""
    return _strangers((number, render_scene(scene_item(number).uri).rgb) for number in range(count))


def recall_table(bits: dict[str, np.ndarray]) -> Table:
    """Return the share of copies that each radius finds."""
    count = len(next(iter(bits.values())))
    rows = tuple(
        (name, *(f"{np.mean(own <= radius):.0%}".replace("%", " %") for radius in RADII), f"{np.median(own):.0f}")
        for name, own in bits.items()
    )
    header = ("copy", *map(str, RADII), "median bits")
    return Table(f"Copies of {count} photos that are found, by radius", header, rows)


def merges_table(sets: dict[str, Strangers]) -> Table:
    """Return what each radius takes for copies by mistake."""
    rows = []
    for name, own in sets.items():
        number = len(own.own)
        cells, groups = [], []
        for radius in RADII:
            close = own.close(radius)
            cells.append(f"{len(close) / own.pairs * 1e6:.0f}")
            groups.append(f"{np.bincount(connected_groups(number, close)).max() / number:.1%}".replace("%", " %"))
        rows.append((f"{name}: pairs in a million", *cells))
        rows.append((f"{name}: largest group of {number}", *groups))
    return Table("Pictures that are no copies and are taken for some, by radius", ("", *map(str, RADII)), tuple(rows))
