"""A training pair: two pictures, and exactly where the second was edited."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class TrainingPair:
    """Two pictures and the truth.

    Attributes:
        source: uint8 [H, W, 3] sRGB.
        edited: uint8 [H', W', 3].
        labels: uint8 [H', W'], over the edited picture: number of the region, 0 = unedited. Edits of the whole frame
            are not in it.
        whole: the whole frame was edited.
        kind: what it was made by, for the tables.
    """

    source: np.ndarray
    edited: np.ndarray
    labels: np.ndarray
    whole: bool
    kind: str
