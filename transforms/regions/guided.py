"""A guided filter (He, Sun and Tang 2010): a rough mask that follows the edges of an image."""

import cv2
import numpy as np


def guided_filter(mask: np.ndarray, guide: np.ndarray, radius: int, epsilon: float) -> np.ndarray:
    """Return the mask as, in every window, the linear function of the guide's colours that fits it best.

    Args:
        mask: float32 [h, w], 0..1.
        guide: float32 [h, w, 3].
        radius: of the window, pixels, >= 1.
        epsilon: variance of the guide, in its units squared, below which it holds no edge.

    Returns:
        float32 [h, w], about 0..1.
    """

    def mean(values: np.ndarray) -> np.ndarray:
        return cv2.blur(values, (2 * radius + 1, 2 * radius + 1), borderType=cv2.BORDER_REFLECT)

    colours, centres, middle = cv2.split(guide), cv2.split(mean(guide)), mean(mask)
    with_mask = [mean(colour * mask) - centre * middle for colour, centre in zip(colours, centres, strict=True)]
    (rr, rg, rb), (_, gg, gb), (_, _, bb) = (
        [mean(colours[i] * colours[j]) - centres[i] * centres[j] + epsilon * (i == j) for j in range(3)]
        for i in range(3)
    )
    # the symmetric 3 x 3 system of each pixel, solved by its cofactors
    c_rr, c_rg, c_rb = gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb
    c_gg, c_gb, c_bb = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    determinant = rr * c_rr + rg * c_rg + rb * c_rb
    r, g, b = with_mask
    slopes = [
        (c_rr * r + c_rg * g + c_rb * b) / determinant,
        (c_rg * r + c_gg * g + c_gb * b) / determinant,
        (c_rb * r + c_gb * g + c_bb * b) / determinant,
    ]
    offset = middle - sum(slope * centre for slope, centre in zip(slopes, centres, strict=True))
    return sum((mean(slope) * colour for slope, colour in zip(slopes, colours, strict=True)), mean(offset))
