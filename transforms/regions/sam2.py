"""SAM 2 (Ravi et al. 2024) by transformers, from a local folder."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from schemas.errors import UserError
from transforms.regions.sam_prompts import Prompt
from transforms.regions.sam_segmenter import Encoded

KINDS = ("sam2", "sam2_video")
"""What `config.json` may say: the published folders hold the tracker too, whose weights are passed over."""


def load_sam2(folder: Path, device: str = "cpu") -> "Sam2":
    """Load SAM 2 from a folder as `save_pretrained` writes it; nothing is downloaded.

    Raises:
        UserError: transformers is missing, or the folder does not hold SAM 2.
    """
    try:
        import torch
        from transformers import Sam2Model, Sam2Processor
        from transformers.utils import logging
    except ImportError as error:
        raise UserError('SAM 2 needs transformers: pip install "spatialreward-train[train]"') from error
    try:
        kind = json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"SAM checkpoint {folder}: a folder without a config.json that names its model_type;"
            " give a folder of SAM 2 as transformers saves it, or a checkpoint's file"
        ) from error
    if kind not in KINDS:
        raise UserError(f"SAM checkpoint {folder}: holds a model of type {kind}; give one of type {' or '.join(KINDS)}")
    logging.disable_progress_bar()
    try:
        processor = Sam2Processor.from_pretrained(folder, local_files_only=True)
        model, report = Sam2Model.from_pretrained(
            folder, local_files_only=True, output_loading_info=True, dtype=torch.float32
        )
    except Exception as error:  # transformers and safetensors raise what they like for files that are none of theirs
        reason = str(error).splitlines()[0][:160]
        raise UserError(f"SAM checkpoint {folder}: cannot be read ({reason}); download it again") from error
    if report["missing_keys"]:
        raise UserError(
            f"SAM checkpoint {folder}: lacks weights ({sorted(report['missing_keys'])[0]}, ...); download it again"
        )
    return Sam2(model.to(device).eval(), processor)


class Sam2:
    """A `Segmenter`."""

    name = "sam2"

    def __init__(self, model: Any, processor: Any) -> None:
        """Wrap a `Sam2Model` and its `Sam2Processor`."""
        self.model = model
        self.processor = processor

    def encode(self, image: np.ndarray) -> Encoded:
        """See `Segmenter`."""
        pixels = self.processor(images=image, return_tensors="pt")["pixel_values"]
        return _EncodedBySam2(self, self.model.get_image_embeddings(pixels.to(self.model.device)), image.shape[:2])


class _EncodedBySam2:
    def __init__(self, owner: Sam2, embeddings: Any, size: tuple[int, int]) -> None:
        self._owner = owner
        self._embeddings = embeddings
        self._size = size

    def masks(self, prompt: Prompt) -> np.ndarray:
        """See `Encoded`."""
        import torch

        size = torch.tensor([self._size])
        box = None if prompt.box_xyxy is None else [[[float(value) for value in prompt.box_xyxy]]]
        inputs = self._owner.processor(
            input_points=[[prompt.points.tolist()]],
            input_labels=[[prompt.labels.tolist()]],
            input_boxes=box,
            original_sizes=size,
            return_tensors="pt",
        )
        asked = {name: inputs[name].to(self._owner.model.device) for name in inputs if name.startswith("input_")}
        with torch.inference_mode():
            found = self._owner.model(image_embeddings=self._embeddings, multimask_output=True, **asked)
        return self._owner.processor.post_process_masks(found.pred_masks.cpu(), size)[0][0].numpy()
