"""What each step of the region chain finds on a pair, computed once more to be looked at."""

from dataclasses import dataclass

import numpy as np

from transforms.regions.compare import Maps, compare
from transforms.regions.components import Component
from transforms.regions.config import RegionsConfig
from transforms.regions.difference import ciede2000_map
from transforms.regions.finding import find
from transforms.regions.fragments import Fragments, find_fragments
from transforms.regions.frame import to_lab
from transforms.regions.grouping import group
from transforms.regions.overlap import Overlap
from transforms.regions.place import lay
from transforms.regions.verdict import judge
from transforms.regions.whole_frame import WholeFrame


@dataclass(frozen=True, eq=False)
class Steps:
    """What `derive_regions` has in hand on its way, in the working frame, before masks are refined.

    Attributes:
        source: uint8 [h, w, 3], registered.
        edited: uint8 [h, w, 3].
        agreement: share (0..1) of the textured blocks whose structure both images show.
        whole: whether the whole frame was edited.
        delta_e_before: CIEDE2000 before colours are matched, float32, of the size of `maps.delta_e`.
        maps: the maps that objects are found on.
        strength: float32 [h, w], what fragments are found on; 1 = floor.
        fragments: connected areas over the floor; none where no local edit is looked for.
        objects: int [n], the object that each fragment belongs to, see `group`.
        components: the objects that are kept, with their outlines.
        local: whether local edits are looked for: not in another style or another picture.
        by_network: the network found the objects; `strength` is twice its probability then, and fragments and objects
            are not told apart.
        overlap: the part of both pictures that is compared, and all else here shows; None for all of them.
    """

    source: np.ndarray
    edited: np.ndarray
    agreement: float
    whole: WholeFrame
    delta_e_before: np.ndarray
    maps: Maps
    strength: np.ndarray
    fragments: Fragments
    objects: np.ndarray
    components: tuple[Component, ...]
    local: bool
    by_network: bool
    overlap: Overlap | None


def trace_steps(source: np.ndarray, edited: np.ndarray, config: RegionsConfig) -> Steps:
    """Run the chain up to the outlines and return all that it found.

    Args:
        source: uint8 [H, W, 3] sRGB.
        edited: uint8 [H', W', 3] sRGB.
        config: switches of the steps.
    """
    laid = lay(source, edited, config)
    frame, aligned = laid.frame, laid.aligned
    verdict = judge(aligned, frame.edited, config.whole_frame)
    maps = compare(aligned, frame.edited, config, verdict.whole.tone)
    finding = find(aligned, frame.edited, maps, verdict, config)
    by_network, strength = finding.drawn_by == "network", finding.strength
    local = verdict.local or (by_network and bool(finding.objects))
    fragments = find_fragments(strength if local else np.zeros_like(strength), config.hysteresis)
    return Steps(
        source=aligned.source,
        edited=frame.edited,
        agreement=aligned.agreement,
        whole=verdict.whole,
        delta_e_before=ciede2000_map(to_lab(aligned.source), to_lab(frame.edited)),
        maps=maps,
        strength=strength,
        fragments=fragments,
        objects=group(fragments) if config.group else np.arange(len(fragments)),
        components=tuple(finding.objects),
        local=local,
        by_network=by_network,
        overlap=laid.overlap,
    )
