"""Outlines by Segment Anything, prompted with the difference's boxes and points."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from schemas.errors import UserError
from transforms.regions.frame import box_of
from transforms.regions.result import Outline

POINTS = 3
"""Positive points for each seed."""
LEAST_OVERLAP = 0.5
"""IoU with the seed below which a mask is of another object, and the seed is kept."""


class SamRefiner:
    """Refine with Segment Anything (Kirillov et al. 2023): each image is encoded once, each seed prompts both.

    On the edited image the prompt finds what appeared, on the source what vanished; of all proposals and the union
    of the best of both, the one that explains the difference best is taken.
    """

    name = "sam"

    def __init__(self, checkpoint: str, model_type: str = "vit_b", device: str = "cpu") -> None:
        """Load a checkpoint.

        Args:
            checkpoint: path of the weights.
            model_type: vit_b, vit_l or vit_h.
            device: torch device.

        Raises:
            UserError: the packages or the checkpoint are missing.
        """
        try:
            from segment_anything import sam_model_registry
        except ImportError as error:
            raise UserError(
                'masks by SAM need torch and segment_anything: pip install "spatialreward-train[sam]"'
            ) from error
        if not Path(checkpoint).is_file():
            raise UserError(f"SAM checkpoint {checkpoint}: no such file; give the path of a downloaded checkpoint")
        if model_type not in sam_model_registry:
            raise UserError(f"SAM model type {model_type}: unknown; use one of {', '.join(sorted(sam_model_registry))}")
        self._use(sam_model_registry[model_type](checkpoint=checkpoint).to(device).eval())

    @classmethod
    def from_model(cls, model: Any) -> "SamRefiner":
        """Wrap a `segment_anything.modeling.Sam` that is in memory."""
        refiner = cls.__new__(cls)
        refiner._use(model)
        return refiner

    def _use(self, model: Any) -> None:
        from segment_anything import SamPredictor

        self._predictor = SamPredictor(model)

    def refine(
        self, source: np.ndarray, edited: np.ndarray, strength: np.ndarray, seeds: Sequence[np.ndarray]
    ) -> list[Outline]:
        """See `MaskRefiner`."""
        proposals: list[list[np.ndarray]] = [[] for _ in seeds]
        for image in (edited, source):
            self._predictor.set_image(image)
            for seed, found in zip(seeds, proposals, strict=True):
                found.append(self._propose(seed, strength))
        self._predictor.reset_image()
        return [
            Outline(choose(seed, found, strength), (index,), "sam:both")
            for index, (seed, found) in enumerate(zip(seeds, proposals, strict=True))
        ]

    def _propose(self, seed: np.ndarray, strength: np.ndarray) -> np.ndarray:
        """Return the proposal of one image, bool [h, w], that explains the difference best."""
        points = _peaks(seed, strength)
        masks, _, _ = self._predictor.predict(
            point_coords=points,
            point_labels=np.ones(len(points), np.int32),
            box=np.array(box_of(seed), np.float32),
            multimask_output=True,
        )
        return max(masks, key=lambda mask: explained(mask, seed, strength))


def _peaks(seed: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Return [n, 2] float32 (x, y): strong points inside the seed, away from its edge and from each other."""
    depth = cv2.distanceTransform(np.pad(seed, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    value = np.where(seed, np.minimum(depth, depth.max() / 2) * strength, -1.0)
    radius = max(3, round(np.sqrt(seed.sum()) / 3))
    points = []
    for _ in range(POINTS):
        y, x = np.unravel_index(int(value.argmax()), value.shape)
        if value[y, x] < 0:
            break
        points.append((x, y))
        cv2.circle(value, (int(x), int(y)), radius, -1.0, cv2.FILLED)
    return np.array(points, np.float32)


def explained(mask: np.ndarray, seed: np.ndarray, strength: np.ndarray) -> float:
    """Return how well a mask explains the difference: the weighted IoU with the seed, 0..1.

    A pixel weighs as much as its strength speaks for or against it: changed pixels by their strength above the
    noise floor, unchanged ones by how far below it they are.
    """
    weight = np.where(seed, np.minimum(strength, 4.0), np.clip(1.5 - strength, 0.05, 1.0))
    union = float(weight[mask | seed].sum())
    return float(weight[mask & seed].sum()) / union if union else 0.0


def choose(seed: np.ndarray, proposals: Sequence[np.ndarray], strength: np.ndarray) -> np.ndarray:
    """Return the best of the proposals and their union, or the seed where none is of the same object."""
    options = [*proposals, np.logical_or.reduce(proposals)]
    best = max(options, key=lambda mask: explained(mask, seed, strength))
    overlap = (best & seed).sum() / (best | seed).sum()
    return best if overlap >= LEAST_OVERLAP else seed
