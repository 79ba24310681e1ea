"""Settings of the rendered edits."""

from typing import Annotated

from pydantic import Field, model_validator

from schemas.example import Model, Text
from schemas.vocabulary import EditType, Outcome
from transforms.edits.lettering.fonts import NO_FOLDER, faces

Weight = Annotated[float, Field(ge=0.0)]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]

RENDERED_OUTCOMES: tuple[Outcome, ...] = (
    "failed",
    "partial",
    "wrong_target",
    "over_edit",
    "artifact",
    "identity_shift",
    "reversed",
    "other_instruction",
    "already_true",
    "unrelated",
)
"""What a candidate beside the faithful one can be."""


class OperationWeights(Model):
    """How often each operation is tried; 0 switches it off. What a photo cannot carry is passed over."""

    tone: Weight = 1.5
    recolour: Weight = 2.5
    add: Weight = 2.5
    remove: Weight = 2.5
    replace: Weight = 2.5
    move: Weight = 2.5
    text: Weight = 1.0
    background: Weight = 0.8
    retexture: Weight = 1.0
    style: Weight = 1.2
    resize: Weight = 1.2
    pose: Weight = 1.0
    turn: Weight = 0.8

    @model_validator(mode="after")
    def _some(self) -> "OperationWeights":
        if not any(self.model_dump().values()):
            raise ValueError("operations: at least one weight must be above 0")
        return self


class OutcomeWeights(Model):
    """How often each outcome is drawn for the candidates after the faithful one; 0 switches it off."""

    failed: Weight = 1.0
    partial: Weight = 4.2
    wrong_target: Weight = 1.2
    over_edit: Weight = 1.4
    artifact: Weight = 2.6
    identity_shift: Weight = 2.0
    reversed: Weight = 0.8
    other_instruction: Weight = 1.8
    already_true: Weight = 1.0
    unrelated: Weight = 0.3


class NoiseProfiles(Model):
    """How often an editor of each kind is imitated; 0 switches it off (docs/noise.md shows them)."""

    light: Weight = 1.0
    """A careful editor: a trace of everything."""
    vae: Weight = 2.0
    """A latent coder: fine texture is made up anew, colours bleed, cells of 8 px differ a little."""
    resize: Weight = 1.0
    """Scaled to multiples of 16 and back, and shifted by a fraction of a pixel."""
    jpeg: Weight = 1.0
    """Compressed, with coarse colour."""
    mixed: Weight = 1.5
    """All of it, one after the other."""

    @model_validator(mode="after")
    def _some(self) -> "NoiseProfiles":
        if not any(self.model_dump().values()):
            raise ValueError("noise.profiles: at least one weight must be above 0; noise.enabled=false switches it off")
        return self


class NoiseConfig(Model):
    """Editor noise: what a VAE, a resize and a JPEG do to a whole frame. Every edited image gets it."""

    enabled: bool = True
    strength_min: Fraction = 0.1
    strength_max: Fraction = 1.0
    profiles: NoiseProfiles = NoiseProfiles()
    noisy_sources: Fraction = 0.5
    """Share of programs whose source image gets noise of the same distribution."""

    @model_validator(mode="after")
    def _ordered(self) -> "NoiseConfig":
        if self.strength_min > self.strength_max:
            raise ValueError(f"noise: strength_min {self.strength_min} is above strength_max {self.strength_max}")
        return self


class EditsConfig(Model):
    """What is rendered, and how often."""

    min_edits: Annotated[int, Field(ge=1, le=5)] = 1
    max_edits: Annotated[int, Field(ge=1, le=5)] = 5
    """Operations in one instruction; a photo that carries fewer is set aside."""
    multi_edit_share: Fraction = 0.2
    """Share of the programs with two or more operations."""
    candidates_min: Annotated[int, Field(ge=1, le=10)] = 3
    candidates_max: Annotated[int, Field(ge=1, le=10)] = 5
    """Candidates per program from one source, the faithful one included."""
    twin_share: Fraction = 0.5
    """Share of the programs with candidates from a second source, whose edited images are those of the first."""
    typos: Fraction = 0.02
    """Share of the instructions with a slip of the finger."""
    edit_types: tuple[EditType, ...] = ()
    """Types that may be asked for; empty for all."""
    max_area: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Share of the frame that an edit may change, at most."""
    operations: OperationWeights = OperationWeights()
    outcomes: OutcomeWeights = OutcomeWeights()
    noise: NoiseConfig = NoiseConfig()
    fonts: Text = NO_FOLDER
    """Folder of .ttf and .otf files for words in pictures; "-" for the typefaces that matplotlib ships, which are the
    same on every machine. Fonts that a machine happens to have are never used unasked."""

    @model_validator(mode="after")
    def _ordered(self) -> "EditsConfig":
        faces(self.fonts)
        if self.candidates_min > self.candidates_max:
            raise ValueError(f"candidates_min {self.candidates_min} is above candidates_max {self.candidates_max}")
        if self.min_edits > self.max_edits:
            raise ValueError(f"min_edits {self.min_edits} is above max_edits {self.max_edits}")
        if "multi" in self.edit_types:
            raise ValueError("edit_types: multi is no single edit; ask for several with min_edits: 2")
        return self
