"""Pictures that stand in two splits of a finished data set, in any role, found on the pixels that ship."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from schemas.errors import UserError
from schemas.example import Example
from schemas.manifest import Manifest
from schemas.picture_hash import PictureHash
from schemas.plan import is_pair_key
from schemas.vocabulary import Split
from transforms.dedup.confirmed import near_edges
from transforms.dedup.near import connected_groups
from transforms.sources.content import has_content
from transforms.sources.hashing import picture_hash
from transforms.sources.identity import pixels_sha256

STRICTER_SOURCES, STRICTER_PAIRS = 1, 2
"""Bits by which the radius is below that of the build: the pictures that ship were encoded after it compared them."""
SOURCES_RADIUS, PAIRS_RADIUS = 3, 8
"""The build's radii in sets whose manifest does not state them."""


@dataclass
class Picture:
    """A picture as it ships.

    Attributes:
        hashed: its hash; None where copies of it are not looked for.
        places: split -> the first sample there that shows it, and as what.
        imported: it is of an imported pair.
    """

    hashed: PictureHash | None
    places: dict[Split, str] = field(default_factory=dict)
    imported: bool = False


class SharedPictures:
    """Gathers the pictures of samples, each once, and tells which stand in two splits.

    Pictures without content do not count. Copies are looked for among sources and the pictures of imported pairs: what
    was rendered on a source is known by its source.
    """

    def __init__(self) -> None:
        self._by_bytes: dict[str, Picture | None] = {}
        self._by_pixels: dict[str, Picture | None] = {}

    def add(self, split: Split, example: Example, role: str, sha256: str, pixels: Callable[[], np.ndarray]) -> None:
        """Take a picture of a sample.

        Args:
            split: of its shard.
            example: of the sample.
            role: source or edited.
            sha256: of the image member, which is decoded but once.
            pixels: decodes it to uint8 [H, W, 3].
        """
        if sha256 not in self._by_bytes:
            rgb = pixels()
            identity = pixels_sha256(rgb)
            if identity not in self._by_pixels:
                self._by_pixels[identity] = Picture(None) if has_content(rgb) else None
            self._by_bytes[sha256] = self._by_pixels[identity]
        picture = self._by_bytes[sha256]
        if picture is None:
            return
        picture.places.setdefault(split, f"{role} picture of {example.key} ({split})")
        imported = is_pair_key(example.key)
        picture.imported |= imported
        if picture.hashed is None and (imported or (role == "source" and example.outcome != "reversed")):
            picture.hashed = picture_hash(pixels())

    def problems(self, manifest: Manifest) -> Iterator[str]:
        """Yield a line for each picture that stands in two splits, and for pictures that are nearly the same.

        Args:
            manifest: says what the build compared.
        """
        pictures = [picture for picture in self._by_pixels.values() if picture]
        for picture in pictures:
            if len(picture.places) > 1:
                yield f"one picture in {len(picture.places)} splits: {' and '.join(picture.places.values())}"
        compared = [picture for picture in pictures if picture.hashed]
        near = _stated(manifest.near_radius, SOURCES_RADIUS) - STRICTER_SOURCES
        shared = _stated(manifest.shared_radius, PAIRS_RADIUS) - STRICTER_PAIRS
        yield from sorted({*_copies(compared, near), *_copies([one for one in compared if one.imported], shared)})


def _stated(radius: int, otherwise: int) -> int:
    return radius if radius >= 0 else otherwise


def _copies(pictures: Sequence[Picture], radius: int) -> Iterator[str]:
    """Yield a line for each group of pictures that are nearly the same and stand in several splits."""
    hashes = [picture.hashed for picture in pictures if picture.hashed]
    groups: dict[int, list[Picture]] = defaultdict(list)
    for group, picture in zip(connected_groups(len(hashes), _near(hashes, radius)), pictures, strict=True):
        groups[int(group)].append(picture)
    for members in groups.values():
        splits = {split for picture in members for split in picture.places}
        if len(splits) > 1 and all(len(picture.places) == 1 for picture in members):
            first = {split: next(p.places[split] for p in members if split in p.places) for split in sorted(splits)}
            yield f"nearly one picture in {len(splits)} splits: {' and '.join(first.values())}"


def _near(hashes: Sequence[PictureHash], radius: int) -> np.ndarray:
    """Return `near_edges`; within fewer bits where too many pictures are near, none for a negative radius."""
    for bits in (radius, radius // 2, 0) if radius >= 0 else ():
        with suppress(UserError):
            return near_edges(hashes, bits)
    return np.empty((0, 2), np.int64)
