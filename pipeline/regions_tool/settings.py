"""From the regions tool's flags to the settings of the region chain."""

import json
from collections.abc import Sequence

from pipeline.config import load_recipe
from schemas.errors import UserError
from transforms.regions.config import RegionsConfig

RECIPE = "pairs"
"""Whose settings hold where no flag says otherwise: those that imported pairs are measured with."""


def make_settings(
    overrides: Sequence[str],
    masks_by: str | None,
    sam_checkpoint: str | None,
    sam_model_type: str | None,
    method: str | None = None,
) -> RegionsConfig:
    """Return the settings that the flags ask for; a checkpoint alone asks for masks by SAM.

    Args:
        overrides: of `--set`, each `regions.KEY=VALUE`.
        masks_by: of `--masks-by`.
        sam_checkpoint: of `--sam-checkpoint`.
        sam_model_type: of `--sam-model-type`.
        method: of `--method`.

    Raises:
        UserError: an unknown key, a bad value, or flags that contradict each other.
    """
    for override in overrides:
        if not override.startswith("regions."):
            raise UserError(f"--set {override}: here only keys of regions count: --set regions.KEY=VALUE")
    masks_by = masks_by or ("sam" if sam_checkpoint else None)
    flags = {"method": method, "masks": masks_by, "sam_checkpoint": sam_checkpoint, "sam_model_type": sam_model_type}
    given = [f"regions.{key}={json.dumps(value)}" for key, value in flags.items() if value]
    config = load_recipe(RECIPE, [*overrides, *given]).regions
    if config.masks == "sam" and not config.sam_checkpoint:
        raise UserError("--masks-by sam: needs --sam-checkpoint FILE, a Segment Anything checkpoint")
    if config.masks != "sam" and (sam_checkpoint or sam_model_type):
        raise UserError(f"--masks-by {config.masks}: makes no use of a SAM checkpoint; use --masks-by sam or drop it")
    return config
