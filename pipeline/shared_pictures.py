"""Pictures that stand in two splits of a finished data set, in any role, found on the pixels that ship."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from schemas.example import Example
from schemas.vocabulary import Split
from transforms.sources.identity import pixels_sha256


@dataclass
class SharedPictures:
    """Gathers the pictures of samples, each once, with the first sample of each split that shows it.

    Attributes:
        by_bytes: sha256 of an image member -> number of its picture; its bytes are decoded and hashed but once.
        by_pixels: sha256 of a picture's pixels -> its number, from 0.
        places: for each picture, split -> the first sample there and what it is of that sample.
    """

    by_bytes: dict[str, int] = field(default_factory=dict)
    by_pixels: dict[str, int] = field(default_factory=dict)
    places: list[dict[Split, str]] = field(default_factory=list)

    def add(self, split: Split, example: Example, role: str, sha256: str, pixels: Callable[[], np.ndarray]) -> None:
        """Take a picture of a sample.

        Args:
            split: of its shard.
            example: of the sample.
            role: source or edited.
            sha256: of the image member.
            pixels: decodes it to uint8 [H, W, 3], if need be.
        """
        if sha256 not in self.by_bytes:
            self.by_bytes[sha256] = self._number(pixels())
        self.places[self.by_bytes[sha256]].setdefault(split, f"{role} picture of {example.key} ({split})")

    def _number(self, rgb: np.ndarray) -> int:
        identity = pixels_sha256(rgb)
        if identity not in self.by_pixels:
            self.by_pixels[identity] = len(self.places)
            self.places.append({})
        return self.by_pixels[identity]

    def problems(self) -> Iterator[str]:
        """Yield a line for each picture that stands in two splits, or is nearly one of another split."""
        for place in self.places:
            for one, other in combinations(place.values(), 2):
                yield f"one picture in two splits: {one} and {other}"
