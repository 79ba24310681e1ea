"""The in-memory source image, with the named objects that edits can act on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from schemas.plan import SourceRecord

if TYPE_CHECKING:
    from transforms.edits.arrangement import Arrangement


@dataclass(frozen=True, eq=False)
class SceneObject:
    """A named object of a source image.

    Attributes:
        id: unique in its image.
        name: head noun phrase ("cup").
        attributes: adjectives true of the picture.
        place: "on the left", "in the middle", or "-" when it needs none.
        colour, material: main words, or "-".
        kind: person, animal, vehicle, building, food, clothing, accessory, nature, sky, ground, thing, background.
        mask: bool [H, W].
        operations: what would look plausible: recolour, retexture, remove, replace, move, cutout, background; glasses
            (a pair of eyes that can wear them).
    """

    id: str
    name: str
    attributes: tuple[str, ...]
    place: str
    colour: str
    material: str
    kind: str
    mask: np.ndarray
    operations: frozenset[str]


@dataclass(frozen=True, eq=False)
class SceneSurface:
    """A place where an added object can stand: its base inside `mask` (bool [H, W])."""

    name: str
    mask: np.ndarray
    px_per_metre: float


@dataclass(frozen=True, eq=False)
class SourceImage:
    """A decoded source: `rgb` is uint8 [H, W, 3] sRGB, upright; `arrangement` says what a rendered one was made of."""

    record: SourceRecord
    rgb: np.ndarray
    objects: tuple[SceneObject, ...] = ()
    surfaces: tuple[SceneSurface, ...] = ()
    arrangement: "Arrangement | None" = None
