"""Does the place of something removed have the texture of what is around it?"""

import cv2
import numpy as np

RING_PX = (3, 22)
"""Where the surroundings begin and end, pixels from the hole."""
LEAST_PX = 200


def removal_ratio(edited: np.ndarray, mask: np.ndarray) -> float | None:
    """Return how far the filling's texture is from its surroundings, by how far two untouched parts of them are apart.

    Texture: log of the mean absolute fine detail. Untouched parts: the surroundings left and right of the hole (above
    and below it where these are larger). None where the hole or a part is too small.

    Args:
        edited: uint8 [H, W, 3].
        mask: bool [H, W], the hole.
    """
    if mask.sum() < LEAST_PX or mask.mean() > 0.3:
        return None
    luma = cv2.cvtColor(edited, cv2.COLOR_RGB2GRAY).astype(np.float32)
    fine = np.abs(luma - cv2.GaussianBlur(luma, (0, 0), 1.5))
    distance = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3)
    ring = (distance >= RING_PX[0]) & (distance < RING_PX[1])
    core = cv2.erode(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    ys, xs = np.nonzero(mask)
    rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]
    halves = [
        (ring & (columns < xs.mean()), ring & (columns >= xs.mean())),
        (ring & (rows < ys.mean()), ring & (rows >= ys.mean())),
    ]
    first, second = max(halves, key=lambda pair: min(pair[0].sum(), pair[1].sum()))
    if core.sum() < LEAST_PX / 4 or min(first.sum(), second.sum()) < LEAST_PX:
        return None
    own, around, a, b = (float(np.log(fine[part].mean() + 0.05)) for part in (core, ring, first, second))
    return abs(own - around) / max(abs(a - b), 0.05)
