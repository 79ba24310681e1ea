"""The in-memory Triplet: what every editor, renderer and importer yields."""

from dataclasses import dataclass, field

import numpy as np

from schemas.example import Edit
from schemas.geometry import BoxXYXY
from schemas.vocabulary import EditType, Outcome, RegionKind


@dataclass(frozen=True)
class TrueRegion:
    """One region that the renderer knows it changed visibly.

    Attributes:
        id: 1..n, its value in `Truth.label_map`.
        label: name for people ("red cup").
        bbox_xyxy: half open pixel box of the full mask, before overlap.
        edit_id: the edit it belongs to, 0 for none.
        kind: requested, collateral, artifact or global.
    """

    id: int
    label: str
    bbox_xyxy: BoxXYXY
    edit_id: int
    kind: RegionKind


@dataclass(frozen=True)
class Flaw:
    """One visible flaw of the edited image, known to whoever made it. A property of the picture, not of the request.

    Attributes:
        kind: noise, seam, blur, artifact, light, scale ...
        label: what a person sees, a noun phrase of the grammar ("a smeared patch near the left edge").
        severity: 0 (invisible) .. 1 (ruins the picture).
        axis: which perceptual quality axis it lowers.
    """

    kind: str
    label: str
    severity: float
    axis: str  # "naturalness" | "artifacts"


@dataclass(frozen=True, eq=False)
class Truth:
    """Exact knowledge of a rendered edit.

    Attributes:
        label_map: uint8 [H, W] over the edited frame; pixel = id of its region, 0 = unchanged. Global first,
            local regions drawn over it.
        regions: by id.
    """

    label_map: np.ndarray
    regions: tuple[TrueRegion, ...]


@dataclass(frozen=True, eq=False)
class Triplet:
    """(source image, instruction, edited image) with all that is known about it.

    Attributes:
        key: the sample's key.
        program_id: candidates of one program are kept or dropped, dealt and split together.
        source, edited: uint8 [H, W, 3] sRGB; sizes may differ for imported pairs.
        edits: what was asked, `region_ids` empty, `done` the share carried out (-1.0 unknown).
        truth: None for imported and model-made edits.
        flaws: known flaws of the edited image alone: equal for candidates with equal edited pixels.
        lender_ids: source_ids of every source that lent pixels, the edited source first.
        editor: "renderer/1", "import", a model's name.
        identity_lost: how much of its target's look an edit lost without being asked to, 0 (nothing) .. 1, measured.
    """

    key: str
    program_id: str
    source: np.ndarray
    edited: np.ndarray
    instruction: str
    edit_type: EditType
    edits: tuple[Edit, ...]
    outcome: Outcome
    truth: Truth | None
    lender_ids: tuple[str, ...]
    editor: str
    flaws: tuple[Flaw, ...] = field(default=())
    identity_lost: float = 0.0
