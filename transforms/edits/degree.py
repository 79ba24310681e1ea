"""A change carried out in part: a paler colour, half a word, a thing that is still to be seen through another."""

from dataclasses import dataclass

import numpy as np

from schemas.geometry import xyxy_from_mask
from transforms.edits.change import VISIBLE_DELTA_E, Change, Patch, blended, lay, patch_from_picture, split_areas
from transforms.edits.colour_difference import delta_e
from transforms.edits.language import article
from transforms.edits.triplet import Flaw

SEE_THROUGH = frozenset({"add", "remove", "replace", "background", "resize", "pose", "turn"})
"""Operations whose half is a ghost: old and new shine through each other."""
CUT_PX = 3.0
"""Width of the seam between new and old letters."""
MOST_GHOSTLY = 0.55
"""Severity of a thing that is half there and stands out as far as black from white."""
GHOSTLY = (
    "(that one can see through|that is (half|partly) transparent|through which one (sees|can see) what lies behind)"
)
FULL_CONTRAST = 60.0
"""CIEDE2000 at which a ghost is as bad as it can be."""


@dataclass(frozen=True, eq=False)
class Part:
    """A change in part.

    Attributes:
        patch: what shows, opaque where it differs from the source.
        done: measured: CIEDE2000 travelled, as a share of that of the whole change, 0..1.
        areas: bool [H, W] each, where it shows.
        flaws: what is visibly wrong with it.
    """

    patch: Patch
    done: float
    areas: tuple[np.ndarray, ...]
    flaws: tuple[Flaw, ...]


def part_of(change: Change, photo: np.ndarray, degree: float) -> Part | None:
    """Carry out a local change in part; None where nothing of it would be seen.

    Args:
        change: without a grade.
        photo: uint8 [H, W, 3].
        degree: how far to go, 0..1; `Part.done` says how far it went.
    """
    before, after = lay(photo, change.before), lay(photo, change.after)
    covers = change.covers(*photo.shape[:2])
    made = _made(change, before, after, degree)
    far = delta_e(before[covers][None], made[covers][None])[0]
    shows = np.zeros_like(covers)
    shows[covers] = far > VISIBLE_DELTA_E
    patch = patch_from_picture(made, shows.astype(np.float32))
    whole = float(delta_e(before[covers][None], after[covers][None]).sum())
    if patch is None or whole <= 0:
        return None
    areas = split_areas(shows, change.source_mask, change.edited_mask) if _moves(change) else [shows]
    done = float(np.clip(float(far.sum()) / whole, 0.0, 1.0))
    left = np.minimum(far[shows[covers]], delta_e(after[shows][None], made[shows][None])[0])
    return Part(patch, round(done, 4), tuple(areas), _flaws(change, float(left.mean())))


def _made(change: Change, before: np.ndarray, after: np.ndarray, degree: float) -> np.ndarray:
    if _moves(change):
        # the thing stands in its new place, and still in the old one
        return lay(before, change.after[-1:])
    share: np.ndarray | float = degree
    if change.request.operation == "text":
        share = _cut(change, degree)
    return blended(before, after, share)


def _cut(change: Change, degree: float) -> np.ndarray:
    """Return float32 [1, W, 1]: 1 left of a line that leaves `degree` of the target on its left."""
    mask = change.source_mask
    box = None if mask is None else xyxy_from_mask(mask)
    if mask is None or box is None:
        return np.full((1, 1, 1), degree, np.float32)
    x = box[0] + degree * (box[2] - box[0])
    columns = np.arange(mask.shape[1], dtype=np.float32)
    return np.clip(0.5 + (x - columns) / CUT_PX, 0, 1)[None, :, None]


def _moves(change: Change) -> bool:
    return change.request.operation == "move"


def _flaws(change: Change, left: float) -> tuple[Flaw, ...]:
    """Judge a ghost by how far it is from both of the pictures that shine through; other parts look whole.

    Args:
        left: mean CIEDE2000 from a pixel of it to the nearer of the two.
    """
    kept = change.flaws_before + change.flaws_after
    if change.request.operation not in SEE_THROUGH:
        return kept
    severity = round(MOST_GHOSTLY * min(1.0, left / (FULL_CONTRAST / 2)), 4)
    label = f"{article(change.request.subject)} {GHOSTLY}"
    return (*kept, Flaw("ghost", label, severity, "artifacts"))
