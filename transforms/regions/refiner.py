"""Make the mask refiner that the settings name."""

from schemas.errors import UserError
from transforms.regions.config import RegionsConfig
from transforms.regions.grabcut import GrabCutRefiner
from transforms.regions.result import MaskRefiner
from transforms.regions.sam import SamRefiner
from transforms.regions.sam_checkpoint import load_segmenter


def make_refiner(config: RegionsConfig) -> MaskRefiner | None:
    """Return the refiner of `config.masks`, None for none.

    Raises:
        UserError: SAM is asked for without its packages or a checkpoint that holds it.
    """
    if config.masks == "none":
        return None
    if config.masks == "grabcut":
        return GrabCutRefiner()
    if not config.sam_checkpoint:
        raise UserError("regions.masks: sam needs regions.sam_checkpoint, the path of a Segment Anything checkpoint")
    return SamRefiner(load_segmenter(config.sam_checkpoint, config.sam_model_type, config.sam_device))
