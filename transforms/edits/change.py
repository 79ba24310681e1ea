"""A local change of a picture: premultiplied patches for the source side and the edited side, and where it shows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from schemas.geometry import BoxXYXY, xyxy_from_mask
from schemas.vocabulary import EditType
from transforms.edits.colour_difference import delta_e
from transforms.edits.triplet import Flaw

VISIBLE_ALPHA = 0.02
"""A patch may be seen where it covers more than this."""
VISIBLE_DELTA_E = 2.0
"""CIEDE2000 from which a pixel counts as visibly changed (about twice the just noticeable difference)."""


@dataclass(frozen=True, eq=False)
class Patch:
    """Pixels laid over a picture: `out = picture * (1 - alpha) + colour`.

    Attributes:
        left, top: its corner in the picture, pixels; it lies inside the frame.
        alpha: float32 [h, w], 0..1.
        colour: float32 [h, w, 3], 0..255, premultiplied by the alpha of what it shows (a shadow is black).
    """

    left: int
    top: int
    alpha: np.ndarray
    colour: np.ndarray

    @property
    def box_xyxy(self) -> BoxXYXY:
        """Half open pixel box."""
        height, width = self.alpha.shape
        return self.left, self.top, self.left + width, self.top + height

    def over(self, rgb: np.ndarray) -> np.ndarray:
        """Return `rgb` (uint8 [H, W, 3]) with the patch laid over it, as a new array."""
        out = rgb.copy()
        x1, y1, x2, y2 = self.box_xyxy
        mixed = out[y1:y2, x1:x2] * (1 - self.alpha[..., None]) + self.colour
        out[y1:y2, x1:x2] = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)
        return out


def patch_from_picture(rgb: np.ndarray, alpha: np.ndarray) -> Patch | None:
    """Return the part of `rgb` ([H, W, 3]) that `alpha` (float [H, W]) covers, None if it covers nothing."""
    box = xyxy_from_mask(alpha > 0)
    if box is None:
        return None
    x1, y1, x2, y2 = box
    part = alpha[y1:y2, x1:x2].astype(np.float32)
    return Patch(x1, y1, part, rgb[y1:y2, x1:x2].astype(np.float32) * part[..., None])


Grade = Callable[[np.ndarray], np.ndarray]
"""uint8 [H, W, 3] -> the same, toned."""


@dataclass(frozen=True)
class Request:
    """What an operation would be asked for in words.

    Attributes:
        operation: its name in the grammar: a key of `OPERATIONS`.
        target: noun phrase without article ("red ball").
        value: what it shall become, "-" if nothing.
        place: prepositional phrase ("on the left", "next to the cup"), "-" if none is needed.
        destination: where something is moved to, as a phrase ("to the right").
        mentions_place: the instruction must name the place, since the target alone is not clear.
        references: other noun phrases, with their article, that hold of the target alone.
    """

    operation: str
    target: str
    value: str = "-"
    place: str = "-"
    destination: str = "-"
    mentions_place: bool = False
    references: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """What changes, as the record calls it: behind a person it is the background, not the person."""
        return "background" if self.operation == "background" else self.target


@dataclass(frozen=True, eq=False)
class Change:
    """One operation on one object, ready to be laid over the photo.

    Attributes:
        edit_type: of the record.
        request: what it is asked for in words.
        before: patches that put the source into the state the instruction starts from (an object to be removed).
        after: patches of the state it ends in.
        source_mask, edited_mask: bool [H, W], where the target is before and after; None where it does not exist.
        areas: bool [H, W] each, one per region that the change makes (old and new place of a move).
        flaws_before, flaws_after: what is visibly wrong with each state.
        lender_ids: sources that lend pixels, beside the edited one.
        grade: for a change of the whole frame: what it does to the picture, after all patches.
    """

    edit_type: EditType
    request: Request
    before: tuple[Patch, ...]
    after: tuple[Patch, ...]
    source_mask: np.ndarray | None
    edited_mask: np.ndarray | None
    areas: tuple[np.ndarray, ...] = ()
    flaws_before: tuple[Flaw, ...] = ()
    flaws_after: tuple[Flaw, ...] = ()
    lender_ids: tuple[str, ...] = ()
    grade: Grade | None = None

    def covers(self, height: int, width: int) -> np.ndarray:
        """Return bool [H, W]: all that either state touches."""
        return covered(self.before + self.after, height, width)

    def measured(self, photo: np.ndarray) -> "Change | None":
        """Return the change with its areas measured on `photo` (uint8 [H, W, 3]), None if nothing would be seen."""
        if self.grade is not None:
            return replace(self, areas=(np.ones(photo.shape[:2], bool),))
        area = visible_difference(lay(photo, self.before), lay(photo, self.after), self.covers(*photo.shape[:2]))
        areas = split_areas(area, self.source_mask, self.edited_mask) if self.edit_type == "motion_change" else [area]
        areas = [part for part in areas if part.sum() >= MIN_AREA_PX]
        return replace(self, areas=tuple(areas)) if areas else None


MIN_AREA_PX = 24
"""A smaller region cannot be seen."""


def covered(patches: Iterable[Patch], height: int, width: int) -> np.ndarray:
    """Return bool [H, W]: where patches may be seen."""
    mask = np.zeros((height, width), bool)
    for patch in patches:
        x1, y1, x2, y2 = patch.box_xyxy
        mask[y1:y2, x1:x2] |= patch.alpha > VISIBLE_ALPHA
    return mask


def lay(rgb: np.ndarray, patches: Iterable[Patch]) -> np.ndarray:
    """Return `rgb` with the patches laid over it, one after the other."""
    for patch in patches:
        rgb = patch.over(rgb)
    return rgb


def blended(first: np.ndarray, second: np.ndarray, share: np.ndarray | float) -> np.ndarray:
    """Return a picture on the way from one (uint8 [H, W, 3]) to another (the same, or float 0..255).

    Args:
        share: how far, 0..1, of the whole or of each pixel (broadcast to [H, W, 3]).

    Returns:
        uint8 [H, W, 3].
    """
    mixed = first + (second.astype(np.float32) - first) * share
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def visible_difference(a: np.ndarray, b: np.ndarray, within: np.ndarray) -> np.ndarray:
    """Return bool [H, W]: where two uint8 pictures differ visibly inside `within` (bool [H, W])."""
    out = np.zeros(within.shape, bool)
    out[within] = delta_e(a[within][None], b[within][None])[0] > VISIBLE_DELTA_E
    return out


def split_areas(area: np.ndarray, old: np.ndarray | None, new: np.ndarray | None) -> list[np.ndarray]:
    """Split the area of a move into old and new place; one area if they overlap or lie close.

    Close: nearer than a tenth of the larger side of the two boxes.
    """
    if old is None or new is None:
        return [area]
    boxes = [xyxy_from_mask(mask) for mask in (old, new)]
    if boxes[0] is None or boxes[1] is None:
        return [area]
    side = max(max(x2 - x1, y2 - y1) for x1, y1, x2, y2 in (boxes[0], boxes[1]))
    distances = [cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3) for mask in (old, new)]
    nearer_old = distances[0] <= distances[1]
    parts = [area & nearer_old, area & ~nearer_old]
    if not parts[0].any() or not parts[1].any():
        return [area]
    gap = float(cv2.distanceTransform((~parts[0]).astype(np.uint8), cv2.DIST_L2, 3)[parts[1]].min())
    return [area] if gap < side / 10 else parts
