"""How much of the edited frame a placement of the source explains."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from transforms.regions.frame import resize_to, to_lab
from transforms.regions.register import correlation

COARSE_PX = 96
"""Longer side of the frame at which slow forms count as structure too."""
SIZES_PX = (384, COARSE_PX)
"""Longer sides of the frame that pictures are compared at."""
BAND_PX, BAND, BAND_KNOWN = 192, 0.1, 0.15
"""Longer side at which the sides are looked at, the share of the frame along each, and the share of that which must
have structure for it to say anything."""
SAME = 0.5
"""Correlation in a window from which on structure is the same."""
FLAT = 10.0
"""Delta E (Euclidean) up to which areas without structure are alike."""
FOUND, FOUND_PARTED = 0.5, 0.75
"""Share of the structure that must be alike in the shared part, and where that is in two parts, which fit by chance,"""
GAIN = 1.3
"""and there must be this many times as much of it as with the stretched source;"""
AS_MUCH, CLEANER = 0.95, 0.5
"""or as much, up to this share, with this share of what is not alike at the most."""

PLAINER = 1.2
"""For bars alone: so many times as much that is alike, structure and grounds."""


@dataclass(frozen=True)
class Likeness:
    """Shares of the edited frame, mean over the sizes.

    Attributes:
        structure: that has the same structure in both pictures.
        unlike: that has structure in one of them and not the same in the other.
        flat: that has none in either, and like colours.
    """

    structure: float
    unlike: float
    flat: float

    @property
    def share(self) -> float:
        """Share of all structure that is the same, 0..1."""
        return self.structure / max(self.structure + self.unlike, 1e-6)

    @property
    def worth(self) -> float:
        """What placements are compared by: the same structure, and to a lesser degree like grounds."""
        return self.structure + 0.25 * self.flat

    def within(self, share: float) -> "Likeness":
        """Return the same for a part of the frame of this share."""
        return Likeness(self.structure * share, self.unlike * share, self.flat * share)

    def better_than(self, other: "Likeness", parted: bool = False) -> bool:
        """Return whether this explains clearly more, or as much with clearly less left over.

        Args:
            other: of the stretched source.
            parted: this is of a shared part in two parts.
        """
        if self.share < (FOUND_PARTED if parted else FOUND):
            return False
        more = self.structure > GAIN * other.structure
        return more or (self.structure >= AS_MUCH * other.structure and self.unlike < CLEANER * other.unlike)

    def plainer_than(self, other: "Likeness") -> bool:
        """Return whether this leaves much less over where there is little structure."""
        same, other_same = self.structure + self.flat, other.structure + other.flat
        return same > PLAINER * other_same and self.unlike < CLEANER * other.unlike


def alike(
    source: np.ndarray, edited: np.ndarray, sizes: Sequence[int] = SIZES_PX, frame: Sequence[int] | None = None
) -> Likeness:
    """Compare the shared parts of a pair.

    Args:
        source, edited: uint8; the source is brought to the edited image's shape.
        sizes: longer sides of the frame that they are compared at, pixels.
        frame: (height, width, ...) of the whole edited frame; None where they are the whole of it.
    """
    height, width = edited.shape[:2]
    found = []
    for longest in sizes:
        scale = min(1.0, longest / max((frame or edited.shape)[:2]))
        size = max(8, round(width * scale)), max(8, round(height * scale))
        a, b = (resize_to(image, *size) for image in (source, edited))
        same, either = _same(a, b)
        near = cv2.GaussianBlur(to_lab(a) - to_lab(b), (0, 0), 1.5)
        flat = ~either & ((near * near).sum(axis=2) < FLAT**2)
        found.append((same.mean(), (either & ~same).mean(), flat.mean()))
    return Likeness(*(float(value) for value in np.mean(found, axis=0)))


def side_shares(source: np.ndarray, edited: np.ndarray) -> list[float]:
    """Return the share of the structure along each side of the frame that is the same; 1.0 where there is little.

    Args:
        source, edited: uint8 [h, w, 3].
    """
    height, width = edited.shape[:2]
    scale = min(1.0, BAND_PX / max(height, width))
    size = max(8, round(width * scale)), max(8, round(height * scale))
    same, either = _same(*(resize_to(image, *size) for image in (source, edited)))
    high, wide = (max(1, round(BAND * side)) for side in same.shape)
    shares = []
    for band in (np.s_[:high], np.s_[-high:], np.s_[:, :wide], np.s_[:, -wide:]):
        known = either[band]
        shares.append(float(same[band].sum() / known.sum()) if known.mean() >= BAND_KNOWN else 1.0)
    return shares


def _same(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where two images of one size show the same structure, and where either shows any, bool [h, w]."""
    same = np.nan_to_num(correlation(a, b), nan=-1.0) > SAME
    return same, same | _structured(a) | _structured(b)


def _structured(image: np.ndarray) -> np.ndarray:
    grey = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 1)
    centred = grey - cv2.boxFilter(grey, -1, (17, 17))
    return cv2.boxFilter(centred * centred, -1, (17, 17)) > 9
