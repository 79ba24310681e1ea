"""Synthetic cases as pairs to be scored."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from benchmarks.regions.cases import make_case
from benchmarks.regions.pair import Pair
from benchmarks.regions.photos import Photos


@dataclass(frozen=True)
class SeedRef:
    """One synthetic case.

    Attributes:
        seed: decides everything about it, together with the photos.
        photos: folder of the user's photos; empty for the bundled ones.
    """

    seed: int
    photos: str = ""

    def load(self) -> Pair:
        """Make the case."""
        case = make_case(self.seed, _photos(self.photos))
        return Pair(
            data="synthetic",
            id=str(self.seed),
            group=case.photo,
            source=case.source,
            edited=case.edited,
            boxes_xyxy=case.boxes_xyxy,
            label_map=case.label_map,
            whole_frame=case.whole_frame,
            edit_type=case.edit_type,
            level=case.level,
            frame=case.frame,
        )


def seed_refs(seeds: Iterable[int], photos: str | Path = "") -> list[SeedRef]:
    """Return references to synthetic cases.

    Args:
        seeds: 0..199 for development, 1000..1199 for a final table.
        photos: folder of photos; empty for the bundled ones.
    """
    return [SeedRef(seed, str(photos)) for seed in seeds]


@lru_cache(maxsize=1)
def _photos(folder: str) -> Photos:
    return Photos.from_folder(folder) if folder else Photos.bundled()
