"""Small float32 arrays without ceremony."""

import numpy as np
from numpy.typing import ArrayLike


def f32(values: ArrayLike) -> np.ndarray:
    """Return `values` as a float32 array."""
    return np.asarray(values, np.float32)
