"""Settings of the region chain: one switch per step."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.example import Model


class RegionsConfig(Model):
    """How regions are derived; each switch turns one step off, for an ablation."""

    method: Literal["classical", "network"] = "classical"
    """Who finds the regions on the maps: the chain of thresholds, or the small network that ships with the package."""
    work_size: Annotated[int, Field(ge=64, le=1024)] = 512
    """Longer side, in pixels, that larger pairs are compared at; long strips get more (`work_frame`)."""
    register_frame: bool = True
    """Estimate an affine map between the frames; off: the source is only resized."""
    whole_frame: bool = True
    """Decide whether the whole frame was edited."""
    match_colours: bool = True
    """Regress the global colour change away."""
    match_drift: bool = True
    """Regress slow drift across the frame away."""
    tolerance: bool = False
    """Forgive what a displacement of one pixel explains on the finest scale; off, since it costs more than it gains."""
    texture_floor: bool = True
    """Estimate the noise floor for each level of local texture; off: one for the frame."""
    hysteresis: bool = True
    """Let a fragment reach down to the noise floor from where it stands clearly above it."""
    tighten: bool = True
    """Draw each object in to the part that stands out clearly."""
    evidence: bool = True
    """Weigh colour at three scales and structure against each other; off: the largest ratio counts."""
    group: bool = True
    """Join fragments of one object."""
    sharpen: bool = True
    """Draw the outlines of small objects at full resolution."""
    masks: Literal["none", "grabcut", "sam"] = "grabcut"
    """Who refines the masks."""
    sam_checkpoint: str = ""
    """With `masks: sam`: path of a Segment Anything or MobileSAM checkpoint, or of a folder with SAM 2."""
    sam_model_type: Literal["auto", "vit_b", "vit_l", "vit_h", "vit_t", "sam2"] = "auto"
    """What the checkpoint must be; auto for what its weights say."""
    sam_device: str = "cpu"
    """Torch device that it runs on."""
