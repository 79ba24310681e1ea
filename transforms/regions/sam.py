"""Outlines by Segment Anything, prompted with what the difference shows."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from transforms.regions.grabcut import GrabCutRefiner
from transforms.regions.result import Outline
from transforms.regions.sam_choose import Proposals
from transforms.regions.sam_join import Group, join
from transforms.regions.sam_part import part
from transforms.regions.sam_prompts import POSITIVE, point_prompts, seed_prompts
from transforms.regions.sam_segmenter import Encoded, Segmenter

Image = Literal["sam:source", "sam:edited"]
"""One of the two images, by what a mask drawn on it is recorded as."""
MAX_SEEDS = 12
"""Seeds that are prompted, by summed strength; the others get an outline without the model."""
MAX_PARTED = 4
"""Seeds that may hold touching objects and are looked into, by size."""
MAX_PROMPTS = 2 * MAX_SEEDS + POSITIVE * MAX_PARTED
"""Prompts for a pair, at most; each of the two images is encoded once."""
PART_FROM = 0.002
"""Share of the frame from which a seed is looked into."""


class SamRefiner:
    """Refine with a promptable segmenter: each image is encoded once, each seed prompts both.

    On the edited image the prompt finds what appeared, on the source what vanished. Of all proposals, and the
    union of each image's best, the one that explains the difference best is taken. Seeds whose prompts found the
    same object are joined, a seed that holds several is parted. Where no proposal is of a seed's object, GrabCut
    draws it.
    """

    def __init__(self, segmenter: Segmenter) -> None:
        """Use a segmenter, as `load_segmenter` returns it."""
        self._segmenter = segmenter
        self._fallback = GrabCutRefiner()

    @property
    def name(self) -> str:
        """See `MaskRefiner`."""
        return self._segmenter.name

    def refine(
        self, source: np.ndarray, edited: np.ndarray, strength: np.ndarray, seeds: Sequence[np.ndarray]
    ) -> list[Outline]:
        """See `MaskRefiner`; two encodings and at most `MAX_PROMPTS` prompts, two for most seeds."""
        asked = sorted(sorted(range(len(seeds)), key=lambda i: -float(strength[seeds[i]].sum()))[:MAX_SEEDS])
        encoded: dict[Image, Encoded] = {
            "sam:edited": self._segmenter.encode(edited),
            "sam:source": self._segmenter.encode(source),
        }
        prompts = seed_prompts([seeds[i] for i in asked], strength)
        proposals = [
            Proposals(source=encoded["sam:source"].masks(prompt), edited=encoded["sam:edited"].masks(prompt))
            for prompt in prompts
        ]
        outlines = [
            Outline(found.mask, tuple(asked[i] for i in found.seeds), found.drawn_by)
            for group in _parted(join([seeds[i] for i in asked], proposals, strength), encoded, strength)
            for found in group
        ]
        drawn = {seed for outline in outlines for seed in outline.seeds}
        rest = [i for i in range(len(seeds)) if i not in drawn]
        by_colour = self._fallback.refine(source, edited, strength, [seeds[i] for i in rest])
        outlines += [Outline(o.mask, tuple(rest[i] for i in o.seeds), o.drawn_by) for o in by_colour]
        return sorted(outlines, key=lambda outline: outline.seeds)


def _parted(groups: Sequence[Group], encoded: Mapping[Image, Encoded], strength: np.ndarray) -> list[list[Outline]]:
    """Return the outlines of each group: several for touching objects, none where no proposal is of its object."""
    sizes = {n: int(group.evidence.seed.sum()) for n, group in enumerate(groups) if len(group.seeds) == 1}
    large = [n for n in sorted(sizes, key=lambda n: (-sizes[n], n)) if sizes[n] >= PART_FROM * strength.size]
    return [
        (_parts(group, encoded, strength) if number in large[:MAX_PARTED] else []) or _whole(group)
        for number, group in enumerate(groups)
    ]


def _whole(group: Group) -> list[Outline]:
    if not group.choice.accepted:
        return []
    places = group.choice.places()
    if len(places) == 1:
        places = [(group.evidence.completed(group.choice.mask), group.choice.drawn_by)]
    return [Outline(mask, group.seeds, drawn_by) for mask, drawn_by in places]


def _parts(group: Group, encoded: Mapping[Image, Encoded], strength: np.ndarray) -> list[Outline]:
    """Return the objects that share a seed, seen on the image that drew its mask; none where it is one object."""
    image: Image = "sam:source" if group.choice.drawn_by == "sam:source" else "sam:edited"
    prompts = point_prompts(group.evidence.seed, strength)
    masks = [mask for prompt in prompts for mask in encoded[image].masks(prompt)]
    return [Outline(mask, group.seeds, image) for mask in part(group.evidence, masks, group.choice)]
