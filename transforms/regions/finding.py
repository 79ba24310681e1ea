"""Where a registered pair was edited: by the classical chain, or by the network on top of its maps."""

from dataclasses import dataclass

import numpy as np

from transforms.regions.compare import Maps
from transforms.regions.components import Component, find_components
from transforms.regions.config import RegionsConfig
from transforms.regions.network.inputs import network_inputs
from transforms.regions.network.model import RegionNetwork, load_network
from transforms.regions.network.objects import find_objects
from transforms.regions.register import Aligned
from transforms.regions.result import DrawnBy
from transforms.regions.verdict import Verdict

CLASSICAL, NETWORK = "classical/1", "network/1"
"""What stands in `RegionResult.method`: the version changes with the chain, or with the weights."""


@dataclass(frozen=True, eq=False)
class Finding:
    """What was found.

    Attributes:
        method: by whom.
        whole: the whole frame was edited, or all of it but `stays`.
        stays: bool [h, w], a foreground that was kept; None without one.
        objects: what was edited locally.
        strength: float32 [h, w], how strongly each pixel speaks for an edit; 1 = as likely edited as not.
        drawn_by: who drew the outlines of the objects.
    """

    method: str
    whole: bool
    stays: np.ndarray | None
    objects: list[Component]
    strength: np.ndarray
    drawn_by: DrawnBy


def find(aligned: Aligned, edited: np.ndarray, maps: Maps, verdict: Verdict, config: RegionsConfig) -> Finding:
    """Find what was edited by the method that is asked for; classically too where the network's weights are missing.

    Args:
        aligned: the registered source.
        edited: uint8 [h, w, 3].
        maps: of `compare`.
        verdict: on the whole frame.
        config: settings.
    """
    network = load_network() if config.method == "network" else None
    if network:
        return _by_network(network, aligned, edited, maps, verdict)
    strength = verdict.strength(maps)
    objects = find_components(strength, maps.ratios, config) if verdict.local else []
    whole = verdict.whole.edited and not verdict.unrelated
    return Finding(CLASSICAL, whole, verdict.stays, objects, strength, "difference")


def _by_network(network: RegionNetwork, aligned: Aligned, edited: np.ndarray, maps: Maps, verdict: Verdict) -> Finding:
    outputs = network.run(network_inputs(aligned, edited, maps, verdict))
    strength = 2 * outputs.edited
    if verdict.unrelated:
        return Finding(NETWORK, False, None, [], strength, "network")
    whole = verdict.whole.edited and verdict.stays is None
    objects = [] if whole and verdict.whole.style else find_objects(outputs, whole)
    return Finding(NETWORK, whole, None, objects, strength, "network")
