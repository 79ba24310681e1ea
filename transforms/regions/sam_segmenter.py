"""What the refiner needs of a promptable segmenter, and Segment Anything behind it."""

from typing import Any, Protocol

import numpy as np

from transforms.regions.sam_prompts import Prompt


class Encoded(Protocol):
    """An image that was encoded once and can be asked many times."""

    def masks(self, prompt: Prompt) -> np.ndarray:
        """Return the proposals for one prompt, bool [n, h, w], n >= 1."""
        ...


class Segmenter(Protocol):
    """A model that outlines what a prompt points at."""

    @property
    def name(self) -> str:
        """What stands in the record."""
        ...

    def encode(self, image: np.ndarray) -> Encoded:
        """Encode an image, uint8 [h, w, 3] sRGB: the expensive part."""
        ...


class SegmentAnything:
    """Segment Anything (Kirillov et al. 2023), with any image encoder."""

    def __init__(self, model: Any, name: str = "sam") -> None:
        """Wrap a `segment_anything.modeling.Sam`."""
        self.model = model
        self.name = name

    def encode(self, image: np.ndarray) -> Encoded:
        """See `Segmenter`."""
        from segment_anything import SamPredictor

        predictor = SamPredictor(self.model)
        predictor.set_image(image)
        return _EncodedBySam(predictor)


class _EncodedBySam:
    def __init__(self, predictor: Any) -> None:
        self._predictor = predictor

    def masks(self, prompt: Prompt) -> np.ndarray:
        """See `Encoded`."""
        box = None if prompt.box_xyxy is None else np.array(prompt.box_xyxy, np.float32)
        masks, _, _ = self._predictor.predict(
            point_coords=prompt.points, point_labels=prompt.labels, box=box, multimask_output=True
        )
        return masks
