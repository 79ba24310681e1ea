"""Fragments of one object: seeds whose prompts found the same mask are one region."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from transforms.regions.sam_choose import Choice, Evidence, Proposals, choose

SAME = 0.8
"""IoU from which two masks are the same object."""
SLACK = 0.85
"""A prompt found what explains its seed at least this share of its best proposal's square."""
ONE_OBJECT = 0.15
"""How much worse one mask may explain the difference than the masks of its fragments: one object is simpler."""
INSIDE = 0.8
"""A region whose mask lies to this share inside another's is a crumb of it."""


@dataclass(frozen=True, eq=False)
class Group:
    """Seeds that are one object.

    Attributes:
        seeds: indices, ascending.
        evidence: of the union of the seeds.
        proposals: of all of its seeds.
        choice: the best of the proposals.
    """

    seeds: tuple[int, ...]
    evidence: Evidence
    proposals: Proposals
    choice: Choice

    @property
    def mask(self) -> np.ndarray:
        """bool [h, w]: the best proposal, the seeds where none is of their object."""
        return self.choice.mask if self.choice.accepted else self.evidence.seed


def join(seeds: Sequence[np.ndarray], proposals: Sequence[Proposals], strength: np.ndarray) -> list[Group]:
    """Return the objects that the seeds are of.

    Two groups become one, those first that gain most, as long as prompts of both found one mask that explains
    the union nearly as well as the best proposals of each explain it together; a crumb joins the mask that it lies in.

    Args:
        seeds: bool [h, w] each, never empty.
        proposals: of each seed.
        strength: float32 [h, w], difference over noise floor.
    """
    everywhere = np.logical_or.reduce(list(seeds))
    groups = [
        _group((index,), seed, found, strength, everywhere)
        for index, (seed, found) in enumerate(zip(seeds, proposals, strict=True))
    ]
    one = {(i, j) for i, j in combinations(range(len(groups)), 2) if _share_a_mask(groups[i], groups[j])}
    while True:
        unions = []
        for first, second in combinations(range(len(groups)), 2):
            merged = _merged(groups[first], groups[second], one, strength, everywhere)
            if merged:
                unions.append((*merged, first, second))
        if not unions:
            return groups
        _, group, first, second = max(unions, key=lambda union: union[0])
        groups[first] = group
        del groups[second]


def _group(
    indices: tuple[int, ...], seed: np.ndarray, proposals: Proposals, strength: np.ndarray, everywhere: np.ndarray
) -> Group:
    evidence = Evidence(seed, strength, everywhere & ~seed)
    return Group(indices, evidence, proposals, choose(evidence, proposals))


def _merged(
    a: Group, b: Group, one: AbstractSet[tuple[int, int]], strength: np.ndarray, everywhere: np.ndarray
) -> tuple[float, Group] | None:
    """Return what is gained by taking two groups for one object, and the one; None where they are two."""
    shared = any((min(i, j), max(i, j)) in one for i in a.seeds for j in b.seeds)
    if not (shared or _inside(a, b) or _inside(b, a)):
        return None
    union = a.evidence.seed | b.evidence.seed
    merged = _group(tuple(sorted(a.seeds + b.seeds)), union, a.proposals.joined(b.proposals), strength, everywhere)
    gain = merged.choice.score + ONE_OBJECT - merged.evidence.explained(a.choice.mask | b.choice.mask)
    return (gain, merged) if merged.choice.accepted and gain > 0 else None


def _inside(small: Group, large: Group) -> bool:
    """Return whether a group lies inside the mask that was taken for another."""
    return large.choice.accepted and bool((small.mask & large.choice.mask).sum() >= INSIDE * small.mask.sum())


def _share_a_mask(a: Group, b: Group) -> bool:
    """Return whether two seeds' prompts found the same object on the same image."""
    pairs = ((a.proposals.source, b.proposals.source), (a.proposals.edited, b.proposals.edited))
    return any(
        _same(mine, theirs) for first, second in pairs for mine in _found(a, first) for theirs in _found(b, second)
    )


def _found(group: Group, masks: np.ndarray) -> list[np.ndarray]:
    """Return what a seed's prompt found: masks about as good as its best, the nearer to it the better that fits.

    A seed that a mask of its own fits is an object, whatever larger one is around it; a fragment has none.
    """
    least = SLACK * group.choice.score**2
    return [mask for mask in masks if group.evidence.explained(mask) > least]


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return bool((a & b).sum() >= SAME * (a | b).sum())
