"""Recall on copies of real photos, and false merges between pictures that are no copies, by radius."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.near.copies import COPIES
from benchmarks.table import Table
from schemas.picture_hash import PictureHash
from transforms.dedup.alike import Looks, looks_of
from transforms.dedup.confirmed import hash_array
from transforms.dedup.near import connected_groups
from transforms.sources.bundled.photos import load_catalogue, read_photo_bytes
from transforms.sources.decode import DecodeLimits, decode_image
from transforms.sources.files import is_image_name
from transforms.sources.hashing import picture_hash
from transforms.sources.scenes.scene import render_scene, scene_item

SIDE = 1024
"""Longer side that photos are scaled down to first, pixels."""
RADII = (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12)
NEVER = 65
"""More bits than there are."""
CROPS = 12
"""Crops of a photo that stand for photos of their own; two of one photo are not compared."""


@dataclass(frozen=True)
class Strangers:
    """Pictures of which none is a copy of another.

    Attributes:
        own, mirrored: hashes, uint64 [N].
        photo: the photo that each is of.
        looks: by which near ones are confirmed; None for hashes alone.
    """

    own: np.ndarray
    mirrored: np.ndarray
    photo: np.ndarray
    looks: Looks | None = None

    def close(self, radius: int) -> np.ndarray:
        """Return the pairs of different photos that are taken for copies, int64 [P, 2], i < j."""
        apart = np.triu(self.photo[:, None] != self.photo, 1)
        found = np.zeros(apart.shape, bool)
        for flipped, other in ((False, self.own), (True, self.mirrored)):
            i, j = np.nonzero(apart & (np.bitwise_count(self.own[:, None] ^ other) <= radius))
            if self.looks is not None:
                same = self.looks.alike(i, self.looks, j, np.full(len(i), flipped))
                i, j = i[same], j[same]
            found[i, j] = True
        return np.argwhere(found)

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
    """Return, for each kind of copy, the bits between every photo or its mirror image and its copy, int64 [N].

    Where the details of photo and copy do not agree, `NEVER`: no radius finds it.
    """
    own = [picture_hash(rgb) for rgb in photos.values()]
    return {
        name: copy_bits(own, [picture_hash(change(rgb)) for rgb in photos.values()])[1]
        for name, change in COPIES.items()
    }


def copy_bits(own: list[PictureHash], copies: list[PictureHash]) -> tuple[np.ndarray, np.ndarray]:
    """Return the bits between pictures and their copies, int64 [N]: of hashes alone, and where details agree too."""
    ours, theirs = hash_array(own), hash_array(copies)[:, :1]
    bits = np.bitwise_count(ours ^ theirs).astype(int)
    mine, other = (looks_of([one.detail for one in some]) for some in (own, copies))
    every = np.arange(len(own))
    same = np.stack([mine.alike(every, other, every, np.full(len(own), turned)) for turned in (False, True)], axis=1)
    return bits.min(axis=1), np.where(same, bits, NEVER).min(axis=1)


def strangers(pictures: Iterator[tuple[int, np.ndarray]]) -> Strangers:
    """Return pictures, each with the number of the photo that it is of."""
    photo, hashes = zip(*((photo, picture_hash(rgb)) for photo, rgb in pictures), strict=True)
    own, mirrored = hash_array(hashes).T
    return Strangers(own, mirrored, np.array(photo), looks_of([one.detail for one in hashes]))


def different_photos(photos: dict[str, np.ndarray]) -> Strangers:
    """Return the photos as they are."""
    return strangers(enumerate(photos.values()))


def crops(photos: dict[str, np.ndarray]) -> Strangers:
    """Return `CROPS` crops of each photo, a quarter to three fifths of its sides."""

    def cut() -> Iterator[tuple[int, np.ndarray]]:
        rng = np.random.default_rng(0)
        for photo, rgb in enumerate(photos.values()):
            for _ in range(CROPS):
                height, width = (np.array(rgb.shape[:2]) * rng.uniform(0.25, 0.6, 2)).astype(int)
                y, x = (rng.integers(0, side - own + 1) for side, own in zip(rgb.shape, (height, width), strict=False))
                yield photo, rgb[y : y + height, x : x + width]

    return strangers(cut())


def scenes(count: int) -> Strangers:
    """Return so many rendered scenes."""
    return strangers((number, render_scene(scene_item(number).uri).rgb) for number in range(count))


def recall_table(bits: dict[str, np.ndarray]) -> Table:
    """Return the share of copies that each radius finds."""
    count = len(next(iter(bits.values())))
    rows = tuple(
        (name, *(f"{np.mean(own <= radius):.0%}".replace("%", " %") for radius in RADII), f"{np.median(own):.0f}")
        for name, own in bits.items()
    )
    header = ("copy", *map(str, RADII), "median bits")
    note = "Copies whose hash is near and whose detail agrees."
    return Table(f"Copies of {count} photos that are found, by radius", header, rows, note)


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
