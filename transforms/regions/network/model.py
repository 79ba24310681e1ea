"""Run the network that ships with the package: ONNX on one thread, so that the same pair gives the same bytes."""

import logging
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from transforms.regions.network.inputs import NetworkInputs

WEIGHTS = "regions.onnx"
QUARTER = 4
"""`sides` has a value for every fourth pixel."""
UNIT = 512
"""Pixels of one unit of `sides`."""


@dataclass(frozen=True, eq=False)
class NetworkOutputs:
    """What the network says of a pair.

    Attributes:
        edited: float32 [h, w] of the working frame, probability that a pixel was edited.
        sides: float32 [4, h/4, w/4], pixels from each pixel to the left, top, right and bottom side of the box of its
            region, in pixels of the working frame.
    """

    edited: np.ndarray
    sides: np.ndarray


class RegionNetwork:
    """The network, ready to run."""

    def __init__(self, weights: bytes) -> None:
        import onnxruntime  # here: a tenth of a second that the classical chain need not wait

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])

    def run(self, inputs: NetworkInputs) -> NetworkOutputs:
        """Look at a pair."""
        fed = {"fine": inputs.fine[None].astype(np.float32), "coarse": inputs.coarse[None].astype(np.float32)}
        edited, sides = self._session.run(["edited", "sides"], fed)
        width, height = inputs.size
        small = np.s_[:, : -(-height // QUARTER), : -(-width // QUARTER)]
        return NetworkOutputs(edited[0, 0, :height, :width], sides[0][small] * np.float32(UNIT))


@cache
def load_network() -> RegionNetwork | None:
    """Return the network that ships with the package, once per process; None, with a warning, where it was removed."""
    path = files("transforms.regions.network") / WEIGHTS
    if path.is_file():
        return RegionNetwork(path.read_bytes())
    logging.getLogger(__name__).warning(
        "%s is missing from the installed package: regions are found by the classical chain; install it anew", WEIGHTS
    )
    return None
