"""Closed vocabularies of the record (schema version 1)."""

from typing import Literal, get_args

EditType = Literal[
    "background_change",
    "color_alter",
    "material_alter",
    "motion_change",
    "ps_human",
    "style_change",
    "subject-add",
    "subject-remove",
    "subject-replace",
    "text_change",
    "tone_transfer",
    "multi",
    "unknown",
]
"""GEdit-Bench's eleven edit types, `multi` for several operations in one instruction, `unknown` for imported pairs."""

Outcome = Literal[
    "faithful",
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
    "unknown",
]
"""What became of the request; `unknown` for imported and model-made edits, whose truth nobody knows."""

RegionKind = Literal["requested", "collateral", "artifact", "global"]
Split = Literal["train", "validation", "test"]
RejectClass = Literal["error", "filter", "duplicate", "quota"]
RejectLevel = Literal["file", "candidate"]

EDIT_TYPES: tuple[str, ...] = get_args(EditType)
OUTCOMES: tuple[str, ...] = get_args(Outcome)
SPLITS: tuple[Split, ...] = get_args(Split)

WHOLE_FRAME_TYPES = frozenset({"style_change", "tone_transfer"})
"""Edit types that ask for a change of the whole frame."""
